from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrate.model.applications import Application, Applications
from migrate.model.facts import Answer, Answers, CapturedFile, OpenFile, Socket
from migrate.model.inventory import Snapshot
from migrate.model.plan import Plan, Workload
from migrate.planning.derive import derive
from tests.planning.hosts import listening, package, process, service, snapshot, tree

BASE = "/srv/cat"
YES = {"web01-split-cat": "yes"}
JAVA = process(
    30,
    "/usr/bin/java",
    f"-Dcatalina.base={BASE}",
    f"-Dcatalina.home={BASE}",
    "-Dnotes.config=/etc/notes",
    "org.apache.catalina.startup.Bootstrap",
    "start",
    uid=998,
    gid=998,
    unit="cat.service",
    open_files=(OpenFile("/var/lib/notes/db.lck", True),),
)
NGINX = process(40, "/usr/sbin/nginx", unit="nginx.service")
PROXY = b"""server { listen 80;
  location /shop/ { proxy_pass http://127.0.0.1:8080; }
  location /n { proxy_pass http://127.0.0.1:8080/notes; }
  location / { proxy_pass http://127.0.0.1:8080/; }
}
"""
SHOP = b'<Context><Resource url="jdbc:postgresql://127.0.0.1:5432/shop" password="${secret:shop}"/></Context>'


def application(path: str, home: str, *texts: str) -> Application:
    return Application(
        "war", "application", path, home=home, within="cat", paths=(path,), ports=(8080,), configuration=texts
    )


SERVER = Application(
    "tomcat",
    "application-server",
    "cat",
    home=BASE,
    pids=(30,),
    ports=(8080,),
    configuration=(f"{BASE}/conf/server.xml",),
)
APPLICATIONS = Applications(
    (
        SERVER,
        application("/shop", f"{BASE}/webapps/shop.war", f"{BASE}/conf/Catalina/localhost/shop.xml"),
        application("/notes", f"{BASE}/webapps/notes"),
        application("/", f"{BASE}/webapps/ROOT"),
    )
)


def secret(path: str) -> CapturedFile:
    return CapturedFile(path, "file", 0o640, 998, 998, secrets=(path,))


def machine(applications: Applications = APPLICATIONS, **given: Any) -> Snapshot:
    answers = tuple(Answer(8080, "localhost", path, 200) for path in ("/", "/shop/", "/notes/"))
    return snapshot(
        processes=(JAVA, NGINX),
        services=(
            service("cat.service", main_pid=30, exec_start=(("/usr/bin/java",),)),
            service("nginx.service", main_pid=40, exec_start=(("/usr/sbin/nginx",),)),
        ),
        sockets=(
            listening(30, 8080),
            listening(40, 80),
            Socket("tcp", "established", "127.0.0.1", 5, "127.0.0.1", 5432, pids=(30,)),
        ),
        packages=(package("jre"), package("nginx")),
        owners={"/usr/bin/java": "jre", "/usr/sbin/nginx": "nginx"},
        trees=(
            tree(BASE, "application", uid=998),
            tree("/etc/notes", "configuration"),
            tree("/var/lib/notes", "data", uid=998),
            tree("/srv/uploads", "data", uid=998),
            tree("/etc/nginx/conf.d/a.conf", "configuration", "file"),
        ),
        texts={
            f"{BASE}/conf/server.xml": b"<Server/>",
            f"{BASE}/conf/Catalina/localhost/shop.xml": SHOP + b"<!-- --> <Parameter value='/srv/uploads'/>",
            f"{BASE}/webapps/notes/WEB-INF/web.xml": b"<web-app/>",
            f"{BASE}/webapps/ROOT/index.html": b"here",
            "/etc/notes/notes.properties": b"key=${secret:notes}\n",
            "/etc/nginx/conf.d/a.conf": PROXY,
        },
        entries=(
            secret(f"{BASE}/conf/Catalina/localhost/shop.xml"),
            secret("/etc/notes/notes.properties"),
            CapturedFile(f"{BASE}/webapps/shop.war", "file", 0o644, 998, 998),
            CapturedFile("/etc/nginx/nginx.conf", "file", 0o644, 0, 0, package="nginx"),
        ),
        more=(applications, Answers(answers)),
        **given,
    )


def planned(answers: Mapping[str, str] | None = None, **given: Any) -> Plan:
    return derive({"web01": machine(**given)}, answers)


def workload(name: str) -> Workload:
    return next(one for one in planned(YES).workloads if one.name == name)


def places(name: str) -> set[str]:
    return {file.path for file in workload(name).files} | {volume.path for volume in workload(name).volumes}


def test_one_server_is_one_workload_until_somebody_says_otherwise() -> None:
    plan = planned()
    assert [one.name for one in plan.workloads] == ["tomcat", "nginx"]
    [question] = plan.questions
    assert (question.id, question.default) == ("web01-split-cat", "no")
    assert "/, /notes, /shop" in question.because


def test_each_application_becomes_a_workload_behind_one_that_has_the_name_of_all() -> None:
    plan = planned(YES)
    assert [(one.name, one.kind) for one in plan.workloads] == [
        ("tomcat", "router"), ("cat-root", "tomcat"), ("notes", "tomcat"), ("shop", "tomcat"), ("nginx", "nginx"),
    ]  # fmt: skip
    router = plan.workloads[0]
    assert [port.publish for port in router.ports] == [8080]
    assert [port.publish for one in plan.workloads[1:4] for port in one.ports] == [None, None, None]
    assert {one.value for one in router.environment} == {
        "http://cat-root:8080/", "http://notes:8080/notes", "http://shop:8080/shop",
    }  # fmt: skip


def test_each_has_what_is_its_own_and_what_was_the_servers() -> None:
    assert {use.path for use in workload("shop").secrets} == {f"{BASE}/conf/Catalina/localhost/shop.xml"}
    assert {use.path for use in workload("notes").secrets} == {"/etc/notes/notes.properties"}
    assert not workload("cat-root").secrets
    kept = {"/srv/uploads", "/var/lib/notes"}
    assert (places("shop") & kept, places("notes") & kept) == ({"/srv/uploads"}, {"/var/lib/notes"})
    [files] = [file for file in workload("notes").files if file.path == BASE]
    assert {f"{BASE}/webapps/shop.war", f"{BASE}/webapps/ROOT"} <= set(files.exclude)


def test_only_the_one_that_names_a_database_is_led_to_it() -> None:
    outward = {name: {one.port for one in workload(name).couplings} for name in ("shop", "notes", "cat-root")}
    assert 5432 not in outward["notes"] | outward["cat-root"]


def test_who_names_a_path_is_led_to_its_application_and_who_names_none_to_the_router() -> None:
    [proxy] = [one for one in planned(YES).workloads if one.name == "nginx"]
    led = {(rewrite.line, rewrite.new) for one in proxy.couplings for rewrite in one.rewrites}
    assert led == {(2, "shop:8080"), (3, "notes:8080"), (4, "tomcat:8080")}


def test_each_is_asked_for_its_own_page() -> None:
    asked = {name: health.path for name in ("cat-root", "notes", "shop") if (health := workload(name).health)}
    assert asked == {"cat-root": "/", "notes": "/notes/", "shop": "/shop/"}


def test_applications_that_lie_in_each_other_are_not_taken_apart() -> None:
    inner = Applications((SERVER, application("/a", "/srv/a"), application("/a/b", "/srv/a/b")))
    assert not planned(applications=inner).questions

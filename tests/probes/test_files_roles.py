from __future__ import annotations

from itertools import pairwise

import pytest

from migrate.model.facts import FileFact
from migrate.probes.files_roles import Below, Node, Telling, trees

NOTHING = Below({}, {}, {})


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/etc/cron.d/report", "configuration"),
        ("/usr/local/etc/app.ini", "configuration"),
        ("/var/spool/cron/crontabs/root", "configuration"),
        ("/usr/local/bin/report", "application"),
        ("/opt/tool.jar", "application"),
        ("/var/lib/tomcat9/webapps/shop.war", "application"),
        ("/var/lib/app/store.mv.db", "data"),
        ("/var/lib/gems/3.1.0/specifications/rack-3.0.gemspec", "application"),
        ("/var/spool/app/1", "data"),
        ("/var/log/app.log", "log"),
        ("/var/log/catalina.2019-10-31.log", "log"),
        ("/var/cache/app/x", "cache"),
        ("/etc/nginx/nginx.conf.2014", "backup"),
        ("/etc/nginx/nginx.conf.bak", "backup"),
        ("/etc/app.conf_20190401", "backup"),
        ("/root/backup-2019-11-03.tar.gz", "backup"),
        ("/root/everything.zip", "backup"),
        ("/etc/ssh/sshd_config.dpkg-old", "junk"),
        ("/etc/hosts~", "junk"),
        ("/opt/app/core.1234", "junk"),
        ("/root/notes.txt", "home"),
        ("/var/lib/app/app.pid", "runtime"),
    ],
)
def test_a_file_s_role_follows_its_place_and_name(path: str, role: str) -> None:
    (tree,) = trees(FileFact(path, "file", 0o644, 0, 0), NOTHING, frozenset())
    assert tree.role == role
    assert tree.because


@pytest.mark.parametrize(
    ("path", "code", "role"),
    [
        ("/opt/shop", 5, "application"), ("/srv/www", 5, "application"), ("/home/anna", 50, "home"),
        ("/data", 0, "data"), ("/app", 5, "application"), ("/logs", 0, "log"), ("/var/lib/mysql", 0, "data"),
        ("/var/www/html", 9, "application"), ("/var/lib/wiki", 80, "application"), ("/mnt/disk2", 0, "data"),
        ("/var/lib/tomcat9/webapps/ROOT", 1, "application"), ("/opt/acme-2020", 5, "application"),
        ("/srv/archive", 0, "application"), ("/opt/shop.old", 5, "backup"),
    ],
)  # fmt: skip
def test_a_directory_s_role_follows_its_place_and_what_is_in_it(path: str, code: int, role: str) -> None:
    fact = FileFact(path, "directory", 0o755, 0, 0)
    below = Below({path: Node(fact, 100, 1000, 0, code=code)}, {}, {})
    assert [tree.role for tree in trees(fact, below, frozenset())] == [role]


def test_a_socket_is_nothing_to_keep() -> None:
    assert trees(FileFact("/opt/app/x", "socket", 0o644, 0, 0), NOTHING, frozenset())[0].role == "runtime"


def test_an_empty_directory_of_a_service_is_made_anew() -> None:
    fact = FileFact("/var/lib/nginx/body", "directory", 0o700, 33, 33)
    below = Below({fact.path: Node(fact, 1, 0, 0)}, {}, {})
    assert trees(fact, below, frozenset())[0].role == "runtime"


def test_a_directory_that_could_not_be_looked_into_is_incomplete() -> None:
    (tree,) = trees(FileFact("/srv/x", "directory", 0o700, 0, 0), NOTHING, frozenset())
    assert not tree.complete


def _below(root: str, **parts: Node) -> Below:
    top = Node(FileFact(root, "directory", 0o755, 1000, 1000), 40, 4000, 0, code=10)
    nodes = {root: top} | {node.fact.path: node for node in parts.values()}
    return Below(nodes, {root: tuple(path for path in nodes if path != root)}, {})


def _directory(path: str, count: int, *, opened: int = 0, logs: int = 0, code: int = 0) -> Node:
    return Node(FileFact(path, "directory", 0o755, 1000, 1000), count, 400, 0, open=opened, logs=logs, code=code)


def test_data_below_a_home_is_data() -> None:
    found = trees(
        FileFact("/home/deploy", "directory", 0o755, 1000, 1000),
        _below(
            "/home/deploy",
            data=_directory("/home/deploy/data", 3),
            tools=_directory("/home/deploy/tools", 3, code=1),
        ),
        frozenset(),
    )
    assert [(tree.root.path, tree.role) for tree in found] == [("/home/deploy", "home"), ("/home/deploy/data", "data")]


@pytest.mark.parametrize(
    ("count", "logs", "code", "role"),
    [
        (4, 1, 1, None),  # a program with its log beside it
        (4, 3, 0, "log"),
        (9, 1, 0, None),
    ],
)
def test_a_directory_is_one_of_logs_only_where_logs_are_nearly_all_there_is(
    count: int, logs: int, code: int, role: str | None
) -> None:
    node = _directory("/home/deploy/tools", count, logs=logs, code=code, opened=1)
    below = _below("/home/deploy", tools=node)
    log = FileFact("/home/deploy/tools/x.out", "file", 0o644, 1000, 1000)
    below = Below(below.nodes, below.directories, {"/home/deploy/tools": (Telling(log, True),)})
    found = {tree.root.path: tree.role for tree in trees(below.nodes["/home/deploy"].fact, below, frozenset())}
    assert found.get("/home/deploy/tools") == role
    assert role or found["/home/deploy/tools/x.out"] == "log"


def test_a_directory_in_which_all_are_logs_is_one_of_logs_whatever_its_name() -> None:
    below = _below("/home/deploy", var=_directory("/home/deploy/var", 2, logs=1))
    found = {tree.root.path: tree.role for tree in trees(below.nodes["/home/deploy"].fact, below, frozenset())}
    assert found["/home/deploy/var"] == "log"


@pytest.mark.parametrize(("uid", "mode", "role"), [(0, 0o755, None), (0, 0o775, "data"), (33, 0o755, "data")])
def test_data_that_no_web_server_may_write_is_part_of_the_site(uid: int, mode: int, role: str | None) -> None:
    top = Node(FileFact("/var/www/site", "directory", 0o755, 0, 0), 9, 400, 0, code=3)
    data = Node(FileFact("/var/www/site/data", "directory", mode, uid, uid), 2, 40, 0)
    below = Below({one.fact.path: one for one in (top, data)}, {top.fact.path: (data.fact.path,)}, {})
    found = {tree.root.path: tree.role for tree in trees(top.fact, below, frozenset())}
    assert found.get("/var/www/site/data") == role


def _opened(*paths: str) -> dict[str, tuple[Telling, ...]]:
    return {path.rpartition("/")[0]: (Telling(FileFact(path, "file", 0o644, 1000, 1000), True),) for path in paths}


def _tomcats(**more: Node) -> Below:
    root = "/srv/tomcat"
    shop = f"{root}/shop"
    nodes = {
        node.fact.path: node
        for node in (
            Node(FileFact(root, "directory", 0o755, 0, 0), 400, 4000, 0, code=20),
            _directory(shop, 380, opened=3, logs=1, code=20),
            _directory(f"{shop}/conf", 12), _directory(f"{shop}/webapps", 350, code=20),
            _directory(f"{shop}/logs", 4, opened=2, logs=1), _directory(f"{shop}/indexes", 3, opened=1),
            *more.values(),
        )
    }  # fmt: skip
    directories = {
        root: (shop,),
        shop: tuple(one for one in nodes if one.startswith(shop + "/") and "/" not in one[len(shop) + 1 :]),
    }
    return Below(nodes, directories, _opened(f"{shop}/logs/catalina.out", f"{shop}/indexes/_1.cfs"))


def test_an_instance_of_a_server_is_no_data_because_it_writes_logs_inside() -> None:
    below = _tomcats()
    found = trees(below.nodes["/srv/tomcat"].fact, below, frozenset())
    assert [(tree.root.path, tree.role) for tree in sorted(found, key=lambda tree: tree.root.path)] == [
        ("/srv/tomcat", "application"), ("/srv/tomcat/shop/indexes", "data"), ("/srv/tomcat/shop/logs", "log"),
    ]  # fmt: skip


def test_a_database_s_directory_among_instances_is_data_though_its_files_are_open_deeper() -> None:
    place = "/srv/instances/main"
    nodes = {path: _directory(path, 900, opened=9) for path in ("/srv/instances", place, f"{place}/base")}
    directories = {"/srv/instances": (place,), place: (f"{place}/base",)}
    version = FileFact(f"{place}/PG_VERSION", "file", 0o600, 1000, 1000)
    telling = {**_opened(f"{place}/base/1/2"), place: (Telling(version, False),)}
    found = trees(nodes["/srv/instances"].fact, Below(nodes, directories, telling), frozenset())
    assert [(tree.root.path, tree.role) for tree in found][1:] == [(place, "data")]


def test_a_directory_in_which_a_file_itself_is_open_is_data() -> None:
    below = _tomcats()
    telling = {**below.telling, **_opened("/srv/tomcat/shop/store.1")}
    found = trees(below.nodes["/srv/tomcat"].fact, Below(below.nodes, below.directories, telling), frozenset())
    assert [(tree.root.path, tree.role) for tree in found][1:] == [("/srv/tomcat/shop", "data")]


def test_what_is_open_deeper_than_directories_are_counted_is_named() -> None:
    paths = ("/opt/wlp", "/opt/wlp/usr", "/opt/wlp/usr/servers", "/opt/wlp/usr/servers/a")
    nodes = {path: _directory(path, 100, opened=3, code=4) for path in paths}
    directories = {above: (path,) for above, path in pairwise(paths)}
    telling = _opened(*(f"{paths[3]}/{name}" for name in ("logs/messages.log", "workarea/x/1", "workarea/y/2")))
    found = trees(nodes[paths[0]].fact, Below(nodes, directories, telling), frozenset())
    assert [(tree.root.path, tree.role, tree.count, tree.complete) for tree in found] == [
        ("/opt/wlp", "application", 97, True), (f"{paths[3]}/logs", "log", 1, True),
        (f"{paths[3]}/workarea", "data", 2, True),
    ]  # fmt: skip


def _application(**parts: Node) -> Below:
    root, app = "/srv/club", "/srv/club/app"
    top = Node(FileFact(root, "directory", 0o755, 1000, 1000), 900, 4000, 0, open=1, code=90)
    nodes = {root: top, app: _directory(app, 600, opened=1, code=40)}
    nodes |= {f"{app}/{name}": node for name, node in parts.items()}
    inside = tuple(one for one in nodes if one.startswith(app + "/"))
    return Below(nodes, {root: (app,), app: inside}, _opened(f"{app}/var/schedule"))


def test_a_program_that_writes_into_one_of_its_folders_is_no_data() -> None:
    app = "/srv/club/app"
    below = _application(
        var=_directory(f"{app}/var", 3, opened=1),
        media=_directory(f"{app}/media", 400),
        node_modules=_directory(f"{app}/node_modules", 100, code=30),
    )
    found = trees(below.nodes["/srv/club"].fact, below, frozenset())
    assert [(tree.root.path, tree.role) for tree in found][1:] == [(f"{app}/var", "data"), (f"{app}/media", "data")]


def test_libraries_have_no_parts_and_a_module_called_log_is_none() -> None:
    app = "/srv/club/app"
    below = _application(
        var=_directory(f"{app}/var", 3, opened=1),
        log=_directory(f"{app}/log", 4, code=4),
        node_modules=_directory(f"{app}/node_modules", 100),
    )
    below = Below(
        {**below.nodes, f"{app}/node_modules/logs": _directory(f"{app}/node_modules/logs", 9)},
        {**below.directories, f"{app}/node_modules": (f"{app}/node_modules/logs",)},
        below.telling,
    )
    found = trees(below.nodes["/srv/club"].fact, below, frozenset())
    assert [tree.root.path for tree in found][1:] == [f"{app}/var"]

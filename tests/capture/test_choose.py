from __future__ import annotations

from typing import Any

from migrate.capture.choose import choose, owner
from migrate.model.facts import (
    Accounts,
    FileFact,
    Files,
    Job,
    OpenFile,
    Process,
    Processes,
    Schedule,
    Service,
    Services,
    Tree,
    User,
)
from migrate.model.inventory import Inventory, Scope


def host(*facts: Any) -> Inventory:
    return Inventory("h", "h", "now", tuple(Scope(one.scope, "complete", facts=one) for one in facts))


def tree(path: str, role: str, kind: str = "directory", size: int = 10) -> Tree:
    return Tree(FileFact(path, kind, 0o755, 0, 0), role, "test", 2, size)


def process(**fields: Any) -> Process:
    return Process(1, 1, "java", **{"argv": (), "uid": 33, "gid": 33, **fields})


def test_applications_and_configuration_are_taken_and_the_rest_is_said() -> None:
    choice = choose(host(Files(unmanaged=(
        tree("/opt/shop", "application"), tree("/opt/shop/logs", "log"), tree("/etc/shop", "configuration"),
        tree("/var/lib/shop", "data"),
    ))))  # fmt: skip
    assert choice.trees == ("/etc/shop", "/opt/shop")
    assert choice.without == ("/opt/shop/logs",)
    assert dict(choice.omitted) == {"/opt/shop/logs": "log: test", "/var/lib/shop": "data: test"}


def test_the_directories_above_come_along_for_their_owner_and_mode() -> None:
    choice = choose(host(Files(unmanaged=(tree("/var/lib/tomcat9/webapps/a.war", "application", "file"),))))
    assert {"/var", "/var/lib", "/var/lib/tomcat9", "/var/lib/tomcat9/webapps"} <= set(choice.single)
    assert "/" not in choice.single


def test_changed_files_are_taken_and_missing_ones_are_not() -> None:
    changed = FileFact("/etc/a", "file", 0o644, 0, 0, change="changed", package="p")
    missing = FileFact("/etc/b", "file", 0o644, 0, 0, change="missing")
    choice = choose(host(Files(changed_configuration=(changed, missing))))
    assert "/etc/a" in choice.single
    assert "/etc/b" not in choice.single


def test_large_trees_come_last_so_that_they_cost_nobody_else() -> None:
    large = tree("/opt/films", "application", size=10 << 30)
    assert choose(host(Files(unmanaged=(large, tree("/srv/www", "application"))))).trees == ("/srv/www", "/opt/films")


def test_a_tree_that_was_not_counted_to_its_end_is_left_with_the_reason() -> None:
    endless = Tree(FileFact("/srv/x", "directory", 0o755, 0, 0), "application", "in /srv", complete=False)
    choice = choose(host(Files(unmanaged=(endless,))))
    assert choice.trees == ()
    assert "too large" in dict(choice.omitted)["/srv/x"]


def test_a_home_is_left_but_for_what_runs_in_it() -> None:
    files = Files(unmanaged=(tree("/home/app", "home"), tree("/home/anna", "home")))
    running = process(cwd="/home/app/current", argv=("/home/app/bin/start.sh", "--config=/home/app/etc/app.conf"))
    choice = choose(host(files, Processes((running,))))
    assert choice.trees == ("/home/app/current",)
    assert {"/home/app/bin/start.sh", "/home/app/etc/app.conf"} <= set(choice.single)
    assert "/home/anna" in dict(choice.omitted)


def test_a_program_in_a_data_directory_is_taken_and_its_database_is_not() -> None:
    files = Files(unmanaged=(tree("/var/lib/app", "data"),))
    jar = OpenFile("/var/lib/app/lib.jar", writable=False)
    running = process(argv=("java", "-jar", "/var/lib/app/app.jar", "/var/lib/app/users.db"), open_files=(jar,))
    single = choose(host(files, Processes((running,)))).single
    assert {"/var/lib/app/app.jar", "/var/lib/app/lib.jar"} <= set(single)
    assert "/var/lib/app/users.db" not in single


def test_logs_that_a_command_line_names_are_not_taken() -> None:
    files = Files(unmanaged=(tree("/var/log/app.log", "log", "file"),))
    assert "/var/log/app.log" not in choose(host(files, Processes((process(argv=("/var/log/app.log",)),)))).single


def test_units_drop_ins_and_environment_files_of_services_are_taken() -> None:
    service = Service(
        "app.service", "systemd", active=True, unit_file="/lib/systemd/system/app.service",
        drop_ins=("/etc/systemd/system/app.service.d/a.conf",), environment_files=("-/etc/default/app",),
    )  # fmt: skip
    choice = choose(host(Services((service,))))
    assert {"/lib/systemd/system/app.service", *service.drop_ins, "/etc/default/app"} <= set(choice.single)
    assert "/lib/systemd/system/app.service" in choice.users


def test_crontabs_and_the_scripts_they_name_are_taken() -> None:
    files = Files(unmanaged=(tree("/root/bin", "home"),))
    command = "cd / && /root/bin/report.sh >/var/log/report.log 2>&1"
    job = Job("/var/spool/cron/crontabs/root", "@daily", "cron", command)
    single = choose(host(files, Schedule((job,)))).single
    assert {"/var/spool/cron/crontabs/root", "/root/bin/report.sh"} <= set(single)
    assert "/var/log/report.log" not in single


def test_what_a_job_calls_by_its_variables_and_its_path_is_taken() -> None:
    anna = User("anna", 1000, 1000, home="/home/anna")
    jobs = Schedule(
        (
            Job("/var/spool/cron/anna", "@daily", "cron", "$HOME/bin/count.sh > ~/data/x", "anna"),
            Job(
                *("/etc/cron.d/x", "@daily", "cron", "clean $TO/y", "anna"),
                environment=(("PATH", "/home/anna/x"), ("TO", "/home/anna/z")),
            ),
        )
    )
    choice = choose(host(Files(unmanaged=(tree("/home/anna", "home"),)), Accounts((anna,)), jobs))
    assert "/home/anna/bin" in choice.trees
    assert {"/home/anna/bin/count.sh", "/home/anna/x/clean", "/home/anna/z/y"} <= set(choice.single)


def test_password_files_of_users_that_run_something_are_taken() -> None:
    users = Accounts((User("shop", 33, 33, home="/home/shop"), User("anna", 1000, 1000, home="/home/anna")))
    single = choose(host(users, Processes((process(),)))).single
    assert "/home/shop/.pgpass" in single
    assert "/home/anna/.pgpass" not in single


def test_shadow_is_never_asked_for() -> None:
    files = Files(
        changed_configuration=(FileFact("/etc/shadow", "file", 0, 0, 0, change="changed"),),
        unmanaged=(tree("/etc/gshadow", "configuration", "file"),),
    )
    choice = choose(host(files, Processes((process(argv=("cat", "/etc/shadow")),))))
    assert not {path for path in (*choice.single, *choice.trees) if "shadow" in path}


def test_a_directory_of_a_package_owns_what_is_below_but_not_what_a_person_put_there() -> None:
    files = Files(unmanaged=(tree("/etc/nginx/sites-available/shop", "configuration", "file"),))
    of = owner(files, {"/etc/nginx/nginx.conf": "nginx-common"}, {"/etc/nginx": "nginx-core"})
    assert of("/etc/nginx/nginx.conf") == "nginx-common"
    assert of("/etc/nginx/modules-enabled/50-mod-mail.conf") == "nginx-core"
    assert of("/etc/nginx/sites-available/shop") is None
    assert of("/etc/shop.conf") is None


def test_what_a_java_server_has_behind_links_is_taken_alone() -> None:
    argv = ("java", "-Djetty.home=/usr/share/jetty9/", "-jar", "/usr/share/jetty9/start.jar")
    choice = choose(host(Processes((process(argv=argv, exe="/usr/lib/jvm/jdk8/jre/bin/java"),))))
    assert {"/usr/share/jetty9/webapps", "/usr/lib/jvm/jdk8/release"} <= set(choice.single)
    assert "/usr/share/jetty9/start.jar" in choice.users
    assert "/usr/share/jetty9" not in choice.trees

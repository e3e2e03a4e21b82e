from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.differing import Change, Difference, FieldChange, compare
from migrate.model.codec import scope_types
from migrate.model.facts import (
    FileFact,
    Files,
    Job,
    Package,
    Packages,
    Process,
    Processes,
    Schedule,
    Service,
    Services,
    Socket,
    Sockets,
    System,
    Tree,
)
from migrate.model.inventory import Inventory, Scope
from migrate.model.kernel import Kernel, Module, Tunable
from migrate.model.management import Management, Tool
from migrate.model.routing import Routing, Rule


def host(*facts: Any, name: str = "web01", when: str = "2026-11-02T10:00:00Z") -> Inventory:
    return Inventory(name, name, when, tuple(Scope(one.scope, "complete", facts=one) for one in facts))


def changes(before: Any, after: Any) -> tuple[Change, ...]:
    return compare(host(before), host(after)).changes


def package(name: str, version: str) -> Package:
    return Package(name, version, "amd64", "dpkg")


def test_a_package_that_came_one_that_went_and_one_of_another_version() -> None:
    before = Packages("dpkg", (package("bash", "5.1"), package("telnet", "0.17")))
    after = Packages("dpkg", (package("bash", "5.2"), package("curl", "7.88")))
    assert changes(before, after) == (
        Change("packages", "packages", "dpkg bash amd64", "changed", (FieldChange("version", "5.1", "5.2"),)),
        Change("packages", "packages", "dpkg telnet amd64", "vanished"),
        Change("packages", "packages", "dpkg curl amd64", "appeared"),
    )


def test_process_ids_times_and_memory_are_no_difference() -> None:
    one = Process(12, 1, "nginx", ("nginx", "-g", "daemon off;"), 0, 0, exe="/usr/sbin/nginx", started=4.0, rss=9)
    other = replace(one, pid=99, ppid=3, started=77.5, rss=4000, cpu=1.5)
    assert changes(Processes((one,)), Processes((other,))) == ()


def test_another_number_of_the_same_workers_is_no_difference_and_none_at_all_is() -> None:
    worker = Process(12, 1, "php-fpm", ("php-fpm: pool www",), 33, 33, exe="/usr/sbin/php-fpm7.4")
    two = Processes((worker, replace(worker, pid=13)))
    assert changes(Processes((worker,)), two) == ()
    (gone,) = changes(two, Processes(()))
    assert (gone.how, gone.what) == ("vanished", "/usr/sbin/php-fpm7.4 php-fpm php-fpm: pool www 33")


def test_a_login_and_a_connection_are_gone_a_moment_later_and_count_for_nothing() -> None:
    shell = Process(5, 4, "bash", ("-bash",), 1000, 1000, unit="session-3.scope")
    assert changes(Processes((shell,)), Processes()) == ()
    assert changes(Sockets((Socket("tcp", "established", "10.0.0.1", 22, "10.0.0.2", 4711),)), Sockets()) == ()


def test_a_variable_of_the_session_is_no_difference_one_of_the_service_is() -> None:
    one = Process(1, 1, "java", ("java",), 0, 0, environment=(("INVOCATION_ID", "a"), ("JAVA_OPTS", "-Xmx1g")))
    other = replace(one, environment=(("INVOCATION_ID", "b"), ("JAVA_OPTS", "-Xmx2g")))
    (change,) = changes(Processes((one,)), Processes((other,)))
    assert change.fields == (FieldChange("environment", (("JAVA_OPTS", "-Xmx1g"),), (("JAVA_OPTS", "-Xmx2g"),)),)


def test_a_log_that_grew_is_no_difference_an_application_that_grew_is() -> None:
    def tree(path: str, role: str, size: int) -> Files:
        return Files(
            unmanaged=(Tree(FileFact(path, "directory", 0o755, 0, 0, mtime=size), role, size=size, newest=size),)
        )

    assert changes(tree("/opt/shop/logs", "log", 5), tree("/opt/shop/logs", "log", 50)) == ()
    (change,) = changes(tree("/opt/shop", "application", 5), tree("/opt/shop", "application", 50))
    assert change == Change("files", "unmanaged", "/opt/shop", "changed", (FieldChange("size", 5, 50),))


def test_single_facts_of_a_scope_are_one_change() -> None:
    (change,) = changes(System(hostname="a", kernel="5.10", uptime=1.0), System(hostname="a", kernel="6.1", uptime=9.0))
    assert change == Change("system", "", "", "changed", (FieldChange("kernel", "5.10", "6.1"),))


def test_a_service_that_was_disabled_and_a_job_that_moved() -> None:
    services = changes(
        Services((Service("ntp.service", "systemd", active=True, enabled=True, main_pid=7),)),
        Services((Service("ntp.service", "systemd", enabled=False),)),
    )
    assert services[0].fields == (FieldChange("active", True, False), FieldChange("enabled", True, False))
    jobs = changes(
        Schedule((Job("/etc/crontab", "1 * * * *", "cron", "run-report", line=4),)),
        Schedule((Job("/etc/crontab", "2 * * * *", "cron", "run-report", line=9),)),
    )
    assert jobs[0].fields == (FieldChange("schedule", "1 * * * *", "2 * * * *"),)


def test_what_one_side_did_not_read_is_said_and_is_no_difference() -> None:
    found = compare(host(Packages("dpkg")), replace(host(name="web02"), scopes=(Scope("packages", "failed"),)))
    assert found == Difference(
        "web01 (2026-11-02T10:00:00Z)",
        "web02 (2026-11-02T10:00:00Z)",
        unknown=(("packages", "not read of web02"),),
    )


@pytest.mark.parametrize("kind", scope_types().values(), ids=scope_types())
def test_every_scope_equals_itself(kind: type[Any]) -> None:
    assert changes(kind(), kind()) == ()


@settings(deadline=None)
@given(st.lists(st.builds(Package, st.text(max_size=3), st.text(max_size=3), st.just("all"), st.just("dpkg"))))
def test_nothing_differs_from_itself_whatever_its_names(packages: list[Package]) -> None:
    facts = Packages("dpkg", tuple(packages))
    assert changes(facts, facts) == ()
    assert changes(facts, Packages("dpkg", tuple(reversed(packages)))) == ()


def test_what_the_machine_does_at_the_moment_is_no_difference() -> None:
    def kernel(entropy: int, users: int, value: str) -> Kernel:
        return Kernel(entropy=entropy, modules=(Module("ext4", users),), tunables=(Tunable("vm.swappiness", value),))

    assert changes(kernel(100, 1, "60"), kernel(200, 5, "60")) == ()
    (change,) = changes(kernel(1, 1, "60"), kernel(1, 1, "10"))
    assert (change.what, change.fields) == ("vm.swappiness", (FieldChange("value", "60", "10"),))


def test_rules_of_a_chain_are_told_apart_by_what_they_say() -> None:
    one, other = (Rule("ip", "nat", "PREROUTING", "redirect", text=text, seen=text) for text in ("a", "b"))
    (change,) = changes(Routing(rules=(one,)), Routing(rules=(one, other)))
    assert (change.what, change.how) == ("ip nat PREROUTING b", "appeared")


def test_a_tool_s_environment_is_a_name_and_no_list_of_variables() -> None:
    chef = Management((Tool("chef", environment="production"), Tool("puppet")))
    assert changes(chef, chef) == ()

from __future__ import annotations

from collections.abc import Iterator

from migrate.model.facts import Service
from migrate.syntax.init_scripts import init_services
from migrate.syntax.process_tree import Running, Tree


class Said:
    """A section whose parts are given."""

    def __init__(self, files: dict[str, dict[str, str]], links: tuple[str, ...] = (), **lines: tuple[str, ...]) -> None:
        self._files, self._links, self._lines = files, links, lines

    def lines(self, name: str) -> list[str]:
        return list(self._lines.get(name, ()))

    def files(self, name: str) -> dict[str, list[str]]:
        return {path: text.split("\n") for path, text in self._files.get(name, {}).items()}

    def pairs(self, name: str) -> Iterator[tuple[str, str]]:
        return ((link, "x") for link in self._links)


def found(said: Said, *processes: Running) -> dict[str, Service]:
    return {one.name: one for one in init_services(said, Tree({each.pid: each for each in processes}))}


def test_an_interpreter_s_process_is_not_every_script_s() -> None:
    scripts = {f"/etc/init.d/{name}": "#!/bin/sh\nDAEMON=/usr/bin/python3" for name in ("shop", "unused")}
    said = Said({"scripts": scripts, "pidfiles": {"/var/run/shop.pid": "603"}})
    both = found(said, Running(1, 0, "init"), Running(603, 1, "python3"))
    assert (both["shop"].main_pid, both["unused"].main_pid) == (603, None)


def test_a_program_without_a_pid_file_is_found_below_init_unless_another_script_has_it() -> None:
    scripts = {f"/etc/init.d/{name}": "#!/bin/sh\nDAEMON=/usr/sbin/inetd" for name in ("inetd", "super")}
    one = found(Said({"scripts": scripts}), Running(5, 1, "inetd"))
    assert one["super"].main_pid == 5
    said = Said({"scripts": scripts, "pidfiles": {"/var/run/inetd.pid": "5"}})
    both = found(said, Running(5, 1, "inetd"))
    assert (both["inetd"].main_pid, both["super"].main_pid) == (5, None)


def test_run_levels_tell_what_is_started() -> None:
    links = ("/etc/rc2.d/S20shop", "/etc/rc3.d/S20shop", "/etc/rc0.d/K20shop", "/etc/rc1.d/S20single-only")
    scripts = {"/etc/init.d/shop": "#!/bin/sh", "/etc/init.d/single-only": "#!/bin/sh"}
    both = found(Said({"scripts": scripts}, links))
    assert (both["shop"].runlevels, both["shop"].enabled) == (("2", "3"), True)
    assert (both["single-only"].runlevels, both["single-only"].enabled) == (("1",), False)


OPENRC = """#!/sbin/openrc-run
description="Sells things"
supervisor=supervise-daemon
command=/usr/bin/python3
command_user="worker:web"
directory=/opt/app
pidfile="/run/${RC_SVCNAME}.pid"
"""


def test_openrc_s_supervise_daemon_keeps_the_process_below_it() -> None:
    said = Said(
        {"scripts": {"/etc/init.d/shop": OPENRC}, "pidfiles": {"/run/shop.pid": "90"}},
        ("/etc/runlevels/default/shop",),
        openrc=("shop",),
    )
    shop = found(said, Running(90, 1, "supervise-daemo", ("supervise-daemon", "shop")), Running(91, 90, "python3"))[
        "shop"
    ]
    assert (shop.main_pid, shop.user, shop.group, shop.working_directory) == (91, "worker", "web", "/opt/app")
    assert (shop.manager, shop.runlevels, shop.enabled, shop.kind) == ("openrc", ("default",), True, "simple")
    assert (shop.pid_file, shop.description) == ("/run/shop.pid", "Sells things")


def test_what_was_started_and_left_no_process_does_not_run() -> None:
    said = Said(
        {"scripts": {"/etc/init.d/sysctl": "#!/sbin/openrc-run"}}, ("/etc/runlevels/boot/sysctl",), openrc=("sysctl",)
    )
    assert (found(said)["sysctl"].active, found(said)["sysctl"].state) == (True, "started")


# After inittab(5) of sysvinit, and the one that busybox documents, whose first field is a terminal.
INITTAB = (
    "id:2:initdefault:",
    "1:2345:respawn:/sbin/getty 38400 tty1",
    'ap:2345:respawn:/bin/su worker -c "exec /opt/serve 8200"',
    "z6:6:respawn:/opt/late",
    "on:2345:ondemand:/opt/asked",
    "::respawn:/usr/sbin/httpd -f",
    "tty2::askfirst:-/bin/sh",
)


def test_what_inittab_keeps() -> None:
    tree = (Running(637, 1, "su", ("/bin/su", "worker", "-c", "exec /opt/serve 8200")), Running(640, 1, "httpd"))
    said = found(Said({}, inittab=INITTAB), *tree)
    assert set(said) == {"ap", "z6", "on", "httpd-6"}
    assert (said["ap"].exec_start, said["ap"].main_pid) == ((("/bin/su", "worker", "-c", "exec /opt/serve 8200"),), 637)
    assert (said["z6"].enabled, said["ap"].enabled, said["httpd-6"].main_pid) == (False, True, 640)


def test_the_numbered_scripts_of_busybox_are_started_by_their_names() -> None:
    scripts = {f"/etc/init.d/{name}": "#!/bin/sh" for name in ("S40network", "rcS", "helper")}
    assert {name: one.enabled for name, one in found(Said({"scripts": scripts})).items()} == {
        "S40network": True,
        "helper": False,
    }

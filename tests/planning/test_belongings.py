from __future__ import annotations

from migrate.detectors import Advice, Candidate
from migrate.model.facts import CapturedFile
from migrate.planning import belongings, closure, evidence, state
from migrate.planning.belongings import Belongings
from migrate.planning.index import Index
from tests.planning.hosts import host, package, process, service, tree


def gathered(facts: Index, candidate: Candidate, uids: frozenset[int] = frozenset()) -> Belongings:
    uses = evidence.of(candidate)
    needed = closure.needed(facts, candidate, Advice(), uses, belongings.texts_of(facts, Advice(), uses))
    return belongings.gather(facts, needed, Advice(), uses, uids)


def app(*argv: str) -> Candidate:
    return Candidate("app", service("app.service"), (process(7, *argv, uid=998, gid=998),))


def test_the_whole_application_folder_comes_without_state_logs_and_junk() -> None:
    facts = host(
        trees=(
            tree("/opt/app", "application"),
            tree("/opt/app/data", "data", uid=998),
            tree("/opt/app/logs", "log", uid=998),
            tree("/opt/app/old", "backup"),
            tree("/opt/other", "application"),
        ),
        texts={
            "/opt/app/bin/app": b"#!/bin/sh\n",
            "/opt/app/lib/x.sh": b"",
            "/opt/app/old/app": b"",
            "/opt/other/y": b"",
        },
    )
    found = gathered(facts, app("/opt/app/bin/app"))
    [choice] = found.files
    assert choice.path == "/opt/app"
    assert set(choice.exclude) == {"/opt/app/data", "/opt/app/logs", "/opt/app/old"}
    assert [tree.root.path for tree, _ in found.trees] == ["/opt/app/data", "/opt/app/logs"]
    [volume] = state.volumes(facts, "app", Advice(), found, ())
    assert (volume.path, volume.uid, volume.method) == ("/opt/app/data", 998, "copy")


def test_what_configuration_names_is_followed() -> None:
    facts = host(
        trees=(
            tree("/etc/app.conf", "configuration", "file"),
            tree("/etc/app.d", "configuration"),
            tree("/srv/files/site", "application"),
            tree("/srv/files/private", "application"),
        ),
        texts={
            "/etc/app.conf": b"include /etc/app.d\n",
            "/etc/app.d/site.conf": b"root /srv/files/site;\n",
            "/srv/files/site/index.html": b"x",
            "/srv/files/private/x": b"x",
        },
    )
    found = gathered(facts, app("/usr/sbin/appd", "-c", "/etc/app.conf"))
    assert [choice.path for choice in found.files] == ["/etc/app.conf", "/etc/app.d", "/srv/files/site"]


def test_one_script_among_others_in_a_shared_folder_comes_alone() -> None:
    facts = host(
        trees=(tree("/usr/local/bin/app", "application", "file"), tree("/usr/local/bin/other", "application", "file")),
        texts={"/usr/local/bin/app": b"#!/bin/sh\n", "/usr/local/bin/other": b"#!/bin/sh\n"},
    )
    assert [choice.path for choice in gathered(facts, app("/bin/sh", "/usr/local/bin/app")).files] == [
        "/usr/local/bin/app"
    ]


def test_what_the_services_own_user_owns_is_its_state() -> None:
    facts = host(trees=(tree("/var/lib/app/store", "data", uid=998), tree("/var/lib/else", "data", uid=33)))
    found = gathered(facts, app("/usr/sbin/appd"), frozenset({998}))
    assert [tree.root.path for tree, _ in found.trees] == ["/var/lib/app/store"]


def test_a_library_is_carried_and_not_read() -> None:
    library = "/opt/app/venv/lib/python3.11/site-packages/kombu/connection.py"
    facts = host(
        trees=(tree("/opt/app", "application"), tree("/srv/other", "application")),
        texts={"/opt/app/app.py": b"import kombu\n", library: b"EXAMPLE = '/srv/other/x.py'\n", "/srv/other/x.py": b""},
    )
    found = gathered(facts, app("/opt/app/app.py"))
    assert [choice.path for choice in found.files] == ["/opt/app"]
    assert library not in found.texts


def test_the_virtualenv_of_a_python_that_is_a_link_comes_whole() -> None:
    facts = host(
        trees=(tree("/home/anna", "home"),),
        texts={"/home/anna/env/pyvenv.cfg": b"", "/home/anna/env/lib/python3.11/site-packages/six.py": b""},
        entries=(CapturedFile("/home/anna/env/bin/python", "link", 0o777, 0, 0, 0, target="/usr/bin/python3.11"),),
    )
    found = gathered(facts, app("/home/anna/env/bin/python", "-m", "six"))
    assert "/home/anna/env" in [choice.path for choice in found.files]


def test_settings_that_no_package_brings_are_found_by_the_package_s_name() -> None:
    texts = {"/etc/appd.conf": b"x", "/etc/app/local.php": b"x", "/etc/other.conf": b"x"}
    facts = host(packages=(package("app"),), owners={"/usr/bin/app": "app"}, texts=texts)
    assert [one.path for one in gathered(facts, app("/usr/bin/app")).files] == ["/etc/app/local.php", "/etc/appd.conf"]
    entries = (CapturedFile("/etc/app/app.conf", "file", 0o644, 0, 0, 1, package="app"),)
    facts = host(packages=(package("app"),), owners={"/usr/bin/app": "app"}, texts=texts, entries=entries)
    assert "/etc/appd.conf" in [one.path for one in gathered(facts, app("/usr/bin/app")).files]

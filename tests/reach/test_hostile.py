"""Accounts of a real sshd whose login shell is hostile or none: a clear error, or a named partial result."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from migrate import probing
from migrate.errors import HostError
from migrate.model.inventory import Scope
from migrate.model.target import Access
from migrate.parts import parts
from migrate.probes import Probe
from migrate.probing import probe
from migrate.reach import elevation
from migrate.reach.wire.connection import SshConnection
from tests.reach.box import Box

pytestmark = pytest.mark.engine

PROBES: tuple[Probe, ...] = tuple(
    one for one in parts("migrate.probes", "PROBE") if one.facts.scope in ("accounts", "mounts", "schedule", "system")
)
# A shell's script gets "-c" and the command that we asked for.
SHELLS = {
    "menu": 'while :; do echo "1) restart 2) quit"; read -r choice || exit 0; done',
    "mirror": "cat",
    "silent": "exec sleep 1000",
    "endless": "exec yes press any key",
    "greets": "head -c 5000000 /dev/urandom; echo; printf 'no newline'; exec /bin/sh -c \"$2\"",
    "stops": '/bin/sh -c "$2" | dd bs=1 count=6000 2>/dev/null',
    "floods": '/bin/sh -c "$2" | { dd bs=1 count=6000 2>/dev/null; exec cat /dev/zero; }',
    "trails": '/bin/sh -c "$2"; exec cat /dev/zero',
    "garbles": "/bin/sh -c \"$2\" | sed -u '2,$s/begin/\\xff\\x00/g'",
}
# It answers all that is asked with our own marks and nonsense between them.
SHELLS["forges"] = r"""
exec /bin/bash -c '
while IFS= read -r line; do
    case $line in
        *"migrate-\$n"*) ;;
        n=*) n=${line%% *}; n=${n#n=}; sleep 0.2; echo "migrate-$n none $$ $$" ;;
        MARK=*) mark=${line#MARK=} ;;
        "section "*) set -- $line
            printf "\n%s begin %s %s 1.0\n" "$mark" "$2" "$3"
            printf "\n%s part table\n\\0\\377%s\\n\n%s part users\n::::\n\n%s gap x\n" "$mark" "$line" "$mark" "$mark"
            printf "\n%s end %s 0 1.0\n" "$mark" "$2"; count=$((count + 1)) ;;
        *exit) printf "\n%s done %s\n" "$mark" "$count"; exit 0 ;;
    esac
done'
"""


@pytest.fixture(scope="module")
def shells(box: Box) -> None:
    for name, body in SHELLS.items():
        script = f"#!/bin/sh\n{body}\n".replace("'", "'\"'\"'")
        box.inside(
            "sh", "-c",
            f"printf %s '{script}' >/bin/hostile-{name}; chmod 755 /bin/hostile-{name}; "
            f"useradd -m -s /bin/hostile-{name} {name}; mkdir /home/{name}/.ssh; "
            f"cp /root/.ssh/authorized_keys /home/{name}/.ssh/; chown -R {name} /home/{name}",
        )  # fmt: skip


def connect(box: Box, user: str) -> SshConnection:
    return SshConnection(box.settings(user), Access(identity=(box.key,), accept_new=True))


def ask(box: Box, user: str) -> tuple[Scope, ...]:
    connection = connect(box, user)
    try:
        return probe(connection, PROBES, deadline=60)
    finally:
        connection.close()


@pytest.mark.usefixtures("shells")
@pytest.mark.parametrize("user", ["menu", "mirror", "silent", "endless"])
def test_what_is_no_shell_is_named_soon(box: Box, user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elevation, "_PATIENCE", 3.0)
    monkeypatch.setattr(elevation, "_NOISE", 4 << 20)
    started = time.monotonic()
    with pytest.raises(HostError, match=r"no shell answered|did not answer") as caught:
        connect(box, user)
    assert caught.value.hint
    assert time.monotonic() - started < 20


@pytest.mark.usefixtures("shells")
def test_megabytes_before_the_answer_are_no_hindrance(box: Box) -> None:
    assert [scope.status for scope in ask(box, "greets")] == [scope.status for scope in ask(box, "plain")]


@pytest.mark.usefixtures("shells")
@pytest.mark.parametrize(("user", "why"), [("stops", "ended early, with status"), ("floods", "said more than 2 MiB")])
def test_an_answer_that_breaks_off_or_never_ends_is_a_named_partial_result(
    box: Box, user: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "LARGEST", 2 << 20)
    scopes = ask(box, user)
    assert [scope.name for scope in scopes] == [one.facts.scope for one in PROBES]
    assert any(why in gap.why for scope in scopes for gap in scope.gaps)
    assert all(scope.gaps for scope in scopes if scope.status != "complete")
    assert {scope.status for scope in scopes} > {"failed"}


@pytest.mark.usefixtures("shells")
def test_what_goes_on_behind_the_end_costs_nothing(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "LARGEST", 2 << 20)
    assert all(scope.facts is not None for scope in ask(box, "trails"))


@pytest.mark.usefixtures("shells")
def test_an_endless_answer_does_not_fill_our_memory(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "LARGEST", 16 << 20)
    connection = connect(box, "floods")
    tracemalloc.start()
    probe(connection, PROBES, deadline=60)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    connection.close()
    assert peak < 120 << 20


@pytest.mark.usefixtures("shells")
def test_marks_that_are_garbled_are_no_marks(box: Box) -> None:
    for scope in ask(box, "garbles"):
        assert (scope.status, scope.facts) == ("failed", None)
        assert scope.gaps


@pytest.mark.usefixtures("shells")
def test_our_own_marks_around_nonsense_are_gaps_or_nothing(box: Box) -> None:
    scopes = ask(box, "forges")
    assert [scope.name for scope in scopes] == [one.facts.scope for one in PROBES]
    assert all("its parser failed" not in gap.why for scope in scopes for gap in scope.gaps)

"""What a person reads when something goes wrong, what a program gets as exit status, and what the workspace keeps."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.model.facts import Packages, Processes
from migrate.workspace import Workspace
from tests.e2e.shop import PROGRAM, Done, Shop, environment, new_key, run_migrate

pytestmark = pytest.mark.engine

_STARTS_WITH = re.compile(r"^migrate: (.+)$", re.M)
_HINT = re.compile(r"^ {2}try: (.+)$", re.M)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace in which something is already."""
    folder = tmp_path / "workspace"
    _fill(folder)
    return folder


def _fill(folder: Path) -> None:
    """What no failure may touch: an inventory of this host and of another, decisions, generated files, state."""
    for name, text in {
        "inventory/shop01/inventory.json": "what was found a year ago",
        "inventory/shop01/secrets/secrets.json": "{}",
        "inventory/other/inventory.json": "another host",
        "plan.yaml": "# decisions of a person",
        "generated/compose.yaml": "services: {}",
        "data/postgresql/dump.sql": "-- state",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but .gitignore, which every command may complete."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".gitignore")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def message_of(done: Done, status: int) -> str:
    """The one message of a run that ended with ``status``, its hint included."""
    assert done.status == status, done.err
    assert "Traceback" not in done.err + done.out
    assert "internal error" not in done.err
    assert done.out == ""
    said = _STARTS_WITH.findall(done.err)
    assert len(said) == 1, done.err
    hints = _HINT.findall(done.err)
    assert len(hints) <= 1
    return "\n".join([*said, *hints])


def failed(done: Done, status: int) -> str:
    """As :func:`message_of`, and there is something to try."""
    message = message_of(done, status)
    assert "\n" in message, f"no hint: {message}"
    return message


# --- hosts that can't be reached, or refuse us ------------------------------------------------------------------------


def test_a_wrong_host_name_is_named(workspace: Path) -> None:
    before = contents(workspace)
    message = failed(run_migrate("discover", "no-such-host.invalid", cwd=workspace), 3)
    assert "there is no host named no-such-host.invalid" in message
    assert contents(workspace) == before


def test_a_port_where_nobody_listens_is_named(shop: Shop, workspace: Path) -> None:
    before = contents(workspace)
    other = shop.reached_as("closed", port=1)
    message = failed(run_migrate("discover", other.target, cwd=workspace, env=other.environment), 3)
    assert "shop01:1" in message
    assert "refused" in message
    assert contents(workspace) == before


def test_a_refused_key_is_named_with_what_was_tried(shop: Shop, workspace: Path) -> None:
    before = contents(workspace)
    other = shop.reached_as("stranger", key=new_key(workspace.parent / "stranger"))
    message = failed(run_migrate("discover", other.target, cwd=workspace, env=other.environment), 3)
    assert f"admin@shop01:{shop.port}" in message
    assert str(other.key) in message
    assert contents(workspace) == before


def test_an_unknown_host_key_is_refused_with_its_fingerprint(shop: Shop, workspace: Path) -> None:
    before = contents(workspace)
    empty = workspace.parent / "known_hosts"
    other = shop.reached_as("unknown", known=empty)
    message = failed(run_migrate("discover", other.target, cwd=workspace, env=other.environment), 3)
    assert f"admin@shop01:{shop.port}" in message
    assert "SHA256:" in message
    assert "--accept-new" in message
    assert not empty.exists()
    assert contents(workspace) == before


def test_a_changed_host_key_is_refused_even_when_new_ones_are_accepted(shop: Shop, workspace: Path) -> None:
    before = contents(workspace)
    key = new_key(workspace.parent / "false").with_suffix(".pub").read_text()
    known = workspace.parent / "known_hosts"
    known.write_text(f"[127.0.0.1]:{shop.port} {key}")
    other = shop.reached_as("changed", known=known)
    done = run_migrate("discover", other.target, "--accept-new", cwd=workspace, env=other.environment)
    assert f"admin@shop01:{shop.port}" in failed(done, 3)
    assert known.read_text() == f"[127.0.0.1]:{shop.port} {key}"
    assert contents(workspace) == before


def test_one_host_of_two_that_fails_costs_the_other_nothing(shop: Shop, workspace: Path) -> None:
    words = ("discover", "no-such-host.invalid", shop.target, "--no-record", "--json")
    done = run_migrate(*words, cwd=workspace, env=shop.environment)
    assert done.status == 3, done.err
    assert "no-such-host.invalid" in done.err
    assert "Traceback" not in done.err
    assert Workspace(workspace).hosts() == ("other", "shop01")
    assert (workspace / "inventory" / "shop01" / "content.tar.gz").exists()


# --- a host without sudo ----------------------------------------------------------------------------------------------


@pytest.fixture
def plain(shop: Shop) -> Iterator[Shop]:
    """The server as a user sees it who may not sudo."""
    make = "useradd -m -s /bin/bash plain && mkdir -m 700 ~plain/.ssh && cp ~admin/.ssh/authorized_keys ~plain/.ssh/"
    shop.inside("sh", "-c", f"{make} && chown -R plain: ~plain/.ssh")
    try:
        yield shop.reached_as("plain", user="plain")
    finally:
        shop.inside("sh", "-c", "pkill -KILL -u plain; userdel -rf plain 2>/dev/null; true")


def test_without_sudo_what_can_be_seen_is_kept_and_what_is_missing_is_said(plain: Shop, workspace: Path) -> None:
    done = run_migrate("discover", plain.target, "--no-record", cwd=workspace, env=plain.environment)
    assert done.status == 0, done.err
    assert "Traceback" not in done.err
    assert "sudo" in done.out + done.err
    inventory = Workspace(workspace).load_inventory("shop01")
    assert len(inventory.get(Packages).packages) > 100
    assert len(inventory.get(Processes).processes) > 3
    remedies = [gap.remedy or "" for scope in inventory.scopes for gap in scope.gaps]
    assert any("ALL=(root) NOPASSWD:" in remedy for remedy in remedies), remedies


def test_a_wrong_password_for_sudo_is_an_error_not_a_poorer_inventory(plain: Shop, workspace: Path) -> None:
    plain.inside("sh", "-c", "echo 'plain ALL=(ALL) ALL' >/etc/sudoers.d/plain && chmod 440 /etc/sudoers.d/plain")
    before = contents(workspace)
    try:
        env = {**plain.environment, "MIGRATE_SUDO_PASSWORD": "not this one"}
        message = failed(run_migrate("discover", plain.target, cwd=workspace, env=env), 3)
    finally:
        plain.inside("rm", "/etc/sudoers.d/plain")
    assert f"plain@shop01:{plain.port}" in message
    assert "not this one" not in message
    assert contents(workspace) == before


# --- a full disk ------------------------------------------------------------------------------------------------------


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A workspace on a file system of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    words = ("mount", "-t", "tmpfs", "-o", "size=1m", "migrate-test", str(folder))
    mounted = subprocess.run(words, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"needs the right to mount: {mounted.stderr.strip()}")
    try:
        _fill(folder)
        yield folder
    finally:
        subprocess.run(("umount", "-l", str(folder)), check=True)


def test_a_full_disk_is_named_and_what_was_there_stays(shop: Shop, full: Path) -> None:
    before = contents(full)
    done = run_migrate("discover", shop.target, "--no-record", "-w", str(full), cwd=full, env=shop.environment)
    message = failed(done, 2)
    assert str(full) in message
    assert "No space left on device" in message
    assert contents(full) == before


def test_a_workspace_that_is_a_file_is_bad_input(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    done = run_migrate("discover", shop.target, "-w", "file", cwd=tmp_path, env=shop.environment)
    assert "file" in message_of(done, 2)
    assert (tmp_path / "file").read_text() == "not a folder"


# --- Ctrl-C -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["connecting to", "reading ", "packages read", "capturing "])
def test_ctrl_c_ends_at_once_and_what_was_there_stays(shop: Shop, workspace: Path, moment: str) -> None:
    before = contents(workspace)
    done = interrupted(shop, workspace, moment)
    assert "interrupted" in message_of(done, 130)
    assert contents(workspace) == before
    assert list((workspace / "inventory").glob(".*")) == []


def test_ctrl_c_leaves_nothing_running_on_the_host(shop: Shop, workspace: Path) -> None:
    interrupted(shop, workspace, "reading ")
    for _ in range(100):
        running = shop.inside("sh", "-c", "ps -o args= -u admin; ps -eo args= | grep '[e]xec sh -s' || true")
        if not running.strip():
            return
        threading.Event().wait(0.1)
    pytest.fail(f"still there after 10 s: {running.decode('utf-8', 'replace')}")


def interrupted(shop: Shop, workspace: Path, moment: str) -> Done:
    """``migrate discover``, interrupted as by a terminal once it said ``moment``."""
    words = (str(PROGRAM), "discover", shop.target)
    # Where the tests run in the background of a shell script, SIGINT is ignored, and children would inherit that.
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        words,
        cwd=workspace,
        env=environment(shop.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    signal.signal(signal.SIGINT, former)
    assert process.stderr is not None
    heard = b""
    watchdog = threading.Timer(120, process.kill)
    watchdog.start()
    try:
        for line in process.stderr:
            heard += line
            if moment in line.decode("utf-8", "replace"):
                break
        else:
            pytest.fail(f"it never said {moment!r}: {heard.decode('utf-8', 'replace')}")
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        watchdog.cancel()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return Done(process.returncode, out.decode("utf-8", "replace"), (heard + err).decode("utf-8", "replace"))


# --- bad usage and what is not there yet ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("discover",), "targets"),
        (("discover", "--no-such-option", "host"), "--no-such-option"),
        (("discover", "host:notaport"), "notaport"),
        (("no-such-command",), "no-such-command"),
        (("generate",), "discover"),
        (("sync",), "discover"),
        (("validate",), "generate"),
        (("deploy",), "generate"),
        (("deploy", "--volumes"), "--down"),
    ],
)
def test_bad_usage_and_a_step_too_early_say_what_to_do(tmp_path: Path, words: tuple[str, ...], named: str) -> None:
    message = failed(run_migrate(*words, cwd=tmp_path), 2)
    assert named in message
    assert contents(tmp_path) == {}

"""One command for twelve hosts through Ansible: each its own outcome, and the same inventory as over SSH."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from migrate import pipeline
from migrate.differing import compare
from migrate.model.facts import Answers, Content, Packages, Processes, System
from migrate.model.inventory import Gap, Inventory
from migrate.model.target import Access, Wanted
from migrate.visits import Discovered
from migrate.workspace import Workspace
from tests.reach.box import IMAGE, PASSWORD, build, docker

pytestmark = pytest.mark.engine

# What is done to a box before its sshd starts. Python is on none of them.
_BUSYBOX = """
rm -f $(dpkg -L coreutils findutils gzip grep sed mawk procps tar util-linux hostname diffutils |
    grep -E '/s?bin/[^/]+$' | grep -vE '/(rm|grep|ln|bash)$')
busybox --install -s /bin; ln -sf busybox /bin/sh; ln -sf busybox /bin/grep; ln -sf busybox /bin/rm
"""
BOXES = {
    "root": "",
    "free": "",
    "asks": "",
    "plain": "",
    "csh": "",
    "noisy": "",
    "busybox": _BUSYBOX,
    "hex": "rm -f /usr/bin/base64 /usr/bin/openssl",
    "inner": "",
    "slow": "echo 'sleep 1000' >/home/plain/.bashrc",
    "refuses": "rm /root/.ssh/authorized_keys",
}
_START = "mkdir -p /run/sshd\n{}\nexec /usr/sbin/sshd -D -e -o PermitRootLogin=prohibit-password -o UsePAM=no"

_INVENTORY = """
all:
  vars:
    ansible_host: 127.0.0.1
    ansible_ssh_private_key_file: {key}
  children:
    as_root:
      vars: {{ansible_user: root}}
      hosts: {{root: , busybox: , hex: , refuses: , inner: , dead: }}
    others:
      hosts:
        free: {{ansible_user: free}}
        asks: {{ansible_user: asks, ansible_become: true, ansible_become_password: "{{{{ sudo_password }}}}"}}
        plain: {{ansible_user: plain}}
        csh: {{ansible_user: csh}}
        noisy: {{ansible_user: noisy}}
        slow: {{ansible_user: plain}}
"""


@dataclass(frozen=True, slots=True)
class Fleet:
    folder: Path
    inventory: Path
    ports: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """:ivar kept: when each host's inventory was there, in seconds since the start."""

    fleet: Fleet
    workspace: Workspace
    results: dict[str, Discovered]
    said: list[str]
    seconds: float


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    build(folder)
    network, names = f"migrate-fleet-{folder.name}", []
    docker("network", "create", network)
    try:
        for name, before in BOXES.items():
            ports = () if name == "inner" else ("-p", "127.0.0.1::22")
            words = (
                "run",
                "-d",
                "--init",
                "--network",
                network,
                "--hostname",
                name,
                "--network-alias",
                f"{name}.fleet",
            )
            names.append(docker(*words, *ports, IMAGE, "sh", "-c", _START.format(before)).strip())
        ports_of = dict(zip(BOXES, map(_port, names), strict=True))
        yield _written(folder, {name: port for name, port in ports_of.items() if port})
    finally:
        subprocess.run(("docker", "rm", "-f", *names), capture_output=True, check=False)
        docker("network", "rm", network)


def _port(container: str) -> int:
    published = docker("port", container).strip()
    return int(published.rpartition(":")[2]) if published else 0


def _written(folder: Path, ports: dict[str, int]) -> Fleet:
    place = folder / "inventory"
    (place / "host_vars").mkdir(parents=True)
    (place / "group_vars").mkdir()
    (place / "hosts.yml").write_text(_INVENTORY.format(key=folder / "key"))
    for name, port in ports.items():
        (place / "host_vars" / f"{name}.yml").write_text(f"ansible_port: {port}\n")
    # Sessions that stay open for the next task would be found by the discovery over SSH that comes behind.
    (place / "ansible.cfg").write_text("[ssh_connection]\nssh_args = -o ControlMaster=no\n")
    (place / "host_vars" / "dead.yml").write_text("ansible_port: 1\n")
    jump = f"-o ProxyJump=noisy@127.0.0.1:{ports['noisy']}"
    (place / "host_vars" / "inner.yml").write_text(f"ansible_host: inner.fleet\nansible_ssh_common_args: {jump}\n")
    (folder / "vault").write_text("the vault's own\n")
    secret = place / "group_vars" / "others.yml"
    secret.write_text(f"sudo_password: {PASSWORD!r}\n")
    vault = str(Path(sys.executable).parent / "ansible-vault")
    subprocess.run(
        (vault, "encrypt", "--vault-password-file", folder / "vault", secret), check=True, capture_output=True
    )
    known = folder / "known_hosts"
    (folder / "ssh_config").write_text(
        f"Host *\n StrictHostKeyChecking accept-new\n UserKnownHostsFile {known}\n IdentityFile {folder / 'key'}\n"
    )
    return Fleet(folder, place, ports)


@pytest.fixture(scope="module")
def done(fleet: Fleet) -> Iterator[Done]:
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIGRATE_SSH_CONFIG", str(fleet.folder / "ssh_config"))
        started = time.monotonic()
        wanted = Wanted(forks=12, timeout=40, vault=str(fleet.folder / "vault"))
        access = Access(accept_new=True)
        target = f"@{fleet.inventory}"
        results = pipeline.discover(fleet.folder / "ws", (target,), access, wanted=wanted, say=said.append)
        seconds = time.monotonic() - started
        yield Done(fleet, Workspace(fleet.folder / "ws"), {one.target: one for one in results}, said, seconds)


GOOD = ("root", "free", "asks", "plain", "csh", "noisy", "busybox", "hex", "inner")


@pytest.mark.parametrize("name", GOOD)
def test_a_host_that_answers_is_inventoried(done: Done, name: str) -> None:
    assert done.results[name].error is None
    inventory = done.workspace.load_inventory(name)
    assert inventory.get(System).hostname == name
    assert inventory.get(Packages).manager == "dpkg"
    assert inventory.get(Content).entries
    failed = {scope.name for scope in inventory.scopes if scope.status == "failed"}
    assert failed == set()


@pytest.mark.parametrize(
    ("name", "says", "hint"),
    [
        ("dead", "Connection refused", "listen on another port"),
        ("refuses", "Permission denied", "is the user right"),
        ("slow", "did not|imed out|time", "--timeout|host up"),
    ],
)
def test_a_host_that_is_broken_is_listed_with_what_to_do(done: Done, name: str, says: str, hint: str) -> None:
    result = done.results[name]
    assert result.inventory is None
    assert result.exit_status == 3
    _matches(says, result.error)
    _matches(hint, result.hint)
    assert name not in done.workspace.hosts()


def _matches(pattern: str, text: str | None) -> None:
    assert re.search(pattern, text or ""), text


def test_the_others_did_not_wait_for_the_slow_one(done: Done) -> None:
    ends = [line for line in done.said if line.endswith("of 12)")]
    assert ends[-1].startswith("slow: ")
    assert len(ends) == 12
    assert done.seconds < 150


def test_what_a_host_may_not_be_asked_is_a_gap(done: Done) -> None:
    inventory = done.workspace.load_inventory("plain")
    assert any(gap.remedy and "NOPASSWD" in gap.remedy for scope in inventory.scopes for gap in scope.gaps)
    answers = next(scope for scope in done.workspace.load_inventory("root").scopes if scope.name == Answers.scope)
    assert (answers.status, answers.gaps[0].remedy) == ("skipped", "discover that host over ssh")


@pytest.mark.parametrize("name", ["root", "free", "asks", "csh"])
def test_we_are_root_where_the_inventory_or_sudo_makes_us(done: Done, name: str) -> None:
    inventory = done.workspace.load_inventory(name)
    assert not any(gap.remedy and "NOPASSWD" in gap.remedy for scope in inventory.scopes for gap in scope.gaps)


def test_nothing_of_ours_is_in_what_was_found(done: Done) -> None:
    for name in GOOD:
        processes = done.workspace.load_inventory(name).get(Processes).processes
        assert [one.argv for one in processes if "migrate" in " ".join(one.argv)] == []
        assert {one.name for one in processes} & {"base64", "gzip", "od"} == set()


@pytest.mark.parametrize("name", ["root", "free", "plain"])
def test_both_ways_give_the_same_inventory(done: Done, name: str) -> None:
    port = done.fleet.ports[name]
    access = Access(identity=(str(done.fleet.folder / "key"),), accept_new=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIGRATE_SSH_CONFIG", str(done.fleet.folder / "ssh_config"))
        target = f"{name}@127.0.0.1:{port}"
        wanted = Wanted(record=False)
        (over_ssh,) = pipeline.discover(
            done.fleet.folder / "ssh", (target,), access, wanted=wanted, say=lambda message: None
        )
    assert over_ssh.inventory is not None
    ours = done.workspace.load_inventory(name)
    assert ours.target == target
    assert compare(ours, over_ssh.inventory).changes == ()
    assert _gaps(ours) == _gaps(over_ssh.inventory)


def _gaps(inventory: Inventory) -> dict[str, tuple[Gap, ...]]:
    return {scope.name: scope.gaps for scope in inventory.scopes if scope.gaps and scope.name != Answers.scope}


def test_the_hosts_that_are_not_meant_are_left_alone(fleet: Fleet, tmp_path: Path) -> None:
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIGRATE_SSH_CONFIG", str(fleet.folder / "ssh_config"))
        patch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(fleet.folder / "vault"))
        wanted = Wanted(limit="free", timeout=60)
        access = Access(accept_new=True)
        (result,) = pipeline.discover(tmp_path, (f"@{fleet.inventory}",), access, wanted=wanted, say=said.append)
    assert result.target == "free"
    assert Workspace(tmp_path).hosts() == ("free",)


def _command(fleet: Fleet, workspace: Path, limit: str, timeout: int) -> subprocess.Popen[str]:
    words = ("discover", f"@{fleet.inventory}", "--limit", limit, "--accept-new", "--timeout", str(timeout))
    env = {
        **os.environ,
        "MIGRATE_SSH_CONFIG": str(fleet.folder / "ssh_config"),
        "ANSIBLE_VAULT_PASSWORD_FILE": str(fleet.folder / "vault"),
        "TMPDIR": str(workspace.parent),
    }
    program = (sys.executable, "-c", "from migrate.cli import main; main()", "-w", str(workspace), *words)
    return subprocess.Popen(program, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_the_exit_status_is_3_where_some_failed(fleet: Fleet, tmp_path: Path) -> None:
    command = _command(fleet, tmp_path / "ws", "root,dead", 60)
    said, _ = command.communicate(timeout=120)
    assert command.returncode == 3
    assert "1 of 2 hosts could not be discovered: dead" in said
    assert Workspace(tmp_path / "ws").hosts() == ("root",)
    assert list(tmp_path.glob("migrate-fleet-*")) == []


def test_an_interruption_keeps_what_was_finished_and_leaves_no_private_files(fleet: Fleet, tmp_path: Path) -> None:
    command = _command(fleet, tmp_path / "ws", "root,slow", 300)
    for _ in range(600):
        if Workspace(tmp_path / "ws").hosts():
            break
        time.sleep(0.1)
    time.sleep(1)
    command.send_signal(signal.SIGINT)
    said, _ = command.communicate(timeout=60)
    assert command.returncode == 130
    assert "what was finished before is kept" in said
    assert Workspace(tmp_path / "ws").hosts() == ("root",)
    assert list(tmp_path.glob("migrate-fleet-*")) == []
    assert [path.name for path in (tmp_path / "ws" / "inventory").iterdir()] == ["root"]

"""What reading a server costs: migrate's probes against Ansible's facts, on the same machine, in one run.

    benchmarks/discovery.py [--runs 5] [--json FILE]

Each contender is a whole process, started cold, one after the other in turns; the figures are medians. The server is
the sample of examples/shop, started for this and taken away again. See README.md for what the columns are.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from _container import Counters, counters

ROOT = Path(__file__).resolve().parents[1]
SHOP = ROOT / "examples" / "shop"
IDLE_SECONDS = 15.0

# What Ansible's four modules tell about, as near as scopes come to it; these tell more of each.
CORE = "accounts mounts network packages processes schedule services sockets system".split()

_PROBE = """
import sys
from migrate.model.target import Access
from migrate.parts import parts
from migrate.probing import probe
from migrate.reach.open import connect
from migrate.reach.targets import parse_target
wanted = sys.argv[2:]
probes = [one for one in parts("migrate.probes", "PROBE") if not wanted or one.facts.scope in wanted]
connection = connect(parse_target(sys.argv[1]), Access())
scopes = probe(connection, probes)
connection.close()
failed = [scope.name for scope in scopes if scope.facts is None]
sys.exit(f"failed: {failed}" if failed or connection.elevation != "sudo" else 0)
"""

_PLAYBOOK = """\
- hosts: all
  gather_facts: false
  become: true
  tasks:
    - ansible.builtin.setup:
    - ansible.builtin.package_facts:
    - ansible.builtin.service_facts:
    - {ports}
"""
_PORTS = "community.general.listen_ports_facts:"
_PORTS_BY_COMMAND = "ansible.builtin.command: ss -tulpn"


@dataclass(frozen=True)
class Server:
    name: str
    port: int
    folder: Path

    def inside(self, script: str) -> str:
        words = ("docker", "exec", self.name, "sh", "-c", script)
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout


@dataclass(frozen=True)
class Contender:
    """:ivar command: the argv, for a fresh folder of its own; ``after`` ends what it leaves running."""

    name: str
    command: Callable[[Path], tuple[list[str], dict[str, str]]]
    after: Callable[[Path], None] = lambda _folder: None


@dataclass(frozen=True)
class Cost:
    """:ivar wall: seconds. ``target_cpu``: seconds on the server, what it spends idle taken off. ``own_cpu``: here.
    :ivar kilobytes: over the server's network interface, both ways."""

    wall: float
    target_cpu: float
    own_cpu: float
    kilobytes: float
    logins: int
    sessions: int


# --- the contenders ---------------------------------------------------------------------------------------------------


def contenders(server: Server, ports: str) -> list[Contender]:
    config = server.folder / "ssh_config"
    own = {"MIGRATE_SSH_CONFIG": str(config)}

    def probes(*scopes: str) -> Callable[[Path], tuple[list[str], dict[str, str]]]:
        return lambda _folder: ([sys.executable, "-c", _PROBE, "bench", *scopes], own)

    return [
        Contender("`ssh host true`", lambda _folder: (["ssh", "-F", str(config), "bench", "true"], {})),
        Contender("migrate, core scopes", probes(*CORE)),
        Contender("migrate, all scopes", probes()),
        Contender(
            f"Ansible, setup + package_facts + service_facts + {ports}",
            lambda folder: _ansible(server, folder, _PORTS if "listen" in ports else _PORTS_BY_COMMAND),
            lambda folder: _hang_up(config, folder),
        ),
    ]


def _ansible(server: Server, folder: Path, ports: str) -> tuple[list[str], dict[str, str]]:
    (folder / "facts.yml").write_text(_PLAYBOOK.format(ports=ports))
    (folder / "hosts").write_text("bench ansible_python_interpreter=/usr/bin/python3\n")
    # ControlPersist as Ansible has it; the connections start in this folder, so that each run is a first one.
    (folder / "ansible.cfg").write_text(
        f"[defaults]\nforks = 1\ninventory = {folder}/hosts\nlocal_tmp = {folder}/tmp\n"
        f"[ssh_connection]\npipelining = True\ncontrol_path_dir = {folder}\n"
        f"ssh_args = -F {server.folder}/ssh_config -o ControlMaster=auto -o ControlPersist=60s\n"
    )
    environment = {"ANSIBLE_CONFIG": str(folder / "ansible.cfg"), "ANSIBLE_HOME": str(folder / "home")}
    program = Path(sys.executable).with_name("ansible-playbook")
    return [str(program), str(folder / "facts.yml")], environment


def _hang_up(config: Path, folder: Path) -> None:
    for control in folder.iterdir():
        if control.is_socket():
            words = ("ssh", "-F", str(config), "-o", f"ControlPath={control}", "-O", "exit", "bench")
            subprocess.run(words, capture_output=True, check=False)


def ports_module() -> str:
    program = Path(sys.executable).with_name("ansible-doc")
    words = (str(program), "-t", "module", "-l", "community.general")
    listed = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    return "listen_ports_facts" if "listen_ports_facts" in listed else "`ss -tulpn`"


# --- the server -------------------------------------------------------------------------------------------------------


@contextmanager
def started(name: str) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="migrate-bench-"))
    try:
        key = folder / "key"
        subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)), check=True)
        words = (str(SHOP / "start"), "--name", name, "--key", f"{key}.pub")
        said = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout
        server = Server(name, int(said.split()[-1]), folder)
        _prepare(server)
        yield server
    finally:
        subprocess.run((str(SHOP / "stop"), "--name", name), check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(server: Server) -> None:
    """Trust it; have sshd log its sessions; give Ansible the library without which package_facts fails there."""
    keys = server.inside("cat /etc/ssh/ssh_host_*_key.pub").splitlines()
    (server.folder / "known_hosts").write_text("".join(f"[127.0.0.1]:{server.port} {key}\n" for key in keys))
    (server.folder / "ssh_config").write_text(
        f"Host bench\n HostName 127.0.0.1\n Port {server.port}\n User admin\n IdentityFile {server.folder}/key\n"
        f" IdentitiesOnly yes\n IdentityAgent none\n UserKnownHostsFile {server.folder}/known_hosts\n"
    )
    server.inside("echo 'LogLevel VERBOSE' >/etc/ssh/sshd_config.d/bench.conf && systemctl reload ssh")
    server.inside(
        "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-apt >/dev/null 2>&1"
    )


def _logged(server: Server) -> tuple[int, int]:
    """Logins and sessions (exec channels) that sshd has seen so far."""
    said = server.inside(
        "grep -c ': Accepted [a-z-]* for ' /var/log/auth.log; grep -c ': Starting session: ' /var/log/auth.log; true"
    )
    logins, sessions = map(int, said.split())
    return logins, sessions


# --- measuring --------------------------------------------------------------------------------------------------------


def measure(server: Server, contender: Contender, idle: Counters) -> Cost:
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=server.folder))
    command, environment = contender.command(folder)
    logins, sessions = _logged(server)
    before, own = counters(server.name), _own_cpu()
    began = time.perf_counter()
    # A file: a pipe would be held open by Ansible's persistent connection until that ends.
    with (folder / "said").open("wb") as said:
        both = {**os.environ, **environment}
        done = subprocess.run(command, env=both, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False)
    wall = time.perf_counter() - began
    own = _own_cpu() - own
    contender.after(folder)
    spent = counters(server.name) - before - idle * wall
    if done.returncode != 0:
        sys.exit(f"{contender.name} failed:\n{(folder / 'said').read_text('utf-8', 'replace')[-3000:]}")
    after = _logged(server)
    return Cost(wall, spent.cpu, own, spent.bytes / 1000, after[0] - logins, after[1] - sessions)


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def idle_rate(server: Server) -> Counters:
    before, began = counters(server.name), time.perf_counter()
    time.sleep(IDLE_SECONDS)
    return (counters(server.name) - before) * (1 / (time.perf_counter() - began))


def median(costs: list[Cost]) -> Cost:
    rows = [asdict(cost) for cost in costs]
    middle = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
    return Cost(**{**middle, "logins": round(middle["logins"]), "sessions": round(middle["sessions"])})


def run(runs: int) -> dict[str, list[Cost]]:
    with started(f"migrate-bench-{os.getpid()}") as server:
        entrants = contenders(server, ports_module())
        for contender in entrants:
            measure(server, contender, Counters(0, 0))  # warms the caches of both sides; not counted
        idle = idle_rate(server)
        costs: dict[str, list[Cost]] = {contender.name: [] for contender in entrants}
        for number in range(runs):
            print(f"run {number + 1} of {runs}", file=sys.stderr)
            for contender in entrants:
                costs[contender.name].append(measure(server, contender, idle))
        return costs


# --- saying it --------------------------------------------------------------------------------------------------------


def table(costs: dict[str, Cost]) -> str:
    last = list(costs.values())[-1]
    lines = ["| | wall s | target CPU s | own CPU s | kB moved | logins / execs | wall, CPU, kB against Ansible |"]
    lines.append("| --- | --- | --- | --- | --- | --- | --- |")
    for name, cost in costs.items():
        ratios = ", ".join(
            f"{ours / theirs:.2f}"
            for ours, theirs in (
                (cost.wall, last.wall),
                (cost.target_cpu, last.target_cpu),
                (cost.kilobytes, last.kilobytes),
            )
        )
        lines.append(
            f"| {name} | {cost.wall:.2f} | {cost.target_cpu:.2f} | {cost.own_cpu:.2f} | {cost.kilobytes:.0f} "
            f"| {cost.logins} / {cost.sessions} | {ratios} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every run and the medians as JSON, too")
    options = parser.parse_args()
    costs = run(options.runs)
    medians = {name: median(each) for name, each in costs.items()}
    print(table(medians))
    load = os.getloadavg()[0]
    print(f"\nmedians of {options.runs} alternating runs; load average at the end {load:.1f} on {os.cpu_count()} cores")
    if options.json:
        document = {
            name: {"median": asdict(medians[name]), "runs": [asdict(one) for one in each]}
            for name, each in costs.items()
        }
        options.json.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()

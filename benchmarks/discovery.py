"""What reading a server costs: migrate's probes against Ansible's facts and enroll, on the same machine, in one run.

    benchmarks/discovery.py [--box reference|shop] [--runs 5] [--growth] [--json FILE]

Each contender is a whole process, started cold, one after the other in turns; the figures are medians. The server is
the reference box (or the sample of examples/shop), started for this and taken away again. See README.md for what the
columns are.
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
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml
from _boxes import FILES, REFERENCE, Server, logged, started
from _container import Counters, counters
from _memory import watched
from _peers import program, version

IDLE_SECONDS = 15.0

# What Ansible's four modules tell about, as near as scopes come to it; these tell more of each.
CORE = "accounts mounts network packages processes schedule services sockets system".split()

# As `migrate discover` does: what to ask is loaded while the server lets us in.
_PROBE = """
import sys
from migrate.model.target import Access
from migrate.parts import ahead, parts
from migrate.probing import probe
from migrate.reach.open import connect
from migrate.reach.targets import parse_target
wanted = sys.argv[2:]
connection = connect(parse_target(sys.argv[1]), Access(), lambda: ahead("migrate.probes", "PROBE"))
probes = [one for one in parts("migrate.probes", "PROBE") if not wanted or one.facts.scope in wanted]
scopes = probe(connection, probes)
connection.close()
failed = [scope.name for scope in scopes if scope.facts is None]
sys.exit(f"failed: {failed}" if failed or connection.elevation != "sudo" else 0)
"""

# What is said of /etc, NUL behind each.
_CHANGED = """
import os, sys
from migrate.model.facts import Files
from migrate.model.target import Access
from migrate.parts import parts
from migrate.probing import probe
from migrate.reach.open import connect
from migrate.reach.targets import parse_target
connection = connect(parse_target(sys.argv[1]), Access())
(scope,) = probe(connection, [one for one in parts("migrate.probes", "PROBE") if one.facts is Files])
connection.close()
files = scope.facts
found = [fact.path for fact in (*files.changed_configuration, *files.changed_packaged)]
found += [tree.root.path for tree in files.unmanaged if not tree.generated]
sys.stdout.buffer.write(b"".join(os.fsencode(path) + b"\\0" for path in found if path.startswith("/etc/")))
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


CORE_SCOPES, ALL_SCOPES, ANSIBLE = "migrate, core scopes", "migrate, all scopes", "Ansible"
LARGER = (2, 10)
LIMIT_KIB = 64 * 1024


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


def contenders(server: Server) -> list[Contender]:
    own = {"MIGRATE_SSH_CONFIG": str(server.config)}

    def probes(*scopes: str) -> Callable[[Path], tuple[list[str], dict[str, str]]]:
        return lambda _folder: ([sys.executable, "-c", _PROBE, "bench", *scopes], own)

    ansible = Path(program("ansible", "ansible-playbook") or Path(sys.executable).with_name("ansible-playbook"))
    ports = _PORTS if _has_ports(ansible) else _PORTS_BY_COMMAND
    found = [
        Contender("`ssh host true`", lambda _folder: (["ssh", "-F", str(server.config), "bench", "true"], {})),
        Contender(CORE_SCOPES, probes(*CORE)),
        Contender(ALL_SCOPES, probes()),
        Contender(
            f"{ANSIBLE}, setup + package_facts + service_facts + {'listen_ports_facts' if ports == _PORTS else '`ss`'}",
            lambda folder: _ansible(server, ansible, folder, ports),
            lambda folder: _hang_up(server.config, folder),
        ),
    ]
    if enroll := program("enroll", "enroll"):
        name = f"enroll {version('enroll', 'enroll')}, harvest over SSH"
        found.append(Contender(name, lambda folder: _enroll(server, enroll, folder)))
    return found


def _has_ports(ansible: Path) -> bool:
    words = (str(ansible.with_name("ansible-doc")), "-t", "module", "-l", "community.general")
    listed = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    return "listen_ports_facts" in listed


def _enroll(server: Server, enroll: Path, folder: Path) -> tuple[list[str], dict[str, str]]:
    """The least that it does: no firewall, no sysctl, no aggressive collecting. Configuration comes along."""
    words = [str(enroll), "harvest", "--no-config", "--assume-safe-path", "--remote-host", "bench"]
    words += ["--remote-ssh-config", str(server.config), "--remote-user", "admin", "--out", str(folder / "harvest")]
    # It takes known hosts from the home directory alone.
    (folder / ".ssh").mkdir()
    shutil.copy(server.folder / "known_hosts", folder / ".ssh" / "known_hosts")
    return words, {"HOME": str(folder)}


def _ansible(server: Server, ansible: Path, folder: Path, ports: str) -> tuple[list[str], dict[str, str]]:
    (folder / "facts.yml").write_text(_PLAYBOOK.format(ports=ports))
    (folder / "hosts").write_text("bench ansible_python_interpreter=/usr/bin/python3\n")
    # ControlPersist as Ansible has it; the connections start in this folder, so that each run is a first one.
    (folder / "ansible.cfg").write_text(
        f"[defaults]\nforks = 1\ninventory = {folder}/hosts\nlocal_tmp = {folder}/tmp\n"
        f"[ssh_connection]\npipelining = True\ncontrol_path_dir = {folder}\n"
        f"ssh_args = -F {server.config} -o ControlMaster=auto -o ControlPersist=60s\n"
    )
    environment = {"ANSIBLE_CONFIG": str(folder / "ansible.cfg"), "ANSIBLE_HOME": str(folder / "home")}
    return [str(ansible), str(folder / "facts.yml")], environment


def _hang_up(config: Path, folder: Path) -> None:
    for control in folder.iterdir():
        if control.is_socket():
            words = ("ssh", "-F", str(config), "-o", f"ControlPath={control}", "-O", "exit", "bench")
            subprocess.run(words, capture_output=True, check=False)


# --- measuring --------------------------------------------------------------------------------------------------------


def measure(server: Server, contender: Contender, idle: Counters) -> Cost:
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=server.folder))
    command, environment = contender.command(folder)
    logins, sessions = logged(server)
    before, own = counters(server.name), _own_cpu()
    began = time.perf_counter()
    # A file: a pipe would be held open by Ansible's persistent connection until that ends.
    with (folder / "said").open("wb") as said:
        both = {**os.environ, **environment}
        both.pop("PYTHONDONTWRITEBYTECODE", None)  # what pip installed, as the peers are, has its byte code beside it
        done = subprocess.run(command, env=both, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False)
    wall = time.perf_counter() - began
    own = _own_cpu() - own
    contender.after(folder)
    spent = counters(server.name) - before - idle * wall
    if done.returncode != 0:
        sys.exit(f"{contender.name} failed:\n{(folder / 'said').read_text('utf-8', 'replace')[-3000:]}")
    after = logged(server)
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


def run(server: Server, runs: int) -> dict[str, list[Cost]]:
    entrants = contenders(server)
    for contender in entrants:
        measure(server, contender, Counters(0, 0))  # warms the caches of both sides; not counted
    idle = idle_rate(server)
    costs: dict[str, list[Cost]] = {contender.name: [] for contender in entrants}
    for number in range(runs):
        print(f"run {number + 1} of {runs}", file=sys.stderr)
        for contender in entrants:
            costs[contender.name].append(measure(server, contender, idle))
    return costs


# --- what must hold beside the costs ----------------------------------------------------------------------------------


def changes(server: Server) -> list[str]:
    """Which of the planted changes are found, and what is said of /etc besides."""
    truth = yaml.safe_load((REFERENCE / "truth.yaml").read_text("utf-8"))
    planted = {name.encode("latin-1") for name in truth["planted"]}
    known = [*planted, *(name.encode() for name in truth["box"])]
    command = [sys.executable, "-c", _CHANGED, "bench"]
    both = {**os.environ, "MIGRATE_SSH_CONFIG": str(server.config)}
    said = subprocess.run(command, env=both, check=True, stdout=subprocess.PIPE).stdout
    found = set(said.split(b"\0")) - {b""}
    false = sorted(path for path in found if not any(_is(path, one) for one in known))
    lines = [f"planted changes found: {len(planted & found)} of {len(planted)}; false ones: {len(false)} (at most 5)"]
    lines += [f"  not found: {path!r}" for path in sorted(planted - found)]
    return lines + [f"  false: {path!r}" for path in false]


def _is(path: bytes, pattern: bytes) -> bool:
    return path == pattern or (pattern.endswith(b"*") and path.startswith(pattern[:-1]))


def memory(server: Server, files: int, *, content: bool) -> str:
    """The largest process that discovery started on the server, with or without capturing content."""
    words = [sys.executable, "-c", _PROBE, "bench"]
    if content:
        folder = tempfile.mkdtemp(dir=server.folder)
        words = [str(Path(sys.executable).with_name("migrate")), "-w", folder, "discover", "bench", "--no-record"]
    with watched(server.name) as seen:
        subprocess.run(words, env={**os.environ, "MIGRATE_SSH_CONFIG": str(server.config)}, check=True)
    name, peak = seen.largest
    verdict = "" if peak < LIMIT_KIB else ": TOO MUCH"
    what = f"{files} files, {'with' if content else 'without'} content"
    return f"{what}: the largest process is {name} with {peak / 1024:.0f} MiB, all {seen.together / 1024:.0f}{verdict}"


def growth(server: Server, runs: int) -> list[str]:
    """The same with more files."""
    everything = next(one for one in contenders(server) if one.name == ALL_SCOPES)
    idle = idle_rate(server)
    lines = [memory(server, FILES, content=True)]
    base, had = _several(server, everything, idle, runs), FILES
    for factor in LARGER:
        server.grow(had, FILES * factor)
        had = FILES * factor
        now = _several(server, everything, idle, runs if factor < 5 else 1)
        more = f"wall {now.wall / base.wall - 1:+.0%}, target CPU {now.target_cpu / base.target_cpu - 1:+.0%}"
        lines.append(f"{had} files: {now.wall:.2f} s, {now.target_cpu:.2f} CPU-s ({more}), {now.kilobytes:.0f} kB")
        lines.append(memory(server, had, content=False))
    return lines


def _several(server: Server, contender: Contender, idle: Counters, runs: int) -> Cost:
    measure(server, contender, idle)
    return median([measure(server, contender, idle) for _ in range(runs)])


# --- saying it --------------------------------------------------------------------------------------------------------


def table(costs: dict[str, Cost]) -> str:
    last = next(cost for name, cost in costs.items() if name.startswith(ANSIBLE))
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
    parser.add_argument("--box", choices=("reference", "shop"), default="reference")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--growth", action="store_true", help="twice and ten times the files as well (reference box)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every run and the medians as JSON, too")
    options = parser.parse_args()
    checks: list[str] = []
    with started(options.box, f"migrate-bench-{os.getpid()}") as server:
        costs = run(server, options.runs)
        medians = {name: median(each) for name, each in costs.items()}
        load = f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        print(f"{table(medians)}\n\nmedians of {options.runs} alternating runs; {load}\n", flush=True)
        if options.box == "reference":
            checks += changes(server)
            checks += growth(server, options.runs) if options.growth else [memory(server, FILES, content=True)]
    print("\n".join(checks))
    if options.json:
        document = {
            name: {"median": asdict(medians[name]), "runs": [asdict(one) for one in each]}
            for name, each in costs.items()
        }
        options.json.write_text(json.dumps({"costs": document, "checks": checks}, indent=1) + "\n")


if __name__ == "__main__":
    main()

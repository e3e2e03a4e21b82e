from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.emitters import Sources
from migrate.ledger import ledger, ledger_files
from migrate.model.facts import (
    Accounts,
    Archive,
    Archives,
    Content,
    Database,
    Databases,
    FileFact,
    Files,
    Group,
    HostName,
    Job,
    Mount,
    Mounts,
    Network,
    Package,
    Packages,
    Process,
    Processes,
    Repository,
    Schedule,
    Secret,
    Secrets,
    Service,
    Services,
    Site,
    Sites,
    Socket,
    Sockets,
    System,
    Tree,
    User,
)
from migrate.model.inventory import Gap, Inventory, Scope, Snapshot
from migrate.model.ledger import FATES, Entry
from migrate.model.plan import (
    Account,
    Coupling,
    FileChoice,
    PackageChoice,
    Port,
    Question,
    Rewrite,
    ScheduledJob,
    SecretUse,
    SetAside,
    Volume,
)
from tests.emission.sample import HOST, captured, emitted, snapshot, sources, workload


def host() -> Sources:
    """One of everything, carried and not."""

    def fact(path: str, **more: str) -> FileFact:
        return FileFact(path, "file", 0o644, 0, 0, **more)  # type: ignore[arg-type]

    seen = snapshot(
        (
            captured("/etc/app.conf", package="app"),
            captured("/etc/db.conf", secrets=("pw",)),
            captured("/opt/app/run"),
            captured("/etc/read-only.conf", package="libapp"),
        ),
        {"/etc/app.conf": b"listen 10.0.0.5\n"},
        System(
            hostname="web01",
            os_id="debian",
            kernel="5.10",
            init="systemd",
            timezone="Europe/Berlin",
            locale="C",
            cpus=2,
        ),
        Packages(
            "dpkg",
            (
                Package("app", "1", "amd64", "dpkg", depends=(("libapp",),)),
                Package("libapp", "2", "amd64", "dpkg"),
                Package("libapp", "2", "i386", "dpkg"),
                Package("dash", "3", "amd64", "dpkg", essential=True),
                Package("gcc", "4", "amd64", "dpkg"),
            ),
            (Repository("deb", "http://x/debian", "bullseye"), Repository("deb", "http://y", enabled=False)),
        ),
        Services(
            (
                Service("app.service", "systemd"),
                Service("ssh.service", "systemd"),
                Service("x.timer", "systemd"),
                Service("odd.service", "systemd"),
            ),
        ),
        Processes(
            (
                Process(1, 0, "systemd", (), 0, 0),
                Process(7, 1, "app", (), 7, 7, unit="app.service"),
                Process(8, 7, "app", (), 7, 7),
                Process(9, 1, "sshd", (), 0, 0, unit="ssh.service"),
                Process(10, 9, "bash", (), 0, 0),
            ),
        ),
        Sockets(
            (
                Socket("tcp", "listen", "0.0.0.0", 80, pids=(7,)),
                Socket("tcp", "listen", "127.0.0.1", 81, pids=(8,)),
                Socket("tcp", "listen", "::", 22, pids=(9,)),
                Socket("unix", "listen", path="/run/x", pids=(7,)),
                Socket("tcp", "established", "1.2.3.4", 80, "5.6.7.8", 99, pids=(7,)),
                Socket("udp", "unconnected", "0.0.0.0", 68),
            ),
        ),
        Schedule(
            (
                Job("/etc/cron.d/app", "1 * * * *", "run", "cron", line=3),
                Job("/etc/cron.d/app", "1 * * * *", "b", "cron", line=4),
                Job("/etc/cron.daily/apt", "@daily", "apt", "periodic", name="apt"),
            ),
        ),
        Files(
            (
                fact("/etc/app.conf", package="app", change="changed"),
                fact("/etc/gcc.conf", package="gcc", change="changed"),
            ),
            (fact("/usr/bin/app", package="app", change="missing"),),
            (
                Tree(fact("/opt/app"), "application"),
                Tree(fact("/var/lib/app"), "data"),
                Tree(fact("/root/old.tar"), "backup"),
            ),
        ),
        Archives((Archive("/opt/app/run", "jar"), Archive("/opt/other.war", "war"))),
        Secrets((Secret("pw", "password", "/etc/db.conf"), Secret("other", "password", "/root/.my.cnf"))),
        Databases((Database("postgresql", "shop"), Database("mariadb", "blog"))),
        Sites((Site("app", (80,), ("a",), seen="/etc/app.conf:1"), Site("apache", seen="/etc/apache2:9"))),
        Accounts(
            (User("root", 0, 0), User("app", 7, 7), User("anna", 1000, 1000)), (Group("app", 7), Group("games", 60))
        ),
        Mounts(
            (
                Mount("/dev/sda1", "/", "ext4"),
                Mount("proc", "/proc", "proc"),
                Mount("nas:/x", "/var/lib/app", "nfs4"),
                Mount("/dev/sdb", "/mnt", "xfs"),
            ),
        ),
        Network(
            ("10.0.0.5",),
            (HostName("10.0.0.9", ("nas",)), HostName("10.0.0.5", ("db.internal", "web01"))),
            ("10.0.0.1",),
            ("example.com",),
            (("net.core.somaxconn", "1024"),),
        ),
    )
    index = seen.inventory.get(Content)
    seen = with_scope(seen, replace(index, omitted=(("/var/lib/app/big", "larger than 64 MiB"),)))
    app = workload(
        kind="app",
        services=("app.service",),
        pids=(7,),
        packages=(PackageChoice("app", "1", "owns the program"),),
        accounts=(Account("app", 7, 7, "app", "/", "/bin/sh", because="runs it"),),
        files=tuple(FileChoice(path, "a test") for path in ("/etc/app.conf", "/opt/app", "/opt/gone")),
        ports=(Port(80, publish=80), Port(81, address="127.0.0.1")),
        volumes=(Volume("v", "/var/lib/app", "data", "dump:postgresql", 7, 7, 0o700, "state"),),
        secrets=(SecretUse("db-conf", ("pw",), "/etc/db.conf"),),
        couplings=(
            Coupling("db", "rewrite", "", rewrites=(Rewrite("/etc/app.conf", 1, "10.0.0.5", "db.internal", "moved"),)),
        ),
        aliases=("db.internal",),
        archives=("/opt/app/run",),
        timezone="Europe/Berlin",
    )
    cron = workload(
        "cron", command=(), jobs=(ScheduledJob("run", "1 * * * *", "run", "root", because="/etc/cron.d/app, line 3"),)
    )
    given = sources(app, cron, seen=seen, secrets={"pw": "x", "other": "y"})
    plan = replace(
        given.plan,
        set_aside=(
            SetAside("services:ssh.service", "logins"),
            SetAside("schedule:/etc/cron.daily/apt:apt", "housekeeping"),
        ),
        questions=(Question("job-b", "Is it wanted?", "no", "schedule:/etc/cron.d/app:4: looks like a backup"),),
    )
    return replace(given, plan=plan)


def with_scope(seen: Snapshot, facts: Content) -> Snapshot:
    scopes = tuple(replace(one, facts=facts) if one.name == facts.scope else one for one in seen.inventory.scopes)
    return replace(seen, inventory=replace(seen.inventory, scopes=scopes))


def fates(given: Sources | None = None) -> dict[str, Entry]:
    given = given or host()
    return {entry.fact: entry for entry in ledger(given, emitted(given).values())}


def test_every_fact_is_there_exactly_once() -> None:
    given = host()
    entries = ledger(given, emitted(given).values())
    assert len({entry.fact for entry in entries}) == len(entries)
    assert {entry.fate for entry in entries} <= set(FATES)
    counts = Counter(entry.fact.partition(":")[0] for entry in entries)
    assert counts == {
        "system": 7, "packages": 7, "services": 4, "processes": 5, "sockets": 5, "schedule": 3, "files": 6,
        "content": 3, "archives": 2, "secrets": 2, "databases": 2, "sites": 2, "accounts": 5, "mounts": 3, "network": 7,
        "plan": 1,
    }  # fmt: skip


def test_each_fact_says_where_it_went() -> None:
    found = {fact: (entry.fate, entry.where) for fact, entry in fates().items()}
    wanted = {
        "packages:app": ("carried", "images/app/Dockerfile"),
        "packages:libapp": ("carried", "images/app/Dockerfile"),
        "packages:dash": ("carried", "base image"),
        "packages:gcc": ("dropped", ""),
        "services:app.service": ("carried", "app"),
        "services:ssh.service": ("dropped", ""),
        "services:odd.service": ("needs-a-person", "plan.yaml"),
        "processes:8/app": ("carried", "app"),
        "processes:10/bash": ("dropped", ""),
        "sockets:tcp/0.0.0.0:80": ("carried", "compose.yaml"),
        "sockets:tcp/127.0.0.1:81": ("changed", "compose.yaml"),
        "sockets:tcp/[::]:22": ("dropped", ""),
        "sockets:unix//run/x": ("carried", "app"),
        "schedule:/etc/cron.d/app:3": ("carried", "images/cron/rootfs/etc/cron.d/migrate"),
        "schedule:/etc/cron.d/app:4": ("needs-a-person", "job-b"),
        "schedule:/etc/cron.daily/apt:apt": ("dropped", ""),
        "files:/etc/app.conf": ("changed", "images/app/rootfs/etc/app.conf"),
        "files:/etc/gcc.conf": ("dropped", ""),
        "files:/usr/bin/app": ("needs-a-person", "app"),
        "files:/opt/app": ("carried", "images/app"),
        "files:/var/lib/app": ("carried", "volume v"),
        "files:/root/old.tar": ("dropped", ""),
        "content:/etc/db.conf": ("carried", "secrets/app/db-conf"),
        "content:/var/lib/app/big": ("carried", "volume v"),
        "archives:/opt/app/run": ("carried", "images/app"),
        "archives:/opt/other.war": ("dropped", ""),
        "secrets:pw": ("carried", "secrets/app/db-conf"),
        "secrets:other": ("dropped", ""),
        "databases:postgresql/shop": ("carried", "data/app"),
        "databases:mariadb/blog": ("needs-a-person", "plan.yaml"),
        "accounts:user/app": ("carried", "images/app"),
        "accounts:user/anna": ("dropped", ""),
        "mounts:/var/lib/app": ("needs-a-person", "volume v"),
        "mounts:/mnt": ("dropped", ""),
        "network:hosts/10.0.0.9/nas": ("carried", "compose.yaml"),
        "network:hosts/10.0.0.5/db.internal": ("changed", "app"),
        "network:address/10.0.0.5": ("changed", "/etc/app.conf"),
        "network:sysctl/net.core.somaxconn": ("needs-a-person", ""),
        "plan:app//opt/gone": ("needs-a-person", "plan.yaml"),
    }
    assert {fact: found.get(fact) for fact in wanted} == wanted


def test_a_file_that_is_not_in_the_bundle_is_not_called_carried() -> None:
    given = host()
    files = [file for path, file in emitted(given).items() if path != "images/app/rootfs/opt/app/run"]
    found = {entry.fact: entry.fate for entry in ledger(given, files)}
    assert found["files:/opt/app"] == "dropped"


def test_what_could_not_be_read_needs_a_person() -> None:
    seen = snapshot()
    scopes = (
        *seen.inventory.scopes,
        Scope("limits", "failed"),
        Scope("disks", "partial", gaps=(Gap("/x", "denied", "sudo y"),)),
    )
    seen = replace(seen, inventory=replace(seen.inventory, scopes=scopes))
    found = fates(sources(workload(), seen=seen))
    assert found["disks:gap//x"].because == "could not be read: denied; sudo y"
    assert found["limits:gap/all"].fate == "needs-a-person"


def test_facts_that_nobody_accounts_for_are_not_lost() -> None:
    class Odd:
        scope: ClassVar[str] = "odd"

    seen = Snapshot(Inventory(HOST, HOST, "", (Scope("odd", "complete", facts=Odd()),)))
    assert fates(sources(seen=seen))["odd:*"].fate == "needs-a-person"


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\0"), min_size=1), st.text())
def test_hostile_names_stay_in_their_cell(name: str, because: str) -> None:
    markdown, data = ledger_files((Entry(HOST, f"files:/{name}", "dropped", name, because),))
    assert isinstance(markdown.data, bytes)
    assert isinstance(data.data, bytes)
    rows = [line for line in markdown.data.decode().split("\n") if line.startswith("| /")]
    assert len(rows) == 1
    assert len(rows[0].replace("\\\\", "").replace("\\|", "").split("|")) == 5
    assert json.loads(data.data)["entries"][0]["fact"] == f"files:/{name}"


def test_needs_a_person_stands_first_and_the_counts_before() -> None:
    given = host()
    text = ledger_files(ledger(given, emitted(given).values()))[0].data
    assert isinstance(text, bytes)
    heads = [line for line in text.decode().splitlines() if line.startswith("## ")]
    assert heads == ["## Needs a person", "## Changed", "## Carried", "## Dropped"]
    assert "| **all** | **" in text.decode().partition("## ")[0]

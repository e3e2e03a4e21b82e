from __future__ import annotations

from migrate.model.facts import OpenFile, Process, Processes
from migrate.probes import Parsed
from migrate.probes.processes import PROBE
from migrate.probes.sections import SUDOERS
from tests.probes.samples import nul, section

TABLE = """
B\t1\tS\t0\t120\t0
s\tName:\tsystemd
s\tUid:\t0\t0\t0\t0
s\tGid:\t0\t0\t0\t0
c\t1:name=systemd:/init.scope
L\tMax cpu time              unlimited      \tMax open files            1024           
l\t0
P\t/lib/systemd/systemd
M\t 0
m\t0
E\t1
B\t71\tS\t1\t250\t195009
s\tName:\tnginx
s\tUmask:\t0022
s\tUid:\t0\t33\t33\t33
s\tGid:\t33\t33\t33\t33
s\tGroups:\t33 107
s\tVmHWM:\t  4096 kB
s\tVmRSS:\t  2048 kB
s\tThreads:\t2
s\tCapEff:\t0000003fffffffff
s\tPss:\t  1024 kB
c\t12:pids:/x
c\t1:name=systemd:/system.slice/nginx.service
l\t0
P\t/usr/sbin/nginx
P\t/usr/lib/old\\012name.so (deleted)
M\t 1 2
m\t1
E\t71
"""  # noqa: W291 - the kernel fills its columns


def parse(table: str, **parts: str | bytes) -> Parsed:
    return PROBE.parse(section(table=table, **parts))


def processes(table: str, **parts: str | bytes) -> tuple[Process, ...]:
    facts = parse(table, **parts).facts
    assert isinstance(facts, Processes)
    return facts.processes


STRINGS = nul(
    "/proc/71/cmdline:nginx: master process /usr/sbin/nginx -g daemon on;",
    "/proc/71/cmdline:",
    "/proc/71/cmdline:",
    "/proc/1/cmdline:/sbin/init",
    "/proc/1/cmdline:a b\nc",
    "/proc/1/cmdline:",
    "/proc/71/environ:PATH=/bin",
    "/proc/71/environ:master_process on;",
    "/proc/71/environ:A=1=\n2",
)
LINKS = nul(
    "777 /proc/1/exe", "/lib/systemd/systemd",
    "777 /proc/71/exe", "/usr/sbin/nginx (deleted)",
    "777 /proc/71/cwd", "/srv/a\nb",
    "500 /proc/71/fd/3", "/etc/nginx/mime.types",
    "300 /proc/71/fd/4", "/var/log/nginx/access.log",
    "700 /proc/71/fd/5", "/var/lib/x.db",
    "500 /proc/71/fd/6", "/var/lib/x.db",
    "700 /proc/71/fd/0", "/dev/null",
)  # fmt: skip


def test_a_process_with_all_that_is_known_of_it() -> None:
    one = processes(TABLE, self="9\n0\n100", strings=STRINGS, links=LINKS)[1]
    assert one == Process(
        71,
        1,
        "nginx",
        ("nginx: master process /usr/sbin/nginx -g daemon on;",),
        33,
        33,
        exe="/usr/sbin/nginx",
        cwd="/srv/a\nb",
        groups=(33, 107),
        environment=(("PATH", "/bin"), ("A", "1=\n2")),
        unit="nginx.service",
        started=1950.09,
        cpu=2.5,
        threads=2,
        rss=2097152,
        pss=1048576,
        peak=4194304,
        umask="0022",
        limits=(("cpu", "unlimited"), ("nofile", "1024")),
        capabilities="0000003fffffffff",
        mapped=("/usr/lib/old\nname.so", "/usr/sbin/nginx"),
        open_files=(
            OpenFile("/etc/nginx/mime.types", False),
            OpenFile("/var/lib/x.db", True),
            OpenFile("/var/log/nginx/access.log", True),
        ),
    )


def test_arguments_are_exact_to_the_empty_one_at_the_end() -> None:
    assert processes(TABLE, self="9\n0\n100", strings=STRINGS, links=LINKS)[0].argv == ("/sbin/init", "a b\nc", "")


def begun(pid: int, ppid: int, cgroup: str = "/") -> str:
    return f"B\t{pid}\tS\t{ppid}\t0\t0\nc\t0::{cgroup}\nE\t{pid}\n"


def test_our_own_processes_and_what_carries_them_are_left_out() -> None:
    tree = [(1, 0), (50, 1), (60, 50), (61, 60), (62, 61), (63, 62), (64, 63), (70, 50)]
    found = processes("".join(begun(pid, ppid) for pid, ppid in tree), self="62\n0\n100")
    assert [one.pid for one in found] == [1, 50, 70]


def test_a_process_whose_record_was_cut_is_left_out() -> None:
    assert [one.pid for one in processes(begun(1, 0) + "B\t7\tS\t1\t0\t0\ns\tName:\tx\n")] == [1]


def test_units_are_told_where_the_whole_machine_is_in_a_cgroup_of_another() -> None:
    above = "/system.slice/docker-1f.scope"
    table = begun(1, 0, f"{above}/init.scope") + begun(
        7, 1, f"{above}/system.slice/system-pg.slice/pg@13-main.service/x"
    )
    assert [one.unit for one in processes(table)] == ["init.scope", "pg@13-main.service"]


def test_without_leave_to_look_a_process_is_what_it_calls_itself() -> None:
    parsed = parse(TABLE, self="9\n1000\n100", strings=STRINGS)
    assert [one.exe for one in parsed.facts.processes] == ["/sbin/init", None]
    assert parsed.gaps[0].what == "programs, mapped and open files of 2 processes"
    assert parsed.gaps[0].remedy == SUDOERS


def test_root_without_the_capability_is_told_so() -> None:
    assert "CAP_SYS_PTRACE" in str(parse(TABLE, self="9\n0\n100").gaps[0].remedy)


def test_processes_that_proc_hides_are_a_gap() -> None:
    parsed = parse(begun(70, 50), self="62\n1000\n100")
    assert parsed.gaps[0].what == "processes of other users"


def test_a_listing_of_ls_does_as_well() -> None:
    listing = (
        "lrwxrwxrwx    1 root     root             0 Nov 23 20:00 /proc/1/exe -> /bin/busybox\n"
        "/proc/1/fd:\ntotal 0\n"
        "l-wx------    1 root     root            64 Nov 23 20:00 3 -> /var/log/a b -> c\n"
        "lr-x------    1 root     root            64 Nov 23 20:00 4 -> /etc/x"
    )
    (one,) = processes(begun(1, 0), listing=listing)
    assert one.exe == "/bin/busybox"
    assert one.open_files == (OpenFile("/etc/x", False), OpenFile("/var/log/a b -> c", True))


def test_heads_that_a_process_forges_are_left_out() -> None:
    heads = (
        b"==> /proc/1/cmdline <==\n/sbin/init\0\n"
        b"==> /proc/1/environ <==\nA=1\0B=\n==> /proc/7/cmdline <==\nevil\0\n"
        b"==> /proc/7/cmdline <==\ngood\0"
    )
    first, seventh = processes(begun(1, 0) + begun(7, 1), heads=heads)
    assert first.argv == ("/sbin/init",)
    assert seventh.argv == ()

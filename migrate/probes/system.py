"""The machine as a whole: release, kernel, hardware, time and language."""

from __future__ import annotations

import re
from dataclasses import replace

from migrate.model.facts import System
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.sections import Parts, number, settings, split

# said WORD FILE: the file's first line behind the word. `read` leaves its variable alone where a file is missing.
SHELL = r"""
said() {
    name=
    read -r name <"$2"
    [ -z "$name" ] || printf '%s %s\n' "$1" "$name"
}
part release
set +f
if [ -f /etc/os-release ]; then show /etc/os-release; else show /usr/lib/os-release; fi
show /etc/debian_version /etc/*-release
part uname
uname -n; uname -r; uname -m
part who
printf '%s\n' "$EFFECTIVE"
part clock
printf '%s\n' "$NOW"
date +%s
part init
[ ! -d /run/systemd/system ] || echo systemd
[ ! -d /run/openrc ] || echo openrc
[ ! -d /etc/init ] || ! have initctl || echo upstart
[ ! -d /etc/init.d ] || echo scripts
# The name in /proc/1/stat: kernels before 2.6.33 have no /proc/1/comm.
said stat /proc/1/stat
links /sbin/init | tr '\000\n' '\n?'
part virtual
[ ! -e /.dockerenv ] || echo docker
[ ! -e /run/.containerenv ] || echo podman
[ ! -d /proc/vz ] || [ -d /proc/bc ] || echo openvz
said container /run/systemd/container
said hypervisor /sys/hypervisor/type
said vendor /sys/class/dmi/id/sys_vendor
said product /sys/class/dmi/id/product_name
awk '/^processor/ { n++ } /^(flags|Features)/ && / hypervisor/ { h = 1 } /^# processors/ { n = $NF }
    END { print "cpus " n; if (h) print "hypervised" }' /proc/cpuinfo
part memory
awk '/^MemTotal:/ { print $2; exit }' /proc/meminfo
part settings
show /etc/timezone /etc/sysconfig/clock /etc/TZ /etc/default/locale /etc/locale.conf /etc/sysconfig/i18n \
    /etc/sysconfig/language /etc/environment /etc/hosts
part localtime
links /etc/localtime
part locales
! have locale || locale -a
part end
"""

_UNTOLD = re.compile(
    r"(?i)to be filled|system (?:manufacturer|product)|^(?:default string|not specified|none|n/a|unknown)$"
)
_VENDORS = (
    ("vmware", "vmware"),
    ("virtualbox", "virtualbox"),
    ("innotek", "virtualbox"),
    ("kvm", "kvm"),
    ("qemu", "kvm"),
    ("openstack", "kvm"),
    ("rhev", "kvm"),
    ("google", "kvm"),
    ("amazon", "kvm"),
    ("xen", "xen"),
    ("parallels", "parallels"),
    ("virtual machine", "hyperv"),
    ("bochs", "bochs"),
)


def parse(data: bytes) -> Parsed:
    parts = split(data)
    names, clock, files = parts.lines("uname"), parts.lines("clock"), parts.files("settings")
    virtual = parts.lines("virtual")
    hostname = names[0] if names else ""
    memory = number(parts.line("memory").strip())
    facts = replace(
        _release(parts.files("release")),
        hostname=hostname,
        fqdn=_fqdn(hostname, files.get("/etc/hosts", [])),
        kernel=names[1] if len(names) > 1 else "",
        arch=names[2] if len(names) > 2 else "",
        virtualization=_virtualization(virtual),
        hardware=_hardware(virtual),
        init=_init(parts.lines("init")),
        cpus=next((number(line[5:]) for line in virtual if line.startswith("cpus ")), None) or None,
        memory=memory * 1024 if memory is not None else None,
        timezone=_timezone(files, parts),
        locale=_locale(files),
        locales=tuple(line for line in parts.lines("locales") if line),
        uptime=_float(clock[0]) if clock else None,
        clock=_float(clock[1]) if len(clock) > 1 else None,
        privileged=parts.line("who") == "0",
    )
    return Parsed(facts, (*parts.gaps, *_gaps(facts)))


def _gaps(facts: System) -> list[Gap]:
    gaps = []
    if not facts.os_id:
        gaps.append(Gap("release of the operating system", "no os-release and no other release file was understood"))
    if facts.timezone is None:
        gaps.append(Gap("time zone", "/etc/timezone and /etc/localtime do not name it"))
    return gaps


def _release(files: dict[str, list[str]]) -> System:
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        if values := settings(files.get(path, [])):
            name = values.get("PRETTY_NAME") or values.get("NAME", "")
            return System(
                os_id=values.get("ID", "").lower(),
                os_version=values.get("VERSION_ID", ""),
                os_codename=values.get("VERSION_CODENAME") or _codename(values.get("VERSION", "")),
                os_like=tuple(values.get("ID_LIKE", "").lower().split()),
                os_name=name,
            )
    return _old_release(files)


def _codename(version: str) -> str | None:
    """Of ``7 (wheezy)`` and ``14.04.6 LTS, Trusty Tahr``."""
    match = re.search(r"\(([A-Za-z]+)\)|, (\w+) \w+", version)
    return (match[1] or match[2]).lower() if match else None


# From before os-release: the file, the ID it stands for, and the families it is like.
_OLD = (
    ("/etc/oracle-release", "ol", ("fedora",)),
    ("/etc/centos-release", "centos", ("rhel", "fedora")),
    ("/etc/SuSE-release", "sles", ("suse",)),
    ("/etc/system-release", "amzn", ("rhel", "fedora")),
    ("/etc/redhat-release", "rhel", ("fedora",)),
    ("/etc/alpine-release", "alpine", ()),
    ("/etc/gentoo-release", "gentoo", ()),
    ("/etc/debian_version", "debian", ()),
)


def _old_release(files: dict[str, list[str]]) -> System:
    lsb = settings(files.get("/etc/lsb-release", []))
    if "DISTRIB_ID" in lsb:
        os_id = lsb["DISTRIB_ID"].lower()
        return System(
            os_id=os_id,
            os_version=lsb.get("DISTRIB_RELEASE", ""),
            os_codename=lsb.get("DISTRIB_CODENAME") or None,
            os_like=("debian",) if os_id == "ubuntu" else (),
            os_name=lsb.get("DISTRIB_DESCRIPTION", ""),
        )
    for path, os_id, like in _OLD:
        lines = [line for line in files.get(path, []) if line.strip()]
        if lines:
            return _named(lines, os_id, like)
    return System()


def _named(lines: list[str], os_id: str, like: tuple[str, ...]) -> System:
    name = lines[0].strip()
    lowered = name.lower()
    for word, meant in (("centos", "centos"), ("scientific", "scientific"), ("amazon", "amzn"), ("red hat", "rhel")):
        if word in lowered and os_id in ("rhel", "centos", "amzn"):
            os_id, like = meant, ("fedora",) if meant == "rhel" else ("rhel", "fedora")
            break
    version = re.search(r"\d+(?:\.\d+)*", name)
    number_ = version[0] if version else ""
    if os_id == "sles" and (patch := re.search(r"PATCHLEVEL\s*=\s*([1-9]\d*)", "\n".join(lines))):
        number_ = f"{number_}.{patch[1]}"
    if os_id == "debian":
        return System(os_id=os_id, os_version=number_.split(".")[0], os_name=f"Debian {name}")
    return System(os_id=os_id, os_version=number_, os_like=like, os_name=name)


def _fqdn(hostname: str, hosts: list[str]) -> str | None:
    if "." in hostname:
        return hostname
    for line in hosts:
        words = line.split("#")[0].split()[1:]
        if hostname in words:
            return next((word for word in words if word.startswith(hostname + ".")), None)
    return None


def _init(lines: list[str]) -> str | None:
    comm = next((match[1] for line in lines if (match := re.match(r"stat \d+ \((.*)\) ", line))), "")
    for known in ("systemd", "openrc", "upstart"):
        if known in lines:
            return known
    if any("busybox" in line for line in lines):
        return "busybox"
    if comm.startswith("runit"):
        return "runit"
    return "sysv" if comm == "init" and "scripts" in lines else None


def _virtualization(lines: list[str]) -> str | None:
    said = dict(line.split(" ", 1) for line in lines if " " in line)
    for container in ("docker", "podman", "openvz"):
        if container in lines:
            return container
    if said.get("container"):
        return said["container"]
    if said.get("hypervisor"):
        return said["hypervisor"]
    hardware = f"{said.get('vendor', '')} {said.get('product', '')}".lower()
    for word, meant in _VENDORS:
        if word in hardware:
            return meant
    return "unknown" if "hypervised" in lines else None


def _hardware(lines: list[str]) -> str | None:
    """Maker and model, as the firmware has them; what it was never told is no name."""
    said = dict(line.split(" ", 1) for line in lines if " " in line)
    words = [said.get(key, "").strip() for key in ("vendor", "product")]
    return " ".join(word for word in words if word and not _UNTOLD.search(word)) or None


def _timezone(files: dict[str, list[str]], parts: Parts) -> str | None:
    named = next((line.strip() for line in files.get("/etc/timezone", []) if line.strip()), "")
    if not named:
        target = next((target for _, target in parts.pairs("localtime")), "")
        named = target.partition("zoneinfo/")[2].removeprefix("posix/")
    if not named:
        clock = settings(files.get("/etc/sysconfig/clock", []))
        named = clock.get("ZONE") or clock.get("TIMEZONE") or ""
    return named or next((line.strip() for line in files.get("/etc/TZ", []) if line.strip()), None)


def _locale(files: dict[str, list[str]]) -> str | None:
    for path in ("/etc/default/locale", "/etc/locale.conf", "/etc/sysconfig/i18n", "/etc/environment"):
        values = settings(files.get(path, []))
        if found := values.get("LC_ALL") or values.get("LANG"):
            return found
    return settings(files.get("/etc/sysconfig/language", [])).get("RC_LANG") or None


def _float(word: str) -> float | None:
    return float(word) if re.fullmatch(r"\d{1,18}(\.\d{1,9})?", word) else None


PROBE = Probe(System, SHELL, parse, budget=20)

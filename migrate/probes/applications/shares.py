"""What is shared by name or by file: BIND's zones, Samba's shares, NFS exports, FTP and SFTP, tunnels of WireGuard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname, isabs, join, normpath

from migrate.model.applications import Application, Component, Resource
from migrate.model.facts import Services
from migrate.probes.applications import Found
from migrate.probes.applications.making import application, outermost, paths, resource, settings, unique, written
from migrate.probes.servers import Instance, Seen
from migrate.probes.servers.versions import package_version
from migrate.syntax import apache, ini, plain
from migrate.syntax.globs import matching
from migrate.syntax.nginx import read as read_blocks
from migrate.syntax.nginx import walk

_SAMBA = frozenset(
    "workgroup realm server-role security netbios-name server-string interfaces passdb-backend idmap-config log-file "
    "map-to-guest domain-logons domain-master wins-support min-protocol server-min-protocol".split()
)
_FTP = frozenset(
    "servername servertype port user group defaultroot passiveports masqueradeaddress maxinstances tlsengine "
    "tlsrsacertificatefile tlsrsacertificatekeyfile authuserfile authgroupfile requirevalidshell sftpengine umask "
    "sqlbackend".split()
)


def find(seen: Seen) -> Found:
    return Found((
        *(_bind(seen, one) for one in seen.instances("named")),
        *_samba(seen),
        *_nfs(seen),
        *(_proftpd(seen, one) for one in seen.instances("proftpd")),
        *(made for one in seen.instances("sshd") if (made := _sftp(seen, one))),
        *_wireguard(seen),
    ))  # fmt: skip


# --- BIND -------------------------------------------------------------------------------------------------------------


def _bind(seen: Seen, instance: Instance) -> Application:
    root = (instance.option("-t") or "").rstrip("/")
    named = [root + path for path in (instance.option("-c"),) if path]
    usual = [root + path for path in ("/etc/bind/named.conf", "/etc/named.conf", "/etc/named/named.conf")]
    main = seen.first([*named, *usual])
    texts = {
        path: _without_comments(seen.texts[path])
        for path in seen.texts
        if path.startswith((root + "/etc/", dirname(main or "/x")))
    }
    directives = tuple(walk(read_blocks(texts, main, dirname(main)))) if main else ()
    directory = next((one.words[0] for one in directives if one.name == "directory" and one.words), None)
    zones = [one for one in directives if one.name == "zone" and one.words and one.is_block]
    own = [one for one in zones if seen.real(one.path) not in _PACKAGED and not _is_default(one.words[0])]
    files = [word for one in own if (found := one.first("file")) for word in found.words[:1]]
    return application(
        seen,
        instance,
        "bind",
        "dns",
        configuration=unique(seen.real(one.path) for one in directives),
        base=directory,
        components=tuple(Component(one.words[0], None, f"{seen.real(one.path)}:{one.line}", "zone") for one in own),
        data=outermost((directory, *(normpath(join(directory or "/", word)) for word in files))),
        resources=unique(_masters(seen, directives)),
        logs=written(seen, instance.pids)[1],
        settings=settings(
            (one.name, " ".join(one.words) or " ".join(each.name for each in one.block))
            for one in directives
            if one.name
            in (
                "listen-on",
                "listen-on-v6",
                "recursion",
                "allow-query",
                "allow-transfer",
                "allow-recursion",
                "dnssec-validation",
            )
        ),
    )


_PACKAGED = frozenset(("/etc/bind/named.conf.default-zones", "/etc/named.rfc1912.zones"))


def _is_default(zone: str) -> bool:
    return zone in (".", "localhost", "localhost.localdomain", "0.in-addr.arpa", "127.in-addr.arpa", "255.in-addr.arpa")


def _without_comments(text: str) -> str:
    """``//`` and ``/* */`` as blanks; ``#`` is for the reader."""
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=re.DOTALL)


def _masters(seen: Seen, directives: tuple[object, ...]) -> Iterator[Resource]:
    from migrate.syntax.nginx import Directive

    for one in directives:
        if isinstance(one, Directive) and one.name in ("forwarders", "masters", "primaries", "also-notify"):
            for each in one.block:
                yield resource("dns", one.name, each.name, seen=f"{seen.real(each.path)}:{each.line}")


# --- Samba, NFS -------------------------------------------------------------------------------------------------------


def _samba(seen: Seen) -> Iterator[Application]:
    running = seen.running(
        lambda one: basename(one.exe or "") in ("smbd", "nmbd", "winbindd", "samba", "samba-dcerpcd")
    )
    instances = running or seen.started(lambda argv: basename(argv[0]) in ("smbd", "samba"))
    for instance in sorted(instances, key=lambda one: basename(one.exe or "") != "smbd")[:1]:
        pids = tuple(pid for one in instances for pid in one.pids)
        whole = Instance(
            instance.argv,
            instance.environment,
            instance.cwd,
            instance.exe,
            pids,
            instance.uids,
            instance.unit,
            instance.user,
        )
        main = seen.first([*(path for path in (instance.option("-s", "--configfile"),) if path), "/etc/samba/smb.conf"])
        told = ini.read(seen.texts[main]) if main else ()
        shares = [
            (one.section, one)
            for one in told
            if one.key.replace("_", " ").lower() in ("path", "directory") and one.value
        ]
        shares = [(name, one) for name, one in shares if name.lower() not in ("print$", "printers", "global")]
        files = unique((main, *(one.value for one in told if one.key.lower() == "include" and one.value in seen.texts)))
        yield application(
            seen,
            whole,
            "samba",
            "file-server",
            name="samba",
            configuration=tuple(seen.real(path) for path in files),
            components=tuple(Component(name, None, one.value, "share") for name, one in shares),
            data=outermost((*paths(one.value for _, one in shares), *written(seen, pids)[0])),
            logs=written(seen, pids)[1],
            settings=settings(
                (one.key, one.value)
                for one in told
                if one.section.lower() == "global" and re.sub(r"[ _]", "-", one.key.lower()) in _SAMBA
            ),
        )


def _nfs(seen: Seen) -> Iterator[Application]:
    """The kernel serves; what says so is a unit, a daemon for mounts, or an exports file with a unit."""
    instances = seen.instances("rpc.mountd", "rpc.nfsd", "mountd")
    units = [
        one
        for one in seen.snapshot.inventory.get(Services).services
        if one.name.split(".")[0] in ("nfs-server", "nfs-kernel-server", "nfsserver", "nfs")
        and (one.active or one.enabled)
    ]
    files = [path for path in ("/etc/exports", *matching(seen.texts, "/etc/exports.d/*.exports")) if path in seen.texts]
    exports = [one for path in files for one in _exports(seen, path)]
    if not instances and not (units and exports):
        return
    instance = next(iter(instances), None) or Instance((), {}, unit=units[0].name)
    unit = units[0].name if units else instance.unit
    files += [
        path for path in ("/etc/nfs.conf", "/etc/default/nfs-kernel-server", "/etc/sysconfig/nfs") if path in seen.texts
    ]
    yield application(
        seen,
        instance,
        "nfs",
        "file-server",
        name="nfs",
        unit=unit,
        version=package_version(seen, "nfs-kernel-server", "nfs-utils"),
        configuration=tuple(seen.real(path) for path in files),
        data=outermost(path for path, _, _ in exports),
        settings=settings((path, clients) for path, clients, _ in exports),
    )


def _exports(seen: Seen, path: str) -> Iterator[tuple[str, str, str]]:
    text = re.sub(r"\\\n", " ", seen.texts[path])
    for number, raw in enumerate(text.split("\n"), 1):
        match = re.match(r"\s*(?:\"(/[^\"]*)\"|(/\S*))\s*(.*)", raw.split("#")[0])
        if match:
            yield match[1] or match[2], " ".join(match[3].split()) or "*", f"{seen.real(path)}:{number}"


# --- FTP and SFTP -----------------------------------------------------------------------------------------------------


def _proftpd(seen: Seen, instance: Instance) -> Application:
    main = seen.first(
        [
            *(path for path in (instance.option("-c", "--config"),) if path),
            "/etc/proftpd/proftpd.conf",
            "/etc/proftpd.conf",
        ]
    )
    read = apache.read(seen.texts, main, root=dirname(main)) if main else ()
    flat = tuple(apache.transparent(read))
    every = (*flat, *(one for each in flat if each.is_block for one in apache.transparent(each.block)))
    sql = [
        resource(
            "database",
            "SQLConnectInfo",
            one.words[0],
            one.words[1] if len(one.words) > 1 else None,
            f"{seen.real(one.path)}:{one.line}",
        )
        for one in every
        if one.name == "sqlconnectinfo" and one.words
    ]
    return application(
        seen,
        instance,
        "proftpd",
        "ftp",
        configuration=unique(seen.real(one.path) for one in every),
        components=unique(
            Component(one.words[0].removesuffix(".c"), None, None, "module")
            for one in every
            if one.name == "loadmodule" and one.words
        ),
        settings=settings((one.name, " ".join(one.words)) for one in every if one.name in _FTP),
        data=unique(one.words[0] for one in flat if one.name == "anonymous" and one.words),
        logs=paths(
            one.words[0]
            for one in every
            if one.name in ("transferlog", "systemlog", "extendedlog", "tlslog") and one.words
        ),
        resources=unique(sql),
    )


def _sftp(seen: Seen, instance: Instance) -> Application | None:
    """An sshd that keeps users in a directory to fetch and put files."""
    main = seen.first([*(path for path in (instance.option("-f"),) if path), "/etc/ssh/sshd_config"])
    files = (
        (main, *matching(seen.texts, "/etc/ssh/sshd_config.d/*.conf")) if main == "/etc/ssh/sshd_config" else (main,)
    )
    told = [(path, one) for path in files if path for one in plain.read(seen.texts[path])]
    roots = [one.value for _, one in told if one.key.lower() == "chrootdirectory" and one.value not in ("", "none")]
    forced = [one.value for _, one in told if one.key.lower() == "forcecommand" and "sftp" in one.value]
    if not roots and not forced:
        return None
    matches = [one.value for _, one in told if one.key.lower() == "match"]
    return application(
        seen, instance, "sftp", "ftp", name="sftp", configuration=unique(seen.real(path) for path, _ in told),
        data=tuple(path for path in unique(roots) if isabs(path) and "%" not in path),
        settings=settings((*(("ChrootDirectory", one) for one in roots), *(("ForceCommand", one) for one in forced),
                           *(("Match", one) for one in matches))),
    )  # fmt: skip


# --- WireGuard --------------------------------------------------------------------------------------------------------


def _wireguard(seen: Seen) -> Iterator[Application]:
    """The kernel does the work: a unit that is active, and its file."""
    for unit in seen.snapshot.inventory.get(Services).services:
        match = re.fullmatch(r"wg-quick@([\w.-]+)\.service", unit.name)
        if match and (unit.active or unit.enabled):
            path = f"/etc/wireguard/{match[1]}.conf"
            told = [
                one
                for one in ini.read(seen.texts.get(path, ""))
                if one.key in ("Address", "ListenPort", "AllowedIPs", "DNS", "MTU")
            ]
            peers = [one for one in ini.read(seen.texts.get(path, "")) if one.key == "Endpoint" and one.value]
            port = next((one.value for one in told if one.key == "ListenPort" and one.value), "")
            yield Application(
                "wireguard", "proxy", match[1], package_version(seen, "wireguard-tools"), unit=unit.name,
                ports=(int(port),) if port.isascii() and port.isdigit() and int(port[:6]) < 65536 else (),
                configuration=(seen.real(path),) if path in seen.texts else (),
                resources=tuple(resource("vpn", "Endpoint", one.value, seen=f"{path}:{one.line}") for one in peers),
                settings=settings((one.key, one.value) for one in told), seen=unit.name,
            )  # fmt: skip


FIND = find

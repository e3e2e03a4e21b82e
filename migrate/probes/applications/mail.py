"""Mail transfer and mailboxes: Postfix, Exim, Sendmail, Dovecot, with their domains, relays and mailboxes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from posixpath import basename, dirname, isabs, join

from migrate.model.applications import Application, Component, Resource
from migrate.model.facts import Process
from migrate.probes.applications import Found
from migrate.probes.applications.making import application, outermost, paths, resource, settings, unique, written
from migrate.probes.servers import Instance, Seen
from migrate.probes.servers.versions import package_version
from migrate.syntax import plain
from migrate.syntax.globs import matching

_POSTFIX = (
    "myhostname", "mydomain", "myorigin", "mydestination", "mynetworks", "inet_interfaces", "relay_domains",
    "virtual_mailbox_domains", "virtual_alias_domains", "home_mailbox", "mailbox_command", "mailbox_transport",
    "virtual_transport", "message_size_limit", "smtpd_tls_cert_file", "smtpd_tls_key_file", "smtpd_sasl_type",
    "smtp_sasl_password_maps", "alias_maps", "virtual_alias_maps", "virtual_mailbox_maps", "transport_maps",
)  # fmt: skip
_DOVECOT = frozenset(
    "protocols listen mail_location mail_uid mail_gid ssl ssl_cert ssl_key auth_mechanisms disable_plaintext_auth "
    "mail_plugins hostname driver".split()
)
_EXIM = frozenset(
    "dc_eximconfig_configtype dc_other_hostnames dc_local_interfaces dc_relay_domains dc_relay_nets dc_localdelivery "
    "primary_hostname qualify_domain daemon_smtp_ports tls_certificate tls_privatekey message_size_limit "
    "local_interfaces".split()
)


def find(seen: Seen) -> Found:
    return Found((
        *(_postfix(seen, one) for one in _either(seen, _is_postfix, "master")),
        *(_exim(seen, one) for one in seen.instances("exim4", "exim")),
        *(_sendmail(seen, one) for one in seen.instances("sendmail", "sendmail-mta", "sendmail.sendmail")),
        *(_dovecot(seen, one) for one in seen.instances("dovecot")),
    ))  # fmt: skip


# --- Postfix ----------------------------------------------------------------------------------------------------------


def _is_postfix(one: Process) -> bool:
    return "/postfix/" in (one.exe or "") or (one.name == "master" and "postfix" in " ".join(one.argv))


def _either(seen: Seen, match: Callable[[Process], bool], program: str) -> tuple[Instance, ...]:
    running = seen.running(match)
    return running or seen.started(
        lambda argv: basename(argv[0]) in ("postfix", program) and "postfix" in " ".join(argv)
    )


def _postfix(seen: Seen, instance: Instance) -> Application:
    folder = instance.option("-c") or instance.environment.get("MAIL_CONFIG") or "/etc/postfix"
    main = f"{folder.rstrip('/')}/main.cf"
    told = dict(_main_cf(seen.texts.get(main, "")))
    values = {key: _expanded(value, told) for key, (value, _) in told.items()}
    maps = [path for value in values.values() for path in re.findall(r"(?<=:)/[\w./-]+", value)]
    files = unique((main, f"{folder}/master.cf", *maps, *paths(values.get(key) for key in ("alias_database",))))
    return application(
        seen, instance, "postfix", "mail", name="postfix",
        home=None, configuration=tuple(seen.real(path) for path in files if path in seen.texts),
        components=tuple(_services(seen.texts.get(f"{folder}/master.cf", ""), f"{folder}/master.cf")),
        data=outermost((values.get("queue_directory", "/var/spool/postfix") if main in seen.texts else None,
                        values.get("data_directory"), values.get("virtual_mailbox_base"),
                        *paths([values.get("mail_spool_directory")]))),
        settings=settings((key, values.get(key)) for key in _POSTFIX if key in told),
        resources=unique(_postfix_resources(seen, main, told, values)),
    )  # fmt: skip


def _main_cf(text: str) -> Iterator[tuple[str, tuple[str, int]]]:
    """Settings with their line; a line that begins with a blank goes on with the one before."""
    key, value, first = "", "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0].isspace() and key:
            value += " " + line.strip()
            continue
        if key:
            yield key, (value, first)
        key, _, value = (part.strip() for part in line.partition("="))
        first = number
    if key:
        yield key, (value, first)


def _expanded(value: str, told: Mapping[str, tuple[str, int]]) -> str:
    def known(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        return told[name][0] if name in told else match[0]

    for _ in range(3):
        value = re.sub(r"\$(?:\{(\w+)\}|\(?(\w+)\)?)", known, value)[:4000]
    return value


def _services(text: str, path: str) -> Iterator[Component]:
    """What master.cf has it offer to the network: smtp, submission, smtps, filters."""
    for line in text.split("\n"):
        words = line.split()
        if len(words) > 7 and not line.startswith(("#", " ", "\t")) and words[1] == "inet":
            yield Component(words[0], None, path, "service")


def _postfix_resources(
    seen: Seen, main: str, told: Mapping[str, tuple[str, int]], values: Mapping[str, str]
) -> Iterator[Resource | None]:  # fmt: skip
    kinds = {"relayhost": "mail", "smtpd_milters": "milter", "non_smtpd_milters": "milter", "content_filter": "milter",
             "virtual_transport": "mail", "mailbox_transport": "mail", "smtpd_sasl_path": "authentication"}  # fmt: skip
    for key, kind in kinds.items():
        if values.get(key):
            yield resource(kind, key, values[key], seen=f"{seen.real(main)}:{told[key][1]}")
    for key, value in values.items():
        for engine, path in re.findall(r"\b(mysql|pgsql|ldap|sqlite|memcache):(/[\w./-]+)", value):
            given = {one.key: one.value for one in plain.read(seen.texts.get(path, ""))}
            host = given.get("hosts") or given.get("server_host") or given.get("dbpath")
            if host:
                name = given.get("dbname") or given.get("search_base")
                url = f"{host}/{name}" if name else host
                kind = "ldap" if engine == "ldap" else "database"
                yield resource(kind, key, url, given.get("user") or given.get("bind_dn"), f"{seen.real(path)}:1")


# --- Exim, Sendmail ---------------------------------------------------------------------------------------------------


def _exim(seen: Seen, instance: Instance) -> Application:
    named = [path for path in (instance.option("-C"),) if path]
    files = [
        path
        for path in (
            *named,
            "/etc/exim4/update-exim4.conf.conf",
            "/etc/exim4/exim4.conf",
            "/etc/exim/exim.conf",
            "/etc/exim4/exim4.conf.localmacros",
            "/etc/mailname",
        )
        if path in seen.texts
    ]
    told = [(path, one) for path in files for one in plain.read(seen.texts[path])]
    smart = [resource("mail", one.key, one.value, seen=f"{seen.real(path)}:{one.line}") for path, one in told
             if one.key in ("dc_smarthost", "smarthost") and one.value]  # fmt: skip
    smart += [resource("mail", "route_list", one.value, seen=f"{seen.real(path)}:{one.line}") for path, one in told
              if one.key == "route_list" and one.value]  # fmt: skip
    data, logs = written(seen, instance.pids)
    version = package_version(seen, "exim4-daemon-heavy", "exim4-daemon-light", "exim4-base", "exim")
    return application(
        seen,
        instance,
        "exim",
        "mail",
        version=version,
        configuration=tuple(seen.real(path) for path in files),
        data=data,
        logs=logs,
        settings=settings((one.key, one.value) for _, one in told if one.key in _EXIM and one.value),
        resources=unique(smart),
    )


def _sendmail(seen: Seen, instance: Instance) -> Application:
    names = (
        "sendmail.mc",
        "sendmail.cf",
        "submit.mc",
        "submit.cf",
        "local-host-names",
        "mailertable",
        "virtusertable",
        "access",
        "relay-domains",
    )
    files = [f"/etc/mail/{name}" for name in names if f"/etc/mail/{name}" in seen.texts]
    files += [path for path in ("/etc/sendmail.cf", "/etc/aliases", "/etc/mail/aliases") if path in seen.texts]
    texts = [(path, seen.texts[path]) for path in files if path.endswith((".mc", ".cf"))]
    smart = [
        resource("mail", "SMART_HOST", match[1], seen=f"{seen.real(path)}:{text.count(chr(10), 0, match.start()) + 1}")
        for path, text in texts for match in re.finditer(r"(?m)^(?:define\(`SMART_HOST',\s*`|DS)\[?([\w.:-]+)", text)
    ]  # fmt: skip
    hosts = [
        line.strip()
        for line in seen.texts.get("/etc/mail/local-host-names", "").split("\n")
        if line.strip() and line[0] != "#"
    ]
    data, logs = written(seen, instance.pids)
    return application(
        seen,
        instance,
        "sendmail",
        "mail",
        configuration=tuple(seen.real(path) for path in files),
        data=data,
        logs=logs,
        resources=unique(smart),
        settings=settings([("local-host-names", " ".join(hosts) or None)]),
    )


# --- Dovecot ----------------------------------------------------------------------------------------------------------


def _dovecot(seen: Seen, instance: Instance) -> Application:
    main = seen.first(
        [*(path for path in (instance.option("-c"),) if path), "/etc/dovecot/dovecot.conf", "/etc/dovecot.conf"]
    )
    files = tuple(_included(seen, main, 5)) if main else ()
    told = [(path, one) for path in files for one in plain.read(seen.texts[path])]
    location = next((one.value for _, one in reversed(told) if one.key == "mail_location" and one.value), None)
    places = re.findall(r"(?<![\w~}%])(/[\w./-]+)", location or "")
    connections = [
        resource(
            "ldap" if one.key in ("hosts", "uris") else "database",
            one.key,
            one.value,
            seen=f"{seen.real(path)}:{one.line}",
        )
        for path, one in told
        if one.key in ("connect", "hosts", "uris") and one.value
    ]
    return application(
        seen, instance, "dovecot", "mail", configuration=tuple(seen.real(path) for path in files),
        settings=settings((one.key, one.value.lstrip("<")) for _, one in told if one.key in _DOVECOT and one.value),
        data=outermost(places),
        logs=paths(one.value for _, one in told if one.key in ("log_path", "info_log_path", "debug_log_path")),
        resources=unique(connections),
    )  # fmt: skip


def _included(seen: Seen, path: str, depth: int) -> Iterator[str]:
    yield path
    text = seen.texts.get(path, "")
    for match in re.finditer(r"(?m)^\s*(?:!include(?:_try)?|args\s*=)\s+(/?[\w./*-]+\S*)", text) if depth else ():
        pattern = match[1] if isabs(match[1]) else join(dirname(path), match[1])
        for one in matching(seen.texts, pattern):
            if one != path:
                yield from _included(seen, one, depth - 1)


FIND = find

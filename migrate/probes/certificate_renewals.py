"""What renews certificates: the settings of the usual ACME clients, and the jobs that start them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from posixpath import basename

from migrate.model.certificates import Renewal
from migrate.model.facts import Schedule
from migrate.model.inventory import Snapshot
from migrate.probes.masks import hidden
from migrate.syntax import ini

_TOOLS = (
    "certbot",
    "letsencrypt-auto",
    "certbot-auto",
    "acme.sh",
    "dehydrated",
    "lego",
    "getssl",
    "acme-tiny",
    "simp_le",
)
_TOOL = re.compile(r"(?:^|[\s/;&|\"'])(" + "|".join(map(re.escape, _TOOLS)) + r")(?=$|[\s;&|\"'.])")
_CERTBOT = re.compile(r"/etc/letsencrypt/renewal/([^/]+)\.conf")
_HOOKS = ("pre_hook", "post_hook", "renew_hook", "deploy_hook")
_MANAGED = re.compile(r"^[ \t]*(?:MDomain|<MDomain)[ \t]+([^>\n]+)", re.MULTILINE | re.IGNORECASE)
_NAME = re.compile(r"[\w*.-]+\.[\w-]+")


def renewals(snapshot: Snapshot, told: Sequence[Renewal]) -> tuple[Renewal, ...]:
    """:param told: what the probe brought of acme.sh."""
    jobs = _jobs(snapshot)
    found = [
        *_certbot(snapshot, jobs),
        *_dehydrated(snapshot, jobs),
        *(replace(one, jobs=tuple(jobs.get(one.tool, ()))) for one in told),
        *_managed(snapshot),
    ]
    tools = {one.tool for one in found}
    found += [Renewal(tool, jobs=tuple(names), seen=names[0]) for tool, names in jobs.items() if tool not in tools]
    return tuple(found)


def _jobs(snapshot: Snapshot) -> dict[str, list[str]]:
    """Jobs by the tool that they start."""
    found: dict[str, list[str]] = {}
    for job in snapshot.inventory.get(Schedule).jobs:
        match = _TOOL.search(job.command) or _TOOL.search(job.name or "")
        if match:
            tool = "certbot" if match[1].startswith(("certbot", "letsencrypt")) else match[1]
            found.setdefault(tool, []).append(job.name or f"{job.source}:{job.line or ''}".rstrip(":"))
    return {tool: list(dict.fromkeys(names)) for tool, names in sorted(found.items())}


def _certbot(snapshot: Snapshot, jobs: Mapping[str, list[str]]) -> Iterator[Renewal]:
    for path in sorted(snapshot.texts):
        match = _CERTBOT.fullmatch(path)
        if not match:
            continue
        settings = ini.read(snapshot.text(path) or "")
        plain = {one.key: one.value for one in settings if one.value}
        mapped = [one.key for one in settings if one.section.strip("[]") == "webroot_map"]
        hooks = tuple(hidden(value) for name in _HOOKS if (value := plain.get(name)))
        yield Renewal(
            "certbot",
            tuple(mapped) or (match[1],),
            plain.get("authenticator"),
            plain.get("server"),
            hooks,
            tuple(jobs.get("certbot", ())),
            path,
        )


def _dehydrated(snapshot: Snapshot, jobs: Mapping[str, list[str]]) -> Iterator[Renewal]:
    for path in sorted(snapshot.texts):
        if path.endswith("/dehydrated/domains.txt"):
            base = path.removesuffix("domains.txt")
            settings = _assigned((snapshot.text(f"{base}config") or "").splitlines())
            lines = (line.partition("#")[0].partition(">")[0] for line in (snapshot.text(path) or "").splitlines())
            hooks = (hidden(settings["HOOK"]),) if settings.get("HOOK") else ()
            for names in filter(None, (tuple(line.split()) for line in lines)):
                challenge, server = settings.get("CHALLENGETYPE"), settings.get("CA")
                yield Renewal("dehydrated", names, challenge, server, hooks, tuple(jobs.get("dehydrated", ())), path)


def acme(path: str, lines: Sequence[str], jobs: Sequence[str] = ()) -> Renewal:
    """The settings that acme.sh keeps beside a certificate."""
    settings = _assigned(lines)
    names = [settings.get("Le_Domain", ""), *settings.get("Le_Alt", "").split(",")]
    hook = settings.get("Le_ReloadCmd", "")
    hooks = (hidden(hook),) if hook and not hook.startswith("__ACME_BASE64__") else ()
    return Renewal(
        "acme.sh",
        tuple(name for name in names if name and name != "no") or (basename(path).removesuffix(".conf"),),
        settings.get("Le_Webroot") or None,
        settings.get("Le_API") or None,
        hooks,
        tuple(jobs),
        path,
    )


def _assigned(lines: Sequence[str]) -> dict[str, str]:
    """``NAME='value'`` lines."""
    pairs = (line.strip().partition("=") for line in lines if not line.lstrip().startswith("#"))
    return {name.removeprefix("export ").strip(): value.strip().strip("'\"") for name, mark, value in pairs if mark}


def _managed(snapshot: Snapshot) -> Iterator[Renewal]:
    for path in sorted(snapshot.texts):
        if "/apache" in path or "/httpd" in path:
            for match in _MANAGED.finditer(snapshot.text(path) or ""):
                names = tuple(_NAME.findall(match[1]))
                if names:
                    yield Renewal("mod_md", names, seen=path)

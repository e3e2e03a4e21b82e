"""Locales that a workload's programs were seen to use, made in its image."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from migrate.detectors import Candidate
from migrate.model.plan import PackageChoice, Step
from migrate.planning.index import Index
from migrate.quoting import shell

_BUILT_IN = re.compile(r"^(?:C|POSIX)(?:\.|$)|^$")
_NAME = re.compile(r"[A-Za-z]{2,3}(?:_[A-Z]{2})?(?:\.[\w-]+)?(?:@\w+)?")


def used(host: Index, candidate: Candidate) -> tuple[str, ...]:
    """Locales of the environment, where a process has the C library's locale data mapped: it asked for them."""
    mapped = any("/locale/" in path for process in candidate.processes for path in process.mapped)
    main = candidate.main
    return tuple(_named(host, main.environment if main else ())) if mapped else ()


def of_jobs(host: Index) -> tuple[str, ...]:
    """What cron gives its jobs: the system's."""
    return tuple(_named(host, (("LANG", host.system.locale or ""),)))


def _named(host: Index, environment: Iterable[tuple[str, str]]) -> Iterator[str]:
    there = {_plain(name) for name in host.system.locales}
    for name, value in environment:
        asked = (name == "LANG" or name.startswith("LC_")) and _NAME.fullmatch(value) and not _BUILT_IN.match(value)
        if asked and (_plain(value) in there or not there):
            yield value


def _plain(name: str) -> str:
    return name.lower().replace("-", "")


def steps(host: Index, names: Iterable[str]) -> tuple[tuple[PackageChoice, ...], tuple[Step, ...]]:
    """(packages, commands) that make ``names``; what they are made from is left out of the image."""
    wanted = sorted({name for name in names if _NAME.fullmatch(name) and not _BUILT_IN.match(name)})
    family = {host.system.os_id, *host.system.os_like}
    if not wanted or "alpine" in family:
        return (), ()
    if not family & {"debian", "ubuntu"}:
        return _red_hat(host, wanted)
    package = host.packages.get("locales")
    made = [Step(_localedef(name), "a locale that the workload uses") for name in wanted]
    made.append(
        Step("rm -rf /usr/share/i18n/locales /usr/share/i18n/charmaps", "locales are made from these; it is done")
    )
    return (PackageChoice("locales", package.version if package else None, f"to make {', '.join(wanted)}"),), tuple(
        made
    )


def _localedef(name: str) -> str:
    language, _, charmap = name.partition("@")[0].partition(".")
    modifier = name.partition("@")[2]
    charmap = _charmap(charmap)
    source = language + (f"@{modifier}" if modifier else "")
    return f"localedef --no-archive -i {shell(source)} -c -f {shell(charmap)} {shell(name)}"


def _charmap(name: str) -> str:
    """The name of a file in /usr/share/i18n/charmaps for what ``locale -a`` writes as utf8, iso88591, eucjp."""
    plain = _plain(name)
    if plain in ("", "utf8"):
        return "UTF-8"
    latin = re.fullmatch(r"iso8859(\d+)", plain)
    return f"ISO-8859-{latin[1]}" if latin else {"eucjp": "EUC-JP", "euckr": "EUC-KR"}.get(plain, name)


def _red_hat(host: Index, wanted: list[str]) -> tuple[tuple[PackageChoice, ...], tuple[Step, ...]]:
    """One language pack for each language since glibc 2.28; before that the base has all."""
    packs = sorted({f"glibc-langpack-{re.split(r'[_.@]', name)[0]}" for name in wanted})
    return tuple(
        PackageChoice(pack, host.packages[pack].version, "the locale that the workload uses")
        for pack in packs
        if pack in host.packages
    ), ()

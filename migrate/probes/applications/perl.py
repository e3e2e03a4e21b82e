"""Perl: what serves PSGI, programs that serve themselves, mod_perl, and applications with a name of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath

from migrate.model.applications import Application, Component, Resource
from migrate.model.facts import Process
from migrate.probes.applications import Found, projects, resources
from migrate.probes.applications.making import application, called, script, unique, written
from migrate.probes.applications.resources import Told
from migrate.probes.applications.roots import roots
from migrate.probes.servers import Instance, Seen, apache
from migrate.probes.servers.versions import package_version
from migrate.syntax.globs import matching

_SERVERS = {
    "starman": "starman",
    "plackup": "plackup",
    "starlet": "starlet",
    "twiggy": "twiggy",
    "hypnotoad": "hypnotoad",
    "corona": "corona",
    "feersum": "feersum",
    "gazelle": "gazelle",
    "rt-server": "request-tracker",
    "otrs.Daemon.pl": "otrs",
    "otobo.Daemon.pl": "otobo",
    "znuny.Daemon.pl": "znuny",
    "morbo": "mojolicious",
}
_USES = {
    "Mojolicious": "mojolicious",
    "Mojolicious::Lite": "mojolicious",
    "Catalyst": "catalyst",
    "Catalyst::Runtime": "catalyst",
    "Dancer": "dancer",
    "Dancer2": "dancer2",
    "CGI::Application": "cgi-application",
    "Plack::Builder": "plack",
    "Plack": "plack",
}
_PACKAGES = {"mojolicious": "libmojolicious-perl", "catalyst": "libcatalyst-perl", "dancer": "libdancer-perl",
             "dancer2": "libdancer2-perl", "plack": "libplack-perl", "starman": "starman",
             "cgi-application": "libcgi-application-perl"}  # fmt: skip
# (kind, mark, file with the version, expression, files with settings)
_KNOWN = (
    (
        "bugzilla",
        "Bugzilla/Constants.pm",
        "Bugzilla/Constants.pm",
        r"BUGZILLA_VERSION\s*=>\s*[\"']([\w.]+)",
        ("localconfig",),
    ),
    ("otrs", "Kernel/Config/Defaults.pm", "RELEASE", r"(?m)^VERSION\s*=\s*([\w.]+)", ("Kernel/Config.pm",)),
    (
        "request-tracker",
        "lib/RT/Generated.pm",
        "lib/RT/Generated.pm",
        r"VERSION\s*=\s*'([\w.]+)'",
        ("etc/RT_SiteConfig.pm", "etc/RT_SiteConfig.d/*"),
    ),
    ("twiki", "lib/TWiki.pm", "lib/TWiki.pm", r"RELEASE\s*=\s*'([\w.-]+)'", ("lib/LocalSite.cfg",)),
    ("foswiki", "lib/Foswiki.pm", "lib/Foswiki.pm", r"RELEASE\s*=\s*'([\w.-]+)'", ("lib/LocalSite.cfg",)),
    ("movable-type", "mt-config.cgi", "lib/MT.pm", r"VERSION\s*=\s*'?([\d.]+)", ("mt-config.cgi",)),
    ("awstats", "awstats.pl", "awstats.pl", r"\$VERSION\s*=\s*\"([\d.]+)", ("/etc/awstats/awstats*.conf",)),
)
_ASSIGNED = re.compile(r"(?m)^\s*(?:\$|Set\(\s*\$)(?:Self->|self->)?\{?['\"]?(\w+)['\"]?\}?\s*(?:=|,)\s*(['\"])(.*?)\2")
_PLAIN = re.compile(r"(?m)^[ \t]*(\w+)[ \t]+(\S.*)$")


def find(seen: Seen) -> Found:
    servers = [_server(seen, one) for one in seen.running(lambda one: _kind(one) is not None)]
    served = [one for each in _folders(seen) for one in _applications(seen, *each)]
    return Found((*servers, *_once(served), *_mod_perl(seen)))


def _once(found: list[Application]) -> Iterator[Application]:
    kept: dict[str | None, Application] = {}
    for one in found:
        kept.setdefault(one.home, one)
    return iter(kept.values())


def _kind(one: Process) -> str | None:
    """Of a PSGI server by its name; of a program that serves itself by how it is started."""
    title = one.argv[0].split() if one.argv else []
    name = basename(script(one.argv) or (title[0] if title else ""))
    if name in _SERVERS:
        return _SERVERS[name]
    if not basename(one.exe or "").startswith("perl"):
        return None
    if name.endswith(("_server.pl", "_fastcgi.pl")):
        return "catalyst"
    return "mojolicious" if script(one.argv) and {"daemon", "prefork"} & set(one.argv[2:4]) else None


def _server(seen: Seen, instance: Instance) -> Application:
    argv = projects.words(seen, instance)
    kind = (
        _kind(Process(0, 0, "", argv, 0, 0, exe="perl"))
        or _kind(Process(0, 0, "", instance.argv, 0, 0, exe="perl"))
        or "perl"
    )
    program = next(
        (word for word in argv[1:] if word.endswith((".psgi", ".pl")) and word != script(argv)), None
    ) or script(argv)
    path = normpath(join(instance.cwd or "/", program)) if program else None
    text = seen.texts.get(path or "", "")
    used = unique(_USES[name] for name in re.findall(r"(?m)^\s*use\s+([\w:]+)", text) if name in _USES)
    data, logs = written(seen, instance.pids)
    package = _PACKAGES.get(kind, kind)
    return application(
        seen,
        instance,
        kind,
        "application" if kind in ("mojolicious", "catalyst", "request-tracker", "otrs") else "application-server",
        version=package_version(seen, package) or None,
        base=projects.folder(instance, dirname(path) if path else None),
        configuration=(path,) if path and path in seen.texts else (),
        data=data,
        logs=logs,
        components=tuple(
            Component(name, package_version(seen, _PACKAGES.get(name, name)), None, "framework") for name in used
        ),
        resources=projects.told_by_environment(instance),
        settings=tuple(_options(argv)),
    )


def _options(argv: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in ("--listen", "-l", "--port", "-p", "--workers", "--host", "-E", "--env"):
        value = projects.option(argv, name)
        if value:
            yield name.lstrip("-"), value


def _folders(seen: Seen) -> Iterator[tuple[str, str, str | None]]:
    """(folder, server, URL path) of what a web server serves, with CGI or without."""
    for root in roots(seen):
        yield root.path, root.within, root.url
    for given in apache.configurations(seen)[0]:
        for one in given.all("scriptalias"):
            if len(one.words) > 1:
                yield (
                    seen.real(given.absolute(one.words[1]).rstrip("/")),
                    called(given.instance, "apache"),
                    one.words[0],
                )


def _applications(seen: Seen, folder: str, within: str, url: str | None) -> Iterator[Application]:
    for base in (folder, dirname(folder), dirname(dirname(folder))):
        for kind, mark, path, expression, files in _KNOWN:
            if f"{base}/{mark}" in seen.texts and base != "/":
                match = re.search(expression, seen.texts.get(f"{base}/{path}", ""))
                read = unique(
                    one for name in files for one in matching(seen.texts, name if name[0] == "/" else f"{base}/{name}")
                )
                yield Application(
                    kind,
                    "application",
                    basename(base),
                    match[1] if match else None,
                    base,
                    runtime="perl",
                    within=within,
                    paths=(url,) if url else (),
                    configuration=tuple(seen.real(one) for one in read),
                    resources=_resources(seen, read),
                    seen=f"{base}/{mark}",
                )


def _resources(seen: Seen, files: tuple[str, ...]) -> tuple[Resource, ...]:
    found: list[Resource | None] = []
    for path in files:
        text = seen.texts[path]
        pairs = [(match, 1, 3) for match in _ASSIGNED.finditer(text)]
        pairs = pairs or [(match, 1, 2) for match in _PLAIN.finditer(text)]
        told = [
            Told(match[key], match[value], f"{seen.real(path)}:{text.count(chr(10), 0, match.start(key)) + 1}")
            for match, key, value in pairs
        ]
        found.append(resources.database(told))
    return unique(found)


def _mod_perl(seen: Seen) -> Iterator[Application]:
    """Handlers of mod_perl that somebody set."""
    for given in apache.configurations(seen)[0]:
        handlers = [one for one in given.all("perlresponsehandler", "perlhandler") if one.words]
        required = [one for one in given.all("perlrequire", "perlpostconfigrequire", "perlconfigrequire") if one.words]
        if not handlers and not required:
            continue
        first = (handlers or required)[0]
        yield Application(
            "mod_perl",
            "application",
            "mod_perl",
            package_version(seen, "libapache2-mod-perl2", "mod_perl"),
            within=called(given.instance, "apache"),
            runtime="perl",
            configuration=unique(
                given.absolute(one.words[0]) for one in required if given.absolute(one.words[0]) in seen.texts
            ),
            components=unique(Component(one.words[0], None, None, "module") for one in handlers),
            seen=f"{seen.real(first.path)}:{first.line}",
        )


FIND = find

"""Ruby: what serves (Puma, Unicorn, Passenger, Thin, …) and the applications that it runs (Rails, Sinatra, …)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import basename, dirname, normpath

from migrate.model.applications import Application, Component, Resource
from migrate.model.facts import Process
from migrate.probes.applications import Found, projects, resources
from migrate.probes.applications.making import application, called, script, settings, unique, written
from migrate.probes.applications.resources import Told
from migrate.probes.applications.roots import roots
from migrate.probes.servers import Instance, Seen, apache, nginx
from migrate.probes.servers.versions import package_version
from migrate.syntax.nginx import walk

_SERVERS = {"puma": "puma", "pumactl": "puma", "unicorn": "unicorn", "unicorn_rails": "unicorn", "thin": "thin",
            "rainbows": "rainbows", "sidekiq": "sidekiq", "resque": "resque", "delayed_job": "delayed_job",
            "rackup": "rack", "passenger": "passenger", "falcon": "falcon", "iodine": "iodine", "webrick": "webrick",
            "mongrel_rails": "mongrel", "rails": "rails-server", "script/server": "rails-server", "god": "god",
            "bluepill": "bluepill", "clockwork": "clockwork", "good_job": "good_job"}  # fmt: skip
_QUEUES = frozenset(("sidekiq", "resque", "delayed_job", "good_job", "clockwork"))
_FRAMEWORKS = ("rails", "sinatra", "hanami", "grape", "padrino", "roda", "merb", "camping", "rack", "puma", "unicorn",
               "thin", "sidekiq", "resque", "passenger", "activerecord", "sequel", "devise")  # fmt: skip
_MAIN = ("rails", "hanami", "padrino", "sinatra", "grape", "roda")
_PASSENGER = re.compile(r"Passenger(?:Agent| core| watchdog|HelperAgent)?")


def find(seen: Seen) -> Found:
    servers: list[Application] = []
    programs: list[Application | None] = []
    for instance in seen.running(lambda one: _kind(one) is not None):
        kind = _kind_of(instance)
        one = _server(seen, instance, kind)
        servers.append(one)
        programs.append(_program(seen, projects.folder(instance, *_folders(seen, instance)), one, instance.environment))
    passenger = _passenger(seen)
    agents = seen.running(lambda one: bool(_PASSENGER.match(one.name)) or basename(one.exe or "") == "PassengerAgent")
    version = package_version(seen, "passenger", "libapache2-mod-passenger", "libnginx-mod-http-passenger")
    servers += [
        application(seen, one, "passenger", "application-server", name="passenger", version=version) for one in agents
    ]
    programs += [_program(seen, base, one, {}, url, place) for base, one, url, place in passenger]
    return Found((*servers, *_once(programs)))


def _once(found: Iterable[Application | None]) -> Iterator[Application]:
    kept: dict[str | None, Application] = {}
    for one in found:
        if one is not None:
            kept.setdefault(one.home, one)
    return iter(kept.values())


def _kind(one: Process) -> str | None:
    if not basename(one.exe or "").startswith(("ruby", "jruby", "rbx")):
        return None
    title = re.match(r"\W*([\w./-]+)", one.argv[0] if one.argv else one.name)
    names = (basename(script(one.argv) or ""), basename(title[1]) if title else "", one.name.split(" ")[0])
    return next((_SERVERS[name] for name in names if name in _SERVERS), None)


def _kind_of(instance: Instance) -> str:
    return _kind(Process(0, 0, "", instance.argv, 0, 0, exe=instance.exe)) or "ruby"


def _server(seen: Seen, instance: Instance, kind: str) -> Application:
    argv = projects.words(seen, instance)
    title = re.match(r"\w+:? (?:master )?(\d+\.\d[\w.]*)", " ".join(instance.argv))
    base = projects.folder(instance, *_folders(seen, instance))
    version = title[1] if title else _gems(seen, base).get(kind) or package_version(seen, kind, f"ruby-{kind}")
    config = projects.option(argv, "-c", "-C", "--config", "--config-file")
    files = [instance.path(config, base or instance.cwd or "/")] if config else []
    files += (
        [f"{base}/config/{name}" for name in (f"{kind}.rb", f"{kind}.yml", f"{kind}/production.rb")] if base else []
    )
    data, logs = written(seen, instance.pids)
    return application(
        seen, instance, kind, "queue" if kind in _QUEUES else "application-server", version=version, base=base,
        configuration=tuple(seen.real(path) for path in unique(files) if path in seen.texts), logs=logs, data=data,
        resources=projects.told_by_environment(instance), settings=settings(_told(argv, instance)),
    )  # fmt: skip


def _told(argv: tuple[str, ...], instance: Instance) -> Iterator[tuple[str, str | None]]:
    for name in ("RAILS_ENV", "RACK_ENV", "PORT", "WEB_CONCURRENCY", "RAILS_MAX_THREADS"):
        yield name, instance.environment.get(name)
    for option, name in (
        ("-b", "bind"),
        ("-p", "port"),
        ("-E", "environment"),
        ("-e", "environment"),
        ("-w", "workers"),
        ("-t", "threads"),
        ("-l", "listen"),
        ("-q", "queue"),
    ):
        yield name, projects.option(argv, option)


def _folders(seen: Seen, instance: Instance) -> Iterator[str | None]:
    argv = projects.words(seen, instance)
    yield projects.option(argv, "--dir", "--chdir", "--directory")
    rackup = next((word for word in argv if word.endswith("config.ru") and word.startswith("/")), None)
    yield dirname(rackup) if rackup else None


def _passenger(seen: Seen) -> Iterator[tuple[str, str, str | None, str]]:
    """(folder, server, URL path, where it is said) of each application that Passenger runs."""
    for given in apache.configurations(seen)[0]:
        for one in given.all("passengerapproot"):
            if one.words:
                yield (
                    normpath(one.words[0]),
                    called(given.instance, "apache"),
                    None,
                    f"{seen.real(one.path)}:{one.line}",
                )
    for each in nginx.configurations(seen)[0]:
        for line in walk(each.directives):
            if line.name == "passenger_app_root" and line.words:
                yield (
                    normpath(line.words[0]),
                    called(each.instance, "nginx"),
                    None,
                    f"{seen.real(line.path)}:{line.line}",
                )
    for root in roots(seen):
        base = dirname(root.path)
        if basename(root.path) == "public" and f"{base}/config.ru" in seen.texts and not root.upstreams:
            yield base, root.within, root.url, root.seen


def _program(
    seen: Seen,
    base: str | None,
    server: Application | str,
    environment: object,
    url: str | None = None,
    place: str = "",
) -> Application | None:
    """The application in a folder, where it looks like one."""
    if base is None:
        return None
    gems = _gems(seen, base)
    rackup = f"{base}/config.ru"
    if not gems and rackup not in seen.texts:
        return None
    known = _known(seen, base)
    asked = seen.texts.get(rackup, "") + seen.texts.get(f"{base}/config/application.rb", "")
    frameworks = [name for name in _MAIN if name in gems or re.search(rf"\b{name}\b", asked, re.I)]
    kind = known[0] if known else next(iter(frameworks), "rack")
    version = known[1] if known else gems.get(kind)
    mode = _mode(environment)
    files = projects.told_by_files(seen, base, (".env", ".env.production"))
    database = f"{base}/config/database.yml"
    read = [path for path in (database, rackup, f"{base}/Gemfile.lock") if path in seen.texts]
    return Application(
        kind,
        "application",
        basename(base) if basename(base) != "current" else basename(dirname(base)),
        version,
        base,
        runtime=server.runtime if isinstance(server, Application) else None,
        within=server.name if isinstance(server, Application) else server,
        paths=(url,) if url else (),
        configuration=tuple(seen.real(path) for path in read),
        components=tuple(
            Component(name, gems[name], f"{base}/Gemfile.lock", "framework") for name in _FRAMEWORKS if name in gems
        ),
        resources=unique((*_database(seen, database, mode), *projects.of_variables(files), *_others(seen, base, mode))),
        settings=settings((("environment", mode), ("ruby", _asked_ruby(seen, base)))),
        seen=place or rackup,
    )


def _known(seen: Seen, base: str) -> tuple[str, str | None] | None:
    """Applications that have a name of their own."""
    text = seen.texts.get(f"{base}/lib/redmine/version.rb")
    if text:
        parts = [
            match[1] for name in ("MAJOR", "MINOR", "TINY") if (match := re.search(rf"\b{name}\s*=\s*(\d+)", text))
        ]
        return "redmine", ".".join(parts) or None
    if f"{base}/lib/gitlab.rb" in seen.texts or f"{base}/config/gitlab.yml" in seen.texts:
        version = seen.texts.get(f"{base}/VERSION", "").strip()
        return "gitlab", version if re.fullmatch(r"[\w.-]{1,30}", version) else None
    if f"{base}/lib/discourse.rb" in seen.texts:
        return "discourse", None
    if f"{base}/lib/mastodon/version.rb" in seen.texts:
        return "mastodon", None
    return None


def _gems(seen: Seen, base: str | None) -> dict[str, str]:
    """Versions that Gemfile.lock holds."""
    text = seen.texts.get(f"{base}/Gemfile.lock", "") if base else ""
    return dict(re.findall(r"(?m)^    ([\w.-]+) \(([\w.-]+)\)", text))


def _asked_ruby(seen: Seen, base: str) -> str | None:
    version = seen.texts.get(f"{base}/.ruby-version", "").strip()
    return version if re.fullmatch(r"[\w.@-]{1,40}", version) else None


def _mode(environment: object) -> str:
    known = environment if isinstance(environment, dict) else {}
    return str(known.get("RAILS_ENV") or known.get("RACK_ENV") or "production")


def _section(text: str, name: str) -> Iterator[tuple[str, str, int]]:
    """(key, value, line) of a section of YAML, that which it takes over (``<<: *default``) behind it."""
    lines = text.split("\n")
    starts = [at for at, line in enumerate(lines) if re.match(rf"{re.escape(name)}\s*:", line)]
    for at in starts[:1]:
        inherited = []
        for number, line in enumerate(lines[at + 1 :], at + 2):
            if line and not line[0].isspace() and line[0] != "#":
                break
            match = re.match(r"\s+([\w-]+):\s*[\"']?([^\"'#\n]*)", line)
            if match:
                yield match[1], match[2].strip(), number
            if found := re.match(r"\s+<<:\s*\*(\w+)", line):
                inherited.append(found[1])
        for anchor in inherited:
            owner = re.search(rf"(?m)^(\w+):\s*&{re.escape(anchor)}\b", text)
            if owner and owner[1] != name:
                yield from _section(text, owner[1])


def _database(seen: Seen, path: str, mode: str) -> Iterator[Resource]:
    told = [
        Told(key, value, f"{seen.real(path)}:{line}") for key, value, line in _section(seen.texts.get(path, ""), mode)
        if "<%" not in value
    ]  # fmt: skip
    found = resources.database(told)
    if found is not None:
        yield found


def _others(seen: Seen, base: str, mode: str) -> Iterator[Resource]:
    for name in ("redis.yml", "resque.yml", "cable.yml", "sidekiq.yml", "mongoid.yml", "elasticsearch.yml"):
        path = f"{base}/config/{name}"
        told = [
            Told(key, value, f"{seen.real(path)}:{line}")
            for key, value, line in _section(seen.texts.get(path, ""), mode)
        ]
        yield from resources.named(one for one in told if "://" in one.value and "<%" not in one.value)


FIND = find

"""Node.js: what each process runs, by its package.json; pm2 that keeps them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from posixpath import basename, dirname, join, normpath
from typing import Any

from migrate.model.applications import Application, Component
from migrate.model.facts import Process
from migrate.probes.applications import Found, projects
from migrate.probes.applications.making import application, called, script, settings, unique, written
from migrate.probes.servers import Instance, Seen

_FRAMEWORKS = frozenset(
    "express koa @nestjs/core next nuxt fastify @hapi/hapi hapi restify sails loopback @loopback/core "
    "meteor-node-stubs "
    "socket.io @adonisjs/core @feathersjs/feathers strapi @strapi/strapi keystone apollo-server graphql-yoga "
    "@sveltejs/kit @remix-run/server-runtime gatsby vite sequelize typeorm prisma @prisma/client mongoose knex".split()
)
# Applications that have a name of their own, by that of their package.
_KNOWN = {"ghost": "ghost", "node-red": "node-red", "etherpad-lite": "etherpad", "ep_etherpad-lite": "etherpad",
          "n8n": "n8n", "kibana": "kibana", "wiki": "wiki.js", "@strapi/strapi": "strapi", "rocket.chat": "rocket.chat",
          "hubot": "hubot", "verdaccio": "verdaccio", "statsd": "statsd", "uptime-kuma": "uptime-kuma",
          "parse-server": "parse-server", "codimd": "codimd", "hedgedoc": "hedgedoc"}  # fmt: skip
_NODE = re.compile(r"(?:node|nodejs|iojs|bun|deno)\d*")


def find(seen: Seen) -> Found:
    keepers = seen.running(_is_pm2)
    kept = {pid for one in keepers for pid in one.pids}
    found = [application(seen, one, "pm2", "other", version=_pm2_version(one)) for one in keepers]
    for instance in seen.running(lambda one: _is_node(one) and one.pid not in kept):
        found += _programs(seen, instance)
    return Found(tuple(found))


def _is_pm2(one: Process) -> bool:
    return one.name.startswith("PM2") or (
        bool(one.argv) and one.argv[0].startswith("PM2 ") and "God Daemon" in one.argv[0]
    )


def _pm2_version(instance: Instance) -> str | None:
    match = re.search(r"PM2 v([\d.]+)", " ".join(instance.argv))
    return match[1] if match else None


def _is_node(one: Process) -> bool:
    return bool(_NODE.fullmatch(basename(one.exe or ""))) and not _is_pm2(one)


def _programs(seen: Seen, instance: Instance) -> Iterator[Application]:
    argv = projects.words(seen, instance)
    main = instance.environment.get("pm_exec_path") or script(argv) or _of_title(argv)
    path = normpath(join(instance.cwd or "/", main)) if main else None
    base = dirname(path) if path else instance.cwd or "/"
    manifest = projects.up(seen, base, "package.json") or (
        projects.up(seen, instance.cwd, "package.json") if instance.cwd else None
    )
    data = _json(seen.texts.get(manifest, "")) if manifest else {}
    home = dirname(manifest) if manifest else (base if path else None)
    name = str(data.get("name") or "") or (
        instance.environment.get("name") if "pm_id" in instance.environment else None
    )
    files = projects.told_by_files(seen, home, (".env", ".env.production", ".env.local"))
    data_written, logs = written(seen, instance.pids)
    yield replace(
        application(
            seen, instance, _KNOWN.get(str(data.get("name", "")).lower(), "node"), "application",
            name=name or called(instance, basename(path or "") or "node"), home=home,
            configuration=unique((path if path in seen.texts else None, manifest, *(one for one, _ in files))),
            components=_frameworks(seen, home, data), data=data_written, logs=logs,
            resources=unique((*projects.told_by_environment(instance), *projects.of_variables(files))),
            settings=settings(_told(instance, data)),
        ),
        version=_text(data.get("version")),
    )  # fmt: skip


def _of_title(argv: tuple[str, ...]) -> str | None:
    """The file in a title such as ``node /srv/app/server.js``."""
    words = argv[0].split() if len(argv) == 1 else []
    return words[1] if len(words) > 1 and words[0].endswith("node") else None


def _told(instance: Instance, data: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    for name in ("NODE_ENV", "PORT", "NODE_OPTIONS", "NODE_APP_INSTANCE"):
        yield name, instance.environment.get(name)
    engines, scripts = data.get("engines"), data.get("scripts")
    yield "engines.node", _text(engines.get("node")) if isinstance(engines, dict) else None
    yield "main", _text(data.get("main"))
    yield "scripts.start", _text(scripts.get("start")) if isinstance(scripts, dict) else None


def _frameworks(seen: Seen, home: str | None, data: Mapping[str, Any]) -> tuple[Component, ...]:
    """Those that the manifest asks for, each with the version that is installed."""
    asked = data.get("dependencies")
    names = [name for name in asked if name in _FRAMEWORKS] if isinstance(asked, dict) and home else []
    return tuple(_framework(seen, f"{home}/node_modules/{name}/package.json", name) for name in names)


def _framework(seen: Seen, path: str, name: str) -> Component:
    version = _text(_json(seen.texts.get(path, "")).get("version"))
    return Component(name, version, path if path in seen.texts else None, "framework")


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


FIND = find

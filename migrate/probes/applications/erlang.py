"""Erlang and Elixir: what a virtual machine was started for."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from posixpath import basename

from migrate.model.applications import Application
from migrate.probes.applications import Found, projects
from migrate.probes.applications.making import application, settings, unique, written
from migrate.probes.servers import Instance, Seen
from migrate.probes.servers.versions import package_version
from migrate.syntax.globs import matching

# (word of the command line, kind, role, package, configuration)
_KNOWN = (
    ("rabbit", "rabbitmq", "queue", "rabbitmq-server", "/etc/rabbitmq/*"),
    ("ejabberd", "ejabberd", "other", "ejabberd", "/etc/ejabberd/*"),
    ("couch", "couchdb", "database", "couchdb", "/opt/couchdb/etc/*.ini"),
    ("riak", "riak", "database", "riak", "/etc/riak/*"),
    ("emqx", "emqx", "queue", "emqx", "/etc/emqx/*"),
    ("vernemq", "vernemq", "queue", "vernemq", "/etc/vernemq/*"),
    ("yaws", "yaws", "web-server", "yaws", "/etc/yaws/*"),
)


def find(seen: Seen) -> Found:
    running = seen.running(lambda one: basename(one.exe or "").startswith("beam"))
    return Found(tuple(_machine(seen, one) for one in running))


def _machine(seen: Seen, instance: Instance) -> Application:
    argv = instance.argv
    started = " ".join(
        value for option, value in pairwise(argv) if option in ("-s", "-boot", "-run", "-name", "-sname")
    )
    known = next((one for one in _KNOWN if re.search(rf"\b{one[0]}", started)), None)
    release = re.search(r"(/\S+?)/releases/([\w.+-]+)/(?:start|\S+)", " ".join(argv))
    node = projects.option(argv, "-sname", "-name")
    data, logs = written(seen, instance.pids)
    kind, role = (known[1], known[2]) if known else ("erlang", "application")
    found = application(
        seen, instance, kind, role, base=release[1] if release and not known else None, data=data, logs=logs,
        configuration=matching(seen.texts, known[4]) if known else (),
        settings=settings((("node", node), ("config", projects.option(argv, "-config")))),
        resources=unique(projects.told_by_environment(instance)),
    )  # fmt: skip
    version = package_version(seen, known[3]) if known else release[2] if release else None
    return replace(found, version=version, home=None if known else found.home)


FIND = find

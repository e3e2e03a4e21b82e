"""The hosts of an inventory, as Ansible itself reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from migrate.errors import InputError
from migrate.quoting import terminal
from migrate.reach.fleet.setup import Setup, call, environment, words

_PLAIN = re.compile(r"[A-Za-z0-9_.:%@+-]+")


@dataclass(frozen=True, slots=True)
class FleetHost:
    """:ivar target: how it is reached without Ansible, as far as its variables say that plainly."""

    name: str
    target: str


def read(setup: Setup, limit: str | None) -> tuple[FleetHost, ...]:
    """The hosts that the inventory and the limit mean, in the inventory's order.

    :raises InputError: it can't be read, or means none.
    :raises EngineError: there is no Ansible.
    """
    if not setup.place.exists():
        raise InputError(f"there is no inventory {setup.inventory}", "@FILE or @FOLDER names an Ansible inventory")
    env = environment(setup)
    with ThreadPoolExecutor(2) as pool:  # each takes its second
        asked = pool.submit(_variables, setup, env)
        names = _names(setup, limit, env)
        variables = asked.result()
    return tuple(FleetHost(name, target(name, variables.get(name, {}))) for name in names)


def _names(setup: Setup, limit: str | None, env: Mapping[str, str]) -> list[str]:
    asked = ["all", *words(setup), "--list-hosts", *(["--limit", limit] if limit else [])]
    done = call("ansible", asked, env)
    said = terminal(done.complaint)
    if not done.ok:
        raise InputError(f"Ansible can't read the inventory {setup.inventory}: {said}", _hint(said))
    names = [line.strip() for line in done.text.splitlines() if line.startswith("    ")]
    if not names:
        which = f" for --limit {limit}" if limit else ""
        raise InputError(
            f"the inventory {setup.inventory} has no hosts{which}",
            f"try: ansible-inventory -i {setup.inventory} --graph",
        )
    return names


def _variables(setup: Setup, env: Mapping[str, str]) -> Mapping[str, Any]:
    done = call("ansible-inventory", [*words(setup), "--list"], env)
    if not done.ok:
        said = terminal(done.complaint)
        raise InputError(f"Ansible can't read the variables of {setup.inventory}: {said}", _hint(said))
    try:
        found = json.loads(done.out).get("_meta", {}).get("hostvars", {})
    except (ValueError, AttributeError) as error:
        raise InputError(f"{setup.inventory}: ansible-inventory gave no JSON: {error}") from error
    return found if isinstance(found, dict) else {}


def _hint(said: str) -> str:
    if "ault" in said:
        return "--vault-password-file FILE or ANSIBLE_VAULT_PASSWORD_FILE opens its vault"
    return "try: ansible-inventory --graph -i INVENTORY"


def target(name: str, variables: Mapping[str, Any]) -> str:
    """The target that means the same host to us; templates and what else is not plain are left to Ansible."""
    place, user, port = (_word(variables, *names) for names in (_PLACES, _USERS, _PORTS))
    match variables.get("ansible_connection"):
        case "local":
            return "local"
        case "docker" | "community.docker.docker":
            return f"docker:{place or name}"
    place = place or name
    host = f"[{place}]" if ":" in place and port else place
    return f"{user}@" * bool(user) + host + f":{port}" * (bool(port) and port != "22")


_PLACES = ("ansible_host", "ansible_ssh_host")
_USERS = ("ansible_user", "ansible_ssh_user")
_PORTS = ("ansible_port", "ansible_ssh_port")


def _word(variables: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = variables.get(name)
        if isinstance(value, str | int) and _PLAIN.fullmatch(str(value)):
            return str(value)
    return ""

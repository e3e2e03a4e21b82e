"""How Ansible's programs are called: with the user's own set-up, and none of our secrets but by private files."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from migrate import process
from migrate.errors import EngineError
from migrate.model.target import Access
from migrate.reach import credentials
from migrate.reach.options import options

_OURS = "MIGRATE_"
_HINT = "install it beside migrate: pip install 'migrate-to-containers[ansible]'"


@dataclass(frozen=True, slots=True)
class Setup:
    """What all calls for one inventory share.

    :ivar inventory: a file, a folder or a program, as the user named it.
    :ivar vault: the file with its password, where that was named.
    """

    inventory: str
    access: Access
    vault: str | None = None

    @property
    def place(self) -> Path:
        return Path(self.inventory).expanduser().absolute()


def environment(setup: Setup) -> dict[str, str]:
    """Our environment without our passwords, with Ansible's programs on PATH and its configuration found."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    if "ANSIBLE_CONFIG" not in env and (found := _configuration(setup)):
        env["ANSIBLE_CONFIG"] = str(found)
    # What hosts say goes to us alone, not into the user's logs and other callbacks.
    env |= {
        "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.minimal",
        "ANSIBLE_LOG_PATH": "",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_FORCE_COLOR": "0",
    }
    env |= {"ANSIBLE_INVENTORY_UNPARSED_FAILED": "1", "ANSIBLE_DEPRECATION_WARNINGS": "0"}
    env.setdefault("ANSIBLE_TIMEOUT", f"{setup.access.connect_timeout:.0f}")
    return env


def _configuration(setup: Setup) -> Path | None:
    """Where Ansible would look if it were started here, or beside the inventory."""
    beside = setup.place if setup.place.is_dir() else setup.place.parent
    return next((path for path in (Path.cwd() / "ansible.cfg", beside / "ansible.cfg") if path.is_file()), None)


def words(setup: Setup) -> list[str]:
    """Options of every program of Ansible's that reads the inventory."""
    given = ["-i", str(setup.place)]
    return [*given, "--vault-password-file", str(Path(setup.vault).expanduser().absolute())] if setup.vault else given


def reaching(setup: Setup, private: Path) -> list[str]:
    """Options for the way to the hosts; passwords go into files of ``private``. The inventory's own variables win."""
    access = setup.access
    found = []
    if access.identity:
        found += ["--private-key", str(Path(access.identity[0]).expanduser().absolute())]
    extra = options(access)
    if extra:
        found += [f"--ssh-extra-args={' '.join(extra)}"]
    if access.port:
        found += ["-e", f"ansible_port={access.port}"]
    if not access.sudo:
        found += ["-e", '{"ansible_become": false}']
    if password := credentials.given("MIGRATE_SSH_PASSWORD"):
        found += ["--connection-password-file", _private(private / "login", password)]
    if access.sudo and (password := credentials.given("MIGRATE_SUDO_PASSWORD")):
        found += ["--become", "--become-password-file", _private(private / "become", password)]
    return found


def _private(path: Path, text: str) -> str:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    return str(path)


def call(program: str, arguments: list[str], env: Mapping[str, str]) -> process.Completed:
    """Run one of Ansible's programs.

    :raises EngineError: there is no Ansible.
    """
    beside = Path(sys.executable).parent / program
    name = str(beside) if beside.is_file() else program
    try:
        return process.run((name, *arguments), env=env, timeout=300)
    except EngineError as error:
        if "not installed" in error.message:
            raise EngineError("inventories of Ansible need Ansible, which is not there", _HINT) from error
        raise

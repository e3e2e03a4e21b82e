"""What language package managers installed, beside the packages of the operating system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Library:
    """A package of pip, gem, npm and the like that no package of the operating system owns.

    :ivar manager: pip, uv, setuptools, conda, gem, npm, yarn, pnpm, composer, pear, pecl, php-extension, cpan,
        luarocks, r, nuget, go, cargo; snap, flatpak, brew, pkgsrc.
    :ivar place: the directory that holds it, or the project that asks for it.
    :ivar direct: a person or a project asked for it by name; None where nothing tells.
    :ivar locked: a lock file of the project names it; it was not seen installed.
    :ivar licence: as the library names it.
    :ivar source: where it came from, where that is not the manager's usual registry; without credentials.
    """

    name: str
    version: str | None = None
    manager: str = ""
    place: str = ""
    direct: bool | None = None
    locked: bool = False
    source: str | None = None
    seen: str = ""
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """A place of its own for an interpreter or its libraries: a virtual environment, one of several versions."""

    kind: str  # venv, conda, nvm, pyenv, rbenv, rvm, sdkman, nix, guix
    path: str
    runtime: str | None = None  # "python 3.11.2"
    base: str | None = None  # the interpreter's directory that it was made from
    system_libraries: bool | None = None  # those of the system count, too
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Libraries:
    scope: ClassVar[str] = "libraries"

    libraries: tuple[Library, ...] = ()
    environments: tuple[Environment, ...] = ()

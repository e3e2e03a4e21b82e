"""An application as a server was told about it, and the environment that it runs in."""

from __future__ import annotations

from dataclasses import dataclass, field
from posixpath import dirname

from migrate.probes.servers import Instance, Seen


@dataclass(frozen=True, slots=True)
class Program:
    """An application as a server was told about it.

    :ivar base: its folder; ``module`` what is imported: ``proj.wsgi`` of ``proj.wsgi:application``.
    """

    server: str
    base: str | None
    module: str | None = None
    venv: str | None = None
    environment: dict[str, str] = field(default_factory=dict, hash=False)
    paths: tuple[str, ...] = ()
    runtime: str | None = None
    seen: str = ""


def virtual_environment(seen: Seen, argv: tuple[str, ...], instance: Instance) -> str | None:
    """The virtual environment: of the interpreter as it was called, of the script, of the variable."""
    candidates = [dirname(dirname(word)) for word in argv[:2] if word.startswith("/") and "/bin/" in word]
    candidates += [instance.environment.get("VIRTUAL_ENV", "")]
    return next((path for path in candidates if path and f"{path}/pyvenv.cfg" in seen.texts), None)


def virtual_environment_setting(venv: str | None) -> tuple[tuple[str, str | None], ...]:
    return (("virtual environment", venv),) if venv else ()

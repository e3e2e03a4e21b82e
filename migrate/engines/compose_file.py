"""A compose file as an engine without a compose of its own understands it: variables, defaults and paths resolved.

The subset of the Compose Specification that our emitter and careful people write; anything else is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from migrate.errors import InputError

_VARIABLE = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<name>\w+)(?:(?P<how>:?[-?+])(?P<other>[^}]*))?\}|(?P<plain>\w+))")
_SERVICE = frozenset(
    "image build depends_on volumes tmpfs secrets env_file environment ports networks network_mode hostname extra_hosts"
    " restart init stop_grace_period deploy ulimits cap_drop cap_add security_opt read_only sysctls command entrypoint"
    " user labels healthcheck container_name pull_policy working_dir stop_signal shm_size mem_limit".split()
)
_TOP = frozenset(("name", "version", "services", "networks", "volumes", "secrets", "configs"))
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def read(file: Path, directory: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """The file with everything resolved.

    :raises InputError: it is no compose file, or says what is not understood here.
    """
    import yaml

    variables = {**_variables(directory / ".env"), **environment}
    loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(loaded, dict) or not isinstance(loaded.get("services"), dict):
        raise InputError(f"{file} is no compose file")
    found: dict[str, Any] = _filled(loaded, variables)
    _known(file, found, _TOP, "")
    for name, service in found["services"].items():
        _known(file, service, _SERVICE, f"services.{name}.")
        _resolve(service, directory)
    for kind in ("networks", "volumes", "secrets"):
        found[kind] = {name: one or {} for name, one in (found.get(kind) or {}).items()}
    for secret in found["secrets"].values():
        if "file" in secret:
            secret["file"] = str(_path(directory, secret["file"]))
    return found


def escaped(value: Any) -> Any:
    """The same with each $ doubled, so that reading it again gives this."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {name: escaped(one) for name, one in value.items()}
    return [escaped(one) for one in value] if isinstance(value, list) else value


def _known(file: Path, found: Mapping[str, Any], words: frozenset[str], where: str) -> None:
    strange = sorted(name for name in found if name not in words and not name.startswith("x-"))
    if strange:
        hint = "take it out, or start the bundle with docker"
        raise InputError(f"{file}: {where}{strange[0]} is not understood without a compose program", hint)


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _value(match, variables), value)
    if isinstance(value, dict):
        return {name: _filled(one, variables) for name, one in value.items()}
    return [_filled(one, variables) for one in value] if isinstance(value, list) else value


def _value(match: re.Match[str], variables: Mapping[str, str]) -> str:
    if match["escaped"]:
        return "$"
    value, how = variables.get(match["name"] or match["plain"]), match["how"] or ""
    there = value is not None and (bool(value) or not how.startswith(":"))
    if how.endswith("+"):
        return match["other"] if there else ""
    if not there and how.endswith("?"):
        raise InputError(f"the variable {match['name']} is needed: {match['other']}")
    return str(value) if there else match["other"] or ""


def _resolve(service: dict[str, Any], directory: Path) -> None:
    build = service.get("build")
    if build is not None:
        build = {"context": build} if isinstance(build, str) else dict(build)
        service["build"] = build | {"context": str(_path(directory, build["context"]))}
    service["volumes"] = [_mount(one, directory) for one in service.get("volumes") or []]
    given = service.pop("env_file", None) or []
    files = [given] if isinstance(given, str) else given
    environment: dict[str, str] = {}
    for one in files:
        environment |= _variables(_path(directory, one["path"] if isinstance(one, dict) else one))
    environment |= pairs(service.get("environment"))
    if environment:
        service["environment"] = environment


def _mount(given: Any, directory: Path) -> dict[str, Any]:
    """A mount in the long form: SOURCE:TARGET[:ro] is the short one."""
    if isinstance(given, str):
        source, _, rest = given.partition(":")
        target, _, options = rest.partition(":")
        kind = "bind" if source.startswith((".", "/", "~")) else "volume"
        given = {"type": kind, "source": source, "target": target, "read_only": "ro" in options.split(",")}
    if given.get("type") == "bind":
        return {**given, "source": str(_path(directory, given["source"]))}
    return dict(given)


def pairs(given: Any) -> dict[str, str]:
    """A mapping that may be written as a list of NAME=value."""
    if isinstance(given, list):
        return dict(str(one).partition("=")[::2] for one in given)
    return {str(name): "" if value is None else str(value) for name, value in (given or {}).items()}


def _path(directory: Path, text: str) -> Path:
    return (directory / text).resolve()


def _variables(file: Path) -> dict[str, str]:
    """An environment file: NAME=value, in single quotes as it is, in double ones with escapes."""
    if not file.is_file():
        return {}
    found = {}
    pattern = re.compile(r"""(?m)^\s*(?:export\s+)?([\w.]+)=(?:'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\n]*))""", re.DOTALL)
    for match in pattern.finditer(file.read_bytes().decode("utf-8", "surrogateescape")):
        name, single, double, plain = match.groups()
        if double is not None:
            found[name] = re.sub(r"\\(0[0-7]{3}|.)", _unescaped, double, flags=re.DOTALL)
        else:
            found[name] = single if single is not None else re.sub(r"\s+#.*|\s+$", "", plain)
    return found


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code, 8)) if len(code) == 4 else _ESCAPES.get(code, code)

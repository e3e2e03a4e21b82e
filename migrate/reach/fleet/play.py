"""One run of Ansible: a program of its own for each of several hosts, and what each of them said."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migrate.quoting import terminal
from migrate.reach.fleet.setup import Setup, environment, reaching, words
from migrate.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGEST = 1 << 30  # bytes of a result: ansible-runner drops those of more than 700 kB in silence
_MARGIN = 60.0  # seconds that Ansible needs beside what the hosts take


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a raw task brought.

    :ivar out: standard output; None where the host did not get so far, and then ``said`` tells why.
    """

    out: str | None
    said: str = ""


def play(
    setup: Setup,
    commands: Mapping[str, str],
    deadline: float,
    tell: Callable[[str, Outcome], None],
    stopped: threading.Event,
) -> str:
    """Run each host's command, all at the same time; ``tell`` is called for each as it is done.

    :param deadline: seconds for each.
    :return: why some were not told of, as Ansible says it.
    """
    with _private_folder() as folder:
        programs = folder / "programs"
        programs.mkdir(mode=0o700)
        for host, text in commands.items():
            (programs / hashlib.sha256(host.encode("utf-8", "surrogateescape")).hexdigest()).write_text(text, "utf-8")
        return _run(setup, folder, commands, deadline, tell, stopped)


@contextmanager
def _private_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="migrate-fleet-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(
    setup: Setup,
    folder: Path,
    commands: Mapping[str, str],
    deadline: float,
    tell: Callable[[str, Outcome], None],
    stopped: threading.Event,
) -> str:
    from ansible_runner.config.runner import RunnerConfig
    from ansible_runner.runner import Runner

    limits = {"pexpect_timeout": 1, "job_timeout": int(deadline + _MARGIN), "idle_timeout": int(deadline + _MARGIN)}
    settings = folder / "env"
    settings.mkdir(mode=0o700)
    (settings / "settings").write_text(json.dumps(limits), "utf-8")
    config = RunnerConfig(
        private_data_dir=str(folder),
        playbook=str(shipped("playbooks") / "discover.yml"),
        forks=len(commands),
        extravars={"migrate_programs": str(folder / "programs"), "migrate_timeout": max(1, round(deadline))},
        cmdline=_line(setup, folder, commands),
        quiet=True,
    )
    config.prepare()
    config.env = _environment(setup, config.env)
    runner = Runner(config, event_handler=_listener(tell), cancel_callback=stopped.is_set)
    runner.run()
    if runner.status == "timeout":
        return f"Ansible did not end within {deadline + _MARGIN:.0f} s"
    return terminal(_last_words(runner)) or f"Ansible ended with status {runner.rc}"


def _line(setup: Setup, folder: Path, commands: Mapping[str, str]) -> str:
    import shlex

    limit = folder / "limit"
    limit.write_text("".join(f"{host}\n" for host in commands), "utf-8")
    return shlex.join([*words(setup), *reaching(setup, folder), "--limit", f"@{limit}"])


def _environment(setup: Setup, made: Mapping[str, Any]) -> dict[str, str]:
    """What ansible-runner adds, on top of ours alone: it would turn the checking of host keys off, and copy all."""
    ours = environment(setup)
    added = {name: str(value) for name, value in made.items() if name.startswith(("ANSIBLE_", "AWX_", "RUNNER_"))}
    kept = {name: value for name, value in added.items() if name not in ours and name != "ANSIBLE_HOST_KEY_CHECKING"}
    plugins = {"ANSIBLE_STDOUT_CALLBACK": added["ANSIBLE_STDOUT_CALLBACK"]}
    plugins["ANSIBLE_CALLBACK_PLUGINS"] = added["ANSIBLE_CALLBACK_PLUGINS"]
    return {**kept, **ours, **plugins, "MAX_EVENT_RES": str(_LARGEST)}


def _listener(tell: Callable[[str, Outcome], None]) -> Callable[[Mapping[str, Any]], bool]:
    def hear(event: Mapping[str, Any]) -> bool:
        data = event.get("event_data") or {}
        result = data.get("res") or {}
        match event.get("event"):
            case "runner_on_ok" if "stdout" in result:
                tell(str(data.get("host")), Outcome(str(result["stdout"]), str(result.get("stderr") or "")))
            case "runner_on_failed" | "runner_on_unreachable" | "runner_on_skipped" | "runner_on_ok":
                tell(str(data.get("host")), Outcome(None, _said(result)))
        return False  # nothing is kept of it

    return hear


def _said(result: Mapping[str, Any]) -> str:
    words = [str(result.get(name) or "") for name in ("msg", "module_stderr", "stderr", "exception")]
    return "\n".join(word for word in words if word)


def _last_words(runner: Any) -> str:
    try:
        with runner.stdout as file:
            lines = file.read().strip().splitlines()
    except (OSError, AttributeError, ValueError):
        return ""
    return "\n".join(lines[-6:])

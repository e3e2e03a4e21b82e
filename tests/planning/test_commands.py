from __future__ import annotations

import subprocess
from pathlib import Path

from migrate.detectors import Candidate
from migrate.planning.commands import foreground, supervisor
from tests.planning.hosts import process, service


def test_the_running_arguments_are_the_command() -> None:
    one = Candidate(
        "app", service("app.service"), (process(7, "/usr/bin/python3", "/opt/app/app.py", "--port", "80 80"),)
    )
    assert foreground(one) == ("/usr/bin/python3", "/opt/app/app.py", "--port", "80 80")


def test_a_title_over_the_arguments_sends_us_to_the_unit() -> None:
    unit = service("app.service", exec_start=(("/opt/app/venv/bin/gunicorn", "-b", "${BIND}", "$MORE", "app:app"),))
    main = process(
        7, "gunicorn: master [app:app]", exe="/usr/bin/python3.9", environment=(("BIND", ":80"), ("MORE", "-w 3"))
    )
    expected = ("/opt/app/venv/bin/gunicorn", "-b", ":80", "-w", "3", "app:app")
    assert foreground(Candidate("app", unit, (main,))) == expected


def test_a_bare_name_becomes_the_program_that_runs() -> None:
    main = process(7, "node", "server.js", exe="/usr/bin/node")
    assert foreground(Candidate("app", service("app.service"), (main,)))[0] == "/usr/bin/node"


def test_a_service_in_the_foreground_needs_no_supervisor() -> None:
    assert supervisor(Candidate("app", service("app.service"), (process(7, "/opt/app"),))) is None


def test_the_supervisor_ends_with_the_daemon_and_passes_its_failure_on(tmp_path: Path) -> None:
    daemon = tmp_path / "legacyd"
    daemon.write_text("#!/bin/sh\nsleep 2\n")
    daemon.chmod(0o755)
    script = supervisor(Candidate("legacyd", service("legacyd.service", kind="forking"), (process(7, str(daemon)),)))
    assert script is not None
    ended = subprocess.run(["sh", "-c", script, "sh", "sh", "-c", f"{daemon} & exit 0"], timeout=20, check=False)
    assert ended.returncode == 0
    failed = subprocess.run(["sh", "-c", script, "sh", "sh", "-c", "exit 3"], timeout=20, check=False)
    assert failed.returncode == 3


def test_the_supervisor_waits_for_a_daemon_that_takes_its_time_to_appear(tmp_path: Path) -> None:
    daemon = tmp_path / "latecomerd"
    daemon.write_text('#!/bin/sh\nsleep 1\ntouch "$0.done"\n')
    daemon.chmod(0o755)
    script = supervisor(
        Candidate("latecomerd", service("latecomerd.service", kind="forking"), (process(7, str(daemon)),))
    )
    assert script is not None
    ended = subprocess.run(
        ["sh", "-c", script, "sh", "sh", "-c", f"(sleep 1; exec {daemon}) & exit 0"], timeout=20, check=False
    )
    assert (ended.returncode, daemon.with_name("latecomerd.done").exists()) == (0, True)

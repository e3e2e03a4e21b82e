from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.detectors import Candidate
from migrate.model.facts import Service
from migrate.planning.commands import foreground, supervisor
from migrate.planning.evidence import declared
from tests.planning.hosts import host, process, service


def test_the_running_arguments_are_the_command() -> None:
    one = Candidate(
        "app", service("app.service"), (process(7, "/usr/bin/python3", "/opt/app/app.py", "--port", "80 80"),)
    )
    assert foreground(host(), one) == ("/usr/bin/python3", "/opt/app/app.py", "--port", "80 80")


def test_a_title_over_the_arguments_sends_us_to_the_unit() -> None:
    unit = service("app.service", exec_start=(("/opt/app/venv/bin/gunicorn", "-b", "${BIND}", "$MORE", "app:app"),))
    main = process(
        7, "gunicorn: master [app:app]", exe="/usr/bin/python3.9", environment=(("BIND", ":80"), ("MORE", "-w 3"))
    )
    expected = ("/opt/app/venv/bin/gunicorn", "-b", ":80", "-w", "3", "app:app")
    assert foreground(host(), Candidate("app", unit, (main,))) == expected


def test_a_bare_name_becomes_the_program_that_runs() -> None:
    main = process(7, "node", "server.js", exe="/usr/bin/node")
    assert foreground(host(), Candidate("app", service("app.service"), (main,)))[0] == "/usr/bin/node"


def test_a_service_in_the_foreground_needs_no_supervisor() -> None:
    assert supervisor(Candidate("app", service("app.service"), (process(7, "/opt/app"),))) is None
    watched = Service("app", "runit", active=True, enabled=True)
    assert supervisor(Candidate("app", watched, (process(7, "/opt/app"),))) is None


def test_the_supervisor_ends_with_the_daemon_and_passes_its_failure_on(tmp_path: Path) -> None:
    daemon = tmp_path / "legacyd"
    daemon.write_text("#!/bin/sh\nsleep 2\n")
    daemon.chmod(0o755)
    script = supervisor(Candidate("legacyd", service("legacyd.service", kind="forking"), (process(7, str(daemon)),)))
    assert script is not None
    ended = subprocess.run(["sh", "-c", script, "sh", "sh", "-c", f"{daemon} & exit 0"], timeout=20, check=False)
    assert ended.returncode == 1  # nobody had told it to
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
    assert (ended.returncode, daemon.with_name("latecomerd.done").exists()) == (1, True)


_DAEMON = r"""#!/bin/sh
log=$0.log
if [ "${1-}" = worker ]; then
    trap 'echo worker >>"$log"; exit 0' TERM HUP
    touch "$0.ready"
    while [ "$PPID" != 1 ] && kill -0 "$PPID" 2>/dev/null; do sleep 0.1; done
    exit 0
fi
trap 'echo reload >>"$log"' HUP
trap 'echo main >>"$log"; exit 0' TERM
"$0" worker &
while :; do sleep 0.1; done
"""


SHELLS = [words for words in (("dash",), ("bash", "--posix"), ("busybox", "sh")) if shutil.which(words[0])]


@pytest.mark.parametrize("shell", SHELLS, ids=lambda words: words[0])
def test_the_daemon_alone_gets_the_signals_and_to_be_told_to_stop_is_no_failure(
    tmp_path: Path, shell: tuple[str, ...]
) -> None:
    daemon = tmp_path / "workersd"
    daemon.write_text(_DAEMON)
    daemon.chmod(0o755)
    script = supervisor(Candidate("workersd", service("workersd.service", kind="forking"), (process(7, str(daemon)),)))
    assert script is not None
    with subprocess.Popen([*shell, "-c", script, "sh", "sh", "-c", f"{daemon} & exit 0"]) as running:
        wait_for(lambda: daemon.with_name("workersd.ready").exists())
        running.send_signal(signal.SIGHUP)
        wait_for(lambda: daemon.with_name("workersd.log").exists())
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
    assert daemon.with_name("workersd.log").read_text().split() == ["reload", "main"]


def test_a_program_that_stays_in_the_foreground_after_all_is_told_to_stop_as_well(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    script = supervisor(Candidate("otherd", service("otherd.service", kind="forking"), (process(7, "/bin/otherd"),)))
    assert script is not None
    program = f"trap 'touch {ready}.told; exit 0' TERM; touch {ready}; while :; do sleep 0.1; done"
    with subprocess.Popen(["sh", "-c", script, "sh", "sh", "-c", program]) as running:
        wait_for(ready.exists)
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
    assert ready.with_name("ready.told").exists()


def wait_for(true: Callable[[], bool]) -> None:
    for _ in range(200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come true")


def test_a_packages_own_start_script_is_run_rather_than_what_it_becomes() -> None:
    unit = service("queue.service", kind="notify", exec_start=(("/usr/sbin/queue-server",),))
    main = process(7, "/usr/lib/erlang/bin/beam.smp", "-root", "/usr/lib/erlang")
    one = Candidate("queue", unit, (main,))
    assert foreground(host(owners={"/usr/sbin/queue-server": "queue"}), one) == ("/usr/sbin/queue-server",)
    assert foreground(host(), one) == main.argv  # a script of the machine's own is captured, but may want more of it


def test_what_only_runs_another_program_is_no_start_script() -> None:
    facts = host(owners={"/usr/bin/env": "coreutils", "/usr/bin/java": "jre", "/usr/bin/numactl": "numactl"})
    for runner in ("/usr/bin/env", "/usr/bin/java", "/usr/bin/numactl"):
        unit = service("app.service", exec_start=((runner, "/opt/app/app"),))
        main = process(7, "/opt/app/app", "-x")
        assert foreground(facts, Candidate("app", unit, (main,))) == main.argv


def test_a_program_that_the_supervisor_looked_for_is_the_one_that_runs() -> None:
    node = "/home/anna/.nvm/versions/node/v18.20.4/bin/node"
    unit = replace(service("shop"), manager="pm2", exec_start=(("node", "/srv/shop/server.js"),))
    main = process(7, "node /srv/shop/server.js", exe=node)
    assert foreground(host(), Candidate("shop", unit, (main,))) == (node, "/srv/shop/server.js")


def test_what_a_unit_declares_is_in_itself_and_in_its_files() -> None:
    unit = service("q.service", environment=(("A", "1"),), environment_files=("-/etc/default/q",))
    facts = host(texts={"/etc/default/q": b"# OFF=1\nNODE='x y'\nnot one\n"})
    assert declared(facts, Candidate("q", unit)) == {"A", "NODE"}

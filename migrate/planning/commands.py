"""The command that runs a workload in the foreground, from how it runs on the host."""

from __future__ import annotations

import re

from migrate.detectors import Candidate
from migrate.model.facts import Process
from migrate.planning.closure import INTERPRETERS
from migrate.planning.index import Index
from migrate.quoting import shell

# Programs that run another one under some condition, and are no part of it.
_RUNNERS = frozenset(
    "env nice ionice chrt taskset numactl setpriv setarch runuser su sudo chpst start-stop-daemon authbind timeout"
    " unshare nsenter capsh daemon flock stdbuf dbus-run-session systemd-socket-activate xvfb-run".split()
)

# Waits for a daemon that puts itself into the background, as an init system would: passes signals on to the daemon
# alone (its workers follow it), and ends when it has; with a failure where nobody had told it to. Where there is no
# other init, "wait" reaps what it leaves.
_SUPERVISE = """#!/bin/sh
# {name} puts itself into the background: start it, pass signals on, and end when it has ended.
set -u
daemon={comm}
told=
starter=
# Its processes as "number:parent"; what has ended and is not reaped yet is none.
alive() {{
    for folder in /proc/[0-9]*; do
        if read -r name 2>/dev/null <"$folder/comm" && [ "$name" = "$daemon" ]; then
            read -r line 2>/dev/null <"$folder/stat" || continue
            line=${{line##*) }}
            parent=${{line#? }}
            case $line in [ZX]*) ;; *) printf '%s:%s ' "${{folder#/proc/}}" "${{parent%% *}}" ;; esac
        fi
    done
}}
pass() {{
    there=$(alive)
    [ -n "$there" ] || [ -z "$starter" ] || kill -s "$1" "$starter" 2>/dev/null
    for one in $there; do
        case " $there" in *" ${{one#*:}}:"*) ;; *) kill -s "$1" "${{one%:*}}" 2>/dev/null ;; esac
    done
}}
for signal in HUP USR1 USR2; do
    trap "pass $signal" "$signal"
done
for signal in TERM INT QUIT WINCH; do
    trap "told=$signal; pass $signal" "$signal"
done
"$@" &
starter=$!
[ -z "$told" ] || pass "$told"
wait "$starter"
status=$?
# A signal ends "wait", not what is waited for.
while [ "$status" -gt 128 ] && kill -0 "$starter" 2>/dev/null; do
    wait "$starter"
    status=$?
done
# What was forked has the starter's name until it becomes the daemon: give it a moment before calling it dead.
patience=5
while [ -z "$(alive)" ]; do
    if [ -n "$told" ]; then exit 0; fi
    if [ "$status" != 0 ] || [ "$patience" = 0 ]; then exit "$status"; fi
    patience=$((patience - 1))
    sleep 1 &
    wait $!
done
while [ -n "$(alive)" ]; do
    sleep 1 &
    wait $!
done
[ -n "$told" ]
"""


def foreground(host: Index, candidate: Candidate) -> tuple[str, ...]:
    """The main process's own argv where it still tells; else what the unit starts."""
    main = candidate.main
    if main is None or wrapped(host, candidate):
        return _from_unit(candidate)
    if _retitled(main):
        return _from_unit(candidate) or ((main.exe,) if main.exe else ())
    return (_program(main), *main.argv[1:])


def wrapped(host: Index, candidate: Candidate) -> bool:
    """Whether the unit starts a package's own script, which makes up arguments and variables and then becomes the
    program that runs. The script does so anew in the container; what it made up on the host may not hold there."""
    main, service = candidate.main, candidate.service
    if main is None or service is None or service.manager != "systemd" or service.kind in ("forking", "oneshot"):
        return False
    program = service.exec_start[-1][0] if service.exec_start and service.exec_start[-1] else ""
    name = program.rpartition("/")[2]
    shown = {word.rpartition("/")[2] for word in (main.exe or "", main.name, *main.argv[:3])}
    same = name in shown or host.resolve(program) == main.exe or INTERPRETERS.match(name) is not None
    return bool(host.owner(program)) and not same and name not in _RUNNERS


def _retitled(process: Process) -> bool:
    """Whether the process wrote a title of its own over its arguments: "nginx: master process …"."""
    if not process.argv:
        return True
    first = process.argv[0]
    return " " in first or first.endswith(":") or bool(re.match(r"^[\w.-]+:", first))


def _program(process: Process) -> str:
    first = process.argv[0].removeprefix("-")
    if first.startswith("/"):
        return first
    return process.exe or first


def _from_unit(candidate: Candidate) -> tuple[str, ...]:
    service = candidate.service
    if service is None or not service.exec_start:
        return ()
    variables = dict(service.environment)
    if candidate.main:
        variables |= dict(candidate.main.environment)
    words: list[str] = []
    for word in service.exec_start[-1]:
        words.extend(_expand(word, variables))
    return (_found(words[0], candidate.main), *words[1:]) if words else ()


def _found(program: str, main: Process | None) -> str:
    """A program that its supervisor looked for in a path of its own, as what runs: pm2's ``node``."""
    exe = main.exe if main else None
    return exe if exe and "/" not in program and exe.rpartition("/")[2] == program else program


def _expand(word: str, variables: dict[str, str]) -> list[str]:
    """``$NAME`` alone is split at spaces, ``${NAME}`` is put in: systemd.service(5), "Command lines"."""
    alone = re.fullmatch(r"\$([A-Za-z_]\w*)", word)
    if alone:
        return variables.get(alone.group(1), "").split()
    return [re.sub(r"\$\{([A-Za-z_]\w*)\}", lambda match: variables.get(match.group(1), ""), word)]


# Supervisors that take a program which leaves them for one that has ended.
_IN_THE_FOREGROUND = frozenset(("runit", "daemontools", "s6", "supervisor", "circus", "pm2"))


def supervisor(candidate: Candidate) -> str | None:
    """An entrypoint for a program that may detach itself; None where it stays in the foreground."""
    main, service = candidate.main, candidate.service
    if main is None or (service and service.manager == "systemd" and service.kind != "forking"):
        return None
    if service and service.manager in _IN_THE_FOREGROUND:
        return None
    if service is None and main.ppid not in (0, 1):
        return None
    return _SUPERVISE.format(name=_printable(main.name), comm=shell(main.name[:15]))


def _printable(text: str) -> str:
    return re.sub(r"[^\w.+-]", "?", text)

"""The entrypoint of an image, where it needs one: what a Dockerfile's own instructions can't say."""

from __future__ import annotations

import re
import shlex

from migrate.emission import crontab, scheduler, scratch
from migrate.emission.secrets import COMMAND_FILE, hidden_command
from migrate.model.plan import Variable, Workload
from migrate.quoting import shell

PATH = "/usr/local/bin/entrypoint.sh"
_QUOTE = """quote() { printf '%s' "$1" | sed "s/'/'\\\\\\\\''/g; 1s/^/'/; \\$s/\\$/'/"; }"""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def carried(one: Variable) -> bool:
    """Whether an ENV instruction can set the variable."""
    return bool(_NAME.fullmatch(one.name)) and one.value.isprintable()


def command(workload: Workload) -> tuple[str, ...]:
    """What stands in CMD."""
    if workload.jobs:
        return crontab.command(workload)
    if hidden_command(workload):
        return ("/bin/sh", COMMAND_FILE)
    return workload.command if _said(workload.command) else ()


def text(workload: Workload) -> bytes | None:
    """The script, or None where nothing needs one."""
    before = [*_preparation(workload), *_arguments(workload)]
    own = workload.entrypoint
    if own is None and not before:
        return None
    first, _, rest = (own or '#!/bin/sh\nset -eu\nexec "$@"\n').partition("\n")
    if not first.startswith("#!"):
        first, rest = "#!/bin/sh", own or ""
    script = "\n".join([first, *before, rest if rest.endswith("\n") else rest + "\n"])
    return script.encode("utf-8", "surrogateescape")


def _preparation(workload: Workload) -> list[str]:
    lines = []
    if workload.umask and re.fullmatch(r"[0-7]{1,4}", workload.umask) and int(workload.umask, 8) != 0o022:
        lines.append(f"umask {workload.umask}")
    if not _plain_directory(workload.working_directory):
        lines.append(f"cd {shlex.quote(workload.working_directory or '/')}")
    lines += scratch.lines(workload, root=scratch.roots(workload))
    if workload.jobs and not scheduler.used(workload):
        lines += _job_output(workload)
    return lines


def _job_output(workload: Workload) -> list[str]:
    lines = [
        "# What the jobs print becomes the container's output. A pipe, since only root may open that of process 1.",
        f"rm -f {crontab.OUTPUT}",
        f"mkfifo {crontab.OUTPUT}",
        f"chmod 622 {crontab.OUTPUT}",
        f"cat <>{crontab.OUTPUT} &",
    ]
    names = crontab.secret_variables(workload)
    users = sorted({job.user for job in workload.jobs})
    if names:
        lines.append(
            "# Cron gives its jobs an environment of its own: each of their users gets the secrets in a private file."
        )
        lines.append(_QUOTE)
        for user in users:
            path = shell(crontab.secrets_file(user))
            lines += [f"(umask 077; : >{path})"]
            lines += [f"{{ printf 'export {name}='; quote \"${name}\"; echo; }} >>{path}" for name in names]
            lines += [f"chown {shell(user)} {path}"]
    return lines


def _arguments(workload: Workload) -> list[str]:
    lines = []
    if workload.command and not workload.jobs and not hidden_command(workload) and not _said(workload.command):
        words = " ".join(shlex.quote(word) for word in workload.command)
        lines.append(f'[ "$#" -gt 0 ] || set -- {words}')
    odd = [one for one in workload.environment if not carried(one)]
    if odd:
        lines.append("set -- env " + " ".join(shell(f"{one.name}={one.value}") for one in odd) + ' "$@"')
    return lines


def _said(words: tuple[str, ...]) -> bool:
    """Whether JSON can carry the words."""
    return not any("\ud800" <= one <= "\udfff" for word in words for one in word)


def _plain_directory(path: str | None) -> bool:
    return path is None or path.isprintable()


def directory(workload: Workload) -> str | None:
    """The WORKDIR, where the instruction can say it."""
    return workload.working_directory if _plain_directory(workload.working_directory) else None

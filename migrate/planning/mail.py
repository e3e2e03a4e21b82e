"""Mail that scripts send: a small client in their containers hands it to the machine's own server, a workload now.

On the machine ``sendmail`` put a mail into the queue of the server that ran beside it. A container with a queue of its
own would lose what waits in it, so it hands its mail over at once to the server, which has a volume for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from migrate.model.applications import Applications
from migrate.model.plan import Coupling, PackageChoice, Question, Step, Workload
from migrate.planning import closure, evidence
from migrate.planning.index import Index
from migrate.quoting import shell, slug
from migrate.syntax import scripts

CLIENT = "msmtp-mta"
LABEL = "sendmail of the machine"
PLACE = f"command:{LABEL}"
"""Where the client's setting stands, among the places that couplings are found in."""
ADDRESS = "smtp://127.0.0.1:25"

_PROGRAMS = frozenset("sendmail mail mailx Mail nail s-nail mutt mail.mailutils bsd-mailx".split())
_NAMED = re.compile(r"/usr/(?:s?bin|lib)/(?:sendmail|mailx?|mutt)\b")
_PHP = re.compile(r"(?<![>:\w$\\])mail\s*\(\s*[$'\"\w]")
_HINT = re.compile(r"mail|mutt|nail")
# Of programs that hand mail to another machine at once, with nothing that runs: they come along as they are.
_SETTINGS = (
    "/etc/msmtprc",
    "/etc/ssmtp/ssmtp.conf",
    "/etc/ssmtp/revaliases",
    "/etc/esmtprc",
    "/etc/dma",
    "/etc/nullmailer",
)


def settings(host: Index, texts: Iterable[str]) -> Iterator[str]:
    """Captured settings of a client that hands mail on, where one of the texts sends any."""
    present = [path for path in _SETTINGS if path in host.entries]
    if present and any(_text_sends(host, path) for path in texts):
        yield from present


def sends(host: Index, workload: Workload, texts: Iterable[str]) -> str | None:
    """What of a workload hands mail to the machine's own server."""
    for job in workload.jobs:
        if _NAMED.search(job.command) or _PROGRAMS.intersection(evidence.commands(job.command)):
            return job.because
    return next((path for path in texts if _text_sends(host, path)), None)


def _text_sends(host: Index, path: str) -> bool:
    text = host.snapshot.text(path) or ""
    language = closure.language_of(path, text) if _HINT.search(text) else None
    if language is None or closure.packages_own(host, path):
        return False
    if language == "shell":
        return bool(_PROGRAMS.intersection(evidence.commands(text)) or _mentions(text))
    called = " ; ".join(scripts.called(text, language))
    return bool(
        _PROGRAMS.intersection(evidence.commands(called))
        or _mentions(text)
        or (language == "php" and _PHP.search(text))
    )


def _mentions(text: str) -> bool:
    return any(_NAMED.search(path) for _, path in evidence.mentioned(text))


def with_client(workload: Workload, host: Index) -> Workload:
    """The workload with a client for its mail, where couplings have found a server that takes it."""
    relay = next((one for one in workload.couplings if any(place.path == PLACE for place in one.rewrites)), None)
    if relay is None or relay.to is None:
        return workload
    because = f"hands over mail, as {relay.to} did for every process of the machine"
    lines = ["account default", f"host {relay.to}", f"port {relay.port}", "auto_from on", f"maildomain {_domain(host)}"]
    packages = (*workload.packages, PackageChoice(CLIENT, None, because))
    step = Step(f"printf '%s\\n' {' '.join(shell(line) for line in lines)} >/etc/msmtprc", because)
    return replace(
        workload,
        packages=tuple(sorted(packages, key=lambda one: one.name)),
        steps=(*workload.steps, step),
        couplings=tuple(_without_place(one) for one in workload.couplings),
    )


def _without_place(coupling: Coupling) -> Coupling:
    kept = tuple(one for one in coupling.rewrites if one.path != PLACE)
    if kept == coupling.rewrites:
        return coupling
    because = coupling.because.replace(f"{PLACE}:1", "its sendmail")
    return replace(coupling, rewrites=kept, because=because)


def _domain(host: Index) -> str:
    """What stands behind the @ of who sends."""
    name = (host.snapshot.text("/etc/mailname") or "").strip()
    return name if re.fullmatch(r"[\w.-]+", name) else host.system.hostname or host.snapshot.inventory.host


def question(host: Index, relay: Workload, pids: Iterable[int]) -> Question:
    """Which way mail leaves the new place: often not the one that the old machine was allowed."""
    mine = set(pids)
    found = next(
        (
            resource
            for one in host.snapshot.inventory.get(Applications).applications
            if mine.intersection(one.pids)
            for resource in one.resources
            if resource.kind == "mail" and resource.url
        ),
        None,
    )
    way = found.url if found and found.url else "directly to the recipients' servers"
    return Question(
        id=slug(f"mail-{relay.name}"),
        text=f"Through which server does {relay.name} send mail from the new place?",
        default=way,
        because=(found.seen if found else "no smarthost is set")
        + ": servers often take mail from known addresses only; many networks let nothing out on port 25",
        workload=relay.name,
    )

"""dnsmasq: in the foreground, its log on standard error, open to the networks that it sees now."""

from __future__ import annotations

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.inventory import Snapshot


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    main = candidate.main
    if main and (main.exe or "").rpartition("/")[2] == "dnsmasq":
        return f"process {main.pid} executes {main.exe}"
    return None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """Behind a published port everybody comes from another network than its own: that refusal would hit all."""
    main = candidate.known
    return Advice(
        name="dnsmasq",
        command=(main.exe or "dnsmasq", "--keep-in-foreground", "--log-facility=-", *_kept(main.argv[1:])),
        user="",
        init=True,
        confined="it writes its leases, which are state, and a process id",
    )


def _kept(words: tuple[str, ...]) -> tuple[str, ...]:
    """The options, less those on process ids, the foreground, and who may ask."""
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in ("-x", "--pid-file"):
            skip = word == "-x"
        elif word not in ("-k", "--keep-in-foreground", "--local-service", "-d") and not word.startswith(
            ("--pid-file=", "--log-facility", "--local-service=")
        ):
            kept.append(word)
    return tuple(kept)


DETECTOR = Detector("dnsmasq", recognise, advise)

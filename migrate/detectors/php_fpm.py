"""PHP's FastCGI process manager."""

from __future__ import annotations

import re

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.facts import Accounts, Sites
from migrate.model.inventory import Snapshot

_PROGRAM = re.compile(r"^php\d*-fpm[\d.]*$|^php-fpm[\d.]*$")

# What web servers serve of their own: icons of directory listings, error pages, the manual, libraries for browsers.
_SERVERS_OWN = re.compile(
    r"^/usr/(?:share|lib)/(?:apache2|httpd|nginx|lighttpd|javascript|doc)(?:/|$)|/(?:icons|error|manual)$"
)


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    main = candidate.main
    if main and _PROGRAM.match((main.exe or "").rpartition("/")[2]):
        return f"process {main.pid} executes {main.exe}"
    return None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """One pool user: it runs as that; several: as root, which changes to each."""
    main = candidate.known
    program = main.exe or ""
    title = re.search(r"\((/[^)]+)\)", " ".join(main.argv[:1]))
    config = ("--fpm-config", title.group(1)) if title else ()
    names = {user.uid: user.name for user in snapshot.inventory.get(Accounts).users}
    pools = {process.uid for process in candidate.processes if process.uid != 0}
    return Advice(
        name="php-fpm",
        command=(program, "--nodaemonize", *config),
        user=names.get(pools.pop()) if len(pools) == 1 else "",
        stop_signal="SIGQUIT",  # finishes its requests; php-fpm(8)
        files=tuple(
            (root, "a web server hands its scripts to this process manager") for root in _roots(candidate, snapshot)
        ),
        log_directories=("/run/php",),
    )


def _roots(candidate: Candidate, snapshot: Snapshot) -> tuple[str, ...]:
    """Document roots of the sites that lead to one of its sockets; of all sites where none says so."""
    sites = snapshot.inventory.get(Sites).sites
    ours = [site for site in sites if any(_listens(candidate, one) for one in site.upstreams)]
    folders = (root for site in ours or sites for root in (site.root, *site.folders) if root)
    return tuple(dict.fromkeys(root for root in folders if not _SERVERS_OWN.search(root)))


def _listens(candidate: Candidate, upstream: str) -> bool:
    place = upstream.removeprefix("unix:").replace("/var/run/", "/run/", 1)
    for socket in candidate.sockets:
        path = (socket.path or "").replace("/var/run/", "/run/", 1)
        if socket.state == "listen" and (
            (path and place == path) or (socket.port and place.endswith(f":{socket.port}"))
        ):
            return True
    return False


DETECTOR = Detector("php-fpm", recognise, advise)

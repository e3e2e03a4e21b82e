"""nginx, of any packager and layout."""

from __future__ import annotations

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.facts import Accounts, Sites
from migrate.model.inventory import Snapshot


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    main = candidate.main
    if main and (main.exe or "").rpartition("/")[2] in ("nginx", "openresty", "tengine"):
        return f"process {main.pid} executes {main.exe}"
    return None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """The master runs as the workers' user: it changes to no other, so nothing needs root."""
    main = candidate.known
    program = main.exe or ""
    options = _options(" ".join(main.argv[:1]))
    return Advice(
        name="nginx",
        command=(program, *options, "-g", "daemon off;"),
        user=worker(candidate, snapshot),
        files=_folders(snapshot),
        passes_on=(".php", ".py", ".rb", ".pl", ".cgi", ".jsp"),
        stop_signal="SIGQUIT",  # finishes what it is answering; https://nginx.org/en/docs/control.html
        log_directories=("/var/log/nginx", "/var/lib/nginx", "/var/cache/nginx"),
    )


def _folders(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """Packages' folders that locations serve, where the text says too little: ``location /mail { root /usr/share; }``.

    Of an application's own folder the text says enough: naming it here would bring the application around it.
    """
    sites = (site for site in snapshot.inventory.get(Sites).sites if site.server == "nginx")
    folders = dict.fromkeys(folder for site in sites for folder in site.folders if folder.startswith("/usr/"))
    return tuple((folder, "a location serves it") for folder in folders)


def _options(title: str) -> tuple[str, ...]:
    """``-c FILE`` and ``-p PREFIX`` of a master's title: "nginx: master process /usr/sbin/nginx -c /x"."""
    words = title.split()
    kept: list[str] = []
    for option in ("-c", "-p", "-e"):
        if option in words[:-1]:
            kept += [option, words[words.index(option) + 1]]
    return tuple(kept)


def worker(candidate: Candidate, snapshot: Snapshot) -> str | None:
    """The user that the children run as, where it is not root."""
    names = {user.uid: user.name for user in snapshot.inventory.get(Accounts).users}
    for process in candidate.processes:
        if process.uid != 0 and process.uid in names:
            return names[process.uid]
    return None


DETECTOR = Detector("nginx", recognise, advise)

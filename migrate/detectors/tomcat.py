"""Apache Tomcat, from packages or archives, one or several instances."""

from __future__ import annotations

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.facts import Archives, CapturedFile, Content, Process
from migrate.model.inventory import Snapshot

_TRACKER = "/META-INF/war-tracker"


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    java = _java(candidate)
    return f"process {java.pid} runs org.apache.catalina.startup.Bootstrap" if java else None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """The virtual machine is started as it runs now, without the start scripts around it."""
    java = _java(candidate) or candidate.known
    base = _property(java, "catalina.base") or _property(java, "catalina.home") or java.cwd or "/"
    webapps = _real(f"{base}/webapps", snapshot)
    conf = _real(f"{base}/conf", snapshot)
    temporary = _property(java, "java.io.tmpdir")
    writable = [_real(f"{base}/{name}", snapshot) for name in ("work", "temp", "logs", "policy")]
    if temporary and temporary not in ("/tmp", *writable):
        writable.append(temporary)
    exploded = _exploded(webapps, snapshot)
    return Advice(
        name="tomcat",
        stop_signal="SIGTERM",
        files=(
            (conf, "the configuration of this instance (CATALINA_BASE)"),
            (webapps, "the web applications of this instance"),
            *(
                (f"{base}/{name}", "a folder of this instance")
                for name in ("lib", "bin", "shared", "common", "endorsed")
            ),
            (base, "the folder of this instance"),
        ),
        exclude=(*exploded, *writable, *_of_the_archive(java, base, conf, snapshot)),
        whole=(webapps,),
        log_directories=(*writable, webapps),
        archives=tuple(
            archive.path for archive in snapshot.inventory.get(Archives).archives if _below(archive.path, webapps)
        ),
    )


def _below(path: str, directory: str) -> bool:
    return path.startswith(f"{directory}/")


def _java(candidate: Candidate) -> Process | None:
    for process in candidate.processes:
        if any(word.startswith("org.apache.catalina.startup.") for word in process.argv):
            return process
    return None


def _property(process: Process, name: str) -> str | None:
    found = [word.partition("=")[2] for word in process.argv if word.startswith(f"-D{name}=")]
    return found[-1].rstrip("/") if found else None


def _real(path: str, snapshot: Snapshot) -> str:
    """``path`` with one captured symbolic link followed: /var/lib/tomcat9/conf is /etc/tomcat9."""
    entry = _entries(snapshot).get(path)
    if entry is not None and entry.kind == "link" and entry.target:
        target = entry.target
        return target.rstrip("/") if target.startswith("/") else f"{path.rpartition('/')[0]}/{target}".rstrip("/")
    return path


def _exploded(webapps: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Folders that Tomcat unpacked itself: from the archive beside them, or one elsewhere, and left its mark in."""
    inside = [path for path in _entries(snapshot) if path.startswith(f"{webapps}/")]
    found = {path.removesuffix(".war") for path in inside if path.endswith(".war")}
    found |= {path.removesuffix(_TRACKER) for path in inside if path.endswith(_TRACKER)}
    return tuple(sorted(found))


def _of_the_archive(java: Process, base: str, conf: str, snapshot: Snapshot) -> tuple[str, ...]:
    """What lies in CATALINA_HOME and is that of an instance which is not this one: the applications it came with."""
    home = _property(java, "catalina.home")
    if home is None or home == base:
        return ()
    texts = [snapshot.text(path) or "" for path in snapshot.texts_below(conf)]
    names = (f"{home}/webapps", f"{_real(home, snapshot)}/webapps", "${catalina.home}/webapps")
    if any(name in text for name in names for text in texts):
        return ()
    return tuple(f"{_real(home, snapshot)}/{name}" for name in ("webapps", "work", "temp", "logs"))


def _entries(snapshot: Snapshot) -> dict[str, CapturedFile]:
    return {entry.path: entry for entry in snapshot.inventory.get(Content).entries}


DETECTOR = Detector("tomcat", recognise, advise)

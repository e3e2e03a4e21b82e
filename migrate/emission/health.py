"""Health checks with what an image has anyway."""

from __future__ import annotations

from migrate.model.plan import Health, Workload

_HTTP = (
    'exec 3<>"/dev/tcp/127.0.0.1/$1" && '
    r'printf "GET %s HTTP/1.0\r\nHost: %s\r\nUser-Agent: health\r\nConnection: close\r\n\r\n" "$2" "$3" >&3 && '
    # Read to the end: a server whose client goes away too soon writes an error into its log, every time.
    'read -r _ status _ <&3 && cat <&3 >/dev/null && [ "$status" = "$4" ]'
)
_TCP = 'exec 3<>"/dev/tcp/127.0.0.1/$1"'


def command(workload: Workload, health: Health | None = None) -> tuple[str, ...]:
    """The check as argv, run inside the container; () where there is none.

    Where the family's base has bash, the port is really connected to; else it is looked up among the listening ones.
    """
    health = health or workload.health
    if health is None:
        return ()
    if health.kind == "command":
        return health.command
    if health.port is None:
        return ()
    bash = workload.base.family in ("dpkg", "rpm")
    if health.kind == "http" and bash:
        host, path, status = health.host or "localhost", health.path or "/", str(health.status or 200)
        return ("bash", "-c", _HTTP, "health", str(health.port), path, host, status)
    if health.kind == "http" and (health.status or 200) == 200:
        header = ("--header", f"Host: {health.host}") if health.host else ()
        return ("wget", "-q", "-O", "/dev/null", *header, f"http://127.0.0.1:{health.port}{health.path or '/'}")
    if bash:
        return ("bash", "-c", _TCP, "health", str(health.port))
    return ("grep", "-qE", f":{health.port:04X} [0-9A-F:]+ 0A ", "/proc/net/tcp", "/proc/net/tcp6")


def local_only(workload: Workload, port: int) -> bool:
    """Whether the workload listens on ``port`` for its own container alone."""
    return any(one.port == port and one.address.startswith(("127.", "::1")) for one in workload.ports)

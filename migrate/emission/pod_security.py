"""The Pod Security level of a pod, by what its specification says: the checks of the Pod Security Standards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

LEVELS = ("privileged", "baseline", "restricted")
_USUAL = frozenset(
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT"
    .split()
)  # fmt: skip
_SAFE = frozenset((
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
))  # fmt: skip
_OPEN_VOLUMES = frozenset(
    "configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret name".split()
)


def level(pod: Mapping[str, Any]) -> str:
    """The strictest level that the pod meets."""
    if any(_beyond_baseline(pod)):
        return "privileged"
    return "baseline" if any(_beyond_restricted(pod)) else "restricted"


def weakest(levels: Iterator[str]) -> str:
    """What a namespace of such pods can enforce."""
    return min(levels, key=LEVELS.index, default="restricted")


def reasons(pod: Mapping[str, Any]) -> tuple[str, ...]:
    """Why it is not restricted, in plain words, the gravest first."""
    return tuple(dict.fromkeys((*_beyond_baseline(pod), *_beyond_restricted(pod))))


def _beyond_baseline(pod: Mapping[str, Any]) -> Iterator[str]:
    for container in _containers(pod):
        given = container.get("securityContext", {})
        odd = sorted(set(given.get("capabilities", {}).get("add", ())) - _USUAL)
        if odd:
            yield f"{container['name']} has {', '.join(odd)}, as it had on the host"
        if given.get("privileged"):
            yield f"{container['name']} is privileged"
    unsafe = sorted({one["name"] for one in pod.get("securityContext", {}).get("sysctls", ())} - _SAFE)
    if unsafe:
        yield f"it sets {', '.join(unsafe)}"
    if any("hostPath" in one for one in pod.get("volumes", ())) or any(
        pod.get(key) for key in ("hostNetwork", "hostPID")
    ):
        yield "it uses the node's own files, network or processes"


def _beyond_restricted(pod: Mapping[str, Any]) -> Iterator[str]:
    for container in _containers(pod):
        given = container.get("securityContext", {})
        name = container["name"]
        if given.get("runAsUser") == 0 or not given.get("runAsNonRoot"):
            yield f"{name} starts as root" + (" to set owners" if name.startswith("prepare") else ", as on the host")
        elif set(given.get("capabilities", {}).get("add", ())) - {"NET_BIND_SERVICE"}:
            yield f"{name} has capabilities of its own"
        if given.get("allowPrivilegeEscalation", True):
            yield f"{name} may gain rights: it has set-id programs or sudo"
        if "ALL" not in given.get("capabilities", {}).get("drop", ()):
            yield f"{name} keeps capabilities"
    if any(set(one) - _OPEN_VOLUMES for one in pod.get("volumes", ())):
        yield "it has volumes of other kinds"


def _containers(pod: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from pod.get("initContainers", ())
    yield from pod.get("containers", ())

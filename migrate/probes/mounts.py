"""Mounted file systems, and how full the local ones are. Network, automounted and FUSE ones are never touched."""

from __future__ import annotations

import re

from migrate.model.facts import Mount, Mounts
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.sections import number, split

# stat -f asks the one file system it is told; df of old coreutils may look at all of them, dead NFS servers included.
SHELL = r"""
part mounts
cat /proc/self/mounts
part sizes
set --
while read -r device path type rest; do
    case $type in
        ext[234]|xfs|btrfs|zfs|reiserfs|jfs|ufs|f2fs|vfat|tmpfs|overlay|aufs|hfsplus|ntfs|nilfs2|bcachefs|simfs) ;;
        *) continue ;;
    esac
    case $path in *\\*) continue ;; esac
    set -- "$@" "$path"
done </proc/self/mounts
[ $# -eq 0 ] || stat -f -c '%S %b %f %n' "$@" || df -P -k "$@" | awk '
    NR > 1 { path = $6; for (i = 7; i <= NF; i++) path = path " " $i; print "1024 " $2 " " $2 - $3 " " path }'
part end
"""


def parse(data: bytes) -> Parsed:
    parts = split(data)
    sizes = _sizes(parts.lines("sizes"))
    mounts, gaps = [], list(parts.gaps)
    for line in parts.lines("mounts"):
        fields = line.split(" ")
        if len(fields) < 4:
            gaps.append(Gap("/proc/mounts", f"a line is not understood: {line[:80]}"))
            continue
        device, path, filesystem = (_plain(field) for field in fields[:3])
        size, used = sizes.get(path, (None, None))
        mounts.append(Mount(device, path, filesystem, tuple(_plain(fields[3]).split(",")), size, used))
    return Parsed(Mounts(tuple(mounts)), tuple(gaps))


def _plain(field: str) -> str:
    """Without the octal escapes that /proc has for blanks."""
    return re.sub(r"\\([0-3][0-7]{2})", lambda match: chr(int(match[1], 8)), field)


def _sizes(lines: list[str]) -> dict[str, tuple[int | None, int | None]]:
    found: dict[str, tuple[int | None, int | None]] = {}
    for line in lines:
        match = re.fullmatch(r"(\d+) (\d+) (\d+) (/.*)", line)
        if match:
            unit, blocks, free = (number(word) or 0 for word in match.groups()[:3])
            found[match[4]] = (unit * blocks, unit * max(0, blocks - free)) if blocks else (None, None)
    return found


PROBE = Probe(Mounts, SHELL, parse, budget=20)

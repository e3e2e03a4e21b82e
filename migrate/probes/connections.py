"""The two sides of connections over Unix sockets, where ``ss`` may tell them; those over TCP are in scope sockets."""

from __future__ import annotations

import re

from migrate.model.connections import Connections, UnixConnection
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.sections import number, split

# Both sides of a connection are a line of their own: only one of them has the name. What everything has with systemd's
# journal and the message bus is left out. "pid=5," is how ss says it today, "(name,5,3)" how it did in 2013.
# To ask for them makes the kernel load a module, where it has one for it that is not loaded yet: then nothing is asked.
SHELL = r"""
answers() {
    [ -r /proc/modules ] || return 0
    while read -r module_ rest_; do [ "$module_" != unix_diag ] || return 0; done </proc/modules
    read -r release_ </proc/sys/kernel/osrelease
    while read -r module_; do
        case $module_ in */unix_diag.ko*) return 0 ;; esac
    done <"/lib/modules/$release_/modules.builtin"
    return 1
}

part unix
if have ss && ! answers; then
    echo unloaded
elif have ss; then
    ss -xnp | awk '
        function pids_of(text,    out, piece) {
            out = ""
            while (match(text, /pid=[0-9]+|",[0-9]+,/)) {
                piece = substr(text, RSTART, RLENGTH); gsub(/[^0-9]/, "", piece)
                if (index(" " out, " " piece ",") == 0) out = out piece ", "
                text = substr(text, RSTART + RLENGTH)
            }
            gsub(/ /, "", out)
            return out
        }
        $1 !~ /^u_/ || $2 != "ESTAB" { next }
        {
            users = ""; line = $0
            at = index(line, "users:(")
            if (at) { users = pids_of(substr(line, at)); line = substr(line, 1, at - 1) }
            n = split(line, f, " ")
            inode = f[n - 2]; peer = f[n]
            holder[inode] = users
            path = line
            sub(/^[^ ]+ +[^ ]+ +[0-9]+ +[0-9]+ +/, "", path)
            sub(/ +[0-9]+ +[^ ]+ +[0-9]+ *$/, "", path)
            if (path == "*" || path ~ /^\/run\/(systemd\/|dbus\/|user\/[0-9]+\/bus$)/ || rows >= 20000) next
            rows++; name[rows] = path; mine[rows] = inode; other[rows] = peer
        }
        END {
            for (i = 1; i <= rows; i++) count[holder[mine[i]] "\t" holder[other[i]] "\t" name[i]]++
            for (key in count) if (++said <= 2000) print count[key] "\t" key
            if (said > 2000) print "more\t" said - 2000
        }'
else
    echo none
fi
part end
"""
_LIST = re.compile(r"(?:[0-9]{1,9},)*\Z")


def parse(data: bytes) -> Parsed:
    parts = split(data)
    gaps = list(parts.gaps)
    found: list[UnixConnection] = []
    for row in parts.table("unix"):
        if row == ["none"]:
            gaps.append(Gap("the clients of Unix sockets", "the host has no ss, and /proc does not tell them"))
        elif row == ["unloaded"]:
            why = "the kernel would load its module unix_diag to tell them, and nothing is loaded for us"
            gaps.append(Gap("the clients of Unix sockets", why, "modprobe unix_diag"))
        elif row[0] == "more" and len(row) == 2:
            gaps.append(Gap(f"{row[1]} kinds of connections", "too many to list one by one"))
        elif len(row) >= 4 and (count := number(row[0])) and _LIST.match(row[1]) and _LIST.match(row[2]):
            found.append(UnixConnection("\t".join(row[3:]), _pids(row[1]), _pids(row[2]), count))
    return Parsed(Connections(tuple(sorted(found, key=lambda one: (one.path, one.pids, one.clients)))), tuple(gaps))


def _pids(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(word) for word in text.split(",") if word))


PROBE = Probe(Connections, SHELL, parse, budget=15)

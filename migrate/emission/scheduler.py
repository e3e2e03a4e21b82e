"""The time keeper of jobs that are all one user's: cron itself needs root, to become the users of its tables.

It reads the same tables as cron, and gives the jobs the same surroundings.
"""

from __future__ import annotations

import re

from migrate.model.plan import Workload

PATH = "/usr/local/bin/scheduler"
SCRIPT = r"""#!/bin/sh
# Starts the jobs of /etc/cron.d as the one user that they all have. Cron has to be root for that, this has not.
set -uf
home=${HOME:-/}
user=$(id -un)

# Whether a number fits one field of a table: matches FIELD NUMBER LOWEST HIGHEST
matches() {
    for part in $(echo "$1" | tr , ' '); do
        step=1 first=${part%%/*}
        case $part in */*) step=${part##*/} ;; esac
        case $first in
        '*') first=$3 last=$4 ;;
        *-*) last=${first#*-} first=${first%%-*} ;;
        *) case $part in */*) last=$4 ;; *) last=$first ;; esac ;;
        esac
        if [ "$2" -ge "$first" ] && [ "$2" -le "$last" ] && [ $((($2 - first) % step)) -eq 0 ]; then return 0; fi
    done
    return 1
}

# Whether the minute is due: due MINUTE HOUR DAY MONTH WEEKDAY. Of two days that are named, either one does.
due() {
    matches "$1" "$minute" 0 59 && matches "$2" "$hour" 0 23 && matches "$4" "$month" 1 12 || return 1
    by_day=1 by_weekday=1
    matches "$3" "$day" 1 31 || by_day=0
    matches "$5" "$weekday" 0 7 || { [ "$weekday" = 0 ] && matches "$5" 7 0 7; } || by_weekday=0
    case $3$5 in
    *'*'*) [ $((by_day * by_weekday)) = 1 ] ;;
    *) [ $((by_day + by_weekday)) -gt 0 ] ;;
    esac
}

job() {
    (cd "$HOME" 2>/dev/null || cd /; exec "${SHELL:-/bin/sh}" -c "$1")
    status=$?
    [ "$status" = 0 ] || echo "ended with status $status: $1" >&2
}

# One table in its own shell, as its variables are those of its jobs.
table() {
    export HOME="$home" LOGNAME="$user" USER="$user" PATH=/usr/bin:/bin SHELL=/bin/sh
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        '' | '#'*) ;;
        [A-Za-z_]*=*)
            name=${line%%=*} value=${line#*=}
            case $value in
            \"*\") value=${value#\"} value=${value%\"} ;;
            \'*\') value=${value#\'} value=${value%\'} ;;
            esac
            export "$name=$value"
            ;;
        *)
            IFS='	 ' read -r f1 f2 f3 f4 f5 _ command <<END
$line
END
            if due "$f1" "$f2" "$f3" "$f4" "$f5"; then
                job "$(printf '%s\n' "$command" | sed 's/\\%/%/g')" </dev/null &
            fi
            ;;
        esac
    done <"$1"
    wait
}

trap 'trap - TERM INT; kill -TERM 0; wait; exit 0' TERM INT
last=$(($(date +%s) / 60))
while :; do
    now=$(($(date +%s) / 60))
    if [ $((now - last)) -gt 180 ] || [ "$now" -lt "$last" ]; then last=$((now - 1)); fi
    while [ "$last" -lt "$now" ]; do
        last=$((last + 1))
        set -- $(date -d "@$((last * 60))" '+%M %H %d %m %w')
        minute=${1#0} hour=${2#0} day=${3#0} month=${4#0} weekday=$5
        for one in $(set +f; echo /etc/cron.d/migrate*); do table "$one" & done
    done
    sleep $((60 - $(date +%s) % 60)) &
    wait $!
done
"""


_MACROS = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}  # fmt: skip
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAYS = "sun mon tue wed thu fri sat".split()


def numeric(schedule: str) -> str:
    """Five fields of plain numbers: the script knows no names, and takes 08 for an octal one."""
    fields = _MACROS.get(schedule, schedule).replace("?", "*").lower().split(" ")
    fields[3] = _numbered(fields[3], _MONTHS, 1)
    fields[4] = _numbered(fields[4], _DAYS, 0)
    return " ".join(re.sub(r"(?<!\d)0+(?=\d)", "", field) for field in fields)


def _numbered(field: str, names: list[str], first: int) -> str:
    return re.sub(
        r"[a-z]{3,}", lambda word: str(names.index(word[0][:3]) + first) if word[0][:3] in names else word[0], field
    )


def used(workload: Workload) -> bool:
    """Whether all jobs are of one user that is not root, who is the container's."""
    users = {job.user for job in workload.jobs}
    return bool(workload.jobs) and workload.base.family != "apk" and users == {workload.user} - {None, "root", "0"}

"""In front of applications that were one server's: hands each request to the workload that its path names.

It has the server's old name and ports, so that whoever knew those goes on; who names a path of one application is led
to that one directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from migrate.detectors import Candidate
from migrate.model.plan import Account, Base, GroupChoice, Health, PackageChoice, Port, Resources, Variable, Workload
from migrate.planning.belongings import Belongings
from migrate.planning.candidates import loopback
from migrate.planning.index import Index
from migrate.planning.resources import MIB
from migrate.planning.workloads import Draft

_CONFIGURATION = "/tmp/routes.cfg"
_ENTRYPOINT = r"""#!/bin/sh
# Makes HAProxy's configuration of the routes: ROUTE_1=http://NAME:PORT/PATH and so on. The longest path counts.
set -eu
file=@FILE@
routes() {
    env | sed -n 's,^ROUTE_[0-9]*=http://\([^/:]*\):\([0-9]*\)\(/.*\)$,\3 \2 \1,p' |
        awk '{ print length($1), $0 }' | sort -k1,1nr -k2 | cut -d " " -f 2-
}
{
    echo 'defaults'
    echo '    mode http'
    echo '    timeout connect 5s'
    echo '    timeout client 1h'
    echo '    timeout server 1h'
    if [ -r /etc/resolv.conf ]; then
        echo 'resolvers system'
        sed -n 's/^nameserver[[:space:]]\{1,\}\([0-9.]*\)$/\1/p' /etc/resolv.conf |
            awk '{ print "    nameserver dns" NR " " $1 ":53" }'
    fi
    for port in $(routes | cut -d ' ' -f 2 | sort -un); do
        echo "frontend port-$port"
        echo "    bind :$port"
        number=0
        routes | while read -r path listens name; do
            [ "$listens" = "$port" ] || continue
            number=$((number + 1))
            if [ "$path" = / ]; then
                echo "    default_backend $port-$number"
            else
                echo "    acl route-$number path $path"
                echo "    acl route-$number path_beg $path/ $path;"
                echo "    use_backend $port-$number if route-$number"
            fi
        done
        # What is at no application's path, any of them answers as the server did.
        routes | awk -v port="$port" '$2 == port { n++; if ($1 == "/") root = 1 }
            END { if (!root) print "    default_backend " port "-" n }'
        number=0
        routes | while read -r path listens name; do
            [ "$listens" = "$port" ] || continue
            number=$((number + 1))
            echo "backend $port-$number"
            echo "    server $name $name:$port init-addr libc,none resolvers system"
        done
    done
} > "$file"
exec "$@"
""".replace("@FILE@", _CONFIGURATION)


def draft(host: Index, whole: Candidate, name: str, base: Base, ports: Sequence[int], paths: Sequence[str]) -> Draft:
    """The router.

    :param whole: the server as it was.
    :param ports: on which it answered HTTP.
    :param paths: of the applications.
    """
    listening = tuple(socket for socket in whole.listening if socket.port in ports)
    nobody = host.users_by_name.get("nobody")
    account = () if nobody is None else (_account(host, nobody.uid),)
    published = {socket.port for socket in listening if not loopback(socket.address)}
    workload = Workload(
        name=name,
        host=host.snapshot.inventory.host,
        kind="router",
        because=f"hands each request to the application of {whole.name} that its path names, now that they are apart",
        base=base,
        packages=(PackageChoice("haproxy", None, "looks at the path of each request"),),
        accounts=account,
        groups=tuple(GroupChoice(one.group, one.gid) for one in account),
        entrypoint=_ENTRYPOINT,
        command=("haproxy", "-db", "-f", _CONFIGURATION),
        environment=tuple(
            Variable(f"ROUTE_{number}", f"http://127.0.0.1:{port}{path}", f"{path} of {whole.name}")
            for number, (port, path) in enumerate(((port, path) for port in ports for path in paths), 1)
        ),
        user="nobody" if account else None,
        stop_signal="SIGUSR1",
        ports=tuple(
            Port(port, publish=port if port in published else None, name="http", because=f"{whole.name} listened there")
            for port in ports
        ),
        health=Health("tcp", port=ports[0], because="the port that it hands requests on from"),
        timezone=host.system.timezone,
        resources=Resources(32 * MIB, 128 * MIB, 0.025, "HAProxy keeps nothing but what passes through it"),
        privileges=("NET_BIND_SERVICE",) if min(ports) < 1024 else (),
    )
    return Draft(workload, Candidate(name, None, (), listening), Belongings())


def behind(workload: Workload, ports: Sequence[int], router: str) -> Workload:
    """The workload of an application: what the router hands to it is not published beside."""
    told = f"; {router} hands to it what is for it"
    return replace(
        workload,
        ports=tuple(
            replace(port, publish=None, because=port.because + told) if port.port in ports else port
            for port in workload.ports
        ),
    )


def _account(host: Index, uid: int) -> Account:
    user = host.users[uid]
    group = host.groups.get(user.gid)
    name = group.name if group else str(user.gid)
    return Account(user.name, user.uid, user.gid, name, user.home, user.shell, user.gecos, because="runs it")

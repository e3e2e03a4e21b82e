"""A machine with sysvinit as its first process and every supervisor that Debian has: what is planted is found."""

from __future__ import annotations

import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.model.facts import Job, Processes, Schedule, Service, Services, Sockets
from migrate.model.inventory import Inventory, Snapshot
from migrate.model.unsupervised import Unsupervised
from migrate.parts import parts
from migrate.probes.unsupervised import READING
from migrate.probing import probe
from tests.probes.shells import Here
from tests.reach.box import base_image, docker

pytestmark = pytest.mark.engine

_DOCKERFILE = r"""
ARG BASE
FROM $BASE
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends sysvinit-core \
      insserv supervisor daemontools runit s6 openbsd-inetd monit at cron python3 procps >/dev/null \
 && apt-get clean && rm -f /usr/sbin/policy-rc.d
COPY setup /setup
RUN sh /setup
CMD ["/sbin/init"]
"""
_SETUP = r"""
set -e
useradd -m -u 1500 -s /bin/bash worker
mkdir -p /opt/app /opt/ops/parts /etc/tickd /srv/scan/beat /srv/runit/pipe /srv/runit/idle
cat >/opt/app/serve.py <<'P'
import http.server, sys
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
P
serve=/opt/app/serve.py
init() { # NAME COMMAND OPTION...: an init script that keeps a command in the background
    { echo '#!/bin/sh'; echo '### BEGIN INIT INFO'; echo "# Provides: $1"; echo '# Required-Start: $remote_fs'
      echo '# Required-Stop: $remote_fs'; echo '# Default-Start: 2 3 4 5'; echo '# Default-Stop: 0 1 6'
      echo "# Short-Description: Runs $1"; echo '### END INIT INFO'; echo 'DAEMON=/usr/bin/python3'
      echo "PIDFILE=/var/run/$1.pid"; echo "start-stop-daemon -S -b -m -p \$PIDFILE $2"; } >/etc/init.d/$1
    chmod +x /etc/init.d/$1
}
init shop "--chuid worker --exec /usr/bin/python3 -- $serve 8101"
update-rc.d shop defaults
init unused "--exec /usr/bin/python3 -- $serve 8102"
init ops "--chuid worker --chdir /opt/ops --exec /usr/bin/python3 -- /usr/bin/supervisord -n -c sup.ini"
init s6 "--exec /usr/bin/s6-svscan -- /srv/scan"
init runsvdir "--exec /usr/bin/runsvdir -- /srv/runit"
for name in ops s6 runsvdir; do update-rc.d $name defaults; done
echo "ap:2345:respawn:/bin/su worker -s /bin/sh -c \"exec /usr/bin/python3 $serve 8200\"" >>/etc/inittab
mkdir -p /service
echo 'SV:2345:respawn:/usr/bin/svscan /service' >>/etc/inittab
printf '#!/bin/sh\nexec setuidgid worker softlimit -m 300000000 /usr/bin/python3 %s 8300 2>&1\n' $serve >/etc/tickd/run
ln -s /etc/tickd /service/tickd
printf '#!/bin/sh\nexec s6-setuidgid worker /usr/bin/python3 %s 8301\n' $serve >/srv/scan/beat/run
printf '#!/bin/sh\nexec chpst -u worker /usr/bin/python3 %s 8302\n' $serve >/srv/runit/pipe/run
printf '#!/bin/sh\nexec sleep 1d\n' >/srv/runit/idle/run
touch /srv/runit/idle/down
chmod +x /etc/tickd/run /srv/scan/beat/run /srv/runit/*/run
printf 'greet\t7070/tcp\n' >>/etc/services
printf '%s\n' 'greet stream tcp nowait worker /usr/bin/env env echo hello' \
    'daytime stream tcp nowait root internal' '#off stream tcp nowait root /bin/cat cat' >>/etc/inetd.conf
printf '[program:api]\ncommand=/usr/bin/python3 %s 84%%(process_num)02d\n' $serve >/etc/supervisor/conf.d/api.conf
printf 'process_name=%%(program_name)s-%%(process_num)d\n' >>/etc/supervisor/conf.d/api.conf
printf 'numprocs=2\nuser=worker\nenvironment=KEY="a,b"\n[program:old]\ncommand=/bin/sleep 1d\nautostart=false\n' \
    >>/etc/supervisor/conf.d/api.conf
printf '[supervisord]\nlogfile=/tmp/sup.log\npidfile=/tmp/sup.pid\n[include]\nfiles = parts/*.conf\n' >/opt/ops/sup.ini
printf '[program:odd]\ncommand=python3 serve.py 8410\ndirectory=/opt/app\n' >/opt/ops/parts/o.conf
cat >/opt/app/mq.sh <<'P'
#!/bin/sh
/usr/bin/python3 /opt/app/serve.py 8500 >/dev/null 2>&1 &
echo $! >/tmp/mq.pid
P
chmod +x /opt/app/mq.sh
printf 'check process mq with pidfile /tmp/mq.pid\n  start program = "/opt/app/mq.sh" as uid worker and gid worker\n' \
    >/etc/monit/conf.d/mq
printf 'set httpd port 2812 and\n  allow admin:s3cretMonit9\nset daemon 1\n' >>/etc/monit/monitrc
printf '#!/bin/sh\n(cd /opt/app; nohup /usr/bin/python3 serve.py 8600 >/dev/null 2>&1 &)\nexit 0\n' >/etc/rc.local
chmod +x /etc/rc.local
printf 'MAILTO=ops@example.org\n@reboot /usr/bin/python3 %s 8700\n*/7 * * * * /opt/app/poll %%first%%second\n' $serve |
    crontab -u worker -
printf '#!/bin/sh\ntrue\n' >/etc/cron.daily/tidy
cp /etc/cron.daily/tidy /etc/cron.daily/tidy.sh
chmod +x /etc/cron.daily/tidy /etc/cron.daily/tidy.sh
echo '1 1 * * * root /bin/never' >/etc/cron.d/never.disabled
echo '/opt/app/once --now' | su -s /bin/sh worker -c 'cd /opt/app && GREETING="a b" at 23:59 2>/dev/null'
"""
CORE = ("services", "schedule", "sockets", "processes", "accounts")
_PORTS = (8101, 8200, 8300, 8301, 8302, 8400, 8401, 8410, 8500, 8600, 8700, 7070)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inventory]:
    folder: Path = tmp_path_factory.mktemp("box")
    (folder / "Dockerfile").write_text(_DOCKERFILE)
    (folder / "setup").write_text(_SETUP)
    image = f"migrate-test-supervisors-{uuid.uuid4().hex[:8]}"
    docker("build", "-q", "-t", image, "--build-arg", f"BASE={base_image()}", str(folder))
    try:
        docker("run", "-d", "--name", image, "--cap-add", "SYS_PTRACE", image)
        yield _when_ready(image)
    finally:
        subprocess.run(["docker", "rm", "-f", image], capture_output=True, check=False)
        subprocess.run(["docker", "rmi", "-f", image], capture_output=True, check=False)


def _when_ready(container: str) -> Inventory:
    """Asked until everything listens; the last answer counts."""
    probes = [each for each in parts("migrate.probes", "PROBE") if each.facts.scope in CORE]
    here = Here(("sh",), ("docker", "exec", "-i", container))
    for _ in range(60):
        found = Inventory("box", "box", "", probe(here, probes))
        ports = {socket.port for socket in found.get(Sockets).sockets}
        if set(_PORTS) <= ports:
            break
        time.sleep(1)
    return found


def services(host: Inventory, manager: str) -> dict[str, Service]:
    return {one.name: one for one in host.get(Services).services if one.manager == manager}


def port_of(host: Inventory, service: Service) -> set[int | None]:
    """Where the service's process, or one below it, listens."""
    below = {one.pid for one in host.get(Processes).processes if one.ppid == service.main_pid} | {service.main_pid}
    return {socket.port for socket in host.get(Sockets).sockets if below & set(socket.pids)}


def test_it_leaves_no_gap(host: Inventory) -> None:
    assert {scope.name: scope.gaps for scope in host.scopes if scope.status != "complete"} == {}


@pytest.mark.parametrize(
    ("manager", "name", "port", "user"),
    [
        ("sysv", "shop", 8101, None),
        ("inittab", "ap", 8200, None),
        ("daemontools", "tickd", 8300, "worker"),
        ("s6", "beat", 8301, "worker"),
        ("runit", "pipe", 8302, "worker"),
        ("supervisor", "api", 8400, "worker"),
        ("supervisor", "odd", 8410, None),
        ("monit", "mq", 8500, "worker"),
    ],
)
def test_each_supervisor_s_program_is_found_with_its_process(
    host: Inventory, manager: str, name: str, port: int, user: str | None
) -> None:
    service = services(host, manager)[name]
    assert (service.active, service.enabled, service.user) == (True, True, user)
    assert port_of(host, service) == {port}


def test_what_does_not_run_is_not_said_to(host: Inventory) -> None:
    idle, old, unused = (
        services(host, manager)[name]
        for manager, name in (("runit", "idle"), ("supervisor", "old"), ("sysv", "unused"))
    )
    for service in (idle, old, unused):
        assert (service.active, service.enabled, service.main_pid) == (False, False, None)


def test_what_inetd_waits_for(host: Inventory) -> None:
    (greet,) = services(host, "inetd").values()
    assert (greet.listens, greet.user, greet.exec_start) == (
        ("tcp 7070",),
        "worker",
        (("/usr/bin/env", "echo", "hello"),),
    )
    assert services(host, "sysv")["openbsd-inetd"].active


def test_several_of_one_program(host: Inventory) -> None:
    api = services(host, "supervisor")["api"]
    assert (api.instances, len(api.pids), api.environment) == (2, 2, (("KEY", "a,b"),))


def test_no_password_of_a_supervisor_travels(host: Inventory) -> None:
    assert "s3cretMonit9" not in repr(host)


def test_what_runs_at_a_time(host: Inventory) -> None:
    def jobs(kind: str) -> list[Job]:
        return [one for one in host.get(Schedule).jobs if one.kind == kind and one.origin == "person"]

    assert [(one.user, one.schedule, one.command) for one in jobs("cron")] == [
        ("worker", "@reboot", "/usr/bin/python3 /opt/app/serve.py 8700"),
        ("worker", "*/7 * * * *", "printf '%s\\n' first second | /bin/sh -c /opt/app/poll"),
    ]
    assert [one.name for one in jobs("periodic")] == ["tidy"]
    (at,) = jobs("at")
    assert (at.user, at.command, at.directory) == ("worker", "/opt/app/once --now", "/opt/app")
    assert at.schedule.endswith("T23:59Z")
    assert dict(at.environment)["GREETING"] == "a b"
    assert [one.schedule for one in jobs("boot")] == ["@reboot"]


def test_what_nobody_keeps(host: Inventory) -> None:
    facts = READING.read(Snapshot(host)).facts
    assert isinstance(facts, Unsupervised)
    assert {(one.command[-1], one.by) for one in facts.left} == {("8600", "rc.local"), ("8700", "cron")}

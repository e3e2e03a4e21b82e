from __future__ import annotations

from migrate.model.facts import Service
from migrate.probes.services import PROBE
from tests.probes.samples import nul, section, shown

UNITS = """
Id=app@blue.service
Description=The app
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
Type=notify
MainPID=46
ControlGroup=/system.slice/app@blue.service
FragmentPath=/etc/systemd/system/app@.service
DropInPaths=/etc/systemd/system/app@.service.d/10.conf
MemoryCurrent=10883072
Restart=on-failure

Id=made.service
ActiveState=active
SubState=running
ExecStart={ path=/usr/bin/made ; argv[]=/usr/bin/made -x 1

Id=masked.service
LoadState=masked
ActiveState=inactive
SubState=dead
UnitFileState=masked
MemoryCurrent=18446744073709551615

\fu/lib/systemd/system/rare.service
\fu/etc/systemd/system/old.service
\fu/etc/systemd/system/sshd.service
\f>/etc/systemd/system/app@.service
|[Unit]
|Description=The app %i
|[Service]
|Type=notify
|ExecStartPre=-/bin/mkdir -p "/run/a b"
|ExecStart=/old
|ExecStart=
|ExecStart=@/usr/bin/app other --name "a b" 'c d' \\
|  --inst=%i $OPTS
|Environment=A=1 "B=2 3"
|Environment=A=4
|EnvironmentFile=-/etc/default/app
|EnvironmentFile=/etc/app/%i.conf
|User=app
|Group=web
|SupplementaryGroups=ssl-cert audio
|WorkingDirectory=-/srv/app
|PIDFile=app.pid
|UMask=0027
|KillSignal=SIGQUIT
|LimitNOFILE=65535
|StateDirectory=app app/%i
|RuntimeDirectory=app
\f>/etc/systemd/system/app@.service.d/10.conf
|[Service]
|LimitNPROC=100
|LogsDirectory=app
\f>/etc/systemd/system/old.service
|[Unit]
|Description=Old
|[Service]
|ExecStart=/usr/bin/old
\f.
"""


def services(**parts: str | bytes) -> dict[str, Service]:
    return {service.name: service for service in PROBE.parse(section(**parts)).facts.services}


def systemd() -> dict[str, Service]:
    links = nul(
        "/etc/systemd/system/sshd.service",
        "/lib/systemd/system/ssh.service",
        "/etc/systemd/system/multi-user.target.wants/rare.service",
        "/lib/systemd/system/rare.service",
    )
    return services(machine="web01", systemd="", units=UNITS, links=links)


def test_a_unit_is_what_its_text_and_its_drop_ins_say() -> None:
    assert systemd()["app@blue.service"] == Service(
        "app@blue.service",
        "systemd",
        description="The app",
        active=True,
        enabled=True,
        state="running",
        kind="notify",
        main_pid=46,
        cgroup="/system.slice/app@blue.service",
        unit_file="/etc/systemd/system/app@.service",
        drop_ins=("/etc/systemd/system/app@.service.d/10.conf",),
        exec_start=(("/usr/bin/app", "--name", "a b", "c d", "--inst=blue", "$OPTS"),),
        exec_start_pre=(("/bin/mkdir", "-p", "/run/a b"),),
        environment=(("B", "2 3"), ("A", "4")),
        environment_files=("/etc/default/app", "/etc/app/blue.conf"),
        user="app",
        group="web",
        supplementary_groups=("ssl-cert", "audio"),
        working_directory="/srv/app",
        pid_file="/run/app.pid",
        umask="0027",
        kill_signal="SIGQUIT",
        limits=(("LimitNOFILE", "65535"), ("LimitNPROC", "100")),
        runtime_directories=("app",),
        state_directories=("app", "app/blue"),
        logs_directories=("app",),
        restart="on-failure",
        memory=10883072,
        seen="systemctl show, /etc/systemd/system/app@.service",
    )


def test_a_unit_without_a_file_is_what_systemd_shows() -> None:
    assert systemd()["made.service"].exec_start == (("/usr/bin/made", "-x", "1"),)


def test_units_that_are_not_loaded_are_listed() -> None:
    found = systemd()
    assert (found["rare.service"].enabled, found["rare.service"].active) == (True, False)
    assert (found["old.service"].enabled, found["old.service"].exec_start) == (False, (("/usr/bin/old",),))
    assert "sshd.service" not in found, "another name of ssh.service"


def test_a_masked_unit_is_not_enabled_and_no_memory_is_not_a_lot() -> None:
    masked = systemd()["masked.service"]
    assert (masked.enabled, masked.active, masked.memory) == (False, False, None)


def test_a_silent_systemctl_is_a_gap() -> None:
    parsed = PROBE.parse(section(machine="web01", systemd="", units="\fu/etc/systemd/system/a.service\n\f."))
    assert [service.name for service in parsed.facts.services] == ["a.service"]
    assert parsed.gaps[0].what == "state of the units"


# After the LSB and Red Hat conventions.
SCRIPT = """
#!/bin/sh
### BEGIN INIT INFO
# Provides:          shopd
# Short-Description: The shop
### END INIT INFO
NAME=shopd
DAEMON=/usr/sbin/$NAME
PIDFILE=/var/run/$NAME/shop.pid
"""


def test_an_init_script_that_runs() -> None:
    found = services(
        units="",
        scripts=shown({"/etc/init.d/shopd": SCRIPT, "/etc/init.d/README": "x"}),
        runlevels=nul("/etc/rc2.d/S20shopd", "../init.d/shopd", "/etc/rc0.d/K20shopd", "../init.d/shopd"),
        settings="/etc/default/shopd\n/etc/default/other",
        pidfiles=shown({"/var/run/shopd/shop.pid": "812"}),
        alive="1\t0\tinit\n812\t1\tshopd",
    )
    assert found == {
        "shopd": Service(
            "shopd",
            "sysv",
            description="The shop",
            active=True,
            enabled=True,
            state="running",
            kind="forking",
            main_pid=812,
            unit_file="/etc/init.d/shopd",
            exec_start=(("/etc/init.d/shopd", "start"),),
            exec_stop=(("/etc/init.d/shopd", "stop"),),
            environment_files=("/etc/default/shopd",),
            pid_file="/var/run/shopd/shop.pid",
            runlevels=("2",),
            seen="/etc/init.d/shopd",
        )
    }


def test_a_pid_file_that_was_left_behind_is_no_running_service() -> None:
    script = "#!/bin/bash\n# chkconfig: 345 85 15\n# description: Serves things \\\n# pidfile: /var/run/thing.pid\n"
    found = services(
        units="",
        scripts=shown({"/etc/init.d/thing": script}),
        runlevels=nul("/etc/rc.d/rc3.d/S85thing", "../init.d/thing", "/etc/rc.d/rc5.d/S85x", "../init.d/x"),
        inittab="id:3:initdefault:\nsv:345:respawn:/command/svscanboot",
        pidfiles=shown({"/var/run/thing.pid": "999"}),
        alive="1\t0\tinit",
    )
    assert (found["thing"].active, found["thing"].enabled, found["thing"].description) == (False, True, "Serves things")
    assert found["sv"].exec_start == (("/command/svscanboot",),)


def test_openrc_says_what_was_started() -> None:
    found = services(
        units="",
        scripts=shown({"/etc/init.d/sshd": '#!/sbin/openrc-run\ncommand="/usr/sbin/sshd"\npidfile="/run/sshd.pid"'}),
        runlevels=nul("/etc/runlevels/default/sshd", "/etc/init.d/sshd"),
        openrc="sshd",
    )["sshd"]
    assert (found.manager, found.active, found.enabled, found.pid_file) == ("openrc", True, True, "/run/sshd.pid")


def test_supervisors_beside_the_init_system() -> None:
    found = services(
        units="",
        alive="1\t0\tinit\n5\t1\tsupervisord\n6\t5\tworker\n7\t1\trunsv\n8\t7\tmaild\nC\t7\trunsv\tmail",
        keepers=shown(
            {
                "supervisor /etc/supervisor/conf.d/w.conf": "[program:w]\ncommand=/opt/w/worker --x 'a b'\nuser=www\n"
                'directory=/opt/w\nenvironment=A="1,2",B=3\nautostart=true\nstopsignal=QUIT',
                "run /etc/service/mail/run": "#!/bin/sh\nexec 2>&1\nexec chpst -u mail:mail /usr/sbin/maild -f",
            }
        ),
    )
    worker, mail = found["w"], found["mail"]
    assert (worker.manager, worker.main_pid, worker.user) == ("supervisor", 6, "www")
    assert worker.exec_start == (("/opt/w/worker", "--x", "a b"),)
    assert worker.environment == (("A", "1,2"), ("B", "3"))
    assert (worker.working_directory, worker.kill_signal) == ("/opt/w", "SIGQUIT")
    assert (mail.exec_start, mail.user, mail.main_pid) == ((("/usr/sbin/maild", "-f"),), "mail", 8)


def test_two_programs_of_one_interpreter_do_not_share_a_process() -> None:
    found = services(
        units="",
        alive="1\t0\tinit\n5\t1\tsupervisord\n6\t5\tnode",
        keepers=shown(
            {
                "supervisor /etc/supervisor/conf.d/a.conf": "[program:old]\ncommand=node old.js\nautostart=false\n"
                "[program:api]\ncommand=node api.js"
            }
        ),
    )
    assert {name: (one.active, one.main_pid) for name, one in found.items()} == {"old": (False, None), "api": (True, 6)}


SSH_JOB = """
description "Secure shell"
start on runlevel [2345]
expect fork
kill signal INT
exec /usr/sbin/sshd -D
"""


def test_upstart_s_jobs() -> None:
    states = "ssh start/running, process 812\ntty (/dev/tty1) stop/waiting"
    ssh = services(units="", upstart=states, jobs=shown({"/etc/init/ssh.conf": SSH_JOB}))["ssh"]
    assert (ssh.manager, ssh.active, ssh.main_pid, ssh.kind) == ("upstart", True, 812, "forking")
    assert ssh.kill_signal == "SIGINT"
    assert (ssh.enabled, ssh.description, ssh.exec_start) == (True, "Secure shell", (("/usr/sbin/sshd", "-D"),))

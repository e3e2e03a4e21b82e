from __future__ import annotations

from migrate.model.facts import Process, Secret, Secrets, Service, Socket
from migrate.model.units import Unit, Units
from migrate.planning.candidates import answered, find
from tests.planning.hosts import host, listening, process, service, tree


def test_a_service_with_processes_is_a_candidate_and_its_sockets_are_its_own() -> None:
    found = find(
        host(
            processes=(
                process(7, "/opt/app/appd", unit="app.service"),
                process(8, "/opt/app/worker", ppid=7, unit="app.service"),
            ),
            services=(service("app.service", main_pid=7),),
            sockets=(listening(8, 8080), listening(99, 1234)),
        )
    )
    [one] = found.candidates
    assert (one.name, [process.pid for process in one.processes]) == ("app", [7, 8])
    assert [socket.port for socket in one.listening] == [8080]


def test_the_machines_own_services_are_set_aside_with_a_reason() -> None:
    names = ("ssh.service", "cron.service", "systemd-journald.service", "zabbix-agent.service", "getty@tty1.service")
    facts = host(
        processes=tuple(process(10 + at, f"/usr/sbin/p{at}", unit=name) for at, name in enumerate(names)),
        services=tuple(service(name) for name in names),
    )
    found = find(facts)
    assert found.candidates == ()
    assert {one.what for one in found.set_aside} >= {f"services:{name}" for name in names}
    assert all(one.because for one in found.set_aside)


def test_stopped_and_failed_services_are_listed_with_what_they_are() -> None:
    found = find(
        host(
            services=(
                service("a.service", active=False, enabled=False),
                service("b.service", active=False, state="failed"),
            )
        )
    )
    reasons = {one.what: one.because for one in found.set_aside}
    assert "stopped" in reasons["services:a.service"]
    assert "failed" in reasons["services:b.service"]


def test_a_daemon_that_somebody_started_by_hand_is_found() -> None:
    facts = host(
        processes=(
            process(50, "/usr/bin/java", "-jar", "/home/anna/tool.jar", uid=1000, gid=1000, unit="session-3.scope"),
        ),
        sockets=(listening(50, 9000),),
        trees=(tree("/home/anna/tool.jar", "application", "file", 1000),),
    )
    assert [one.name for one in find(facts).candidates] == ["tool"]


def test_what_su_started_stands_for_itself_and_not_su() -> None:
    facts = host(
        processes=(
            process(50, "su", "-s", "/bin/sh", "app", "-c", "exec ./labeld x.conf", exe="/bin/su"),
            process(51, "./labeld", "x.conf", exe="/usr/local/label/labeld", ppid=50, uid=998, gid=998),
        ),
        sockets=(listening(51, 9000),),
        trees=(tree("/usr/local/label", "application"),),
    )
    [one] = find(facts).candidates
    assert (one.name, [process.pid for process in one.processes]) == ("labeld", [51])


def test_a_unit_s_su_is_passed_over_as_well() -> None:
    su = process(50, "/bin/su", "app", "-c", "/opt/app/appd", unit="app.service")
    daemon = process(51, "/opt/app/appd", ppid=50, uid=998, unit="app.service")
    [one] = find(host(processes=(su, daemon), services=(service("app.service", main_pid=50),))).candidates
    assert [process.pid for process in one.processes] == [51]


def test_where_a_process_wrote_its_title_over_its_environment_the_units_files_tell() -> None:
    facts = host(
        processes=(process(7, "starman master", exe="/usr/bin/perl", unit="app.service"),),
        services=(service("app.service", main_pid=7, environment_files=("-/etc/default/app",)),),
        texts={"/etc/default/app": b"MODE=live\nAPI_TOKEN=abc\nDB=mysql://x:abc@db/x\n"},
        more=(
            Secrets(
                (Secret("app-token", "token", "/etc/default/app", 2), Secret("db", "password", "/etc/default/app", 3))
            ),
        ),
    )
    [one] = find(facts).candidates
    assert one.service is not None
    assert one.service.environment == (("MODE", "live"), ("API_TOKEN", "${secret:app-token}"))


def test_a_login_session_is_no_service() -> None:
    found = find(host(processes=(process(60, "/bin/bash", uid=1000, unit="session-4.scope"),)))
    assert found.candidates == ()


def test_mail_for_the_machine_itself_stays_but_a_mail_server_moves() -> None:
    def mail(address: str) -> list[str]:
        facts = host(
            processes=(process(70, "/usr/sbin/exim4", unit="exim4.service"),),
            services=(service("exim4.service"),),
            sockets=(listening(70, 25, address),),
        )
        return [one.name for one in find(facts).candidates]

    assert mail("127.0.0.1") == []
    assert mail("0.0.0.0") == ["exim4"]


def test_the_first_process_of_a_container_is_its_service_unless_it_is_an_init() -> None:
    server = host(processes=(process(1, "/usr/sbin/appd", ppid=0),), sockets=(listening(1, 80),))
    assert [one.name for one in find(server).candidates] == ["appd"]
    init = host(processes=(process(1, "/sbin/init", ppid=0, name="systemd"),), sockets=(listening(1, 80),))
    assert find(init).candidates == ()


def test_each_program_of_supervisord_is_a_candidate_of_its_own_and_supervisord_is_set_aside() -> None:
    def program(pid: int, name: str) -> Process:
        started = (("SUPERVISOR_PROCESS_NAME", name), ("SUPERVISOR_GROUP_NAME", name))
        return process(pid, "/usr/bin/node", f"{name}.js", ppid=7, unit="supervisor.service", environment=started)

    found = find(
        host(
            processes=(
                process(7, "/usr/bin/python3", "/usr/bin/supervisord", name="supervisord", unit="supervisor.service"),
                program(8, "api"),
                program(9, "mailer"),
                process(10, "/usr/bin/helper", ppid=9, unit="supervisor.service"),
            ),
            services=(
                service("supervisor.service", main_pid=7),
                Service("api", "supervisor", active=True, main_pid=8),
                Service(
                    "mailer", "supervisor", active=True, main_pid=8
                ),  # the same program: the probe saw the wrong one
                Service("old", "supervisor", active=True, main_pid=8),
            ),
        )
    )
    assert {one.name: [each.pid for each in one.processes] for one in found.candidates} == {
        "api": [8],
        "mailer": [9, 10],
    }
    assert {one.what for one in found.set_aside} >= {"services:supervisor.service", "services:old"}


def test_what_was_started_from_a_login_and_left_behind_is_found_in_the_login_services_group() -> None:
    found = find(
        host(
            processes=(
                process(7, "/usr/sbin/sshd", unit="ssh.service"),
                process(8, "/usr/sbin/sshd", ppid=7, unit="ssh.service"),
                process(9, "/bin/bash", ppid=8, unit="ssh.service"),
                process(20, "/usr/bin/python3", "relay.py", unit="ssh.service", cwd="/home/anna/tools"),
            ),
            services=(service("ssh.service", main_pid=7),),
            sockets=(listening(20, 9099), listening(7, 22)),
        )
    )
    assert [(one.name, one.service) for one in found.candidates] == [("relay", None)]


def test_a_program_in_a_terminal_multiplexer_is_a_candidate_without_the_terminal() -> None:
    found = find(
        host(
            processes=(
                process(7, "/usr/bin/tmux", name="tmux: server"),
                process(8, "/opt/app/appd", ppid=7),
                process(9, "/bin/bash", ppid=7),
            ),
            sockets=(listening(8, 8080),),
        )
    )
    assert [one.name for one in found.candidates] == ["appd"]


def test_a_listening_socket_of_nobody_goes_to_the_one_candidate_that_names_its_port() -> None:
    lost = Socket("tcp", "listen", "0.0.0.0", 7700)
    facts = host(
        processes=(process(7, "/opt/a/appd", "-c", "/etc/a.conf"), process(8, "/opt/b/bd", "--name", "17700")),
        services=(service("a.service", main_pid=7), service("b.service", main_pid=8)),
        sockets=(lost, Socket("tcp", "listen", "0.0.0.0", 9)),
        texts={"/etc/a.conf": b"port = 7700\n"},
    )
    assert {one.name: one.sockets for one in find(facts).candidates} == {"a": (lost,), "b": ()}


def test_what_monit_starts_is_a_candidate_unless_init_keeps_it() -> None:
    found = find(
        host(
            processes=(
                process(7, "/usr/bin/monit", name="monit", unit="monit.service"),
                process(8, "/opt/mq/mqd", unit="monit.service"),
                process(9, "/usr/sbin/nginx", unit="nginx.service"),
            ),
            services=(
                service("monit.service", main_pid=7),
                service("nginx.service", main_pid=9),
                Service("mq", "monit", active=True, main_pid=8),
                Service("nginx", "monit", active=True, main_pid=9),
            ),
        )
    )
    assert [(one.name, one.service.manager) for one in found.candidates if one.service] == [
        ("mq", "monit"),
        ("nginx", "systemd"),
    ]
    assert {one.what for one in found.set_aside} >= {"services:monit.service", "services:nginx"}


def test_all_instances_of_pm2_s_program_belong_to_it_and_its_daemon_is_set_aside() -> None:
    found = find(
        host(
            processes=(
                process(7, "/usr/bin/node", name="PM2 v7.0.4: God", unit="pm2-worker.service"),
                process(8, "/usr/bin/node", "app.js", ppid=7, unit="pm2-worker.service"),
                process(9, "/usr/bin/node", "app.js", ppid=7, unit="pm2-worker.service"),
            ),
            services=(
                service("pm2-worker.service", main_pid=7),
                Service("shop", "pm2", active=True, main_pid=8, pids=(8, 9), instances=2),
            ),
        )
    )
    assert [[each.pid for each in one.processes] for one in found.candidates] == [[8, 9]]
    assert {one.what for one in found.set_aside} == {"services:pm2-worker.service"}


def test_what_inetd_answers_with_goes_with_inetd() -> None:
    machine = host(
        processes=(process(7, "/usr/sbin/inetd", name="inetd"),),
        services=(
            Service("openbsd-inetd", "sysv", active=True, main_pid=7),
            Service("greet", "inetd", active=True, listens=("tcp 7070",)),
            Service("other", "xinetd", enabled=False),
        ),
        sockets=(listening(7, 7070),),
    )
    (one,) = find(machine).candidates
    assert answered(machine, one) == ("greet",)
    assert {each.what for each in find(machine).set_aside} == {"services:other"}


def test_a_user_s_unit_is_a_candidate_of_its_own() -> None:
    found = find(
        host(
            processes=(
                process(7, "/lib/systemd/systemd", name="systemd", unit="user@1501.service"),
                process(8, "/usr/bin/bot", ppid=7, unit="user@1501.service"),
            ),
            services=(
                service("user@1501.service", main_pid=7),
                Service("bot.service", "systemd-user", active=True, main_pid=8, user="lena"),
            ),
        )
    )
    assert [one.name for one in found.candidates] == ["bot"]


def test_a_port_that_pm2_holds_for_a_cluster_is_the_program_s_that_is_told_it() -> None:
    found = find(
        host(
            processes=(
                process(7, "/usr/bin/node", name="PM2 v7.0.4: God", unit="pm2.service"),
                process(8, "/usr/bin/node", "/srv/app.js", ppid=7, unit="pm2.service"),
                process(9, "/usr/bin/node", "/srv/other.js", ppid=7, unit="pm2.service"),
            ),
            services=(
                Service("shop", "pm2", active=True, main_pid=8, environment=(("PORT", "8700"),)),
                Service("other", "pm2", active=True, main_pid=9, environment=(("PORT", "8701"),)),
            ),
            sockets=(listening(7, 8700), listening(7, 8701)),
        )
    )
    assert {one.name: [each.port for each in one.sockets] for one in found.candidates} == {
        "shop": [8700],
        "other": [8701],
    }


def test_erlangs_port_mapper_goes_with_the_systems_that_it_finds() -> None:
    mapper = process(5, "/usr/bin/epmd", "-daemon")
    queue = process(7, "/usr/lib/erlang/erts-13.1/bin/beam.smp", "-noshell")
    services = (service("epmd.service", main_pid=5), service("queue.service", main_pid=7))
    found = find(host(services=services, processes=(mapper, queue)))
    assert [one.name for one in found.candidates] == ["queue"]
    assert [one.what for one in found.set_aside] == ["services:epmd.service"]
    alone = find(host(services=services[:1], processes=(mapper,)))
    assert [one.name for one in alone.candidates] == ["epmd"]


def test_a_service_that_a_socket_would_start_is_said_to_be_waiting() -> None:
    unit = Unit("fax.socket", "socket", active=True, activates="fax.service", listens=(("stream", "/run/fax.sock"),))
    found = find(host(services=(service("fax.service", active=False),), more=(Units((unit,)),)))
    [aside] = found.set_aside
    assert aside.what == "services:fax.service"
    assert "nobody had connected to /run/fax.sock" in aside.because


def test_what_rc_local_started_runs_on_its_own_and_is_named_after_what_runs() -> None:
    words = (
        "-cp",
        "/srv/zeit/bin/a.jar:/srv/zeit/bin/b.jar",
        "-Dcatalina.base=/srv/zeit",
        "org.apache.catalina.startup.Bootstrap",
    )
    facts = host(
        processes=(
            process(50, "/usr/bin/java", *words, unit="rc-local.service"),
            process(51, "/usr/bin/java", "-cp", "/opt/x.jar", "at.firma.Bote", unit="rc-local.service"),
        ),
        services=(service("rc-local.service", kind="forking"),),
        sockets=(listening(50, 8280), listening(51, 9000)),
    )
    assert [one.name for one in find(facts).candidates] == ["Bote", "zeit"]

from __future__ import annotations

from migrate.detectors import Candidate
from migrate.detectors.nginx import DETECTOR
from migrate.model.facts import Process, Site, Sites
from tests.planning.hosts import process, service, snapshot

MASTER = process(
    10, "nginx: master process /usr/sbin/nginx -g daemon on; master_process on;", exe="/usr/sbin/nginx", name="nginx"
)
WORKER = process(11, "nginx: worker process", exe="/usr/sbin/nginx", name="nginx", ppid=10, uid=33, gid=33)
HOST = snapshot()


def nginx(*processes: Process) -> Candidate:
    return Candidate("nginx.service", service("nginx.service"), processes)


def test_nginx_is_known_by_the_program_it_executes() -> None:
    assert DETECTOR.recognise(nginx(MASTER, WORKER), HOST) == "process 10 executes /usr/sbin/nginx"


def test_a_fork_of_nginx_in_a_folder_of_its_own_is_known() -> None:
    master = process(10, "nginx: master process", exe="/usr/local/openresty/nginx/sbin/openresty")
    assert DETECTOR.recognise(nginx(master), HOST)


def test_a_program_that_only_calls_itself_nginx_is_not_nginx() -> None:
    assert DETECTOR.recognise(nginx(process(10, "nginx", exe="/opt/own/server")), HOST) is None
    assert DETECTOR.recognise(nginx(process(10, "nginx-exporter", exe="/usr/bin/nginx-exporter")), HOST) is None


def test_a_service_without_processes_is_not_nginx() -> None:
    assert DETECTOR.recognise(nginx(), HOST) is None


def test_nginx_runs_in_the_foreground_as_its_workers_did() -> None:
    advice = DETECTOR.advise(nginx(MASTER, WORKER), HOST)
    assert advice.command == ("/usr/sbin/nginx", "-g", "daemon off;")
    assert advice.user == "www-data"


def test_nginx_is_asked_to_finish_its_answers_when_it_stops() -> None:
    assert DETECTOR.advise(nginx(MASTER, WORKER), HOST).stop_signal == "SIGQUIT"


def test_another_configuration_file_and_prefix_are_kept() -> None:
    master = process(
        10, "nginx: master process /opt/nginx/nginx -p /opt/nginx -c /srv/web.conf", exe="/opt/nginx/nginx"
    )
    advice = DETECTOR.advise(nginx(master), HOST)
    assert advice.command == ("/opt/nginx/nginx", "-c", "/srv/web.conf", "-p", "/opt/nginx", "-g", "daemon off;")


def test_nginx_whose_workers_are_root_or_unknown_is_given_no_user() -> None:
    stranger = process(11, "nginx: worker process", exe="/usr/sbin/nginx", uid=4711, gid=4711)
    assert DETECTOR.advise(nginx(MASTER), HOST).user is None
    assert DETECTOR.advise(nginx(MASTER, stranger), HOST).user is None


def test_what_locations_serve_is_its_own() -> None:
    facts = snapshot(
        more=(
            Sites((Site("nginx", folders=("/usr/share/mail", "/srv/app/static")), Site("apache", folders=("/srv/x",)))),
        )
    )
    found = DETECTOR.advise(Candidate("nginx", None, (process(1, "/usr/sbin/nginx"),)), facts)
    assert found.files == (("/usr/share/mail", "a location serves it"),)

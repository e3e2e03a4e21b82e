from __future__ import annotations

from migrate.detectors import Candidate
from migrate.detectors.php_fpm import DETECTOR
from migrate.model.facts import Process, Site, Sites, Socket
from tests.planning.hosts import process, service, snapshot

HOST = snapshot()
TITLE = "php-fpm: master process (/etc/php/7.4/fpm/php-fpm.conf)"
MASTER = process(70, TITLE, exe="/usr/sbin/php-fpm7.4")


def pool(pid: int, uid: int) -> Process:
    return process(pid, "php-fpm: pool www", exe="/usr/sbin/php-fpm7.4", ppid=70, uid=uid, gid=uid)


def fpm(*processes: Process) -> Candidate:
    return Candidate("php7.4-fpm.service", service("php7.4-fpm.service"), processes)


def test_php_fpm_of_any_version_and_packager_is_known() -> None:
    for program in ("/usr/sbin/php-fpm7.4", "/usr/sbin/php-fpm", "/usr/sbin/php5-fpm", "/opt/php82/sbin/php-fpm8.2"):
        assert DETECTOR.recognise(fpm(process(70, TITLE, exe=program)), HOST) == f"process 70 executes {program}"


def test_php_on_the_command_line_is_not_php_fpm() -> None:
    assert DETECTOR.recognise(fpm(process(70, "/usr/bin/php7.4", "worker.php")), HOST) is None
    assert DETECTOR.recognise(fpm(), HOST) is None


def test_it_stays_in_the_foreground_with_the_configuration_of_its_title() -> None:
    advice = DETECTOR.advise(fpm(MASTER), HOST)
    expected = ("/usr/sbin/php-fpm7.4", "--nodaemonize", "--fpm-config", "/etc/php/7.4/fpm/php-fpm.conf")
    assert (advice.command, advice.stop_signal) == (expected, "SIGQUIT")


def test_a_title_without_a_configuration_adds_none() -> None:
    assert DETECTOR.advise(fpm(process(70, "php-fpm", exe="/usr/sbin/php-fpm")), HOST).command == (
        "/usr/sbin/php-fpm",
        "--nodaemonize",
    )


def test_one_pool_user_needs_no_root() -> None:
    assert DETECTOR.advise(fpm(MASTER, pool(71, 33), pool(72, 33)), HOST).user == "www-data"


def test_several_pool_users_need_root_which_changes_to_each() -> None:
    assert DETECTOR.advise(fpm(MASTER, pool(71, 33), pool(72, 998)), HOST).user == ""


def test_it_has_the_applications_of_the_sites_that_lead_to_its_socket() -> None:
    sites = Sites(
        (
            Site("nginx", root="/srv/shop/public", upstreams=("unix:/run/php/a.sock",)),
            Site("nginx", root="/srv/other", upstreams=("unix:/run/php/b.sock",)),
        )
    )
    socket = Socket("unix", "listen", path="/var/run/php/a.sock", pids=(70,))
    candidate = Candidate("php7.4-fpm.service", service("php7.4-fpm.service"), (MASTER,), (socket,))
    assert [path for path, _ in DETECTOR.advise(candidate, snapshot(more=(sites,))).files] == ["/srv/shop/public"]


def test_it_has_what_sites_serve_besides_their_root_but_nothing_of_the_web_server_itself() -> None:
    socket = Socket("unix", "listen", path="/run/php/fpm.sock", pids=(70,))
    folders = ("/usr/share/mail", "/usr/share/apache2/icons")
    site = Site("apache", root="/srv/www", upstreams=("unix:/run/php/fpm.sock",), folders=folders)
    candidate = Candidate("php7.4-fpm.service", service("php7.4-fpm.service"), (MASTER,), (socket,))
    advice = DETECTOR.advise(candidate, snapshot(more=(Sites((site,)),)))
    assert [path for path, _ in advice.files] == ["/srv/www", "/usr/share/mail"]

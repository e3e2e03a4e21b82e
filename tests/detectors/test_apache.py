from __future__ import annotations

from migrate.detectors import Candidate
from migrate.detectors.apache import DETECTOR
from migrate.model.applications import Application, Applications
from migrate.model.facts import Process, Site, Sites
from tests.planning.hosts import package, process, service, snapshot

HOST = snapshot()
DEBIAN = process(20, "/usr/sbin/apache2", "-k", "start")
WORKER = process(21, "/usr/sbin/apache2", "-k", "start", ppid=20, uid=33, gid=33)


def apache(*processes: Process) -> Candidate:
    return Candidate("apache2.service", service("apache2.service"), processes)


def test_apache_is_known_in_the_layouts_of_debian_red_hat_and_suse() -> None:
    for program in ("/usr/sbin/apache2", "/usr/sbin/httpd", "/usr/sbin/httpd-prefork", "/usr/local/apache2/bin/httpd"):
        assert DETECTOR.recognise(apache(process(20, program)), HOST) == f"process 20 executes {program}"


def test_another_web_server_is_not_apache() -> None:
    assert DETECTOR.recognise(apache(process(20, "/usr/sbin/lighttpd")), HOST) is None
    assert DETECTOR.recognise(apache(), HOST) is None


def test_apache_runs_in_the_foreground_without_the_words_that_start_it() -> None:
    assert DETECTOR.advise(apache(DEBIAN), HOST).command == ("/usr/sbin/apache2", "-D", "FOREGROUND")


def test_a_foreground_that_is_asked_for_already_is_not_asked_for_twice() -> None:
    for words in (("-DFOREGROUND",), ("-D", "FOREGROUND")):
        advice = DETECTOR.advise(apache(process(20, "/usr/sbin/httpd", *words)), HOST)
        assert advice.command == ("/usr/sbin/httpd", "-D", "FOREGROUND")


def test_another_configuration_file_and_a_define_are_kept() -> None:
    main = process(20, "/usr/sbin/httpd", "-f", "/srv/httpd.conf", "-D", "SSL", "-k", "start")
    expected = ("/usr/sbin/httpd", "-f", "/srv/httpd.conf", "-D", "SSL", "-D", "FOREGROUND")
    assert DETECTOR.advise(apache(main), HOST).command == expected


def test_apache_runs_as_its_workers_did_and_stops_gracefully() -> None:
    advice = DETECTOR.advise(apache(DEBIAN, WORKER), HOST)
    assert (advice.user, advice.stop_signal) == ("www-data", "SIGWINCH")
    assert DETECTOR.advise(apache(DEBIAN), HOST).user is None


def test_log_and_runtime_directories_follow_the_layout() -> None:
    assert "/var/log/apache2" in DETECTOR.advise(apache(DEBIAN), HOST).log_directories
    assert "/var/log/httpd" in DETECTOR.advise(apache(process(20, "/usr/sbin/httpd")), HOST).log_directories


def test_a_pid_file_of_a_container_that_was_killed_does_not_keep_apache_from_starting() -> None:
    entrypoint = DETECTOR.advise(apache(DEBIAN), HOST).entrypoint or ""
    assert "rm -f /run/apache2/apache2.pid" in entrypoint
    assert entrypoint.endswith('exec "$@"\n')


def test_php_inside_of_apache_wants_the_applications_around_its_document_roots() -> None:
    facts = snapshot(more=(Sites((Site("apache", root="/var/www/shop/public"),)),))
    php = process(20, "/usr/sbin/apache2", mapped=("/usr/lib/apache2/modules/libphp8.2.so",))
    assert [path for path, _ in DETECTOR.advise(apache(php), facts).files] == ["/var/www/shop/public"]
    assert DETECTOR.advise(apache(php), facts).passes_on == ()


def test_apache_that_passes_php_on_does_not_run_it() -> None:
    facts = snapshot(more=(Sites((Site("apache", root="/var/www/shop/public"),)),))
    advice = DETECTOR.advise(apache(DEBIAN, WORKER), facts)
    assert (advice.files, ".php" in advice.passes_on) == ((), True)


def test_apache_that_runs_scripts_as_other_users_stays_root_and_has_the_program_for_it() -> None:
    site = "/etc/apache2/sites-enabled/club.conf"
    seen = Applications((Application("apache", "web-server", "apache2", pids=(20,), configuration=(site,)),))
    host = snapshot(
        texts={site: b"<VirtualHost *:80>\n    SuexecUserGroup club club\n</VirtualHost>\n"},
        packages=(package("apache2"), package("apache2-suexec-pristine")),
        more=(seen,),
    )
    advice = DETECTOR.advise(apache(DEBIAN, WORKER), host)
    assert advice.user == ""
    assert [name for name, _ in advice.packages] == ["apache2-suexec-pristine"]

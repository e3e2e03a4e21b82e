from __future__ import annotations

from migrate.planning import sessions
from migrate.planning.evidence import Use
from tests.planning.hosts import host, tree

FPM = (Use("/usr/sbin/php-fpm8.2", "execute", "runs"),)
SESSION = "/var/lib/php/sessions/sess_8ls66gootao7q7ailbtafn95ks"


def test_sessions_of_whoever_serves_with_php_are_carried() -> None:
    facts = host(trees=(tree(SESSION, "data", "file", 33),), texts={"/etc/php/8.2/fpm/php.ini": b";session.x = 1\n"})
    [volume] = sessions.volumes(facts, FPM)
    assert (volume.path, volume.method, volume.mode) == ("/var/lib/php/sessions", "copy", 0o1733)


def test_a_directory_that_the_settings_name_counts_without_a_session() -> None:
    facts = host(texts={"/etc/php-fpm.d/www.conf": b'php_value[session.save_path] = "/srv/sessions"\n'})
    assert [one.path for one in sessions.volumes(facts, FPM)] == ["/srv/sessions"]


def test_others_have_none() -> None:
    facts = host(trees=(tree(SESSION, "data", "file", 33),))
    assert sessions.volumes(facts, (Use("/usr/bin/python3", "execute", "runs"),)) == ()

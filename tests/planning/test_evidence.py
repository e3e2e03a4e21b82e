from __future__ import annotations

from migrate.planning import evidence


def test_names_behind_a_change_of_directory_lie_there() -> None:
    text = "cd /srv/app && ../venv/bin/python manage.py remind >> /var/log/app.log 2>&1"
    assert [path for _, path in evidence.after_changing(text)] == ["/srv/venv/bin/python", "/srv/app/manage.py"]


def test_without_a_change_of_directory_relative_names_say_nothing() -> None:
    assert list(evidence.after_changing("bin/report.sh now.txt")) == []


def test_of_a_path_that_is_filled_in_later_the_part_before_it_is_named() -> None:
    text = (
        "VirtualDocumentRoot /srv/customers/%1/web\nVirtualScriptAlias /srv/cgi/%-2\nAlias /a /srv/Meine%20Dateien/x\n"
    )
    named = [path for _, path in evidence.mentions(text)]
    assert named == ["/srv/customers", "/srv/cgi", "/a", "/srv/Meine%20Dateien/x"]


def test_a_path_behind_a_quoted_variable_is_none_by_itself() -> None:
    assert list(evidence.mentions('[ -x "$JAVA_HOME"/bin/javac ] || . "/etc/java.conf"')) == [(1, "/etc/java.conf")]

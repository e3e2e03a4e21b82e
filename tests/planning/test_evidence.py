from __future__ import annotations

from migrate.planning import evidence


def test_names_behind_a_change_of_directory_lie_there() -> None:
    text = "cd /srv/app && ../venv/bin/python manage.py remind >> /var/log/app.log 2>&1"
    assert [path for _, path in evidence.after_changing(text)] == ["/srv/venv/bin/python", "/srv/app/manage.py"]


def test_without_a_change_of_directory_relative_names_say_nothing() -> None:
    assert list(evidence.after_changing("bin/report.sh now.txt")) == []

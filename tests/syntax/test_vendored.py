from __future__ import annotations

import pytest

from migrate.syntax.vendored import folder, vendored


@pytest.mark.parametrize(
    "path",
    [
        "/srv/app/venv/lib/python3.11/site-packages/django/conf/global_settings.py",
        "/srv/app/venv/lib64/python3.6/site-packages/six.py",
        "/home/x/.pyenv/versions/3.9.1/lib/python3.9/smtplib.py",
        "/opt/app/node_modules/express/lib/router.js",
        "/var/www/shop/vendor/monolog/monolog/src/Handler.php",
        "/var/www/shop/vendor/composer/installed.json",
        "/opt/redmine/vendor/bundle/ruby/3.1.0/gems/rack-2.2.4/lib/rack.rb",
        "/usr/local/lib/ruby/gems/3.1.0/gems/puma-5.6.5/README.md",
    ],
)
def test_what_a_package_manager_unpacked_is_a_library(path: str) -> None:
    assert vendored(path)


@pytest.mark.parametrize(
    "path",
    [
        "/srv/app/settings.py",
        "/srv/app/venv/pyvenv.cfg",
        "/srv/app/venv/bin/gunicorn",
        "/srv/app/venv/lib/python3.11/site-packages/shop.egg-link",
        "/srv/app/vendor/prices.csv",
        "/srv/node_modules",
    ],
)
def test_what_a_person_wrote_is_not(path: str) -> None:
    assert not vendored(path)


def test_the_folder_is_told_by_its_name() -> None:
    assert folder("node_modules")
    assert not folder("vendor")

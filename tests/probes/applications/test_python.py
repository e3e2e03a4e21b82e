from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.model.applications import Component, Resource
from tests.probes.applications import found, host, listen, process

SETTINGS = (
    "import os\nBASE_DIR = '/srv/dj'\nSECRET_KEY = 'n0t-to-be-shown'\nDEBUG = False\n"
    "ALLOWED_HOSTS = ['dj.example.org', \"www.example.org\"]  # 'no'\nDATABASES = {\n  'default': {\n"
    "    'ENGINE': 'django.db.backends.postgresql_psycopg2',\n"
    "    'NAME': 'shop', 'USER': 'dj', 'PASSWORD': 'Geheim12!',\n"
    "    'HOST': os.environ.get('DB_HOST', 'localhost'),\n  },\n  'old': {'ENGINE': 'django.db.backends.sqlite3', "
    "'NAME': os.path.join(BASE_DIR, 'old.db')},\n}\n"
    "CACHES = {'default': {'BACKEND': 'x', 'LOCATION': 'redis://:Geheim12!@cache:6379/1'}}\n"
    "MEDIA_ROOT = os.path.join(BASE_DIR, 'media')\nSTATIC_ROOT = '/srv/static'\nCELERY_BROKER_URL = 'amqp://q:Geheim12!@mq//'\n"
)
DJANGO = {
    "/srv/dj/manage.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'proj.settings')\n",
    "/srv/dj/proj/wsgi.py": "from django.core.wsgi import get_wsgi_application\n",
    "/srv/dj/proj/settings.py": SETTINGS,
    "/srv/dj/venv/pyvenv.cfg": "home = /usr/bin\n",
    "/srv/dj/venv/lib/python3.9/site-packages/Django-3.2.18.dist-info/METADATA": "Name: Django\n",
    "/srv/dj/venv/lib/python3.9/site-packages/gunicorn-20.1.0.dist-info/METADATA": "Name: gunicorn\n",
}
GUNICORN = process(
    10,
    "/srv/dj/venv/bin/python",
    "/srv/dj/venv/bin/gunicorn",
    "-w",
    "3",
    "--bind",
    "127.0.0.1:8000",
    "proj.wsgi:application",
    exe="/usr/bin/python3.9",
    name="gunicorn",
    cwd="/srv/dj",
    unit="dj.service",
    environment=(("DB_HOST", "pg01"),),
    uid=1000,
)


def test_a_server_and_the_application_that_it_was_told_about() -> None:
    packages = {"/usr/bin/python3.9": ("python3.9-minimal", "3.9.2-1")}
    server, one = found(host(GUNICORN, texts=DJANGO, sockets=(listen(8000, 10),), packages=packages))
    assert (server.kind, server.role, server.name, server.version) == ("gunicorn", "application-server", "dj", "20.1.0")
    assert (server.home, server.runtime, server.ports, server.user) == ("/srv/dj/venv", "python 3.9.2", (8000,), "shop")
    assert ("workers", "3") in server.settings
    assert (one.kind, one.version, one.home, one.within) == ("django", "3.2.18", "/srv/dj", "dj")
    assert one.configuration[0] == "/srv/dj/proj/settings.py"
    assert one.data == ("/srv/dj/media",)
    assert ("ALLOWED_HOSTS", "dj.example.org, www.example.org") in one.settings
    assert one.resources == (
        Resource("database", "NAME", "postgresql://pg01/shop", "dj", "/srv/dj/proj/settings.py:9"),
        Resource("database", "NAME", "sqlite:///old.db", None, "/srv/dj/proj/settings.py:12"),
        Resource("cache", "CACHES", "redis://:***@cache:6379/1", None, "/srv/dj/proj/settings.py:14"),
        Resource("queue", "CELERY_BROKER_URL", "amqp://q:***@mq//", "q", "/srv/dj/proj/settings.py:17"),
    )
    assert "Geheim12" not in repr(one)
    assert "n0t-to-be" not in repr(one)


def test_a_process_that_gave_itself_a_title_is_read_from_its_unit() -> None:
    from migrate.model.facts import Service, Services

    unit = Service("f.service", "systemd", main_pid=10, exec_start=(("/usr/bin/gunicorn3", "-w", "1", "shop:app"),))
    titled = process(10, "gunicorn: master [shop:app]", exe="/usr/bin/python3.7", unit="f.service", cwd="/srv/f")
    texts = {"/srv/f/shop.py": "from flask import Flask\n", "/srv/f/.env": "DATABASE_URL=mysql://a:Geheim12@db/x\n"}
    packages = {"x": ("python3-flask", "1.0.2-3")}
    server, one = found(host(titled, texts=texts, facts=(Services((unit,)),), packages=packages))
    assert (server.kind, server.settings) == ("gunicorn", (("workers", "1"),))
    assert (one.kind, one.version, one.configuration) == ("flask", "1.0.2", ("/srv/f/shop.py", "/srv/f/.env"))
    assert one.components == (Component("flask", "1.0.2", None, "framework"),)
    assert [each.url for each in one.resources] == ["mysql://a:***@db/x"]


def test_uwsgi_with_an_emperor() -> None:
    texts = {
        "/etc/uwsgi/vassals/a.ini": (
            "[uwsgi]\nbase = /srv/dj\nchdir = %(base)\nmodule = proj.wsgi\nsocket = /run/%n.sock\n"
        ),
        **DJANGO,
    }
    server, one = found(host(process(10, "/usr/bin/uwsgi", "--emperor", "/etc/uwsgi/vassals"), texts=texts))
    assert (server.kind, server.configuration) == ("uwsgi", ("/etc/uwsgi/vassals/a.ini",))
    assert ("socket", "/run/a.sock") in server.settings
    assert (one.kind, one.home, one.within) == ("django", "/srv/dj", "uwsgi")


def test_mod_wsgi_in_apache() -> None:
    texts = {
        "/etc/httpd/conf/httpd.conf": (
            "Listen 80\nWSGIDaemonProcess dj python-home=/srv/dj/venv python-path=/srv/dj\n<VirtualHost *:80>\n"
            "WSGIScriptAlias /app /srv/dj/proj/wsgi.py process-group=dj\n</VirtualHost>\n"
        ),
        **DJANGO,
    }
    (one,) = found(host(process(10, "/usr/sbin/httpd"), texts=texts), "django")
    assert (one.within, one.paths, one.version) == ("apache", ("/app",), "3.2.18")


def test_odoo_by_its_configuration() -> None:
    texts = {
        "/etc/odoo/odoo.conf": (
            "[options]\ndb_host = pg\ndb_user = odoo\ndb_password = Geheim12\ndata_dir = /srv/odoo\n"
        ),
    }
    odoo = process(10, "/usr/bin/python3", "/usr/bin/odoo", "--config=/etc/odoo/odoo.conf", exe="/usr/bin/python3.9")
    (one,) = found(host(odoo, texts=texts))
    assert (one.kind, one.role, one.data, one.configuration) == (
        "odoo",
        "application",
        ("/srv/odoo",),
        ("/etc/odoo/odoo.conf",),
    )
    assert [(each.url, each.user) for each in one.resources] == [("postgresql://pg/", "odoo")]


def test_a_program_that_serves_itself_with_a_framework() -> None:
    texts = {"/srv/p/app.py": "import flask\n", "/srv/p/requirements.txt": "celery\n", "/srv/q/x.py": "import os\n"}
    own = process(10, "/usr/bin/python3", "app.py", exe="/usr/bin/python3.9", cwd="/srv/p", unit="p.service")
    other = process(20, "/usr/bin/python3", "/srv/q/x.py", exe="/usr/bin/python3.9", unit="q.service")
    one, two = found(host(own, other, texts=texts))
    assert (one.kind, one.name, one.home, one.role) == ("flask", "p", "/srv/p", "application")
    assert (two.kind, two.name) == ("service", "q")


@given(text=st.text())
@settings(deadline=None)
def test_reading_never_fails(text: str) -> None:
    found(host(GUNICORN, texts=dict.fromkeys(DJANGO, text)))

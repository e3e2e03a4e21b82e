from __future__ import annotations

from tests.probes.applications import found, host, process


def test_a_program_that_serves_itself_and_a_server_for_others() -> None:
    mojo = process(
        10, "/usr/bin/perl", "/srv/m/app.pl", "daemon", "-l", "http://*:3000", exe="/usr/bin/perl", unit="m.service"
    )
    starman = process(
        20, "starman master --workers 2 app.psgi", exe="/usr/bin/perl", cwd="/srv/p", name="starman master"
    )
    texts = {"/srv/m/app.pl": "#!/usr/bin/perl\nuse Mojolicious::Lite;\n"}
    one, two = found(host(mojo, starman, texts=texts, packages={"x": ("libmojolicious-perl", "9.31+dfsg-1")}))
    assert (one.kind, one.role, one.version, one.configuration) == (
        "mojolicious",
        "application",
        "9.31",
        ("/srv/m/app.pl",),
    )
    assert one.settings == (("l", "http://*:3000"),)
    assert (two.kind, two.role, two.base) == ("starman", "application-server", "/srv/p")


def test_bugzilla_where_apache_serves_it() -> None:
    texts = {
        "/etc/httpd/conf/httpd.conf": "Listen 80\nDocumentRoot /srv/bz\nServerName b\n",
        "/srv/bz/Bugzilla/Constants.pm": 'use constant BUGZILLA_VERSION => "5.0.4";\n',
        "/srv/bz/localconfig": (
            "$db_driver = 'mysql';\n$db_host = 'h';\n$db_name = 'bugs';\n$db_user = 'b';\n$db_pass = 'Geheim12';\n"
        ),
    }
    (one,) = found(host(process(10, "/usr/sbin/httpd"), texts=texts), "bugzilla")
    assert (one.version, one.within, one.configuration) == ("5.0.4", "apache", ("/srv/bz/localconfig",))
    assert [(each.url, each.user) for each in one.resources] == [("mysql://h/bugs", "b")]


def test_handlers_of_mod_perl() -> None:
    texts = {
        "/etc/httpd/conf/httpd.conf": (
            "Listen 80\n<Location /x>\nSetHandler perl-script\nPerlResponseHandler My::Shop\n</Location>\n"
        )
    }
    (one,) = found(host(process(10, "/usr/sbin/httpd"), texts=texts), "mod_perl")
    assert [each.name for each in one.components] == ["My::Shop"]

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives import serialization
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.model.certificates import Certificates, Renewal, Use
from migrate.model.facts import CapturedFile, Content, Job, Process, Processes, Schedule, Service, Services
from migrate.model.inventory import Inventory, Scope, Snapshot
from migrate.probes.certificates import PROBE, READING, read
from tests.probes.samples import section, shown
from tests.syntax.test_x509 import certificate, entry, jks, pem, private

KEY = private(serialization.PrivateFormat.PKCS8)
NGINX = Services((Service("nginx.service", "systemd", active=True), Service("postfix.service", "systemd", active=True)))


def host(
    texts: dict[str, bytes], *facts: Any, links: dict[str, str] | None = None, owned: tuple[str, ...] = ()
) -> Snapshot:
    entries = [
        *(CapturedFile(path, "file", 0o644, 0, 0, package="p" if path in owned else None) for path in texts),
        *(CapturedFile(path, "link", 0o777, 0, 0, target=target) for path, target in (links or {}).items()),
    ]
    scopes = [Scope(one.scope, "complete", facts=one) for one in (*facts, Content(tuple(entries)))]
    return Snapshot(Inventory("h", "h", "", tuple(scopes)), texts)


def test_a_certificate_with_its_key_its_service_and_what_renews_it() -> None:
    texts = {
        "/etc/letsencrypt/archive/shop/fullchain1.pem": pem(certificate()) + pem(certificate("ca", authority=True)),
        "/etc/letsencrypt/archive/shop/privkey1.pem": KEY,
        "/etc/letsencrypt/renewal/shop.conf": (
            b"cert = /etc/letsencrypt/live/shop/cert.pem\n[renewalparams]\nauthenticator = webroot\n"
            b"server = https://ca.example.org/d\n"
            b"renew_hook = systemctl reload nginx\n[[webroot_map]]\n"
            b"shop.example.org = /var/www\nwww.shop.example.org = /var/www\n"
        ),
        "/etc/nginx/sites-available/shop": (
            b"server {\n  # ssl_certificate /etc/no.pem;\n  ssl_certificate /etc/letsencrypt/live/shop/fullchain.pem;\n"
        ),
        "/etc/nginx/conf.d/tls.conf": b"ssl_certificate_key /etc/letsencrypt/live/shop/privkey.pem;\n",
    }
    links = {
        "/etc/letsencrypt/live/shop/fullchain.pem": "../../archive/shop/fullchain1.pem",
        "/etc/letsencrypt/live/shop/privkey.pem": "../../archive/shop/privkey1.pem",
    }
    jobs = Schedule((Job("certbot.timer", "*", "timer", "/usr/bin/certbot -q renew", name="certbot.timer"),))
    parsed = read(host(texts, NGINX, jobs, links=links))
    leaf, chain = parsed.facts.certificates
    assert (leaf.subject, leaf.key, leaf.renewed_by) == (
        "CN=shop.example.org", "/etc/letsencrypt/archive/shop/privkey1.pem", "certbot",
    )  # fmt: skip
    assert (chain.position, chain.authority) == (1, True)
    (key,) = parsed.facts.keys
    assert (key.kind, key.bits, key.encrypted) == ("rsa", 2048, False)
    assert key.uses == (Use("ssl_certificate_key", "nginx.service", "/etc/nginx/conf.d/tls.conf:1"),)
    assert parsed.facts.renewals == (
        Renewal(
            "certbot", ("shop.example.org", "www.shop.example.org"), "webroot", "https://ca.example.org/d",
            ("systemctl reload nginx",), ("certbot.timer",), "/etc/letsencrypt/renewal/shop.conf",
        ),
    )  # fmt: skip
    assert parsed.gaps == ()


def test_one_setting_is_named_once_by_what_it_is_called() -> None:
    texts = {
        "/etc/pki/x.pem": pem(certificate()),
        "/etc/postfix/main.cf": b"smtpd_tls_cert_file=/etc/pki/x.pem\n",
        "/etc/dovecot/conf.d/10-ssl.conf": b"ssl_cert = </etc/pki/x.pem\n",
        "/etc/haproxy/haproxy.cfg": b"frontend a\n bind :443 ssl crt /etc/pki/x.pem alpn h2\n",
        "/opt/t/conf/server.xml": b'<Connector certificateFile="/etc/pki/x.pem"/>',
        "/opt/app/config.yml": b"tls:\n  certFile: '/etc/pki/x.pem'\n",
    }
    ran = Processes((Process(7, 1, "java", ("java", "-Dcatalina.base=/opt/t"), 0, 0, unit="tomcat.service"),
                     Process(8, 1, "stunnel", ("stunnel", "--cert", "/etc/pki/x.pem"), 0, 0)))  # fmt: skip
    (found,) = read(host(texts, NGINX, ran)).facts.certificates
    assert [(one.setting, one.service) for one in found.uses] == [
        ("ssl_cert", None), ("crt", None), ("smtpd_tls_cert_file", "postfix.service"), ("certFile", None),
        ("certificateFile", "tomcat.service"), ("--cert", "stunnel"),
    ]  # fmt: skip


def test_a_keystore_by_a_path_that_starts_at_the_server() -> None:
    texts = {
        "/opt/t/conf/my.jks": jks(entry(b"tomcat", has_key=True), entry(b"ca", has_key=False)),
        "/opt/t/conf/server.xml": b'<Connector keystoreFile="conf/my.jks" keystorePass="x"/>',
        "/opt/t/conf/other.p12": b"\x30\x05\x02\x01\x03\x05\x00",
    }
    facts = read(host(texts)).facts
    assert [(one.path, one.kind, one.keys, one.trusted) for one in facts.keystores] == [
        ("/opt/t/conf/my.jks", "jks", ("tomcat",), ("ca",)),
        ("/opt/t/conf/other.p12", "pkcs12", (), ()),
    ]
    assert facts.keystores[0].uses == (Use("keystoreFile", None, "/opt/t/conf/server.xml:1"),)
    assert [(one.alias, one.key) for one in facts.certificates] == [("ca", None), ("tomcat", "/opt/t/conf/my.jks")]


def test_an_authority_that_somebody_trusted_and_a_list_of_whom_to_trust() -> None:
    texts = {
        "/usr/local/share/ca-certificates/own.crt": pem(certificate("own", authority=True)),
        "/opt/app/cacert.pem": pem(certificate()) * 13,
    }
    facts = read(host(texts)).facts
    assert [(one.path, one.trusted, one.authority) for one in facts.certificates] == [
        ("/usr/local/share/ca-certificates/own.crt", True, True)
    ]
    assert [(one.path, one.count) for one in facts.bundles] == [("/opt/app/cacert.pem", 13)]


def test_what_lies_among_libraries_or_came_with_a_package_counts_only_where_it_is_named() -> None:
    texts = {
        "/opt/a/node_modules/x/test/a.pem": pem(certificate()),
        "/opt/a/node_modules/x/b.pem": pem(certificate()),
        "/usr/share/p/c.pem": pem(certificate()),
        "/opt/a/app.conf": b"cert = node_modules/x/b.pem\n",
    }
    facts = read(host(texts, owned=("/usr/share/p/c.pem",))).facts
    assert [one.path for one in facts.certificates] == ["/opt/a/node_modules/x/b.pem"]


def test_what_is_named_and_was_not_captured_is_a_gap() -> None:
    text = b"""ssl_certificate /srv/data/x.pem;
        root /srv/a.key;
        ssl_client_certificate $x/y.pem;
        ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;"""
    texts = {"/etc/nginx/a.conf": text}
    texts["/etc/nginx/packaged.conf"] = b"ssl_certificate /srv/data/y.pem;"
    assert [(one.what, one.why) for one in read(host(texts, owned=("/etc/nginx/packaged.conf",))).gaps] == [
        ("/srv/data/x.pem", "ssl_certificate names it in /etc/nginx/a.conf:1, and it was not captured")
    ]


def test_the_probe_brings_the_public_part_of_what_lies_in_state() -> None:
    files = {
        "/var/lib/mysql/server-cert.pem": pem(certificate()).decode(),
        "/var/lib/mysql/server-key.pem": "-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----",
    }
    acme = {
        "/root/.acme.sh/a.org/a.org.conf": "Le_Domain='a.org'\nLe_Alt='www.a.org'\nLe_Webroot='dns_cf'\nLe_API='https://ca'\n"
    }
    told = PROBE.parse(section(certificates=shown(files), acme=shown(acme))).facts
    assert [one.path for one in told.certificates] == ["/var/lib/mysql/server-cert.pem"]
    assert [(one.path, one.kind) for one in told.keys] == [("/var/lib/mysql/server-key.pem", "rsa")]
    assert told.renewals == (
        Renewal("acme.sh", ("a.org", "www.a.org"), "dns_cf", "https://ca", (), (), "/root/.acme.sh/a.org/a.org.conf"),
    )
    mysql = {"/etc/mysql/my.cnf": b"[mysqld]\nssl-cert = /var/lib/mysql/server-cert.pem\n"}
    jobs = Schedule((Job("/var/spool/cron/root", "0 0 * * *", "cron", "/root/.acme.sh/acme.sh --cron", line=1),))
    facts = read(host(mysql, told, jobs)).facts
    assert [one.setting for one in facts.certificates[0].uses] == ["ssl-cert"]
    assert facts.renewals[0].jobs == ("/var/spool/cron/root:1",)


def test_other_tools_that_renew() -> None:
    texts = {
        "/etc/dehydrated/domains.txt": b"# none\na.org www.a.org > alias\n",
        "/etc/dehydrated/config": b'CHALLENGETYPE="http-01"\nHOOK=/etc/dehydrated/hook.sh\n',
        "/etc/apache2/conf-enabled/md.conf": b"MDomain b.org www.b.org\n",
    }
    jobs = Schedule((Job("/etc/cron.d/lego", "0 0 * * *", "cron", "/usr/bin/lego --domains c.org renew", line=2),))
    found = read(host(texts, jobs)).facts.renewals
    assert [(one.tool, one.names, one.challenge, one.jobs) for one in found] == [
        ("dehydrated", ("a.org", "www.a.org"), "http-01", ()), ("mod_md", ("b.org", "www.b.org"), None, ()),
        ("lego", (), None, ("/etc/cron.d/lego:2",)),
    ]  # fmt: skip


def test_a_host_without_certificates_has_none() -> None:
    assert read(host({})).facts == Certificates()
    assert PROBE.parse(section(certificates="", acme="", end="")).facts == Certificates()


@settings(deadline=None)
@given(st.text(), st.binary())
def test_odd_settings_and_files_are_no_error(text: str, data: bytes) -> None:
    texts = {
        "/etc/nginx/a.conf": text.encode("utf-8", "replace"),
        "/etc/x.pem": data,
        "/etc/letsencrypt/renewal/a.conf": data,
        "/etc/nginx/b.conf": b"ssl_certificate /etc/" + data + b".pem;",
    }
    assert isinstance(read(host(texts, NGINX)).facts, Certificates)
    assert replace(PROBE.parse(data).facts, renewals=()) == Certificates()


def test_the_scope_is_named() -> None:
    assert PROBE.facts is READING.facts is Certificates

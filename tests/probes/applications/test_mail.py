from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.model.applications import Resource
from tests.probes.applications import found, host, listen, process

MAIN = (
    "# comment\nmyhostname = mx.example.org\nmydomain = example.org\nmydestination = $myhostname,\n"
    "  localhost.${mydomain}\n"
    "relayhost = [relay.example.org]:587\nvirtual_mailbox_base = /srv/mail\n"
    "virtual_mailbox_maps = mysql:/etc/postfix/sql.cf\n"
)
TEXTS = {
    "/etc/postfix/main.cf": MAIN,
    "/etc/postfix/master.cf": (
        "smtp      inet  n       -       y       -       -       smtpd\n"
        "#submission inet n - y - - smtpd\nuucp unix - n n - - pipe\n"
    ),
    "/etc/postfix/sql.cf": "user = postfix\npassword = Geheim12\nhosts = db01\ndbname = mail\n",
}
POSTFIX = process(10, "/usr/lib/postfix/sbin/master", "-w", name="master", unit="postfix.service")


def test_postfix_with_its_domains_relay_and_mailboxes() -> None:
    (one,) = found(host(POSTFIX, texts=TEXTS, sockets=(listen(25, 10),)))
    assert (one.kind, one.role, one.ports) == ("postfix", "mail", (25,))
    assert one.configuration == tuple(TEXTS)
    assert one.settings == (
        ("myhostname", "mx.example.org"),
        ("mydomain", "example.org"),
        ("mydestination", "mx.example.org, localhost.example.org"),
        ("virtual_mailbox_maps", "mysql:/etc/postfix/sql.cf"),
    )
    assert one.data == ("/var/spool/postfix", "/srv/mail")
    assert [each.name for each in one.components] == ["smtp"]
    assert one.resources == (
        Resource("mail", "relayhost", "[relay.example.org]:587", None, "/etc/postfix/main.cf:6"),
        Resource("database", "virtual_mailbox_maps", "db01/mail", "postfix", "/etc/postfix/sql.cf:1"),
    )


def test_dovecot_s_mailboxes_are_where_the_location_says() -> None:
    texts = {
        "/etc/dovecot/dovecot.conf": "protocols = imap\n!include conf.d/*.conf\n",
        "/etc/dovecot/conf.d/10-mail.conf": "mail_location = maildir:/srv/mail/%d/%n\nssl_cert = </etc/ssl/mx.pem\n",
    }
    (one,) = found(host(process(10, "/usr/sbin/dovecot", "-F"), texts=texts))
    assert (one.configuration, one.data) == (tuple(texts), ("/srv/mail",))
    assert ("ssl_cert", "/etc/ssl/mx.pem") in one.settings


def test_a_location_in_homes_is_no_directory() -> None:
    texts = {"/etc/dovecot/dovecot.conf": "mail_location = mbox:~/mail:INBOX=/var/mail/%u\n"}
    (one,) = found(host(process(10, "/usr/sbin/dovecot"), texts=texts))
    assert one.data == ("/var/mail",)


def test_exim_and_sendmail_with_their_smart_hosts() -> None:
    texts = {
        "/etc/exim4/update-exim4.conf.conf": "dc_eximconfig_configtype='smarthost'\ndc_smarthost='relay::587'\n",
        "/etc/mail/sendmail.mc": "define(`SMART_HOST', `relay.example.org')dnl\n",
        "/etc/mail/local-host-names": "# names\nexample.org\n",
    }
    exim, sendmail = found(host(process(10, "/usr/sbin/exim4", "-bd"), process(20, "/usr/sbin/sendmail"), texts=texts))
    assert (exim.kind, [each.url for each in exim.resources]) == ("exim", ["relay::587"])
    assert (sendmail.kind, [each.url for each in sendmail.resources]) == ("sendmail", ["relay.example.org"])
    assert sendmail.settings == (("local-host-names", "example.org"),)


@given(text=st.text())
@settings(deadline=None)
def test_reading_never_fails(text: str) -> None:
    found(
        host(
            POSTFIX, process(20, "/usr/sbin/dovecot"), texts=dict.fromkeys((*TEXTS, "/etc/dovecot/dovecot.conf"), text)
        )
    )

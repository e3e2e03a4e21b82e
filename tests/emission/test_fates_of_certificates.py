from __future__ import annotations

from migrate.ledger import ledger
from migrate.model.certificates import Certificate, Certificates, Keystore, PrivateKey, Renewal
from migrate.model.plan import FileChoice
from tests.emission.sample import captured, emitted, snapshot, sources, workload


def test_certificates_go_with_what_names_them_and_renewal_is_asked_about() -> None:
    live = "/etc/letsencrypt/archive/shop/fullchain1.pem"
    app = workload(files=(FileChoice("/etc/letsencrypt/archive", "nginx names it"),))
    facts = Certificates(
        (
            Certificate(live, "CN=shop", ("shop.example.org",), renewed_by="certbot"),
            Certificate("/usr/local/share/ca-certificates/own.crt", "CN=Own CA", trusted=True),
            Certificate("/root/old.pem"),
        ),
        (PrivateKey("/etc/ssl/private/x.key"),),
        (Keystore("/opt/x.jks", "jks"),),
        renewals=(Renewal("certbot", ("shop.example.org",)), Renewal("certbot", ("other.example.org",))),
    )
    given = sources(app, seen=snapshot((captured(live),), {}, facts))
    entries = ledger(given, emitted(given).values())
    assert {one.fact: one.fate for one in entries if one.fact.startswith("certificates:")} == {
        f"certificates:{live}/0": "carried",
        "certificates:/usr/local/share/ca-certificates/own.crt/0": "needs-a-person",
        "certificates:/root/old.pem/0": "dropped",
        "certificates:key//etc/ssl/private/x.key": "dropped",
        "certificates:keystore//opt/x.jks": "dropped",
        "certificates:renewal/certbot/shop.example.org": "needs-a-person",
        "certificates:renewal/certbot/other.example.org": "dropped",
    }

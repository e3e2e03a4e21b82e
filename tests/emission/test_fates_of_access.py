from __future__ import annotations

from migrate.ledger import ledger
from migrate.model.access import Access, AuthorizedKey, SshSetting, SudoDefault, SudoRule
from migrate.model.plan import Account
from tests.emission.sample import snapshot, sources, workload

SHOP = workload(accounts=(Account("shop", 1007, 1007, "shop", "/home/shop", "/bin/sh"),))


def fates(facts: Access) -> dict[str, tuple[str, str]]:
    given = sources(SHOP, seen=snapshot((), {}, facts))
    return {one.fact: (one.fate, one.where) for one in ledger(given, []) if one.fact.startswith("access:")}


def test_what_the_application_s_own_account_may_do_needs_a_person_and_people_s_rights_do_not() -> None:
    found = fates(
        Access(
            sudo=(
                SudoRule(("shop",), ("/bin/x",), seen="/etc/sudoers:1"),
                SudoRule(("%sudo",), ("ALL",), seen="/etc/sudoers:2"),
            ),
            sudo_defaults=(SudoDefault("env_reset", None, "/etc/sudoers:3"),),
        )
    )
    assert found == {
        "access:sudo//etc/sudoers:1/shop": ("needs-a-person", "app"),
        "access:sudo//etc/sudoers:2/%sudo": ("dropped", ""),
        "access:sudo-default//etc/sudoers:3/env_reset": ("dropped", ""),
    }


def test_keys_of_people_are_dropped_and_ways_of_delivery_are_asked_about() -> None:
    found = fates(
        Access(
            keys=(
                AuthorizedKey("ann", "ssh-rsa", "SHA256:a"),
                AuthorizedKey("shop", "ssh-rsa", "SHA256:b"),
                AuthorizedKey("root", "ssh-rsa", "SHA256:c", options=('command="/bin/backup"',)),
            ),
            sshd=(
                SshSetting("Port", "22", None, "/s:1"),
                SshSetting("ForceCommand", "internal-sftp", "Group sftp", "/s:9"),
            ),
        )
    )
    assert {fact: fate for fact, (fate, _) in found.items()} == {
        "access:key/ann/SHA256:a": "dropped",
        "access:key/shop/SHA256:b": "needs-a-person",
        "access:key/root/SHA256:c": "needs-a-person",
        "access:sshd//s:1/Port": "dropped",
        "access:sshd//s:9/ForceCommand": "needs-a-person",
    }

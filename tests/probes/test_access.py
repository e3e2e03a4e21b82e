from __future__ import annotations

import pytest

from migrate.model.access import Access, AuthorizedKey, SshSetting, SudoRule
from migrate.probes.access import PROBE
from tests.probes.samples import bare, section

ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsbLpDGGkLxPqS8aYU6SGJsw8TGDVLUzVWyYlnDO9Tn"


def test_a_file_that_two_accounts_lead_to_is_printed_twice_and_told_once_for_each() -> None:
    twice = bare({"/root/.ssh/authorized_keys": ED25519})
    facts = access(holders="root /root/.ssh/authorized_keys\ntoor /root/.ssh/authorized_keys", keys=f"{twice}\n{twice}")
    assert [key.user for key in facts.keys] == ["root", "toor"]


def access(**parts: str) -> Access:
    facts = PROBE.parse(section(**parts)).facts
    assert isinstance(facts, Access)
    return facts


def test_a_key_is_known_by_the_fingerprint_that_ssh_keygen_shows() -> None:
    line = f'from="10.0.0.*,!10.0.0.9",command="/bin/a \\"b, c\\"",no-pty {ED25519} ann@desk top'
    facts = access(holders="ann /home/ann/.ssh/authorized_keys", keys=bare({"/home/ann/.ssh/authorized_keys": line}))
    assert facts.keys == (
        AuthorizedKey(
            "ann",
            "ssh-ed25519",
            "SHA256:s0UJsyMZHpRywUZ4Sn13K5EHvpqk4r5ixEk0ZQlefRs",
            None,
            "ann@desk top",
            ('from="10.0.0.*,!10.0.0.9"', 'command="/bin/a \\"b, c\\""', "no-pty"),
            "/home/ann/.ssh/authorized_keys:1",
        ),
    )


def test_a_file_that_several_accounts_share_opens_each() -> None:
    facts = access(holders="ann /srv/keys\nbob /srv/keys", keys=bare({"/srv/keys": ED25519}))
    assert [key.user for key in facts.keys] == ["ann", "bob"]


# The form of SSH 1, after sshd(8) of OpenSSH 4.3 (RHEL 5).
def test_a_key_of_ssh_1_has_its_length_and_no_fingerprint() -> None:
    facts = access(holders="root /k", keys=bare({"/k": f"no-pty 1024 35 {'1234567890' * 10} root@old"}))
    (key,) = facts.keys
    assert (key.kind, key.bits, key.fingerprint, key.comment, key.options) == (
        "rsa1", 1024, None, "root@old", ("no-pty",),
    )  # fmt: skip


def test_what_is_no_key_is_a_gap_and_never_its_text() -> None:
    parsed = PROBE.parse(section(holders="root /k", keys=bare({"/k": "ssh-rsa !!!\nsecret words"})))
    assert parsed.facts.keys == ()
    assert [(gap.what, gap.why) for gap in parsed.gaps] == [
        ("/k:1", "not understood as a public key"),
        ("/k:2", "not understood as a public key"),
    ]


def test_aliases_tags_and_several_hosts_of_one_rule() -> None:
    text = r"""
User_Alias OPS = alice, %wheel : WEB = bob
Runas_Alias DB = postgres
Cmnd_Alias SVC = /bin/systemctl restart nginx, \
  /bin/systemctl reload nginx
OPS ALL = (DB) NOPASSWD: SVC, PASSWD: /usr/bin/less /var/log/*, !SVC
WEB web01 = (ALL : adm) NOPASSWD: SETENV: /opt/go a\,b : db01 = /bin/true # why
#1001 ALL=NOPASSWD: ALL
"%domain admins" ALL=(ALL) ALL
"""
    nginx = ("/bin/systemctl restart nginx", "/bin/systemctl reload nginx")
    found = access(sudoers=bare({"/etc/sudoers.d/ops": text})).sudo
    assert found == (
        SudoRule(("alice", "%wheel"), nginx, run_as=("postgres",), tags=("NOPASSWD",), seen="/etc/sudoers.d/ops:5"),
        SudoRule(
            ("alice", "%wheel"),
            ("/usr/bin/less /var/log/*", *(f"!{one}" for one in nginx)),
            run_as=("postgres",),
            tags=("PASSWD",),
            seen="/etc/sudoers.d/ops:5",
        ),
        SudoRule(
            ("bob",), ("/opt/go a,b",), ("web01",), ("ALL",), ("adm",), ("NOPASSWD", "SETENV"),
            seen="/etc/sudoers.d/ops:6",
        ),
        SudoRule(("bob",), ("/bin/true",), ("db01",), seen="/etc/sudoers.d/ops:6"),
        SudoRule(("#1001",), ("ALL",), tags=("NOPASSWD",), seen="/etc/sudoers.d/ops:7"),
        SudoRule(("%domain admins",), ("ALL",), run_as=("ALL",), seen="/etc/sudoers.d/ops:8"),
    )  # fmt: skip


def test_an_alias_of_one_file_is_used_in_another_and_one_that_holds_itself_ends() -> None:
    files = {"/etc/sudoers": "A_B ALL=(ALL) X\nCmnd_Alias X = Y, /bin/z\nCmnd_Alias Y = X",
             "/etc/sudoers.d/one": "User_Alias A_B = ann"}  # fmt: skip
    (rule,) = access(sudoers=bare(files)).sudo
    assert rule.users == ("ann",)
    assert "/bin/z" in rule.commands


def test_defaults_carry_whom_they_are_for_and_files_that_sudo_ignores_are_left_out() -> None:
    files = {
        "/etc/sudoers": "User_Alias OPS = ann, bob\nDefaults:OPS !requiretty\nDefaults env_reset",
        "/etc/sudoers.d/old.bak": "bob ALL=(ALL) ALL",
    }
    facts = access(sudoers=bare(files))
    assert [(one.scope, one.value) for one in facts.sudo_defaults] == [(":ann,bob", "!requiretty"), (None, "env_reset")]
    assert facts.sudo == ()


def test_a_rule_that_is_not_understood_is_a_gap() -> None:
    assert [gap.what for gap in PROBE.parse(section(sudoers=bare({"/etc/sudoers": "ann may do all"}))).gaps] == [
        "/etc/sudoers:1"
    ]


# After doas.conf(5), as Alpine has it.
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("permit persist :wheel", ("%wheel", "ALL", "root", ())),
        ("permit nopass keepenv ann as www cmd /bin/x a b", ("ann", "/bin/x a b", "www", ("NOPASSWD",))),
        ("permit setenv { A=1 B } bob", ("bob", "ALL", "root", ())),
    ],
)
def test_doas(line: str, expected: tuple[str, str, str, tuple[str, ...]]) -> None:
    (rule,) = access(sudoers=bare({"/etc/doas.conf": line})).sudo
    assert (rule.users[0], rule.commands[0], rule.run_as[0], rule.tags) == expected
    assert rule.program == "doas"


def test_settings_of_sshd_with_the_block_they_stand_in() -> None:
    text = "Port\t2222\nPermitRootLogin=no\nMatch User bob\n  ForceCommand internal-sftp\nMatch all\nUsePAM yes"
    assert access(sshd=bare({"/etc/ssh/sshd_config": text})).sshd == (
        SshSetting("Port", "2222", None, "/etc/ssh/sshd_config:1"),
        SshSetting("PermitRootLogin", "no", None, "/etc/ssh/sshd_config:2"),
        SshSetting("ForceCommand", "internal-sftp", "User bob", "/etc/ssh/sshd_config:4"),
        SshSetting("UsePAM", "yes", None, "/etc/ssh/sshd_config:6"),
    )


def test_keys_that_a_command_tells_are_a_gap() -> None:
    text = "AuthorizedKeysCommand /usr/bin/sss_ssh_authorizedkeys"
    (gap,) = PROBE.parse(section(sshd=bare({"/etc/ssh/sshd_config": text}))).gaps
    assert gap.what == "authorised keys"
    assert "sss_ssh_authorizedkeys" in gap.why

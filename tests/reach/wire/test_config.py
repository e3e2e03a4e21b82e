from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.errors import InputError
from migrate.model.target import Access, Target
from migrate.reach.wire.config import parse_settings, resolve

ANSWER = """\
user admin
hostname 10.0.0.5
port 2222
identityfile /keys/one
identityfile ~/.ssh/%r@%h
identityfile none
identitiesonly yes
userknownhostsfile /home/me/.ssh/known_hosts /home/me/.ssh/known_hosts2
globalknownhostsfile /etc/ssh/ssh_known_hosts
hostkeyalias web
proxyjump first@bastion:22,second
passwordauthentication no
kbdinteractiveauthentication no
stricthostkeychecking no
"""


def test_the_answer_of_ssh_is_followed() -> None:
    settings = parse_settings(ANSWER, "web01")
    assert (settings.host, settings.port, settings.user) == ("10.0.0.5", 2222, "admin")
    assert settings.identities == ("/keys/one", f"{Path.home()}/.ssh/admin@10.0.0.5")
    assert settings.only_identities
    assert settings.user_known == ("/home/me/.ssh/known_hosts", "/home/me/.ssh/known_hosts2")
    assert settings.known_as == "web"
    assert settings.jump == "first@bastion:22,second"
    assert not settings.passwords
    assert settings.label == "admin@web01:2222"


def test_a_configuration_that_switches_host_key_checking_off_is_not_obeyed() -> None:
    assert not parse_settings(ANSWER, "web01").trusted


def test_the_first_value_counts_as_with_ssh() -> None:
    assert parse_settings("port 22\nport 23\nuser a\nuser b", "x").user == "a"


def test_tokens_of_a_proxy_command_are_filled_in() -> None:
    settings = parse_settings("user u\nhostname h\nproxycommand nc -x 100%% %h %p %r", "alias")
    assert settings.proxy_command == "nc -x 100% h 22 u"


def test_what_is_said_to_be_none_is_none() -> None:
    text = "user u\nproxyjump none\nproxycommand none\nuserknownhostsfile none\nidentityagent none"
    settings = parse_settings(text, "x")
    assert (settings.jump, settings.proxy_command, settings.user_known, settings.agent) == (None, None, (), "none")


@given(st.text())
def test_any_answer_gives_settings_or_an_input_error(text: str) -> None:
    try:
        settings = parse_settings(text, "web01")
    except InputError:
        return
    assert 0 < settings.port < 65536


def test_the_system_s_ssh_resolves_an_alias(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config"
    config.write_text(
        "Host old-*\n  User legacy\n  Port 2201\n  HostName %h.example.com\n  ProxyJump gate\n"
        f"Host *\n  UserKnownHostsFile {tmp_path}/known\n  IdentityFile {tmp_path}/key\n"
    )
    monkeypatch.setenv("MIGRATE_SSH_CONFIG", str(config))
    settings = resolve(Target("old-1", "ssh", "old-1"), Access())
    assert (settings.host, settings.port, settings.user) == ("old-1.example.com", 2201, "legacy")
    assert settings.jump == "gate"
    assert settings.user_known == (f"{tmp_path}/known",)
    said = resolve(Target("me@old-1:99", "ssh", "old-1", "me", 99), Access(jump="other", port=7))
    assert (said.user, said.port, said.jump) == ("me", 99, "other")


def test_a_broken_ssh_config_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text("Nonsense here\n")
    monkeypatch.setenv("MIGRATE_SSH_CONFIG", str(tmp_path / "config"))
    with pytest.raises(InputError, match="ssh can't make sense of its configuration"):
        resolve(Target("web01", "ssh", "web01"), Access())


def test_certificates_and_what_only_the_system_s_ssh_can_do_are_known() -> None:
    text = "certificatefile ~/a-cert.pub\ncertificatefile none\npkcs11provider /usr/lib/p.so\nproxyusefdpass yes\n"
    settings = parse_settings(text, "web01")
    assert settings.certificates == (str(Path.home() / "a-cert.pub"),)
    assert settings.beyond == ("PKCS11Provider", "ProxyUseFdpass")
    assert parse_settings("pkcs11provider none\nproxyusefdpass no\ngssapiauthentication yes\n", "web01").beyond == ()

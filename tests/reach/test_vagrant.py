import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.errors import InputError
from migrate.reach.vagrant import settings_of

BOX = """\
Host {name}
  HostName {host}
  User vagrant
  Port 2200
  UserKnownHostsFile /dev/null
  StrictHostKeyChecking no
  PasswordAuthentication no
  IdentityFile "/home/me/my boxes/private_key"
  IdentitiesOnly yes
  LogLevel FATAL

"""


def test_a_box_is_reached_as_vagrant_says() -> None:
    settings = settings_of(BOX.format(name="default", host="127.0.0.1"), "")
    assert (settings.host, settings.port, settings.user) == ("127.0.0.1", 2200, "vagrant")
    assert settings.identities == ("/home/me/my boxes/private_key",)
    assert settings.only_identities
    assert not settings.passwords
    assert settings.label == "vagrant@default:2200"


@pytest.mark.parametrize(
    ("host", "trusted"), [("127.0.0.1", True), ("::1", True), ("192.168.121.5", True), ("8.8.8.8", False), ("h", False)]
)
def test_only_a_box_on_this_machine_is_trusted_unseen(host: str, trusted: bool) -> None:
    assert settings_of(BOX.format(name="default", host=host), "").trusted is trusted


def test_a_box_whose_key_vagrant_verifies_is_not_trusted_unseen() -> None:
    text = BOX.format(name="default", host="127.0.0.1").replace("Checking no", "Checking yes")
    assert not settings_of(text, "").trusted


def test_one_of_several_machines_must_be_named() -> None:
    text = BOX.format(name="web", host="127.0.0.1") + BOX.format(name="db", host="::1")
    with pytest.raises(InputError, match="db, web"):
        settings_of(text, "")
    assert settings_of(text, "db").host == "::1"
    with pytest.raises(InputError):
        settings_of(text, "mail")


@given(st.text(), st.text())
def test_any_answer_gives_settings_or_an_input_error(text: str, machine: str) -> None:
    try:
        settings_of(f"Host x\n{text}", machine)
    except InputError:
        return

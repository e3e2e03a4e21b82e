import base64
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.errors import HostKeyChanged, HostKeyUnknown
from migrate.reach.wire.config import Settings
from migrate.reach.wire.known_hosts import Known, Shown, known_keys, known_name, parse, verify

KEY = base64.b64encode(b"the key").decode()
SHOWN = Shown("ssh-ed25519", b"the key")
OTHER = Shown("ssh-ed25519", b"another key")


def settings(known: Path, port: int = 22, alias: str | None = None) -> Settings:
    return Settings("web01", "web01", port, "me", user_known=(str(known),), known_as=alias)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (f"web01 ssh-ed25519 {KEY}", "web01"),
        (f"other,web01 ssh-ed25519 {KEY} a comment", "web01"),
        (f"WEB?? ssh-ed25519 {KEY}", "web01"),
        (f"*.example.com ssh-ed25519 {KEY}", "web01.example.com"),
        (f"[web01]:2222 ssh-ed25519 {KEY}", "[web01]:2222"),
        (f"[*]:2222 ssh-ed25519 {KEY}", "[web01]:2222"),
        (f"2001:db8::1 ssh-ed25519 {KEY}", "2001:db8::1"),
    ],
)
def test_a_line_speaks_of_a_host(line: str, name: str) -> None:
    assert [known.key for known in parse(line, name)] == [b"the key"]


@pytest.mark.parametrize(
    "line",
    [
        f"web02 ssh-ed25519 {KEY}",
        f"[web01]:2222 ssh-ed25519 {KEY}",
        f"*,!web01 ssh-ed25519 {KEY}",
        f"# web01 ssh-ed25519 {KEY}",
        f"@cert-authority web01 ssh-ed25519 {KEY}",
        "web01 ssh-ed25519 not-base64!",
        "web01 ssh-ed25519",
        f"|1|x|y ssh-ed25519 {KEY}",
    ],
)
def test_other_lines_do_not(line: str) -> None:
    assert list(parse(line, "web01")) == []


@given(st.text(), st.text())
def test_any_known_hosts_file_can_be_read(text: str, name: str) -> None:
    list(parse(text, name))


def test_names_that_ssh_keygen_hashed_are_found(tmp_path: Path) -> None:
    subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")), check=True)
    kind, key, *_ = (tmp_path / "key.pub").read_text().split()
    file = tmp_path / "known_hosts"
    file.write_text(f"web01 {kind} {key}\n[web01]:2222 {kind} {key}\n")
    subprocess.run(("ssh-keygen", "-q", "-H", "-f", str(file)), check=True, capture_output=True)
    assert "web01" not in file.read_text()
    assert len(known_keys(settings(file))) == 1
    assert len(known_keys(settings(file, 2222))) == 1
    assert known_keys(settings(file, 2223)) == ()


def test_an_alias_for_the_key_stands_for_name_and_port() -> None:
    assert known_name(settings(Path("x"), 2222, "web")) == "web"
    assert known_name(settings(Path("x"), 2222)) == "[web01]:2222"


def test_a_known_key_lets_the_host_through(tmp_path: Path) -> None:
    verify(SHOWN, [Known("ssh-ed25519", b"the key", "f:1")], settings(tmp_path / "none"), accept_new=False)


def test_an_unknown_key_is_refused_with_its_fingerprint(tmp_path: Path) -> None:
    with pytest.raises(HostKeyUnknown, match="SHA256:") as caught:
        verify(SHOWN, [], settings(tmp_path / "none", 2222), accept_new=False)
    assert "--accept-new" in str(caught.value.hint)
    assert "ssh-keyscan -p 2222 web01" in str(caught.value.hint)
    assert not (tmp_path / "none").exists()


def test_a_new_key_is_noted_where_that_is_wanted_and_known_then(tmp_path: Path) -> None:
    file = tmp_path / "ssh" / "known_hosts"
    file.parent.mkdir()
    file.write_text("other ssh-ed25519 AAAA")  # no newline at its end
    verify(SHOWN, [], settings(file, 2222), accept_new=True)
    assert file.read_text() == f"other ssh-ed25519 AAAA\n[web01]:2222 ssh-ed25519 {KEY}\n"
    verify(SHOWN, known_keys(settings(file, 2222)), settings(file, 2222), accept_new=False)


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ssh-rsa"])
def test_another_key_than_the_known_one_is_refused_even_where_new_ones_are_taken(tmp_path: Path, kind: str) -> None:
    with pytest.raises(HostKeyChanged, match="known_hosts:7") as caught:
        verify(OTHER, [Known(kind, b"the key", "known_hosts:7")], settings(tmp_path / "none"), accept_new=True)
    assert "ssh-keygen -R 'web01'" in str(caught.value.hint)


def test_a_revoked_key_is_refused() -> None:
    known = list(parse(f"web01 ssh-ed25519 {KEY}\n@revoked web01 ssh-ed25519 {KEY}", "web01"))
    with pytest.raises(HostKeyChanged, match="revoked"):
        verify(SHOWN, known, settings(Path("none")), accept_new=True)

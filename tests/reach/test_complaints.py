"""What OpenSSH, sudo and Ansible say when they refuse, as they said it when it was tried."""

import pytest

from migrate.errors import (
    AuthenticationRefused,
    ConnectionLost,
    HostError,
    HostKeyChanged,
    HostKeyUnknown,
    HostUnreachable,
    SudoRefused,
)
from migrate.reach.complaints import explained


@pytest.mark.parametrize(
    ("said", "kind", "hint"),
    [
        ("ssh: connect to host 127.0.0.1 port 1: Connection refused", HostUnreachable, "-p"),
        ("ssh: Could not resolve hostname web99: Name or service not known", HostUnreachable, "spelling"),
        ("ssh: connect to host 10.0.0.1 port 22: Connection timed out", HostUnreachable, "-J"),
        ("admin@web01: Permission denied (publickey,password).", AuthenticationRefused, "-i FILE"),
        ("No ED25519 host key is known for web01.\nHost key verification failed.", HostKeyUnknown, "--accept-new"),
        ("@@@@@@\n@  WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!  @\n@@@", HostKeyChanged, "ssh-keygen -R"),
        ("Unable to negotiate with 10.0.0.1 port 22: no matching host key type found.", HostUnreachable, "--legacy"),
        ("Task failed: Incorrect sudo password", SudoRefused, "MIGRATE_SUDO_PASSWORD"),
        ("Missing sudo password", SudoRefused, "--no-sudo"),
        ("plain is not in the sudoers file.", SudoRefused, "--no-sudo"),
        ("to use the 'ssh' connection type with passwords, you must install the sshpass program", HostError, "sshpass"),
        ("Connection reset by 10.0.0.1 port 22", ConnectionLost, "ssh -v"),
        ("Timed out after 39 second(s).", HostUnreachable, "host up"),
        ("", HostUnreachable, "ssh -v"),
    ],
)
def test_a_refusal_is_named_and_has_a_next_step(said: str, kind: type[HostError], hint: str) -> None:
    error = explained("web01", said)
    assert isinstance(error, kind)
    assert hint in str(error.hint)
    assert error.message.startswith("web01: ")


def test_the_line_that_says_why_is_taken_and_steers_no_terminal() -> None:
    said = "Warning: added\nssh: connect to host x port 22: No route to host\x1b[2J\nlost connection\n"
    assert explained("x", said).message == "x: connect to host x port 22: No route to host\\x1b[2J"

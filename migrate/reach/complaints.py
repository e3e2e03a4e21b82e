"""What OpenSSH and sudo say when they refuse, as an error with what to try. Their words are all that they tell us."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from migrate.errors import (
    AuthenticationRefused,
    ConnectionLost,
    HostError,
    HostKeyChanged,
    HostKeyUnknown,
    HostUnreachable,
    SudoRefused,
)
from migrate.quoting import terminal

_LEAD = re.compile(r"^(?:Task failed: |Failed to connect to the host via ssh: |ssh: )+")
_SUDO = (
    r"ncorrect sudo password|issing sudo password|sudo: .*password is required|not in the sudoers|must have a tty|"
    r"not allowed to (?:execute|run)|privilege escalation|sudo: .*(?:not found|incorrect)|try again|ecome password"
)
_KINDS: Sequence[tuple[str, Callable[[str, str], HostError], str]] = (
    (
        r"REMOTE HOST IDENTIFICATION HAS CHANGED|[Hh]ost key for .* has changed|REVOKED",
        HostKeyChanged,
        "once you know why it changed: ssh-keygen -R HOST",
    ),
    (
        r"Host key verification failed|No \S+ host key is known|Using a SSH password .* Host Key checking",
        HostKeyUnknown,
        "add the host's key to known_hosts after comparing it, or take it as it is: --accept-new",
    ),
    (
        r"no matching (?:host key|key exchange|cipher|MAC|mac)|no mutual signature|Unable to negotiate",
        HostUnreachable,
        "if the server is that old, say so: --legacy-crypto",
    ),
    (
        r"sshpass",
        AuthenticationRefused,
        "install sshpass, which Ansible needs for passwords, or use a key",
    ),
    (
        _SUDO,
        SudoRefused,
        "check ansible_become_password or MIGRATE_SUDO_PASSWORD, or go on without sudo: --no-sudo",
    ),
    (
        r"Permission denied|Too many authentication failures|Authentication failed|nvalid/incorrect (?:user|pass)",
        AuthenticationRefused,
        "is the user right? -i FILE names another key, MIGRATE_SSH_PASSWORD gives a password",
    ),
    (
        r"Connection refused",
        HostUnreachable,
        "does sshd listen on another port? -p",
    ),
    (
        r"[Tt]imed? ?out|No route to host|Network is unreachable|banner exchange",
        HostUnreachable,
        "is the host up, and is there a firewall, a VPN or a jump host in between? -J",
    ),
    (
        r"Could not resolve|Name or service not known|nodename nor servname|Temporary failure in name resolution",
        HostUnreachable,
        "check the spelling, or give it an entry in your ssh_config",
    ),
    (
        r"Connection (?:closed|reset)|Broken pipe|closed by remote host|kex_exchange_identification",
        ConnectionLost,
        "is it an SSH server that listens there, and does it let us in? try: ssh -v HOST",
    ),
)


def explained(label: str, said: str) -> HostError:
    """An error from the words of a program that did not get in."""
    line = _line(said)
    for pattern, kind, hint in _KINDS:
        if re.search(pattern, said):
            return kind(f"{label}: {line}", hint)
    return HostUnreachable(f"{label}: {line or 'no reason was given'}", "try: ssh -v HOST true")


def _line(said: str) -> str:
    """The line that says most: one of those that are known, or the last."""
    lines = [terminal(line.strip())[:300] for line in said.strip().splitlines() if line.strip(" @\t\r")]
    for pattern, _, _ in _KINDS:
        for line in lines:
            if re.search(pattern, line):
                return _LEAD.sub("", line)
    return lines[-1] if lines else ""

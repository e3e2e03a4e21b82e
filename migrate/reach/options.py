"""What our options are called in OpenSSH."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from migrate.model.target import Access

# As in wire/dial.py: what servers of 2012 and before have, and what nobody should use unasked.
_LEGACY = (
    "KexAlgorithms=+diffie-hellman-group-exchange-sha1,diffie-hellman-group14-sha1,diffie-hellman-group1-sha1",
    "Ciphers=+aes128-cbc,aes192-cbc,aes256-cbc,3des-cbc",
    "MACs=+hmac-sha1,hmac-sha1-96,hmac-md5",
    "HostKeyAlgorithms=+ssh-rsa",
    "PubkeyAcceptedKeyTypes=+ssh-rsa",
)


def legacy_lines() -> list[str]:
    """Lines of ssh_config that allow what is no longer safe."""
    return [option.replace("=", " ", 1) for option in _LEGACY]


def options(access: Access) -> list[str]:
    """Words for the command line of ssh: configuration, jump hosts, host keys, old algorithms.

    ``MIGRATE_SSH_CONFIG`` names another configuration, as everywhere.
    """
    found = []
    if own := os.environ.get("MIGRATE_SSH_CONFIG"):
        found += ["-F", shlex.quote(str(Path(own).expanduser().absolute()))]
    if access.jump:
        found += ["-o", f"ProxyJump={access.jump}"]
    if access.accept_new:
        found += ["-o", "StrictHostKeyChecking=accept-new"]
    if access.legacy_crypto:
        found += [word for option in _LEGACY for word in ("-o", option)]
    return found

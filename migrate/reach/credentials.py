"""Passwords: from the environment, from a file, or asked for on a terminal. Never from the command line."""

from __future__ import annotations

import getpass
import os
import sys
import threading
from pathlib import Path

from migrate.errors import InputError

_TERMINAL = threading.Lock()  # hosts are reached side by side, and there is one person to ask


def given(variable: str) -> str | None:
    """The password in environment variable ``variable``, or in the file that ``variable``_FILE names.

    :raises InputError: the file can't be read.
    """
    value = os.environ.get(variable)
    if value:
        return value
    path = os.environ.get(f"{variable}_FILE")
    if not path:
        return None
    try:
        return Path(path).expanduser().read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{variable}_FILE: can't read {path}: {error}") from error


def asked(prompt: str) -> str | None:
    """What a person typed; None where there is no terminal to ask on, or nothing was typed."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    try:
        with _TERMINAL:
            return getpass.getpass(prompt) or None
    except EOFError:
        return None

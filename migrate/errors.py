"""Every error that a person is meant to read, as one tree.

    MigrateError                  1   the tool worked and what it checked does not hold
    ├── InputError                2   bad usage, a bad file, a bad plan
    │   └── WorkspaceError        2   the workspace lacks something or can't be written
    ├── HostError                 3   a host could not be reached or refused us
    │   ├── HostUnreachable       3
    │   ├── HostKeyUnknown        3
    │   ├── HostKeyChanged        3
    │   ├── AuthenticationRefused 3
    │   ├── SudoRefused           3
    │   └── ConnectionLost        3
    ├── EngineError               3   an engine (docker, kubectl, …) is missing or refused us
    └── Interrupted             130   Ctrl-C

Everything else that is raised is a bug and may show a traceback under ``--verbose``.
"""

from __future__ import annotations

from typing import ClassVar


class MigrateError(Exception):
    """What failed, and what to try next.

    :param message: one sentence naming what failed, on which host or file, and why.
    :param hint: the next thing to try, or None.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(MigrateError):
    exit_status = 2


class WorkspaceError(InputError):
    pass


class HostError(MigrateError):
    exit_status = 3


class HostUnreachable(HostError):
    pass


class HostKeyUnknown(HostError):
    pass


class HostKeyChanged(HostError):
    pass


class AuthenticationRefused(HostError):
    pass


class SudoRefused(HostError):
    pass


class ConnectionLost(HostError):
    pass


class EngineError(MigrateError):
    exit_status = 3


class Interrupted(MigrateError):
    exit_status = 130

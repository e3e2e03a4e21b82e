"""What a search for secrets returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """One secret in a text.

    :ivar kind: password, password-hash, token, key, private-key, credentials-url.
    :ivar key: the setting's name, or the option, where it has one.
    :ivar line: counted from 1; None where the text has no lines of its own (a variable, an argument).
    :ivar value: exactly as it stands there (of a URL, the password alone), so that it can be masked. Short or common
        ones ("changeit") are masked at their place, never everywhere.
    """

    kind: str
    key: str | None
    line: int | None
    value: str

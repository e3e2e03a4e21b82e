from __future__ import annotations

from migrate.planning.couplings.reference import Reference
from migrate.planning.couplings.rewriting import Change, rewrites


def test_one_of_two_like_tokens_is_told_apart_by_what_stands_beside_it() -> None:
    # The window that grows around the token reaches the line's start first; it has to go on to the right then.
    line = "a 127.0.0.1:80 and 127.0.0.1:80 and"
    first = Reference(1, 3, "127.0.0.1:80", "127.0.0.1", 80, at=0, length=9)
    made = rewrites("/etc/app.conf", line, [Change(first, "web", "")])
    assert made is not None
    assert [(one.old, one.new) for one in made] == [("a 127.0.0.1:80 and", "a web:80 and")]

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax import globs

PATHS = {"/e/a.conf", "/e/b.conf", "/e/.c.conf", "/e/d/a.conf", "/e/x[1]"}


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("/e/*.conf", ("/e/a.conf", "/e/b.conf")),
        ("/e/*/*.conf", ("/e/d/a.conf",)),
        ("/e/?.conf", ("/e/a.conf", "/e/b.conf")),
        ("/e/[!a].conf", ("/e/b.conf",)),
        ("/e/a.conf", ("/e/a.conf",)),
        ("/e/none", ()),
    ],
)
def test_patterns_match_as_a_shell_would(pattern: str, found: tuple[str, ...]) -> None:
    assert globs.matching(PATHS, pattern) == found


@given(st.text())
def test_matching_never_fails(pattern: str) -> None:
    globs.matching(PATHS, pattern)


@given(st.text(alphabet="[]!*?-^\\a/"))
def test_matching_never_fails_on_marks(pattern: str) -> None:
    globs.matching(PATHS, pattern)

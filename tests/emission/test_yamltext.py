from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.emission.yamltext import comment, documents, dump
from migrate.errors import InputError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ODD = st.sampled_from(
    ["y", "NO", "1e3", "0o14", "1:30", "~", "", " x ", "- a", "a: b", "#c", "$x ${y}", "{{z}}", "'\"", "a\nb\n", "\t",
     "\u2028", "\x85", "\ufeff", "=", "<<", "!t", "&a", "*a", "%x", "@x", "`x", "2026-01-01", "a\n\n b\n", "\\"]
)  # fmt: skip
VALUE = st.recursive(
    TEXT | ODD | st.integers() | st.booleans(), lambda inner: st.lists(inner) | st.dictionaries(TEXT | ODD, inner)
)


@settings(deadline=None)
@given(st.dictionaries(TEXT | ODD, VALUE))
def test_what_is_dumped_is_read_back_the_same(value: dict[str, object]) -> None:
    assert yaml.load(dump(value), Loader=yaml.CSafeLoader) == value


@settings(deadline=None)
@given(TEXT | ODD)
def test_a_comment_stays_a_comment(text: str) -> None:
    assert yaml.safe_load(comment(text) + "a: 1\n") == {"a": 1}


def test_several_documents_stand_in_one_file() -> None:
    assert list(yaml.safe_load_all(documents(({"a": "1"}, {"b": "---\n"})))) == [{"a": "1"}, {"b": "---\n"}]


def test_bytes_that_are_no_utf8_are_refused_by_name() -> None:
    with pytest.raises(InputError, match="UTF-8"):
        dump({"a": "x\udcff"})


def test_a_text_that_looks_like_an_escape_is_fine() -> None:
    assert yaml.safe_load(dump({"a": "\\udcff"})) == {"a": "\\udcff"}


def test_words_paths_and_sizes_stand_plain_and_what_a_reader_may_take_for_another_type_does_not() -> None:
    plain = ["unless-stopped", "./images/app", "/var/lib/a_b", "v1.2+deb", "512Mi", "30s", "e5", "-c", "--verbose"]
    assert dump({"a": plain}) == "a:\n" + "".join(f"  - {one}\n" for one in plain)
    quoted = [
        "1.0",
        "0755",
        "1:30",
        "no",
        "Null",
        "~",
        "1e3",
        "0x1F",
        "2026-01-01",
        "a: b",
        "a b",
        "-1",
        "-.inf",
        "---",
        "",
        "..",
        "=",
        "<<",
    ]
    assert dump({"a": quoted}) == "a:\n" + "".join(f'  - "{one}"\n' for one in quoted)

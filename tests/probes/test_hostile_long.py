"""No bytes make a parser raise."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.parts import parts
from migrate.probes import Parsed, Probe

PROBES = [each for each in parts("migrate.probes", "PROBE") if each.facts.scope != "files"]


def names(part: Probe) -> list[str]:
    return sorted(set(re.findall(r"^\s*part (\w+)$", part.shell, re.MULTILINE)))


WORDS = (
    b"\t", b"\n", b"\0", b" ", b"|", b">", b"=", b":", b",", b"/", b"@", b"\\", b"\f", b"\f>", b"\fu", b"\f.",
    b"-> ", b"\xff", b"1", b"99999999999999999999999", b"\xd9\xa3", b"0100007F:1F90", b"socket:[1]", b"/proc/1/exe",
    b"/proc/1/fd/3", b"/proc/1/cmdline:", b"==> /proc/1/environ <==\n", b"B\t1\tS\t0\t1\t1", b"E\t1",
    b"s\tUid: 1 x", b"P\t/a", b"M\t0", b"L\t0", b"l\t0", b"m\t0", b"Id=a.service\n", b"FragmentPath=/a\n",
    b"ExecStart={ argv[]=a", b"[Service]\n", b"ExecStart=", b"%", b"'", b'"', b"* * * * * ", b"@daily ", b"deb ",
    b"[", b"]", b"P:", b"c\tp\t/bin\tls", b"inet ", b"rw", b"\x80\n", b"{", b"}",
    b"TimersCalendar={ OnCalendar=x ; next_elapse=", b"/etc/rc2.d/S01x", b"run-parts /etc/cron.daily", b"\\x",
    b"\\U0010ffff",
)  # fmt: skip


@pytest.mark.parametrize("part", PROBES, ids=lambda part: part.facts.scope)
@settings(max_examples=1500, deadline=None)
@given(data=st.data())
def test_any_bytes_in_any_part_are_facts_or_gaps(part: Probe, data: st.DataObject) -> None:
    body = st.lists(st.one_of(st.sampled_from(WORDS), st.binary(max_size=6)), max_size=25).map(b"".join)
    pieces = data.draw(st.lists(st.tuples(st.sampled_from(names(part)), body), max_size=6))
    section = b"".join(f"\n@@0 part {name}\n".encode() + text + b"\n" for name, text in pieces)
    parsed = part.parse(section)
    assert isinstance(parsed, Parsed)
    assert isinstance(parsed.facts, part.facts)
    hash(parsed.facts)


@pytest.mark.parametrize("part", PROBES, ids=lambda part: part.facts.scope)
@given(st.binary(max_size=200))
def test_noise_is_no_facts(part: Probe, data: bytes) -> None:
    assert isinstance(part.parse(data).facts, part.facts)

from __future__ import annotations

from migrate.planning.evidence import Use
from migrate.planning.libraries import outside_packages
from tests.planning.hosts import host

_TEXTS = {
    "/usr/local/sbin/meterd": b"\x7fELF\x02\x01\0\0libmeter.so.1\0libc.so.6\0",
    "/usr/local/lib/meter/libmeter.so.1": b"\x7fELF",
    "/etc/ld.so.conf.d/meter.conf": b"# ours\n/usr/local/lib/meter\n",
    "/etc/ld.so.conf.d/other.conf": b"/opt/other/lib\n",
}
_RUNS = Use("/usr/local/sbin/meterd", "execute", "it runs")


def test_libraries_that_were_mapped_come_with_what_tells_the_linker_where_they_are() -> None:
    uses = (_RUNS, Use("/usr/local/lib/meter/libmeter.so.1", "map", "it maps it"))
    found = dict(outside_packages(host(texts=_TEXTS), uses))
    assert set(found) == {"/usr/local/lib/meter/libmeter.so.1", "/etc/ld.so.conf.d/meter.conf"}


def test_where_nothing_mapped_could_be_seen_the_programs_file_says_what_it_asks_for() -> None:
    assert set(dict(outside_packages(host(texts=_TEXTS), (_RUNS,)))) == {
        "/usr/local/lib/meter/libmeter.so.1",
        "/etc/ld.so.conf.d/meter.conf",
    }


def test_a_program_without_libraries_of_its_own_needs_no_settings() -> None:
    uses = (_RUNS, Use("/lib/x86_64-linux-gnu/libc.so.6", "map", "it maps it"))
    facts = host(texts=_TEXTS, owners={"/lib/x86_64-linux-gnu/libc.so.6": "libc6"})
    assert list(outside_packages(facts, uses)) == []

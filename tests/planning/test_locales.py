from __future__ import annotations

import pytest

from migrate.detectors import Candidate
from migrate.planning import locales
from tests.planning.hosts import host, package, process


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("de_DE.UTF-8", "localedef --no-archive -i de_DE -c -f UTF-8 de_DE.UTF-8"),
        ("en_US.iso88591", "localedef --no-archive -i en_US -c -f ISO-8859-1 en_US.iso88591"),
        ("de_DE.utf8@euro", "localedef --no-archive -i de_DE@euro -c -f UTF-8 de_DE.utf8@euro"),
    ],
)
def test_a_locale_is_made_from_its_language_and_its_character_map(name: str, command: str) -> None:
    packages, steps = locales.steps(host(packages=(package("locales"),)), (name,))
    assert [one.name for one in packages] == ["locales"]
    assert steps[0].command == command


def test_what_every_base_has_and_what_is_no_locale_is_not_made() -> None:
    assert locales.steps(host(), ("C.UTF-8", "POSIX", "C", "x; reboot", "")) == ((), ())


def test_a_program_that_maps_no_locale_needs_none() -> None:
    environment = (("LANG", "de_DE.UTF-8"),)
    plain = process(7, "/usr/sbin/appd", environment=environment)
    asking = process(8, "/usr/sbin/appd", environment=environment, mapped=("/usr/lib/locale/locale-archive",))
    assert locales.used(host(), Candidate("app", None, (plain,))) == ()
    assert locales.used(host(), Candidate("app", None, (asking,))) == ("de_DE.UTF-8",)

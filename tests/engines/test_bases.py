from __future__ import annotations

import re
from pathlib import Path

import pytest

from migrate.engines.bases import ensure_base
from migrate.engines.bootstrap import Request, _dpkg_sources, _slim
from migrate.engines.choose import choose
from migrate.errors import EngineError
from migrate.model.plan import Base

REQUEST = Request(
    Base("debian:6", "dpkg", "other", "6", "squeeze"), "squeeze", ("http://user@x/", "http://a.invalid/d"), Path(), 0
)


def test_the_mirror_of_the_host_is_the_last_resort_and_one_with_credentials_never() -> None:
    sources = list(_dpkg_sources(REQUEST))
    assert sources[0] == ("with its default mirror", [])
    assert sources[-1] == ("with the host's mirror", ["deb http://a.invalid/d squeeze main"])
    assert not re.search("user@", repr(sources))


@pytest.mark.engine
def test_a_base_that_nobody_has_is_an_error_that_says_what_to_do() -> None:
    base = Base("migrate-test-none/arch:1", "pacman", "arch", "1")
    with pytest.raises(EngineError, match="no known tool is not installed") as caught:
        ensure_base(base, choose("docker"))
    assert "load the image" in (caught.value.hint or "")


def test_a_slim_base_leaves_out_what_the_official_one_does_and_keeps_licences(tmp_path: Path) -> None:
    base = Base("debian:12-slim", "dpkg", "debian", "12", "bookworm")
    for name in ("share/doc/x/copyright", "share/doc/x/README", "share/man/man1/x.1", "share/locale/de/x.mo", "bin/x"):
        path = tmp_path / "usr" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "etc/dpkg/dpkg.cfg.d").mkdir(parents=True)
    (tmp_path / "etc/apt/apt.conf.d").mkdir(parents=True)
    assert Request(base, "bookworm", (), tmp_path, 0).slim
    _slim(tmp_path)
    left = {str(path.relative_to(tmp_path / "usr")) for path in tmp_path.rglob("usr/**/*") if path.is_file()}
    assert left == {"share/doc/x/copyright", "bin/x"}
    assert "path-exclude=/usr/share/man/*\n" in (tmp_path / "etc/dpkg/dpkg.cfg.d/slim").read_text()


def test_a_release_that_left_the_mirrors_is_looked_for_in_the_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    request = Request(Base("debian:9-slim", "dpkg", "debian", "9", "stretch"), "stretch", (), Path("/nowhere"), 0)
    monkeypatch.setenv("MIGRATE_ARCHIVE", "kept.example")
    assert ("with the archive, kept.example", ["deb http://kept.example/debian stretch main"]) in list(
        _dpkg_sources(request)
    )

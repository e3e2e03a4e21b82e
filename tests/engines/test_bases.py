from __future__ import annotations

import json
import re
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from migrate import process
from migrate.engines import bootstrap
from migrate.engines.bases import ensure_base, names
from migrate.engines.bootstrap import Request, _dpkg_sources, _slim
from migrate.engines.choose import choose
from migrate.errors import EngineError
from migrate.model.plan import Base
from migrate.process import Completed

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


@pytest.mark.parametrize(
    ("image", "asked"),
    [
        ("debian:12-slim", ("cache.example:5000/hub/library/debian:12-slim", "debian:12-slim")),
        ("opensuse/leap:15.5", ("cache.example:5000/hub/opensuse/leap:15.5", "opensuse/leap:15.5")),
        ("registry.suse.com/suse/sle15", ("registry.suse.com/suse/sle15",)),
        ("localhost/x", ("localhost/x",)),
    ],
)
def test_a_registry_that_mirrors_the_public_one_is_asked_first(image: str, asked: tuple[str, ...]) -> None:
    assert names(image, "cache.example:5000/hub/") == asked
    assert names(image, "") == (image,)


_DNF = "dnf --installroot=ROOT --releasever=8.9 --setopt=install_weak_deps=False --nodocs --assumeyes"
_WANTED = "install bash coreutils rpm dnf"
_APK = "apk --root ROOT --keys-dir /etc/apk/keys"


@pytest.mark.parametrize(
    ("tool", "base", "said"),
    [
        (
            "dnf",
            Base("rockylinux:8", "rpm", "rocky", "8.9"),
            [
                f"{_DNF} {_WANTED}",
                f"{_DNF} --repofrompath=host0,https://a.example/os --repofrompath=host1,https://b.example/x {_WANTED}",
            ],
        ),
        (
            "zypper",
            Base("opensuse/leap:15.5", "rpm", "opensuse-leap", "15.5"),
            [
                "zypper --root ROOT --non-interactive addrepo https://a.example/os host0",
                "zypper --root ROOT --non-interactive addrepo https://b.example/x host1",
                "zypper --root ROOT --non-interactive install --no-recommends bash coreutils zypper rpm",
            ],
        ),
        (
            "apk",
            Base("alpine:3.18", "apk", "alpine", "3.18.4"),
            [
                f"{_APK} --repository https://a.example/os --repository https://b.example/x --initdb add alpine-base",
            ],
        ),
    ],
)
def test_each_family_installs_into_a_root_of_its_own(
    tool: str, base: Base, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def note(argv: Sequence[str], **_: object) -> Completed:
        ran.append(" ".join(argv).replace(str(tmp_path / "root"), "ROOT"))
        return Completed(tuple(argv), 0, b"", b"")

    monkeypatch.setattr(process, "run", note)
    repositories = (
        "https://a.example/os",
        "https://user@c.example/",
        "https://b.example/x",
        "-x",
        "https://a.example/os",
    )
    request = Request(base, base.version, repositories, tmp_path, 0)
    [found] = [one for one in bootstrap.TOOLS if one.name == tool]
    assert [attempt.run() for attempt in found.attempts(request)] == [None] * (2 if tool == "dnf" else 1)
    assert ran == said


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("docker-registry") is None, reason="docker-registry is not installed")
def test_what_a_private_registry_gives_is_named_by_its_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, name = choose("docker"), f"migrate-test-{secrets.token_hex(4)}:1"
    with _registry(tmp_path) as address:
        (tmp_path / "Dockerfile").write_text("FROM scratch\nLABEL a=b\nCOPY config.yml /\n")
        whole = f"{address}/library/{name}"
        engine.build(tmp_path, whole, arguments={}, labels={})
        subprocess.run(("docker", "push", whole), check=True, capture_output=True)
        engine.remove_image(whole)
        monkeypatch.setenv("MIGRATE_REGISTRY", address)
        found = ensure_base(Base(name, "dpkg", "none", "1"), engine)
        engine.remove_image(found.reference)
    assert found.origin == "pulled"
    assert re.fullmatch(re.escape(f"{address}/library/{name[:-2]}@sha256:") + "[0-9a-f]{64}", found.reference)


@contextmanager
def _registry(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    settings = {
        "version": 0.1,
        "http": {"addr": address},
        "storage": {"filesystem": {"rootdirectory": str(folder / "store")}},
    }
    (folder / "config.yml").write_text(json.dumps(settings))
    words = ("docker-registry", "serve", str(folder / "config.yml"))
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            for _ in range(100):
                with suppress(OSError), socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), 1):
                    break
                time.sleep(0.1)
            yield address
        finally:
            running.terminate()

from __future__ import annotations

import contextlib
import io
import random
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.archives import Limits, Member, Refused, open_zip, read_tar, relative
from migrate.errors import InputError

ANY = Limits()


def tar(*infos: tuple[tarfile.TarInfo, bytes], fmt: int = tarfile.GNU_FORMAT, mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=fmt, errors="surrogateescape") as archive:  # type: ignore[call-overload]
        for info, data in infos:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def members(data: bytes, limits: Limits = ANY) -> list[Member | Refused]:
    found = []
    for member, body in read_tar(io.BytesIO(data), limits):
        if body:
            body.read()
        found.append(member)
    return found


@pytest.mark.parametrize("name", ["../etc/passwd", "a/../../b", "/../x"])
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    assert isinstance(members(tar((entry(name), b"x")))[0], Refused)


def test_an_absolute_name_becomes_relative() -> None:
    found = members(tar((entry("//etc/./nginx//nginx.conf"), b"x")))
    assert [one.name for one in found] == ["etc/nginx/nginx.conf"]


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_a_device_is_refused(kind: bytes) -> None:
    assert isinstance(members(tar((entry("dev/x", kind), b"")))[0], Refused)


def test_a_hard_link_out_of_the_archive_is_refused() -> None:
    assert isinstance(members(tar((entry("a", tarfile.LNKTYPE, "../../etc/shadow"), b"")))[0], Refused)


def test_a_symbolic_link_is_kept_as_it_is() -> None:
    (found,) = members(tar((entry("a", tarfile.SYMTYPE, "/etc/alternatives/vi"), b"")))
    assert isinstance(found, Member)
    assert (found.kind, found.target) == ("link", "/etc/alternatives/vi")


@pytest.mark.parametrize("fmt", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@given(names=st.lists(st.binary(min_size=1, max_size=300).filter(lambda raw: b"\0" not in raw), max_size=5))
def test_any_name_comes_back_as_its_bytes(fmt: int, names: list[bytes]) -> None:
    texts = [name.decode("utf-8", "surrogateescape") for name in names]
    found = members(tar(*((entry(text), b"data") for text in texts), fmt=fmt, mode="w:gz"))
    expected = [relative(text.rstrip("/")) for text in texts]
    assert [None if isinstance(one, Refused) else one.name for one in found] == expected


def test_a_header_that_claims_gigabytes_is_not_read_into_memory() -> None:
    header = entry("././@LongLink", tarfile.GNUTYPE_LONGNAME)
    header.size = 4 << 30
    with pytest.raises(InputError):
        members(header.tobuf(tarfile.GNU_FORMAT))


def test_too_many_entries_are_refused() -> None:
    with pytest.raises(InputError, match="more than 2 entries"):
        members(tar(*((entry(str(n)), b"") for n in range(3))), Limits(entries=2))


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(InputError, match="more than 10 bytes"):
        members(tar((entry("a"), b"x" * 11)), Limits(size=10))


@pytest.mark.parametrize("size", [100, 512, 600, 1024, 1500, 2048])
def test_a_cut_archive_is_an_error_never_a_shorter_archive(size: int) -> None:
    whole = tar((entry("a"), b"x" * 300), (entry("b"), b"y" * 300))
    with pytest.raises(InputError):
        members(whole[:size])


def test_archives_behind_each_other_are_read_as_one() -> None:
    assert [one.name for one in members(tar((entry("a"), b"x")) + tar((entry("b"), b"y")))] == ["a", "b"]


def test_noise_behind_the_end_is_an_error() -> None:
    with pytest.raises(InputError):
        members(tar((entry("a"), b"x")) + b"noise" * 1000)


@given(st.integers(), st.integers(1, 30))
def test_a_damaged_archive_gives_members_or_an_input_error(seed: int, count: int) -> None:
    link = entry("c", tarfile.SYMTYPE, "a")
    data = bytearray(tar((entry("a"), b"x" * 300), (entry("b" * 150), b"y" * 900), (link, b"")))
    chance = random.Random(seed)  # noqa: S311  # no secret
    for _ in range(count):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with contextlib.suppress(InputError):
        members(bytes(data))


@given(st.binary(max_size=2000))
def test_noise_is_never_more_than_an_input_error(data: bytes) -> None:
    with contextlib.suppress(InputError):
        members(data)
    with contextlib.suppress(InputError), open_zip(io.BytesIO(data)) as archive:
        assert archive.names is not None


def zipped(**files: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return out


def test_a_war_is_read() -> None:
    with open_zip(zipped(WEB_INF__web=b"<web-app/>")) as archive:
        assert archive.names == ("WEB_INF/web",)
        assert archive.read("WEB_INF/web") == b"<web-app/>"
        assert archive.read("other") is None


def test_a_zip_bomb_is_refused() -> None:
    with open_zip(zipped(bomb=b"\0" * (20 << 20))) as archive, pytest.raises(InputError, match="packed too tightly"):
        archive.read("bomb", 1 << 30)


def test_a_file_larger_than_wanted_is_refused() -> None:
    with open_zip(zipped(a=b"abc" * 100)) as archive, pytest.raises(InputError, match="more than 10 bytes"):
        archive.read("a", 10)


def test_a_zip_with_too_many_entries_is_refused() -> None:
    with pytest.raises(InputError, match="entries"), open_zip(zipped(a=b"", b=b"", c=b""), Limits(entries=2)):
        pass


def test_names_in_a_zip_that_lead_out_are_left_out() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../etc/cron.d/x", b"")
        archive.writestr("/a", b"")
    with open_zip(out) as opened:
        assert opened.names == ("a",)


@given(st.binary(min_size=1, max_size=40), st.integers(0, 400))
def test_a_damaged_zip_gives_data_or_an_input_error(noise: bytes, at: int) -> None:
    data = bytearray(zipped(a=b"hello" * 50, b__c=b"x").getvalue())
    data[at : at + len(noise)] = noise
    with contextlib.suppress(InputError), open_zip(io.BytesIO(bytes(data))) as archive:
        for name in archive.names:
            archive.read(name)

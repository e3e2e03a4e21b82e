from __future__ import annotations

from functools import cache

import pytest

from migrate.bundling import bundle
from migrate.errors import InputError
from migrate.explaining import CAPTURED, EDITED, Explained, Line, explain
from migrate.model.bundle import Captured
from tests.emission.sample import shop

SHOP = shop()


@cache
def made() -> dict[str, bytes]:
    files = bundle(SHOP.plan, SHOP.snapshots, SHOP.secrets).files
    return {file.path: original(file.data) if isinstance(file.data, Captured) else file.data for file in files}


def original(data: Captured) -> bytes:
    return SHOP.snapshots[data.host].texts.get(data.path, b"first\nsecond\n")


@cache
def whole(path: str) -> Explained:
    return explain(SHOP, path, made()[path])


def dockerfile() -> str:
    return next(path for path in made() if path.endswith("/Dockerfile") and b"EXPOSE" in made()[path])


def line(path: str, start: str, edited: bytes | None = None) -> Line:
    data = made()[path] if edited is None else edited
    number = next(at for at, text in enumerate(data.decode().splitlines(), 1) if text.strip().startswith(start))
    (found,) = explain(SHOP, path, data, number).lines
    return found


def test_the_port_of_an_image_came_from_the_plan_with_its_reason() -> None:
    path = dockerfile()
    found = line(path, "EXPOSE")
    assert [one.place.split(".")[2] for one in found.reasons] == ["ports"]
    assert found.reasons[0].because


def test_a_line_that_is_the_same_for_every_server_has_no_reason() -> None:
    assert line(dockerfile(), "FROM ${BASE}").reasons == ()


def test_a_whole_file_tells_of_every_line_that_came_from_a_fact() -> None:
    path = dockerfile()
    text = made()[path].decode().splitlines()
    told = {one.number for one in whole(path).lines}
    for at, said in enumerate(text, 1):
        if said.split(" ")[0] in ("EXPOSE", "USER", "STOPSIGNAL", "HEALTHCHECK", "CMD", "ENV", "WORKDIR", "ARG"):
            assert at in told or said == "ARG BASE", said


def test_one_line_alone_is_told_as_in_the_whole_file() -> None:
    path = dockerfile()
    for one in whole(path).lines[::5]:
        (alone,) = explain(SHOP, path, made()[path], one.number).lines
        assert alone == one


def test_a_line_that_moved_is_found_again_and_one_that_a_person_wrote_is_theirs() -> None:
    path = dockerfile()
    edited = b"# mine\n# mine as well\n" + made()[path]
    assert line(path, "EXPOSE", edited).reasons == line(path, "EXPOSE").reasons
    assert line(path, "# mine", edited).origin == EDITED


def test_lines_of_compose_and_kubernetes_are_told_as_well() -> None:
    for path in ("compose.yaml", "kubernetes/base/app.yaml"):
        assert line(path, "image:").reasons
    number = next(at for at, text in enumerate(made()["compose.yaml"].decode().splitlines(), 1) if ":80" in text)
    (found,) = explain(SHOP, "compose.yaml", made()["compose.yaml"], number).lines
    assert any(".ports." in one.place for one in found.reasons), found


def test_a_captured_file_says_what_needs_it() -> None:
    files = bundle(SHOP.plan, SHOP.snapshots, SHOP.secrets).files
    path = next(one.path for one in files if isinstance(one.data, Captured) and one.path.startswith("images/"))
    found = explain(SHOP, path, made()[path], 1)
    assert found.whole[0].because
    assert found.whole[0].place.startswith("workloads.")
    assert [one.origin for one in found.lines] == [CAPTURED]
    (edited,) = explain(SHOP, path, b"mine\n" + made()[path], 1).lines
    assert edited.origin == EDITED


def test_a_secret_is_never_shown() -> None:
    path = next(path for path in made() if path.startswith("secrets/"))
    found = explain(SHOP, path, made()[path], 1)
    assert found.lines == ()
    assert found.whole[0].place.startswith("workloads.")


def test_a_file_or_line_that_is_none_of_ours_is_bad_input() -> None:
    for path, number, said in [
        ("images/x", 1, "no file that"),
        ("LEDGER.md", 1, "account"),
        ("compose.yaml", 0, "no line 0"),
        ("compose.yaml", 9999, "no line 9999"),
    ]:
        with pytest.raises(InputError, match=said) as caught:
            explain(SHOP, path, made().get(path, b""), number)
        assert caught.value.exit_status == 2

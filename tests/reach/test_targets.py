import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.errors import InputError
from migrate.model.target import Target
from migrate.reach.targets import host_folder, parse_target


@pytest.mark.parametrize(
    ("text", "kind", "name", "user", "port"),
    [
        ("web01", "ssh", "web01", None, None),
        ("admin@web01:2222", "ssh", "web01", "admin", 2222),
        ("admin@corp@web01", "ssh", "web01", "admin@corp", None),
        ("[2001:db8::1]:2222", "ssh", "2001:db8::1", None, 2222),
        ("root@[::1]", "ssh", "::1", "root", None),
        ("fe80::1%eth0", "ssh", "fe80::1%eth0", None, None),
        ("vagrant", "vagrant", "", None, None),
        ("vagrant:db", "vagrant", "db", None, None),
        ("docker:shop_1", "docker", "shop_1", None, None),
        ("local", "local", "local", None, None),
        ("replay:raw/web01.jsonl", "replay", "raw/web01.jsonl", None, None),
        ("@hosts.yml", "fleet", "hosts.yml", None, None),
        ("vagrant.example.com", "ssh", "vagrant.example.com", None, None),
    ],
)
def test_a_target_says_how_a_host_is_reached(
    text: str, kind: str, name: str, user: str | None, port: int | None
) -> None:
    assert parse_target(text) == Target(text, kind, name, user, port)


@pytest.mark.parametrize("text", ["image:disk.qcow2"])
def test_what_is_not_built_yet_is_said_to_be_so(text: str) -> None:
    with pytest.raises(InputError, match="not yet"):
        parse_target(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "-oProxyCommand=x", "root@-x", "-l@web01", "user@", "docker:-v", "docker:", "vagrant:"),
        *("replay:", "replay:-x", "@-x", "@\0"),
        *("web01:", "web01:0", "web01:65536", "web01:ssh", "web01:\u0662", "[::1", "[::1]x", "[]:22"),
        *("a b", "a\nb", "a;b", "$(id)", "a/b"),
    ],
)
def test_what_can_not_be_a_target_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_target(text)


@given(st.text() | st.builds("{}@{}:{}".format, st.text(), st.text(), st.integers()))
def test_any_text_is_a_target_or_an_input_error(text: str) -> None:
    try:
        target = parse_target(text)
    except InputError:
        return
    assert not target.name.startswith("-")
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", host_folder(target))


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("admin@web01", "web01"),
        ("web01:22", "web01"),
        ("web01:2222", "web01-2222"),
        ("docker:shop_1", "docker-shop_1"),
        ("vagrant", "vagrant"),
        ("vagrant:db", "vagrant-db"),
        ("local", "local"),
    ],
)
def test_the_folder_of_a_host_is_named_like_it(text: str, folder: str) -> None:
    assert host_folder(parse_target(text)) == folder


def test_names_that_had_to_be_changed_stay_different() -> None:
    folders = {host_folder(parse_target(text)) for text in ("fe80::1", "fe80:1::", "fe80--1", ".fe80--1", "a" * 200)}
    assert len(folders) == 5

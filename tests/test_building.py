from __future__ import annotations

from migrate.building import base_arguments


def test_arguments_that_name_a_base_are_found() -> None:
    text = 'ARG BASE=debian:11\nARG OTHER="x"\nFROM ${BASE} AS packages\nARG BASE\nFROM packages\n'
    assert base_arguments(text) == {"BASE": "debian:11"}


def test_a_fixed_base_is_no_argument() -> None:
    assert base_arguments("FROM debian:11\n") == {}

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax.settings import Setting, read


def test_yaml_is_flat_by_dotted_names() -> None:
    text = "server:\n  port: 80\n  hosts: [a, b]\n---\nx: yes\n"
    assert read("a.yml", text) == (
        Setting("server.port", "80", 2), Setting("server.hosts[0]", "a", 3), Setting("server.hosts[1]", "b", 3),
        Setting("x", "yes", 5, 1),
    )  # fmt: skip


def test_what_is_no_yaml_has_no_settings() -> None:
    assert read("a.yaml", "a: [") == ()
    assert read("a.yaml", "&a [*a]") == ()


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    read("a.yml", text)
    read("a.properties", text)

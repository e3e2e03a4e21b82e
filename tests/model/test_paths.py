from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.paths import above, span

paths = st.lists(st.text("ab0/.", max_size=6).map(lambda text: f"/{text}".replace("//", "/a")), max_size=12)
directories = st.sampled_from(["/", "/a", "/a/b", "/a0", "/a/"])


def below(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip("/") + "/")


@given(paths, directories)
def test_what_is_below_a_directory_is_found_without_a_walk(found: list[str], directory: str) -> None:
    ordered = sorted(found)
    assert sorted(ordered[at] for at in span(ordered, directory)) == [one for one in ordered if below(one, directory)]


def test_above_a_path_are_itself_and_its_directories() -> None:
    assert list(above("/srv/www/a")) == ["/srv/www/a", "/srv/www", "/srv", "/"]
    assert list(above("/")) == ["/"]

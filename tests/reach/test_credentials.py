from pathlib import Path

import pytest

from migrate.errors import InputError
from migrate.reach import credentials


def test_a_password_comes_from_the_environment_or_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert credentials.given("REACH_TEST") is None
    (tmp_path / "secret").write_text(" of a file \n")
    monkeypatch.setenv("REACH_TEST_FILE", str(tmp_path / "secret"))
    assert credentials.given("REACH_TEST") == " of a file "
    monkeypatch.setenv("REACH_TEST", "of the environment")
    assert credentials.given("REACH_TEST") == "of the environment"


def test_a_password_file_that_can_not_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REACH_TEST_FILE", "/nonexistent/secret")
    with pytest.raises(InputError, match="/nonexistent/secret"):
        credentials.given("REACH_TEST")

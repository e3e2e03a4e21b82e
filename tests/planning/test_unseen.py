from __future__ import annotations

import pytest

from migrate.planning.unseen import with_program
from tests.planning.hosts import process


@pytest.mark.parametrize(
    ("title", "program"),
    [
        ("/usr/bin/redis-server 127.0.0.1:6379", "/usr/bin/redis-server"),
        ("nginx: master process /usr/sbin/nginx -g daemon on;", "/usr/sbin/nginx"),
        ("/usr/local/sbin/meterd", "/usr/local/sbin/meterd"),
        ("postgres: checkpointer", None),
    ],
)
def test_a_program_that_may_not_be_looked_up_is_told_by_its_title(title: str, program: str | None) -> None:
    assert with_program(process(7, title, exe=None)).exe == program


def test_a_program_that_is_known_stays() -> None:
    assert with_program(process(7, "/bin/a", exe="/bin/b")).exe == "/bin/b"

from __future__ import annotations

import pytest

from migrate.planning.index import index
from migrate.planning.permitted import is_permission, is_root, over_several
from tests.planning.hosts import snapshot


def _over(*files: str, roots: tuple[str, ...]) -> bool:
    host = index(snapshot(texts=dict.fromkeys(files, b"x")))
    return over_several(host, "/srv/web", roots)


def test_a_place_of_several_sites_is_more_than_these() -> None:
    files = ("/srv/web/a/index.html", "/srv/web/b/index.html", "/srv/web/old.tar.gz")
    assert _over(*files, roots=("/srv/web/a", "/srv/web/b/htdocs"))


def test_an_application_with_files_of_its_own_or_one_root_is_meant_whole() -> None:
    assert not _over("/srv/web/public/index.php", "/srv/web/lib.php", roots=("/srv/web/public", "/srv/web/admin"))
    assert not _over("/srv/web/public/index.php", roots=("/srv/web/public",))


@pytest.mark.parametrize(
    ("line", "permission", "root"),
    [('  <Directory "/srv/web">', True, False), ("\tVirtualDocumentRoot /srv/%0", False, True),
     ("root /srv/web;", False, True), ("Alias /a /srv/web", False, False)],
)  # fmt: skip
def test_lines_are_told_apart(line: str, permission: bool, root: bool) -> None:
    assert (is_permission(line), is_root(line)) == (permission, root)

from __future__ import annotations

import subprocess
from pathlib import Path

from migrate.detectors import Candidate
from migrate.planning.bases import faithful
from migrate.planning.router import draft
from tests.planning.hosts import host, listening


def configuration(folder: Path, **routes: str) -> str:
    machine = host()
    whole = Candidate("cat", None, (), (listening(30, 8080),))
    made = draft(machine, whole, "cat", faithful(machine.system), (8080,), ("/shop", "/")).workload
    script = (made.entrypoint or "").replace("file=/tmp/routes.cfg", f"file={folder}/routes.cfg")
    subprocess.run(["sh", "-c", script, "sh", "true"], check=True, env={"PATH": "/usr/bin:/bin", **routes})
    return (folder / "routes.cfg").read_text()


def test_the_longest_path_counts_and_the_rest_goes_to_the_root(tmp_path: Path) -> None:
    text = configuration(
        tmp_path,
        ROUTE_1="http://root:8080/",
        ROUTE_2="http://shop:8080/shop",
        ROUTE_3="http://admin:8080/shop/admin",
    )
    lines = [line.strip() for line in text.splitlines()]
    assert lines.index("acl route-1 path /shop/admin") < lines.index("acl route-2 path /shop")
    assert "acl route-2 path_beg /shop/ /shop;" in lines
    assert "default_backend 8080-3" in lines
    assert [line.split()[1] for line in lines if line.startswith("server ")] == ["admin", "shop", "root"]


def test_where_no_application_has_the_root_one_of_them_answers_that_there_is_nothing(tmp_path: Path) -> None:
    lines = configuration(tmp_path, ROUTE_1="http://a:8080/a", ROUTE_2="http://b:8080/b").splitlines()
    assert sum("default_backend" in line for line in lines) == 1

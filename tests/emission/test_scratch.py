from __future__ import annotations

import subprocess
from pathlib import Path

from migrate.emission import entrypoint, permissions, scratch
from migrate.emission.scratch import KEPT
from migrate.emission.tree import Placed, parents
from migrate.model.plan import Volume
from tests.emission.sample import workload


def volume(path: str, kind: str = "temporary", **more: object) -> Volume:
    given = {"name": "v", "method": "none", "uid": 33, "gid": 33, "mode": 0o755, "because": ""} | more
    return Volume(path=path, kind=kind, **given)  # type: ignore[arg-type]


def test_a_folder_in_memory_is_open_to_the_only_user_and_roots_stays_roots() -> None:
    assert scratch.options(volume("/run/app", "runtime"), root=False) == "mode=1777"
    assert scratch.options(volume("/run/app", "runtime", uid=0, gid=0), root=False) == "mode=0755"
    assert scratch.options(volume("/tmp", size=3 << 20), root=False) == "mode=1777,exec,size=3m"
    assert scratch.options(volume("/run/app", "runtime", mode=0o2750), root=True) == "mode=2750"


def test_root_gives_away_what_is_another_users() -> None:
    script = entrypoint.text(workload(user=None, volumes=(volume("/run/app", "runtime"),)))
    assert script is not None
    assert b"chown 33:33 /run/app\n" in script
    assert entrypoint.text(workload(user="shop", volumes=(volume("/run/app", "runtime"),))) is None


def test_a_folder_begins_with_what_the_image_has_there() -> None:
    one = workload(user="shop", volumes=(volume("/srv/webapps", seed=True),))
    script = entrypoint.text(one)
    assert script is not None
    assert f"[ ! -d {KEPT}/srv/webapps ] || cp -a {KEPT}/srv/webapps/. /srv/webapps/\n".encode() in script
    assert scratch.place(one, "/srv/webapps/a.war") == f"{KEPT}/srv/webapps/a.war"
    assert scratch.place(one, "/srv/webapps2/a") == "/srv/webapps2/a"


def test_what_is_there_is_kept_aside_while_the_image_is_built(tmp_path: Path) -> None:
    place = f"{tmp_path}/image/begin"  # as an image would have it, from a package and from the files
    (tmp_path / "image/begin").mkdir(parents=True)
    (tmp_path / "image/begin/from-package").write_text("p")
    files = tmp_path / "files"
    (files / place.strip("/")).mkdir(parents=True)
    (files / place.strip("/") / "from-files").write_text("f")
    placed = tuple(Placed(one, "directory", known=False) for one in (*parents(place), place))
    text = permissions.script(placed, (place,)).decode()
    subprocess.run(["sh", "-c", text, "sh", str(files)], check=True)
    assert sorted(one.name for one in (files / (KEPT + place).strip("/")).iterdir()) == ["from-files", "from-package"]
    assert list((files / place.strip("/")).iterdir()) == []

from __future__ import annotations

from migrate.model.plan import Base, Volume, Workload
from migrate.planning.belongings import Belongings
from migrate.planning.sharing import distinct
from migrate.planning.workloads import Draft

_BASE = Base("debian:11", "dpkg", "debian", "11")


def _volume(name: str, path: str) -> Volume:
    return Volume(name, path, "data", "copy", 0, 0, 0o755, "it is written")


def _draft(name: str, *volumes: Volume) -> Draft:
    return Draft(Workload(name, "web01", "service", "it runs", _BASE, volumes=volumes), None, Belongings())


def test_directories_that_end_in_one_word_are_volumes_of_two_names() -> None:
    long = "a-very-long-name-of-a-workload-that-is-cut-at-fift"
    drafts = distinct(
        (
            _draft("app", _volume("app-app", "/run/app"), _volume("app-app", "/var/lib/app")),
            _draft(long, *(_volume(long, f"/srv/{number}") for number in range(4))),
        ),
        set(),
    )
    names = [volume.name for draft in drafts for volume in draft.workload.volumes]
    assert names[:2] == ["app-app", "app-var-lib-app"]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 50 for name in names)

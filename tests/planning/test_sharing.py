from __future__ import annotations

from dataclasses import replace

from migrate.detectors import Candidate
from migrate.model.plan import Account, Base, Volume, Workload
from migrate.planning.belongings import Belongings
from migrate.planning.sharing import distinct, share
from migrate.planning.workloads import Draft
from tests.planning.hosts import process

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


def _shared(client: Draft) -> Volume:
    """What becomes of the client's volume where another workload, of user 998, keeps the same state."""
    keeper = _draft("keeper", replace(_volume("keeper-db", "/srv/db"), uid=998))
    owner = replace(
        keeper,
        workload=replace(keeper.workload, user="app", accounts=(Account("app", 998, 998, "app", "/", "/bin/sh"),)),
    )
    [volume] = share((owner, client))[1].workload.volumes
    return volume


def test_state_of_another_is_read_only_unless_the_workload_writes_to_it() -> None:
    mine = replace(_volume("web-db", "/srv/db"), uid=998)
    assert _shared(_draft("web", mine)).read_only
    assert not _shared(_draft("web", replace(mine, because="found; /srv/add.cgi:3 writes /srv/db/x"))).read_only


def test_children_of_a_root_process_write_as_who_they_are() -> None:
    children = (process(7, "/usr/sbin/apache2"), process(8, "/usr/sbin/apache2", ppid=7, uid=998))
    draft = _draft("web", replace(_volume("web-db", "/srv/db"), uid=998))
    assert not _shared(replace(draft, candidate=Candidate("web", None, children))).read_only

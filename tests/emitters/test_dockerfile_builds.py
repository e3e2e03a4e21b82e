from __future__ import annotations

import json
import os
import tarfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from migrate import process
from migrate.emitters import Sources
from migrate.emitters.dockerfile import emit
from migrate.model.facts import CapturedFile
from migrate.model.plan import (
    Account,
    DirectoryChoice,
    FileChoice,
    GroupChoice,
    LogFile,
    ScheduledJob,
    Step,
    Variable,
    Volume,
)
from migrate.writer import write
from tests.emission.engine import Found, built, contents, said
from tests.emission.sample import captured, saved, shop, snapshot, sources, workload

pytestmark = pytest.mark.engine

ODD = {
    "/srv/data/with space.txt": 0o644,
    '/srv/data/it\'s "quoted" $HOME `id` #1.txt': 0o600,
    "/srv/data/new\nline": 0o640,
    "/srv/data/-rf": 0o644,
    "/srv/data/latin-\udce9.html": 0o604,
    "/srv/data/\x1b[31mred": 0o644,
    "/srv/data/grün.txt": 0o660,
    "/srv/data/back\\slash": 0o644,
    "/srv/data/.gitignore": 0o644,
    "/srv/data/.dockerignore": 0o644,
    "/srv/data/star*[x]?.txt": 0o400,
    "/srv/data/{{ jinja }}": 0o644,
}
GREETING = 'it\'s $5, "good" \\ #1'


def odd() -> Sources:
    entries: list[CapturedFile] = [captured(path, mode=mode, uid=1007, gid=1100) for path, mode in ODD.items()]
    entries += [
        captured("/srv", "directory", 0o755),
        captured("/srv/data", "directory", 0o2775, 1007, 1100),
        captured("/srv/data/link $x", "link", 0o777, 1007, 1100, target="../it's here"),
        captured("/srv/www", "directory", 0o755, 33, 33),
        *(captured(f"/srv/www/page{count}.html", uid=33, gid=33) for count in range(60)),
        captured("/bin/tool", mode=0o4755),
        captured("/var/run/app", "directory", 0o700, 1007, 1007),
        captured("/var/run/app/state", mode=0o600, uid=1007, gid=1007),
        captured("/var/spool/mail", "link", 0o777, target="/srv/mail"),
        captured("/etc/app.conf", mode=0o640, gid=1007),
    ]
    texts = {
        one.path: one.path.encode("utf-8", "surrogateescape") + b"\n\x00\xff" for one in entries if one.kind == "file"
    }
    app = workload(
        files=tuple(
            FileChoice(path, "a test")
            for path in ("/srv", "/bin/tool", "/var/run/app", "/var/spool/mail", "/etc/app.conf")
        ),
        accounts=(Account("shop", 1007, 1007, "shop", "/home/shop", "/bin/bash", "Shop", ("editors",)),),
        groups=(GroupChoice("shop", 1007), GroupChoice("editors", 1100)),
        directories=(
            DirectoryChoice("/var/log/app", 1007, 1007, 0o750, "logs"),
            DirectoryChoice("/opt/linked/logs", 1007, 1007, 0o710, "a link to a directory of the image"),
        ),
        volumes=(Volume("state", "/var/lib/app", "data", "copy", 1007, 1007, 0o700, "state"),),
        logs=(LogFile("/var/log/app/app.log", "stderr"),),
        environment=(Variable("GREETING", GREETING), Variable("LINES", "a\nb' $x"), Variable("odd-name", "x")),
        steps=(
            Step("mkdir /made; echo 'a  b' >/made/it", "a test"),
            Step("printf 'x\ny' >/made/lines # no", "two lines"),
            Step(
                "mkdir -p /opt/linked /var/log/linked && ln -s ../../var/log/linked /opt/linked/logs", "as packages do"
            ),
        ),
        user="shop",
        working_directory="/srv/data",
        umask="0027",
    )
    return sources(app, seen=snapshot(entries, texts))


@pytest.fixture(scope="module", params=[False, True], ids=["legacy", "buildkit"])
def image(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    given = odd()
    workspace = saved(tmp_path_factory.mktemp("odd"), given)
    write(workspace, emit(given))
    with built(workspace.generated / "images" / "app", buildkit=request.param) as tag:
        yield tag


@pytest.fixture(scope="module")
def inside(image: str) -> dict[str, Found]:
    return contents(image)


@pytest.fixture(scope="module")
def base() -> dict[str, Found]:
    return contents("debian:11")


def test_odd_names_keep_their_bytes_owner_mode_and_time(inside: dict[str, Found]) -> None:
    for path, mode in ODD.items():
        data = path.encode("utf-8", "surrogateescape") + b"\n\x00\xff"
        assert inside[path] == Found(tarfile.REGTYPE, mode, 1007, 1100, 1_400_000_000, "", data)


def test_links_keep_their_targets(inside: dict[str, Found]) -> None:
    link = inside["/srv/data/link $x"]
    assert (link.kind, link.uid, link.gid, link.target) == (tarfile.SYMTYPE, 1007, 1100, "../it's here")


def test_a_link_takes_the_place_of_a_directory_of_the_base(inside: dict[str, Found], base: dict[str, Found]) -> None:
    assert base["/var/spool/mail"].kind in (tarfile.DIRTYPE, tarfile.SYMTYPE)
    assert inside["/var/spool/mail"].target == "/srv/mail"


def test_directories_have_the_hosts_owner_and_mode(inside: dict[str, Found]) -> None:
    wanted = {
        "/srv": (0o755, 0, 0),
        "/srv/data": (0o2775, 1007, 1100),
        "/srv/www": (0o755, 33, 33),
        "/var/log/app": (0o750, 1007, 1007),
        "/var/lib/app": (0o700, 1007, 1007),
    }
    assert {path: (inside[path].mode, inside[path].uid, inside[path].gid) for path in wanted} == wanted
    assert inside["/srv/www/page7.html"].uid == 33


def test_directories_on_the_way_stay_as_the_base_has_them(inside: dict[str, Found], base: dict[str, Found]) -> None:
    for path in ("/etc", "/var", "/var/lib", "/var/log", "/usr", "/usr/bin", "/run", "/usr/local/bin", "/var/spool"):
        assert (inside[path].kind, inside[path].mode, inside[path].uid, inside[path].gid) == (
            base[path].kind, base[path].mode, base[path].uid, base[path].gid,
        ), path  # fmt: skip


def test_files_below_links_of_the_base_go_where_these_lead(inside: dict[str, Found], base: dict[str, Found]) -> None:
    assert inside["/var/run"].kind == tarfile.SYMTYPE
    assert inside["/run/app/state"].data.startswith(b"/var/run/app/state")
    assert (inside["/run/app"].mode, inside["/run/app"].uid) == (0o700, 1007)
    assert inside["/opt/linked/logs"].target == "../../var/log/linked"
    assert (inside["/var/log/linked"].mode, inside["/var/log/linked"].uid) == (0o710, 1007)
    tool = inside["/usr/bin/tool" if base["/bin"].kind == tarfile.SYMTYPE else "/bin/tool"]
    assert (tool.mode, tool.uid) == (0o4755, 0)
    assert inside["/bin"].kind == base["/bin"].kind


def test_logs_lead_to_the_containers_output(inside: dict[str, Found]) -> None:
    assert inside["/var/log/app/app.log"].target == "/proc/1/fd/2"


def test_nothing_of_the_making_is_left(inside: dict[str, Found]) -> None:
    assert not [path for path in inside if path.startswith(("/rootfs", "/files-", "/odd", "/tmp/"))]


def test_steps_ran_as_they_were_written(inside: dict[str, Found]) -> None:
    assert inside["/made/it"].data == b"a  b\n"
    assert inside["/made/lines"].data == b"x\ny"


def test_it_runs_as_the_hosts_user_with_the_hosts_groups_umask_and_environment(image: str) -> None:
    assert said(image, "id") == "uid=1007(shop) gid=1007(shop) groups=1007(shop),1100(editors)\n"
    assert said(image, "sh", "-c", "umask; pwd") == "0027\n/srv/data\n"
    assert said(image, "sh", "-c", 'printf %s "$GREETING"') == GREETING
    assert said(image, "sh", "-c", 'printf %s "$LINES"') == "a\nb' $x"
    assert "odd-name=x\n" in said(image, "env")


def test_jobs_run_with_their_environment_and_print_to_the_container(tmp_path: Path) -> None:
    given = shop()
    report = next(one for one in given.plan.workloads if one.name == "report")
    job = ScheduledJob(
        "talk", "* * * * *", 'echo "$(id -un) $(date +%Z) $HOME $SHELL 100%"', "shop", (Variable("SHELL", "/bin/bash"),)
    )
    report = replace(report, jobs=(job,), volumes=())
    given = sources(report, seen=given.snapshots["web01"])
    workspace = saved(tmp_path, given)
    write(workspace, emit(given))
    with built(workspace.generated / "images" / "report", buildkit=False) as tag:
        done = process.run(("docker", "run", "--detach", "--init", tag))
        container = done.text.strip()
        try:
            log = _output(container, seconds=75)
        finally:
            process.run(("docker", "rm", "--force", container))
    assert log.strip() in ("shop CET /home/shop /bin/bash 100%", "shop CEST /home/shop /bin/bash 100%")


def _output(container: str, seconds: float) -> str:
    """What the container prints, as soon as it prints something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        log = process.run(("docker", "logs", container)).text
        if log:
            return log
        time.sleep(1)
    return ""


def test_another_owner_of_a_directory_alone_is_another_image(tmp_path: Path) -> None:
    given = odd()
    [app] = [one for one in given.plan.workloads if one.name == "app"]
    for uid in (1007, 33):
        directory = DirectoryChoice("/var/log/app", uid, 1007, 0o750, "logs")
        changed = replace(app, directories=(directory, *app.directories[1:]))
        plan = replace(given.plan, workloads=(changed,))
        workspace = saved(tmp_path / str(uid), replace(given, plan=plan))
        write(workspace, emit(replace(given, plan=plan)))
        with built(workspace.generated / "images" / "app", buildkit=True) as tag:
            assert contents(tag)["/var/log/app"].uid == uid


@pytest.mark.slow
@pytest.mark.parametrize("buildkit", [False, True], ids=["legacy", "buildkit"])
def test_a_copy_of_the_bundle_gives_the_same_layers_for_the_files_that_we_add(tmp_path: Path, buildkit: bool) -> None:
    given = odd()
    # Without steps of its own the image has no layer but those of files.
    plan = replace(given.plan, workloads=(replace(given.plan.workloads[0], steps=()),))
    workspace = saved(tmp_path, replace(given, plan=plan))
    write(workspace, emit(replace(given, plan=plan)))
    context = workspace.generated / "images" / "app"
    digests = []
    for _ in range(2):
        with built(context, buildkit=buildkit, fresh=True) as tag:
            digests.append(_layers(tag)[-1])
        for path in context.rglob("*"):
            os.utime(path)  # as git leaves them
    assert digests[0] == digests[1]


@pytest.mark.slow
def test_another_page_is_another_layer_and_no_more(tmp_path: Path) -> None:
    given = odd()
    workspace = saved(tmp_path, given)
    write(workspace, emit(given))
    context = workspace.generated / "images" / "app"
    with built(context, buildkit=False) as before:
        (context / "rootfs/srv/www/page7.html").write_text("new")
        with built(context, buildkit=False) as after:
            one, other = _layers(before), _layers(after)
    assert one[:-1] == other[:-1]
    assert one[-1] != other[-1]


def _layers(image: str) -> list[str]:
    layers: list[str] = json.loads(
        process.run(("docker", "image", "inspect", "--format", "{{json .RootFS.Layers}}", image)).text
    )
    return layers

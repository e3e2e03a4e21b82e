"""A workload on an image with the layout of the official one: it runs with the host's paths, user and configuration."""

from __future__ import annotations

import secrets
import subprocess
import time
from pathlib import Path

import pytest

from migrate.emitters.dockerfile import emit
from migrate.engines.bases import ensure_base
from migrate.engines.choose import choose
from migrate.model.plan import Account, Base, FileChoice, PackageChoice, Volume
from migrate.planning import upstream
from migrate.writer import write
from tests.emission.sample import captured, saved, snapshot, sources, workload

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_SETTINGS = b"port 6390\ndir /var/lib/redis\nsave 60 1\nprotected-mode no\n"


def test_redis_runs_on_the_official_layout_with_the_hosts_paths(tmp_path: Path) -> None:
    engine, mark = choose("docker"), secrets.token_hex(4)
    debian = Base("debian:12-slim", "dpkg", "debian", "12", "bookworm")
    official, tag, name = f"upstream-redis:{mark}", f"upstream-app:{mark}", f"upstream-{mark}"
    engine.build(
        Path(__file__).parent / "upstream" / "redis",
        official,
        arguments={"BASE": ensure_base(debian, engine).reference},
        labels={},
    )
    redis = workload(
        "redis",
        kind="redis",
        base=debian,
        packages=(PackageChoice("redis-server", "5:7.0.15-1~deb12u1", ""),),
        command=("/usr/bin/redis-server", "/etc/redis/redis.conf"),
        accounts=(Account("redis", 104, 106, "redis", "/var/lib/redis", "/usr/sbin/nologin"),),
        files=(FileChoice("/etc/redis/redis.conf", "a test"),),
        volumes=(Volume("redis-data", "/var/lib/redis", "data", "copy", 104, 106, 0o750, "its data"),),
        user="redis",
        working_directory="/var/lib/redis",
    )
    entries = (captured("/etc/redis", "directory", 0o755), captured("/etc/redis/redis.conf", mode=0o640, gid=106))
    given = sources(
        upstream.choose(redis, upstream.UPSTREAM), seen=snapshot(entries, {"/etc/redis/redis.conf": _SETTINGS})
    )
    workspace = saved(tmp_path, given)
    write(workspace, emit(given))
    try:
        engine.build(workspace.generated / "images" / "redis", tag, arguments={"BASE": official}, labels={})
        _docker("run", "--detach", "--name", name, "--network", "none", tag)
        assert _answers(name, "SET", "a", "1") == "OK"
        assert _docker("exec", name, "id", "-u").strip() == "104"
        assert _docker("exec", name, "readlink", "/usr/bin/redis-server").strip() == "/usr/local/bin/redis-server"
    finally:
        engine.remove(name)
        engine.remove_image(tag)
        engine.remove_image(official)


def _answers(name: str, *words: str) -> str:
    for _ in range(50):
        said = _docker("exec", name, "redis-cli", "-p", "6390", *words, check=False).strip()
        if said:
            return said
        time.sleep(0.2)
    return _docker("logs", name)


def _docker(*words: str, check: bool = True) -> str:
    done = subprocess.run(("docker", *words), capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stderr
    return done.stdout

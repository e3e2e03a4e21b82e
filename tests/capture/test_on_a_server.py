"""The sample server with changes that an administrator would make: all are found, little else is, and what is needed
comes along with its secrets kept apart."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from migrate import process
from migrate.capture import Capture, capture, mask
from migrate.model import codec
from migrate.model.facts import Content, Files, Processes, Tree
from migrate.model.inventory import Inventory, Scope
from migrate.model.target import Access
from migrate.parts import parts
from migrate.probes import Probe
from migrate.probing import probe
from migrate.reach.docker import DockerConnection
from migrate.shipped import shipped
from migrate.workspace import Workspace

pytestmark = pytest.mark.engine

NAME = "files-test"
PASSWORD = "Nelkenweg-7731-geheim"
PLANTED = rf"""
set -e
echo '# tuned' >> /etc/nginx/mime.types
rm /etc/nginx/koi-win
echo ' ' >> /usr/share/nginx/html/index.html 2>/dev/null || echo ' ' >> /usr/share/tomcat9/bin/catalina.sh
echo '# more' >> /usr/share/tomcat9/bin/setclasspath.sh
rm /usr/share/tomcat9/bin/digest.sh
mkdir -p /opt/acme/bin /opt/acme/logs /opt/acme/data /opt/acme/.git
printf '#!/bin/sh\nexec sleep 1000 3>>/opt/acme/logs/run.log 4>>/opt/acme/data/acme.bin\n' > /opt/acme/bin/run
chmod 755 /opt/acme/bin/run
head -c 100000 /dev/urandom > /opt/acme/data/acme.bin
echo x > /opt/acme/.git/HEAD
echo old > /opt/acme/run.conf.bak
printf 'db.password={PASSWORD}\n' > /opt/acme/acme.properties
chown 4711:4712 /opt/acme/data; chmod 2750 /opt/acme/data
mkfifo /opt/acme/pipe
mkdir -p '/srv/odd dir'
printf 1 > "/srv/odd dir/$(printf 'new\nline')"; printf 2 > "/srv/odd dir/quo'te\" \$(id) *"
printf 3 > "/srv/odd dir/$(printf 'caf\351')"; printf 4 > '/srv/odd dir/-rf'
ln '/srv/odd dir/-rf' '/srv/odd dir/twin'
truncate -s 3G /opt/acme/hole.img
ln -s /opt/acme/bin/run /usr/local/bin/acme
dpkg-divert --quiet --local --rename --add /usr/bin/w
printf '#!/bin/sh\n' > /usr/bin/w
mkdir /data && echo row > /data/table.csv
systemd-run -q --unit acme -E ACME_PASSWORD={PASSWORD} /opt/acme/bin/run
"""


@dataclass(frozen=True, slots=True)
class Found:
    inventory: Inventory
    captured: Capture
    workspace: Workspace

    @property
    def files(self) -> Files:
        return self.inventory.get(Files)

    def tree(self, path: str) -> Tree:
        return next(tree for tree in self.files.unmanaged if tree.root.path == path)


def inside(script: str) -> str:
    done = process.run(["docker", "exec", "-i", NAME, "sh", "-s"], stdin=script.encode(), timeout=120)
    assert done.ok, done.complaint
    return done.text


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    scripts = shipped("examples/shop")
    started = process.run([str(scripts / "start"), "--name", NAME], timeout=900)
    assert started.ok, started.complaint
    try:
        inside(PLANTED)
        yield discover(Workspace(tmp_path_factory.mktemp("workspace")))
    finally:
        process.run([str(scripts / "stop"), "--name", NAME], timeout=60)


def discover(workspace: Workspace) -> Found:
    connection = DockerConnection(NAME, Access())
    probes: tuple[Probe, ...] = parts("migrate.probes", "PROBE")
    scopes = probe(connection, probes)
    with workspace.stage(NAME) as staged:
        captured = capture(connection, scopes, staged)
        facts = (captured.content, captured.secrets, captured.archives)
        more = tuple(Scope(one.scope, "complete", facts=one) for one in facts)
        inventory = mask(Inventory(NAME, "docker", "now", (*scopes, *more)), captured.values)
        workspace.save(inventory, staged, captured.values)
    return Found(inventory, captured, workspace)


def test_changed_configuration_of_packages_is_found(found: Found) -> None:
    changes = {fact.path: fact.change for fact in found.files.changed_configuration}
    assert changes["/etc/nginx/mime.types"] == "changed"
    assert changes["/etc/nginx/koi-win"] == "missing"
    assert changes["/etc/ssh/sshd_config"] == "changed"  # ucf's
    assert changes["/etc/tomcat9/server.xml"] == "changed"  # ucf's


def test_changed_files_of_packages_are_found_and_no_others(found: Found) -> None:
    changes = {fact.path: fact.change for fact in found.files.changed_packaged}
    assert changes.pop("/usr/share/nginx/html/index.html", None) or changes.pop("/usr/share/tomcat9/bin/catalina.sh")
    assert changes == {
        "/usr/share/tomcat9/bin/setclasspath.sh": "changed",
        "/usr/share/tomcat9/bin/digest.sh": "missing",
        "/usr/bin/w": "changed",
    }


def test_what_nobody_owns_is_found_with_its_role(found: Found) -> None:
    roles = {tree.root.path: tree.role for tree in found.files.unmanaged}
    expected = {
        "/opt/acme": "application", "/opt/acme/logs": "log", "/opt/acme/data": "data", "/opt/acme/.git": "junk",
        "/opt/acme/run.conf.bak": "backup", "/srv/odd dir": "application", "/data": "data",
        "/usr/local/bin/acme": "application", "/usr/local/bin/shop-report": "application", "/opt/stockd": "application",
        "/var/lib/tomcat9/webapps/shop.war": "application", "/var/lib/tomcat9/webapps/shop": "cache",
        "/etc/systemd/system/stockd.service": "configuration", "/etc/cron.d/shop-report": "configuration",
        "/var/lib/postgresql/13": "data", "/home/jweber": "home", "/root/backup-2019-11-03.tar.gz": "backup",
        "/etc/nginx/sites-enabled/shop.example.com": "configuration", "/var/spool/cron/crontabs/root": "configuration",
        "/usr/share/tomcat9/lib/postgresql.jar": "application",
    }  # fmt: skip
    assert {path: roles.get(path) for path in expected} == expected


def test_little_is_found_that_nobody_made(found: Found) -> None:
    """Everything in /etc that is neither planted nor the sample's own work, counted."""
    made = ("shop", "stock", "acme", "upstreams", "postgresql/13", "htpasswd-intern", "sites-", "proxy.conf", ".bak",
            "nginx.conf", "static", "sudoers.d/admin", "alt.list", "Catalina", "systemd/system/")  # fmt: skip
    etc = [tree.root.path for tree in found.files.unmanaged if tree.root.path.startswith("/etc/")]
    false = [path for path in etc if not any(word in path for word in made)]
    assert len(false) <= 5, false


def test_owner_and_mode_are_those_of_the_host(found: Found) -> None:
    root = found.tree("/opt/acme/data").root
    assert (root.uid, root.gid, root.mode) == (4711, 4712, 0o2750)


def test_the_files_come_along_byte_for_byte_and_logs_and_data_do_not(found: Found) -> None:
    entries = {entry.path: entry for entry in found.inventory.get(Content).entries}
    war = "/var/lib/tomcat9/webapps/shop.war"
    for path in ("/opt/acme/bin/run", "/opt/stockd/stockd.py", war, "/etc/nginx/nginx.conf"):
        assert entries[path].sha256 == inside(f"sha256sum {path}").split()[0]
    left = ("logs/run.log", "data/acme.bin", "pipe", "hole.img")
    assert not {"/etc/shadow", *(f"/opt/acme/{name}" for name in left)} & set(entries)
    assert entries["/etc/nginx/mime.types"].package == "nginx-common"
    assert entries["/etc/nginx/fastcgi.conf"].package == "nginx-common"  # unchanged, but its server's
    assert entries["/opt/acme/bin/run"].package is None


def test_what_was_left_behind_is_listed_with_the_reason(found: Found) -> None:
    omitted = dict(found.inventory.get(Content).omitted)
    assert "MiB" in omitted["/opt/acme/hole.img"]
    assert omitted["/opt/acme/data"].startswith("data: ")
    assert "/var/lib/postgresql/13" in omitted


def test_hostile_names_come_as_they_are(found: Found) -> None:
    names = [entry.path for entry in found.inventory.get(Content).entries if entry.path.startswith("/srv/odd dir/")]
    assert sorted(name.removeprefix("/srv/odd dir/") for name in names) == sorted(
        ["new\nline", "quo'te\" $(id) *", "caf\udce9", "-rf", "twin"]
    )


def test_a_hard_link_is_a_file_of_its_own(found: Found) -> None:
    got: dict[str, bytes] = {}
    paths = ["/srv/odd dir/-rf", "/srv/odd dir/twin"]
    found.workspace.materialise(
        NAME, paths, lambda member, body: got.update({member.name: body.read() if body else b""})
    )
    assert set(got.values()) == {b"4"}


def test_a_secret_is_only_where_secrets_are(found: Found) -> None:
    folder = found.workspace.folder(NAME)
    secret = PASSWORD.encode()
    assert secret not in (folder / "inventory.json").read_bytes()
    with tarfile.open(folder / "content.tar.gz") as content:
        texts = [content.extractfile(info) for info in content if info.isreg()]
        assert not any(secret in (text or io.BytesIO()).read() for text in texts)
    with tarfile.open(folder / "secrets" / "content.tar.gz") as private:
        assert "opt/acme/acme.properties" in private.getnames()
    assert PASSWORD in json.loads((folder / "secrets" / "secrets.json").read_text()).values()


def test_the_environment_of_a_process_goes_by_the_secret_s_id(found: Found) -> None:
    environments = [dict(one.environment) for one in found.inventory.get(Processes).processes]
    assert "${secret:acme-acme-properties-db-password}" in [one.get("ACME_PASSWORD") for one in environments]


def test_the_same_host_gives_the_same_bytes(found: Found, tmp_path: Path) -> None:
    again = discover(Workspace(tmp_path))
    for name in ("content.tar.gz", "secrets/content.tar.gz", "secrets/secrets.json"):
        before, after = (one.workspace.folder(NAME) / name for one in (found, again))
        assert before.read_bytes() == after.read_bytes()
    assert codec.dump(again.files.changed_packaged) == codec.dump(found.files.changed_packaged)


def test_a_host_that_falls_silent_is_a_gap_not_a_crash(found: Found, tmp_path: Path) -> None:
    """The connection is cut while the files come."""
    workspace = Workspace(tmp_path)
    with workspace.stage(NAME) as staged:
        connection = DockerConnection(NAME, Access())

        def cut(size: int, _: int | None) -> None:
            if size > 1 << 20:
                subprocess.run(("docker", "exec", NAME, "pkill", "-x", "tar"), check=False)

        got = capture(connection, found.inventory.scopes, staged, cut)
    assert [gap.what for gap in got.gaps][:1] == ["content"]
    assert got.content.entries

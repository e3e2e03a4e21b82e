"""Real hosts: the sample server with systemd, one with rpm's database, one that has nothing but busybox."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.model.facts import (
    Network,
    Ownership,
    Packages,
    Processes,
    Schedule,
    Service,
    Services,
    Sockets,
    System,
)
from migrate.model.inventory import Inventory, Scope
from migrate.parts import parts
from migrate.probing import probe
from tests.probes.shells import Here
from tests.reach.box import base_image, docker

pytestmark = pytest.mark.engine

CORE = tuple(each for each in parts("migrate.probes", "PROBE") if each.facts.scope != "files")
SHOP = Path(__file__).parents[2] / "examples" / "shop"

# The package manager of the base is made to look absent, so that rpm's database is the host's.
_DOCKERFILE = r"""
ARG BASE
FROM $BASE AS rpm
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
      rpm busybox-static >/dev/null && apt-get clean
COPY alpha.spec /
RUN mkdir -p /etc/rpm && echo '%_dbpath /var/lib/rpm' >/etc/rpm/macros \
 && sed -e 's/alpha/beta/g; s/^Requires.*//; s/^Epoch.*//' /alpha.spec >/beta.spec \
 && rpmbuild -bb /alpha.spec /beta.spec >/dev/null 2>&1 && rpm -i --nodeps /root/rpmbuild/RPMS/noarch/*.rpm \
 && rm -f /var/lib/rpm/__db* && echo '5 4 3 2 1 root /bin/other' >>/etc/cron.d/beta && : >/var/lib/dpkg/status
RUN mkdir -p /box/bin /box/etc/crontabs /box/etc/apk /box/lib/apk/db /box/proc /box/sys /box/dev /box/tmp \
 && cp /bin/busybox /box/bin/ && for a in $(busybox --list | grep -vx busybox); do ln -s busybox /box/bin/$a; done \
 && echo root:x:0:0:root:/root:/bin/sh >/box/etc/passwd && echo root:x:0: >/box/etc/group \
 && echo 3.12.0 >/box/etc/alpine-release && echo '*/5 * * * * /bin/true' >/box/etc/crontabs/root \
 && printf 'P:busybox\nV:1.31-r9\nA:x86_64\np:cmd:sh\nF:bin\nR:busybox\n\n' >/box/lib/apk/db/installed \
 && echo busybox >/box/etc/apk/world
FROM scratch AS busybox
COPY --from=rpm /box /
CMD ["/bin/httpd", "-f", "-p", "8080"]
"""
_SPEC = """
Name: alpha
Version: 1.2
Release: 3
Epoch: 2
Summary: A test
License: none
BuildArch: noarch
Requires: beta >= 1
Requires: /bin/sh
Provides: webserver
%description
A test
%install
mkdir -p %{buildroot}/usr/sbin %{buildroot}/etc/cron.d
echo '#!/bin/sh' >%{buildroot}/usr/sbin/alphad
echo '1 2 3 4 5 root /usr/sbin/alphad' >%{buildroot}/etc/cron.d/alpha
%files
/usr/sbin/alphad
%config(noreplace) /etc/cron.d/alpha
"""


def inside(container: str, *options: str) -> Here:
    return Here(("sh",), ("docker", "exec", "-i", *options, container))


def inventory(scopes: tuple[Scope, ...]) -> Inventory:
    return Inventory("web01", "web01", "", scopes)


def changed(container: str) -> set[str]:
    """What differs from the image, but for logs and the state of running services."""
    lines = docker("diff", container).splitlines()
    return {line for line in lines if not line[2:].startswith(("/var/log", "/var/lib/", "/run", "/tmp", "/srv"))}


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    name = f"migrate-test-probes-{uuid.uuid4().hex[:8]}"
    try:
        subprocess.run([str(SHOP / "start"), "--name", name], check=True, capture_output=True)
        yield name
    finally:
        subprocess.run(["docker", "rm", "-f", name], capture_output=True, check=False)


@pytest.fixture(scope="module")
def whole(shop: str) -> Inventory:
    before = changed(shop)
    found = inventory(probe(inside(shop), CORE))
    assert changed(shop) == before, "the host is read, never written"
    return found


def test_the_sample_server_leaves_no_gap(whole: Inventory) -> None:
    assert {scope.name: scope.gaps for scope in whole.scopes if scope.status != "complete"} == {}
    system = whole.get(System)
    assert (system.os_id, system.os_version, system.init, system.privileged) == ("debian", "11", "systemd", True)


def service(whole: Inventory, name: str) -> Service:
    return next(one for one in whole.get(Services).services if one.name == name)


def test_its_services_are_what_their_units_say(whole: Inventory) -> None:
    nginx, stockd = service(whole, "nginx.service"), service(whole, "stockd.service")
    assert nginx.exec_start == (("/usr/sbin/nginx", "-g", "daemon on; master_process on;"),)
    assert (stockd.active, stockd.enabled, stockd.user) == (True, True, "stock")
    assert stockd.environment_files == ("/etc/stockd/stockd.conf",)
    assert service(whole, "tomcat9.service").drop_ins
    assert not service(whole, "oldshop.service").active


def test_its_processes_belong_to_units_and_ours_are_not_among_them(whole: Inventory) -> None:
    processes = whole.get(Processes).processes
    units = {one.unit for one in processes}
    assert {"nginx.service", "tomcat9.service", "postgresql@13-main.service", "stockd.service", "cron.service"} <= units
    assert not [one for one in processes if one.name in ("awk", "find", "sleep", "systemctl")]
    java = next(one for one in processes if one.name == "java")
    assert java.exe == "/usr/lib/jvm/java-11-openjdk-amd64/bin/java"
    assert java.pss is not None
    assert java.pss > 50_000_000
    assert any(one.endswith("libjvm.so") for one in java.mapped)
    assert any(one.path.endswith(".jar") for one in java.open_files)


def test_its_listeners_have_their_processes(whole: Inventory) -> None:
    names = {one.pid: one.name for one in whole.get(Processes).processes}
    listening = [one for one in whole.get(Sockets).sockets if one.state == "listen" and one.protocol == "tcp"]
    held = {(one.address, one.port): {names[pid] for pid in one.pids} for one in listening}
    assert held[("0.0.0.0", 80)] == {"nginx"}
    assert held[("127.0.0.1", 5432)] == {"postgres"}
    assert held[("0.0.0.0", 22)] == {"sshd"}


def test_its_packages_and_owners(whole: Inventory) -> None:
    packages = {one.name: one for one in whole.get(Packages).packages}
    told = docker("run", "--rm", "--entrypoint", "dpkg-query", "migrate-example-shop", "-W", "-f", "${Package}\\n")
    assert set(packages) == set(told.split())
    assert packages["nginx"].manual
    assert ("debconf", "debconf-2.0") in packages["adduser"].depends
    owned = whole.get(Ownership)
    commands = {one.path: one.package for one in owned.commands}
    assert commands["/usr/bin/java"] == "openjdk-11-jre-headless", "through the alternatives"
    assert {one.path: one.package for one in owned.owners}["/usr/sbin/nginx"].startswith("nginx")
    assert ("/usr/lib/python3/dist-packages/yaml", "python3-yaml") in {(one.path, one.package) for one in owned.modules}


def test_its_jobs(whole: Inventory) -> None:
    jobs = whole.get(Schedule).jobs
    (report,) = [one for one in jobs if one.source == "/etc/cron.d/shop-report"]
    assert (report.user, report.command, report.package) == ("shop", "/usr/local/bin/shop-report", None)
    assert next(one for one in jobs if one.source == "/etc/cron.d/php").package == "php-common"
    assert any(one.source.startswith("/var/spool/cron/crontabs/") for one in jobs)
    assert any(one.kind == "timer" and one.name == "logrotate.timer" for one in jobs)
    assert ("vm.swappiness", "10") in whole.get(Network).sysctl


def test_without_root_each_gap_names_its_cure(shop: str) -> None:
    scopes = {scope.name: scope for scope in probe(inside(shop, "-u", "admin"), CORE)}
    assert {name for name, scope in scopes.items() if scope.gaps} == {
        "access",
        "bindings",
        "libraries",
        "processes",
        "schedule",
        "sockets",
    }
    assert all("NOPASSWD" in (gap.remedy or "") for scope in scopes.values() for gap in scope.gaps)
    assert all(scope.facts is not None for scope in scopes.values())


def built(folder: Path, stage: str) -> str:
    (folder / "Dockerfile").write_text(_DOCKERFILE)
    (folder / "alpha.spec").write_text(_SPEC)
    image = f"migrate-test-probes-{stage}"
    docker("build", "-q", "--target", stage, "--build-arg", f"BASE={base_image()}", "-t", image, str(folder))
    return image


@pytest.fixture
def container(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    image = built(tmp_path, request.param)
    words = ("sleep", "10000") if request.param == "rpm" else ()
    name = docker("run", "-d", "--cap-add", "SYS_PTRACE", image, *words).strip()
    try:
        yield name
    finally:
        docker("rm", "-f", name)
        docker("image", "rm", "-f", image)


@pytest.mark.parametrize("container", ["rpm"], indirect=True)
def test_a_host_with_rpm_s_database_is_read_without_a_trace(container: str) -> None:
    found = inventory(probe(inside(container), CORE))
    alpha, beta = found.get(Packages).packages
    assert (alpha.name, alpha.version, alpha.depends) == ("alpha", "2:1.2-3", (("/bin/sh",), ("beta",)))
    assert (beta.version, beta.manual, alpha.provides) == ("1.2-3", None, ("webserver",))
    assert ("/usr/sbin/alphad", "alpha") in {(one.path, one.package) for one in found.get(Ownership).commands}
    jobs = {one.source: one.package for one in found.get(Schedule).jobs}
    assert (jobs["/etc/cron.d/alpha"], jobs["/etc/cron.d/beta"]) == ("alpha", None), "beta's was changed"
    assert docker("diff", container) == "", "rpm as root would have written its __db files"


@pytest.mark.parametrize("container", ["busybox"], indirect=True)
def test_a_host_with_busybox_alone_gives_every_scope(container: str) -> None:
    found = inventory(probe(inside(container), CORE))
    assert {scope.name for scope in found.scopes if scope.facts is None} == set()
    assert not [gap for scope in found.scopes for gap in scope.gaps if "awk" in gap.why]
    (httpd,) = [one for one in found.get(Processes).processes if one.name == "httpd"]
    assert (httpd.exe, httpd.argv) == ("/bin/busybox", ("/bin/httpd", "-f", "-p", "8080"))
    assert [(one.address, one.port, one.pids) for one in found.get(Sockets).sockets] == [("::", 8080, (httpd.pid,))]
    assert [one.name for one in found.get(Packages).packages] == ["busybox"]
    assert [one.command for one in found.get(Schedule).jobs] == ["/bin/true"]
    assert ("/bin/busybox", "busybox") in {(one.path, one.package) for one in found.get(Ownership).commands}
    assert docker("diff", container) == ""

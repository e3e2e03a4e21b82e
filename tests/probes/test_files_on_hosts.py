"""The files scope on real hosts of other kinds: rpm's database, and apk's with nothing but busybox."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.model.facts import FileFact, Files
from migrate.parts import parts
from migrate.probing import probe
from tests.probes.shells import Here
from tests.reach.box import base_image, docker

pytestmark = pytest.mark.engine

FILES = tuple(each for each in parts("migrate.probes", "PROBE") if each.facts is Files)

# The package manager of the base is taken away, so that rpm's database is the host's.
_DOCKERFILE = r"""
ARG BASE
FROM $BASE AS rpm
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
      rpm busybox-static >/dev/null && apt-get clean
COPY alpha.spec /root/
RUN mkdir -p /etc/rpm && echo '%_dbpath /var/lib/rpm' >/etc/rpm/macros \
 && rpmbuild -bb /root/alpha.spec >/dev/null 2>&1 && rpm -i --nodeps /root/rpmbuild/RPMS/noarch/*.rpm \
 && rm -rf /var/lib/rpm/__db* /var/lib/dpkg /var/lib/ucf
RUN echo '9 9 9 9 9 root x' >>/etc/cron.d/alpha && echo '# x' >>/usr/share/alpha/b.sh && rm /usr/share/alpha/gone \
 && touch /usr/share/alpha/c.sh && mkdir -p /opt/mine && echo x >/opt/mine/x.db && echo 1 >"/opt/mine/$(printf 'a\nb')"
RUN mkdir -p /box/bin /box/etc /box/lib/apk/db /box/proc /box/sys /box/dev /box/tmp /box/usr/bin /box/opt/mine \
 && cp /bin/busybox /box/bin/ && for a in $(busybox --list | grep -vx busybox); do ln -s busybox /box/bin/$a; done \
 && echo one >/box/etc/same.conf && echo two >/box/etc/other.conf && touch -d 2019-01-01 /box/bin/busybox \
 && echo x >/box/usr/bin/old && touch -d 2019-01-01 /box/usr/bin/old && echo y >/box/usr/bin/edited \
 && echo x >/box/usr/bin/touched && echo x >/box/opt/mine/x.db && echo 1 >"/box/opt/mine/$(printf 'a\nb')"
COPY installed /box/lib/apk/db/installed
FROM scratch AS busybox
COPY --from=rpm /box /
CMD ["/bin/httpd", "-f", "-p", "8080"]
"""
_SPEC = """
Name: alpha
Version: 1.2
Release: 3
Summary: A test
License: none
BuildArch: noarch
%description
A test
%install
mkdir -p %{buildroot}/etc/cron.d %{buildroot}/usr/share/alpha
for f in a.sh b.sh c.sh gone; do echo '#!/bin/sh' >%{buildroot}/usr/share/alpha/$f; done
echo '1 2 3 4 5 root /usr/sbin/alphad' >%{buildroot}/etc/cron.d/alpha
%files
/usr/share/alpha
%config(noreplace) /etc/cron.d/alpha
"""


def installed() -> str:
    """apk's database as Alpine 3.12 writes it: R a file, Z its SHA-1 in base 64, t when the package was built."""

    def file(name: str, content: str) -> str:
        digest = base64.b64encode(hashlib.sha1(content.encode(), usedforsecurity=False).digest()).decode()
        return f"R:{name}\na:0:0:644\nZ:Q1{digest}\n"

    etc = file("same.conf", "one\n") + file("other.conf", "ONE\n") + file("gone.conf", "x\n")
    programs = "".join(file(name, "x\n") for name in ("old", "edited", "touched", "removed"))
    head = "C:Q1x=\nP:conf\nV:1-r0\nA:x86_64\nt:1577836800\n"
    first = "P:busybox\nV:1.31-r9\nA:x86_64\nt:1577836800\nF:bin\nR:busybox\n\n"
    return f"{first}{head}F:etc\n{etc}F:usr\nF:usr/bin\n{programs}\n"


@pytest.fixture
def container(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "Dockerfile").write_text(_DOCKERFILE)
    (tmp_path / "alpha.spec").write_text(_SPEC)
    (tmp_path / "installed").write_text(installed())
    image = f"migrate-test-files-{request.param}"
    docker("build", "-q", "--target", request.param, "--build-arg", f"BASE={base_image()}", "-t", image, str(tmp_path))
    name = docker("run", "-d", image, *(("sleep", "10000") if request.param == "rpm" else ())).strip()
    try:
        yield name
    finally:
        docker("rm", "-f", name)
        docker("image", "rm", "-f", image)


def read(container: str) -> Files:
    (scope,) = probe(Here(("sh",), ("docker", "exec", "-i", container)), FILES)
    assert isinstance(scope.facts, Files)
    assert scope.gaps == ()
    assert docker("diff", container) == "", "nothing is written"
    return scope.facts


def changes(facts: tuple[FileFact, ...]) -> dict[str, tuple[str | None, str | None]]:
    return {fact.path: (fact.package, fact.change) for fact in facts}


@pytest.mark.parametrize("container", ["rpm"], indirect=True)
def test_what_rpm_brought_is_compared_without_a_trace(container: str) -> None:
    files = read(container)
    assert changes(files.changed_configuration) == {"/etc/cron.d/alpha": ("alpha", "changed")}
    assert changes(files.changed_packaged) == {
        "/usr/share/alpha/b.sh": ("alpha", "changed"),
        "/usr/share/alpha/gone": ("alpha", "missing"),
    }, "c.sh was only touched"
    trees = {tree.root.path: tree for tree in files.unmanaged}
    assert (trees["/opt/mine"].role, trees["/opt/mine"].count) == ("application", 2), "the file with a newline, too"
    assert trees["/opt/mine/x.db"].role == "data"


@pytest.mark.parametrize("container", ["busybox"], indirect=True)
def test_what_apk_brought_is_compared_by_busybox_alone(container: str) -> None:
    files = read(container)
    assert changes(files.changed_configuration) == {
        "/etc/other.conf": ("conf", "changed"),
        "/etc/gone.conf": ("conf", "missing"),
    }
    assert changes(files.changed_packaged) == {
        "/usr/bin/edited": ("conf", "changed"),
        "/usr/bin/removed": ("conf", "missing"),
    }
    trees = {tree.root.path: tree for tree in files.unmanaged}
    assert trees["/opt/mine"].role == "application"
    assert trees["/opt/mine/x.db"].role == "data"

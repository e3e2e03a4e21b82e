"""Packages of other makers: one from a repository with its key, one that was installed from a file, in a real image."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.engines.bases import ensure_base
from migrate.engines.choose import choose
from migrate.model.plan import Base
from tests.e2e.shop import run_migrate

pytestmark = [pytest.mark.engine, pytest.mark.slow]
BASE = Base("debian:12", "dpkg", "debian", "12", "bookworm")

# A maker's repository: signed, with one package; and a package that lies there as a file.
_MAKE = r"""
set -eu
apt-get update -q && apt-get install -qy --no-install-recommends apt-utils gnupg python3 procps iproute2 netcat-openbsd
cd /srv && mkdir -p repo
package() {  # name, port, section, file
    mkdir -p "$1/DEBIAN" "$1/usr/bin" "$1/etc"
    printf '#!/bin/sh\nwhile :; do nc -lk %s; done\n' "$2" >"$1/usr/bin/$1"; chmod 755 "$1/usr/bin/$1"
    echo "greeting of $1" >"$1/etc/$1.conf"
    {
        printf 'Package: %s\nVersion: 2.1-maker1\nArchitecture: all\nSection: %s\n' "$1" "$3"
        printf 'Maintainer: Maker <m@maker.example>\nDepends: netcat-openbsd\nDescription: x\n'
    } >"$1/DEBIAN/control"
    dpkg-deb -Zgzip --root-owner-group -b "$1" "$4" >/dev/null; rm -r "$1"
}
package offered 7101 utils repo/offered.deb
package fromfile 7102 misc /srv/fromfile.deb
export GNUPGHOME=/srv/gpg; mkdir -m 700 "$GNUPGHOME"
gpg -q --batch --passphrase '' --quick-gen-key maker rsa2048 sign never
cd repo && apt-ftparchive packages . >Packages
field=APT::FTPArchive::Release
apt-ftparchive -o $field::Origin=Maker -o $field::Label=MakerTools release . >/srv/Release
mv /srv/Release . && gpg -q --batch --clearsign -o InRelease Release
mkdir -p /etc/apt/keyrings && gpg -q --export >/etc/apt/keyrings/maker.gpg
"""
_INSTALL = r"""
set -eu
address=$(hostname -i | cut -d' ' -f1)
(cd /srv/repo && exec setsid python3 -m http.server 8000 >/dev/null 2>&1) &
sleep 1
echo "deb [signed-by=/etc/apt/keyrings/maker.gpg] http://$address:8000/ ./" >/etc/apt/sources.list.d/maker.list
apt-get update -q && apt-get install -qy offered && dpkg -i /srv/fromfile.deb
setsid /usr/bin/offered >/dev/null 2>&1 &
setsid /usr/bin/fromfile >/dev/null 2>&1 &
"""


def _docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout.strip()


@pytest.fixture
def host() -> Iterator[str]:
    """A container that is the legacy server and the maker's web server in one."""
    base = ensure_base(BASE, choose("docker"))
    name = f"docker-makers-{os.getpid()}"
    with contextlib.ExitStack() as stack:
        _docker("run", "-d", "--init", "--name", name, base.reference, "sleep", "3600")
        stack.callback(_docker, "rm", "-f", name)
        _docker("exec", name, "sh", "-c", _MAKE)
        _docker("exec", name, "sh", "-c", _INSTALL)
        time.sleep(2)
        yield name


def test_one_comes_from_its_repository_and_the_other_as_its_files(host: str, tmp_path: Path) -> None:
    for words in (("discover", f"docker:{host}"), ("generate", "--no-validate")):
        done = run_migrate(*words, cwd=tmp_path, env=dict(os.environ))
        assert done.status == 0, done.err
    ledger = json.loads((tmp_path / "generated/ledger.json").read_text())["entries"]
    fates = {one["fact"]: one for one in ledger}
    assert fates["packages:offered"]["fate"] == "carried", fates["packages:offered"]
    assert fates["packages:fromfile"]["fate"] == "changed", fates["packages:fromfile"]
    for name, package in (("offered", "install ok installed"), ("fromfile", "")):
        folder = tmp_path / "generated/images" / name
        image = f"{host}-{name}"
        base = ensure_base(BASE, choose("docker")).reference
        _docker("build", "-q", "--build-arg", f"BASE={base}", "-t", image, str(folder))
        try:
            script = (
                f"cat /etc/{name}.conf; test -x /usr/bin/{name}; dpkg-query -W -f '${{Status}}' {name} 2>/dev/null || :"
            )
            said = _docker("run", "--rm", "--entrypoint", "sh", image, "-c", script)
            assert said.splitlines() == [f"greeting of {name}", *([package] if package else [])]
        finally:
            _docker("rmi", "-f", image)

"""Boxes as Vagrant keeps them: `vagrant up` with its docker provider, then discovery by the machines' names."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.shop import run_migrate
from tests.reach.box import base_image, docker

pytestmark = [pytest.mark.engine, pytest.mark.slow]

IMAGE = "migrate-test-vagrant"
# Vagrant logs in with its well-known key the first time; it then puts one of its own in the place of that.
_DOCKERFILE = """
ARG BASE
FROM $BASE
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \\
      openssh-server sudo procps >/dev/null && apt-get clean && mkdir -p /run/sshd \\
 && useradd -m -s /bin/bash vagrant && echo vagrant:vagrant | chpasswd \\
 && echo 'vagrant ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/vagrant
CMD ["/usr/sbin/sshd", "-D"]
"""
_VAGRANTFILE = f"""
Vagrant.configure("2") do |config|
  config.vm.synced_folder ".", "/vagrant", disabled: true
  config.ssh.password = "vagrant"
  %w[web db].each do |name|
    config.vm.define name do |machine|
      machine.vm.hostname = name
      machine.vm.provider "docker" do |docker|
        docker.image = "{IMAGE}"
        docker.has_ssh = true
        docker.remains_running = true
      end
    end
  end
end
"""


@pytest.fixture
def boxes(tmp_path: Path) -> Iterator[Path]:
    """A folder with two machines that are up."""
    assert shutil.which("vagrant"), "vagrant is missing: scripts/setup --for all installs it"
    docker("build", "-q", "--build-arg", f"BASE={base_image()}", "-t", IMAGE, "-", stdin=_DOCKERFILE)
    (tmp_path / "Vagrantfile").write_text(_VAGRANTFILE)
    environment = {**os.environ, "VAGRANT_CHECKPOINT_DISABLE": "1", "VAGRANT_HOME": str(tmp_path / ".vagrant.d")}
    words = ("vagrant", "up", "--provider=docker")
    try:
        up = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert up.returncode == 0, up.stdout + up.stderr
        yield tmp_path
    finally:
        subprocess.run(("vagrant", "destroy", "-f"), cwd=tmp_path, env=environment, capture_output=True, check=False)
        docker("image", "rm", "-f", IMAGE)


def test_machines_are_discovered_by_the_names_that_vagrant_gives_them(boxes: Path) -> None:
    environment = {"VAGRANT_CHECKPOINT_DISABLE": "1", "VAGRANT_HOME": str(boxes / ".vagrant.d")}
    done = run_migrate("discover", "vagrant:web", "vagrant:db", "--no-record", cwd=boxes, env=environment)
    assert done.status == 0, done.err
    for name in ("web", "db"):
        found = json.loads((boxes / "inventory" / f"vagrant-{name}" / "inventory.json").read_text())
        system = next(scope["facts"] for scope in found["scopes"] if scope["name"] == "system")
        assert (system["hostname"], system["privileged"]) == (name, True)
    several = run_migrate("discover", "vagrant", "--no-record", cwd=boxes, env=environment)
    assert several.status == 2, "one of two machines has to be named"
    assert "db, web" in several.err

"""A machine with everything that ties programs to it, made by what every Debian has: perl, util-linux, a shell."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator

import pytest

from migrate.model.access import Access
from migrate.model.bindings import Bindings
from migrate.model.facts import Accounts
from migrate.model.inventory import Inventory
from migrate.model.kernel import Kernel
from migrate.model.management import Management
from migrate.model.routing import Routing
from migrate.model.storage import Storage
from migrate.parts import parts
from migrate.probing import probe
from tests.probes.shells import Here
from tests.reach.box import base_image, docker

pytestmark = pytest.mark.engine

SCOPES = ("access", "accounts", "bindings", "kernel", "management", "routing", "storage")
_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsbLpDGGkLxPqS8aYU6SGJsw8TGDVLUzVWyYlnDO9Tn"
# FIFOs and sparse files lie where a reader that is not careful would hang or fill the memory.
_PLANT = rf"""
set -e
useradd -m ann; useradd -m bob
install -d /home/ann/.ssh /home/bob/.ssh /etc/sudoers.d /etc/ssh/sshd_config.d /etc/sysctl.d
echo 'command="/bin/backup",no-pty {_KEY} ann@desk' >/home/ann/.ssh/authorized_keys
truncate -s 1T /home/bob/.ssh/authorized_keys; mkfifo /home/bob/.ssh/authorized_keys2
mkfifo /etc/sudoers.d/fifo /etc/ssh/sshd_config.d/fifo.conf /etc/sysctl.d/fifo.conf
printf 'Cmnd_Alias SVC = /bin/a, \\\n /bin/b\nann ALL=(root) NOPASSWD: SVC\n' >/etc/sudoers.d/ann
printf 'Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\n' >/etc/ssh/sshd_config
printf 'nas:/vol /mnt/vol nfs ro,_netdev 0 0\n//w/s /mnt/s cifs username=u,password=S3cretS3cret 0 0\n' >/etc/fstab
echo '/srv 10.0.0.0/8(ro)' >/etc/exports
echo 'vm.max_map_count = 999999' >/etc/sysctl.d/60-app.conf
echo 'http_proxy=http://u:S3cretS3cret@proxy:3128' >>/etc/environment
install -d /etc/puppet /var/lib/puppet/state; printf '[main]\nserver = puppet.corp\n' >/etc/puppet/puppet.conf
echo 'file[/etc/motd]' >/var/lib/puppet/state/resources.txt
ipcmk -M 4096 >/dev/null
perl -MSocket -e 'socket(S, AF_INET, SOCK_DGRAM, 0); bind(S, sockaddr_in(5555, inet_aton("239.1.2.3")))
  && setsockopt(S, 0, 35, inet_aton("239.1.2.3") . inet_aton("0.0.0.0")) or die; sleep 10000' &
perl -MSocket -e 'socket(S, AF_INET, SOCK_DGRAM, 0); bind(S, sockaddr_in(5556, INADDR_ANY))
  && setsockopt(S, 0, 35, inet_aton("239.9.9.9") . inet_aton("0.0.0.0")) or die; sleep 10000' &
perl -MSocket -e 'socket(S, AF_INET, SOCK_RAW, 1) or die; sleep 10000' &
mknod /dev/net-tun c 10 200; perl -e 'open(T, "+<", "/dev/net-tun") or die; sleep 10000' &
nice -n -5 sleep 10000 &
taskset -c 0 sleep 10001 &
mkdir -p /jail/usr; cp -a /bin /lib* /jail; cp -a /usr/bin /usr/lib /jail/usr; chroot /jail sleep 10002 &
unshare -n sleep 10003 &
"""


@pytest.fixture(scope="module")
def planted() -> Iterator[str]:
    options = ("--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE", "--security-opt", "apparmor=unconfined")
    name = docker("run", "-d", "--init", *options, base_image(), "sleep", "100000").strip()
    try:
        subprocess.run(["docker", "exec", name, "bash", "-c", _PLANT], check=True, capture_output=True, timeout=120)
        yield name
    finally:
        docker("rm", "-f", name)


def changed(container: str) -> list[str]:
    return sorted(docker("diff", container).splitlines())


@pytest.fixture(scope="module")
def found(planted: str) -> Inventory:
    probes = [each for each in parts("migrate.probes", "PROBE") if each.facts.scope in SCOPES]
    before, started = changed(planted), time.monotonic()
    scopes = probe(Here(("sh",), ("docker", "exec", "-i", planted)), probes)
    assert time.monotonic() - started < 60, "nothing waits for the FIFOs"
    assert changed(planted) == before, "the host is read, never written"
    return Inventory("h", "h", "", scopes)


def test_nothing_but_the_file_that_is_no_list_of_keys_is_a_gap(found: Inventory) -> None:
    gaps = [(gap.what, gap.why) for scope in found.scopes for gap in scope.gaps]
    assert gaps == [("/home/bob/.ssh/authorized_keys", "too large to be a list of keys")]
    assert "S3cretS3cret" not in repr(found)


def test_who_may_come_in(found: Inventory) -> None:
    access = found.get(Access)
    (rule,) = [one for one in access.sudo if one.users == ("ann",)]
    assert (rule.commands, rule.tags, rule.seen) == (("/bin/a", "/bin/b"), ("NOPASSWD",), "/etc/sudoers.d/ann:3")
    (key,) = access.keys
    assert (key.user, key.fingerprint) == ("ann", "SHA256:s0UJsyMZHpRywUZ4Sn13K5EHvpqk4r5ixEk0ZQlefRs")
    assert [(one.key, one.value) for one in access.sshd] == [("PermitRootLogin", "no")]
    assert {"ann", "bob"} <= {one.name for one in found.get(Accounts).users}


def test_what_ties_programs_to_the_machine(found: Inventory) -> None:
    bindings = found.get(Bindings)
    (group,) = [one for one in bindings.multicast if one.group == "239.1.2.3"]
    assert [user.name for user in group.users] == ["perl"]
    (other,) = [one for one in bindings.multicast if one.group == "239.9.9.9"]
    assert (other.users, [user.name for user in other.possible]) == ((), ["perl"])
    assert [(one.kind, [user.name for user in one.users]) for one in bindings.raw_sockets] == [("raw", ["perl"])]
    assert [(one.path, one.user.name) for one in bindings.devices] == [("/dev/net-tun", "perl")]
    assert [one.nice for one in bindings.scheduling if one.nice] == [-5]
    assert [one.processors for one in bindings.scheduling if one.processors] == ["0"]
    assert [(one.kind, one.size) for one in bindings.ipc] == [("shared-memory", 4096)]
    kinds = {(one.kind, one.root, one.namespaces) for one in bindings.confined}
    assert kinds == {("chroot", "/jail", ()), ("namespaces", None, ("net",))}


def test_what_it_stands_on(found: Inventory) -> None:
    storage, kernel = found.get(Storage), found.get(Kernel)
    assert [(one.path, one.network, one.mounted) for one in storage.table] == [
        ("/mnt/vol", True, False),
        ("/mnt/s", True, False),
    ]
    assert [(one.path, one.client) for one in storage.exports] == [("/srv", "10.0.0.0/8")]
    (tunable,) = [one for one in kernel.tunables if one.key == "vm.max_map_count"]
    assert tunable.written == "999999"
    assert tunable.value not in (None, "999999")
    assert kernel.processor.model
    assert kernel.command_line


def test_its_network_and_who_keeps_it(found: Inventory) -> None:
    routing, management = found.get(Routing), found.get(Management)
    assert {(one.name, one.kind) for one in routing.interfaces} >= {("lo", "loopback"), ("eth0", "ethernet")}
    assert any(one.destination == "0.0.0.0/0" and one.gateway for one in routing.routes)
    assert [(one.name, one.value) for one in routing.proxies] == [("http_proxy", "http://***@proxy:3128")]
    assert [(one.name, one.server, one.keeps) for one in management.tools] == [
        ("puppet", "puppet.corp", ("/etc/motd",))
    ]

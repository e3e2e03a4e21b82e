"""The way over the system's ssh, against a real sshd."""

from __future__ import annotations

import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.errors import (
    AuthenticationRefused,
    ConnectionLost,
    HostError,
    HostKeyChanged,
    HostKeyUnknown,
    HostUnreachable,
    SudoRefused,
)
from migrate.model.target import Access
from migrate.reach import Connection
from migrate.reach.open import connect as open_target
from migrate.reach.targets import parse_target
from tests.reach.box import PASSWORD, Box, Wire

pytestmark = pytest.mark.engine


@pytest.fixture(autouse=True)
def own_configuration(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not that of who runs the tests: no keys, no agent, no known hosts."""
    config = tmp_path / "config"
    config.write_text(
        f"Host inner\n HostName 127.0.0.1\n Port 22\n ProxyJump root@127.0.0.1:{box.port}\n HostKeyAlias inner\n"
        f"Host *\n UserKnownHostsFile {tmp_path / 'known'}\n IdentityFile none\n IdentityAgent none\n"
    )
    monkeypatch.setenv("MIGRATE_SSH_CONFIG", str(config))


def access(box: Box, **options: object) -> Access:
    given: dict[str, object] = {"identity": (box.key,), "accept_new": True, "openssh": True, **options}
    return Access(**given)  # type: ignore[arg-type]


def connect(box: Box, user: str, port: int | None = None, **options: object) -> Connection:
    return open_target(parse_target(f"{user}@127.0.0.1:{port or box.port}"), access(box, **options))


def output(connection: Connection, script: str, deadline: float = 60.0) -> bytes:
    got: list[bytes] = []
    connection.run(script.encode(), got.append, deadline=deadline)
    return b"".join(got)


@pytest.mark.parametrize(
    ("user", "elevation", "who"),
    [("root", "root", b"root"), ("free", "sudo", b"root"), ("plain", "none", b"plain"), ("csh", "sudo", b"root"),
     ("noisy", "none", b"noisy"), ("term", "sudo", b"root"), ("asks", "none", b"asks")],
)  # fmt: skip
def test_a_key_logs_in_and_we_become_what_the_host_allows(box: Box, user: str, elevation: str, who: bytes) -> None:
    connection = connect(box, user)
    assert (connection.elevation, output(connection, "id -un"), output(connection, "id -un")) == (
        elevation, who + b"\n", who + b"\n"
    )  # fmt: skip
    connection.close()


def test_bytes_and_the_status_come_as_they_are(box: Box) -> None:
    connection = connect(box, "plain")
    got: list[bytes] = []
    ended = connection.run(b"printf 'a\\0\\377\\r\\n'; head -c 3000000 /dev/zero; echo oops >&2; exit 6", got.append)
    assert b"".join(got) == b"a\0\xff\r\n" + b"\0" * 3_000_000
    assert (ended.status, ended.err) == (6, b"oops\n")
    connection.close()


def test_a_password_logs_in_and_is_tried_for_sudo(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATE_SSH_PASSWORD", PASSWORD)
    connection = connect(box, "asks", identity=())
    assert output(connection, "id -un") == b"root\n"
    words = subprocess.run(("ps", "-e", "-o", "args"), capture_output=True, text=True, check=True).stdout
    assert PASSWORD not in words
    connection.close()


def test_a_password_comes_from_a_file(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text(PASSWORD + "\n")
    monkeypatch.setenv("MIGRATE_SSH_PASSWORD_FILE", str(tmp_path / "password"))
    connect(box, "plain", identity=()).close()


def test_a_wrong_password_is_refused_once_and_soon(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATE_SSH_PASSWORD", "wrong")
    with pytest.raises(AuthenticationRefused) as caught:
        connect(box, "plain", identity=())
    assert "MIGRATE_SSH_PASSWORD" in str(caught.value.hint)


def test_an_encrypted_key_logs_in_with_its_passphrase(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = (str(box.folder / "locked"),)
    with pytest.raises(AuthenticationRefused):
        connect(box, "plain", identity=locked)
    monkeypatch.setenv("MIGRATE_SSH_KEY_PASSPHRASE", "open sesame")
    connect(box, "plain", identity=locked).close()


def test_a_wrong_sudo_password_is_refused(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATE_SUDO_PASSWORD", "wrong")
    with pytest.raises(SudoRefused):
        connect(box, "asks")


def test_an_account_without_a_shell_is_named(box: Box) -> None:
    with pytest.raises(HostError, match="not available"):
        connect(box, "none")


def test_an_unknown_host_is_refused_and_an_accepted_one_is_known(box: Box) -> None:
    with pytest.raises(HostKeyUnknown) as caught:
        connect(box, "plain", accept_new=False)
    assert "--accept-new" in str(caught.value.hint)
    connect(box, "plain").close()
    connect(box, "plain", accept_new=False).close()


def test_a_changed_host_key_is_refused_always(box: Box, tmp_path: Path) -> None:
    kind, key, *_ = (box.folder / "key.pub").read_text().split()
    (tmp_path / "known").write_text(f"[127.0.0.1]:{box.port} {kind} {key}\n")
    with pytest.raises(HostKeyChanged):
        connect(box, "plain")


def test_a_legacy_server_is_reached_only_where_that_is_wanted(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    # By password: a server of today that is told to take SHA-1 alone still says that it takes more.
    monkeypatch.setenv("MIGRATE_SSH_PASSWORD", PASSWORD)
    with pytest.raises(HostUnreachable) as caught:
        connect(box, "plain", box.old_port)
    assert "--legacy-crypto" in str(caught.value.hint)
    connection = connect(box, "plain", box.old_port, identity=(), legacy_crypto=True)
    assert output(connection, "id -un") == b"plain\n"
    connection.close()


@pytest.mark.parametrize(("host", "port", "says"), [("127.0.0.1", 1, "refused"), ("nowhere.invalid", 22, "resolve")])
def test_a_host_that_is_not_there_is_unreachable(box: Box, host: str, port: int, says: str) -> None:
    with pytest.raises(HostUnreachable, match=says):
        open_target(parse_target(f"x@{host}:{port}"), access(box))


def test_a_host_behind_another_is_reached_by_configuration_and_by_option(box: Box) -> None:
    for target, jump in (("free@inner", None), ("free@localhost:22", f"root@127.0.0.1:{box.port}")):
        connection = open_target(parse_target(target), access(box, jump=jump))
        assert output(connection, "id -un; hostname") == b"root\n" + box.inside("hostname").encode()
        connection.close()


def test_a_program_that_takes_too_long_is_ended_on_the_host(box: Box) -> None:
    connection = connect(box, "free")
    got: list[bytes] = []
    assert connection.run(b"echo begun; sleep 5151", got.append, deadline=1).status is None
    assert got == [b"begun\n"]
    assert _gone(box, "sleep 5151")
    connection.close()


def _gone(box: Box, words: str) -> bool:
    for _ in range(50):
        if words not in box.inside("ps", "-e", "-o", "args"):
            return True
        time.sleep(0.1)
    return False


def test_a_cut_connection_is_lost_after_all_that_arrived(box: Box) -> None:
    wire = Wire(box.port, 400_000)
    connection = open_target(parse_target(f"plain@127.0.0.1:{wire.port}"), access(box))
    got: list[bytes] = []
    with pytest.raises(ConnectionLost):
        connection.run(b"head -c 3000000 /dev/zero", got.append)
    assert 0 < len(b"".join(got)) < 400_000
    connection.close()


@pytest.fixture
def free(box: Box) -> Iterator[Connection]:
    connection = connect(box, "free")
    yield connection
    connection.close()


def test_ports_of_the_host_s_loopback_are_reached(box: Box, free: Connection) -> None:
    stream = free.open_tcp("127.0.0.1", 2222)
    stream.settimeout(10)
    assert stream.recv(8) == b"SSH-2.0-"
    stream.close()
    closed = free.open_tcp("127.0.0.1", 1)
    with pytest.raises(ConnectionRefusedError):
        closed.recv(1)
    closed.close()


def test_a_server_that_forbids_forwarding_says_so(box: Box) -> None:
    connection = connect(box, "free", box.strict_port)
    stream = connection.open_tcp("127.0.0.1", 22)
    with pytest.raises(OSError, match=r"forbid|prohibited|denied|refused"):
        stream.recv(1)
    stream.close()
    connection.close()


def test_one_login_serves_everything_and_leaves_nothing(box: Box, free: Connection) -> None:
    logins = box.inside("sh", "-c", "ps -e -o args | grep -c 'sshd: free \\[priv\\]'")
    for _ in range(3):
        output(free, "true")
    assert logins.strip() == "1"
    folder = free._folder  # type: ignore[attr-defined]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    free.close()
    assert not folder.exists()


# --- certificates -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(box: Box, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key that certifies users and hosts; the account ``plain`` trusts it."""
    folder = tmp_path_factory.mktemp("authority")
    for name in ("ca", "user"):
        subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)), check=True)
    _sign(folder, "-I", "us", "-n", "plain", str(folder / "user.pub"))
    line = f"cert-authority {(folder / 'ca.pub').read_text().strip()}"
    box.inside("sh", "-c", f"echo '{line}' >>/home/plain/.ssh/authorized_keys")
    return folder


def _sign(folder: Path, *words: str) -> None:
    subprocess.run(("ssh-keygen", "-q", "-s", str(folder / "ca"), *words), check=True)


@pytest.mark.parametrize("openssh", [False, True])
@pytest.mark.parametrize("named", [False, True])
def test_a_user_s_certificate_logs_in_beside_the_key_or_named(
    box: Box, authority: Path, tmp_path: Path, openssh: bool, named: bool
) -> None:
    key = authority / "user"
    if named:  # away from the key, so that only ssh_config leads to it
        key = tmp_path / "key"
        key.write_bytes((authority / "user").read_bytes())
        key.chmod(0o600)
        config = tmp_path / "config"
        config.write_text(f"CertificateFile {authority / 'user-cert.pub'}\n" + config.read_text())
    connection = connect(box, "plain", identity=(str(key),), openssh=openssh)
    assert output(connection, "id -un") == b"plain\n"
    connection.close()


def test_a_host_s_certificate_is_verified_by_the_system_s_ssh_and_ours_says_so(
    box: Box, authority: Path, tmp_path: Path
) -> None:
    (authority / "host.pub").write_text(box.inside("cat", "/etc/ssh/ssh_host_ed25519_key.pub"))
    _sign(authority, "-h", "-I", "box", "-n", "box.example", str(authority / "host.pub"))
    subprocess.run(("docker", "cp", str(authority / "host-cert.pub"), f"{box.container}:/etc/ssh/c.pub"), check=True)
    box.inside("/usr/sbin/sshd", "-p", "2299", "-o", "HostCertificate=/etc/ssh/c.pub")
    config = tmp_path / "config"
    lines = ("Host certified", "HostName 127.0.0.1", "Port 2299", "HostKeyAlias box.example")
    config.write_text("\n".join([*lines, f"ProxyJump root@127.0.0.1:{box.port}", config.read_text()]))
    connect(box, "root").close()  # the jump host is known from now on
    known = tmp_path / "known"
    known.write_text(f"{known.read_text()}@cert-authority box.example {(authority / 'ca.pub').read_text()}")
    connection = open_target(parse_target("free@certified"), access(box, accept_new=False))
    assert output(connection, "id -un") == b"root\n"
    connection.close()
    with pytest.raises(HostKeyUnknown) as caught:
        open_target(parse_target("free@certified"), access(box, accept_new=False, openssh=False))
    assert "--openssh" in str(caught.value.hint)

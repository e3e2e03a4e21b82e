"""The way over SSH, against a real sshd."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
import time
from dataclasses import replace

import pytest

from migrate.errors import (
    AuthenticationRefused,
    ConnectionLost,
    HostError,
    HostKeyChanged,
    HostKeyUnknown,
    HostUnreachable,
    InputError,
    SudoRefused,
)
from migrate.model.target import Access
from migrate.reach import Connection, Stream
from migrate.reach.open import connect as open_target
from migrate.reach.targets import parse_target
from migrate.reach.vagrant import settings_of
from migrate.reach.wire.config import Settings
from migrate.reach.wire.connection import SshConnection
from tests.reach.box import PASSWORD, Box, Wire

pytestmark = pytest.mark.engine


def connect(box: Box, user: str, port: int | None = None, **options: object) -> SshConnection:
    access = Access(identity=(box.key,), accept_new=True)
    return SshConnection(box.settings(user, port), replace(access, **options))  # type: ignore[arg-type]


def output(connection: Connection, script: str, deadline: float = 60.0) -> bytes:
    got: list[bytes] = []
    connection.run(script.encode(), got.append, deadline=deadline)
    return b"".join(got)


def gone(box: Box, words: str) -> bool:
    for _ in range(50):
        if words not in box.inside("ps", "-e", "-o", "args"):
            return True
        time.sleep(0.1)
    return False


# --- logging in -------------------------------------------------------------------------------------------------------


def test_a_key_logs_in(box: Box) -> None:
    connection = connect(box, "plain")
    assert output(connection, "id -un") == b"plain\n"
    assert (connection.profile, connection.label) == ("modern", f"plain@127.0.0.1:{box.port}")
    connection.close()


def test_a_password_logs_in_and_is_tried_for_sudo(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATE_SSH_PASSWORD", PASSWORD)
    connection = connect(box, "asks", identity=())
    assert connection.elevation == "sudo"
    assert output(connection, "id -un") == b"root\n"
    connection.close()


def test_an_encrypted_key_logs_in_with_its_passphrase(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = (str(box.folder / "locked"),)
    with pytest.raises(AuthenticationRefused, match="it is encrypted") as caught:
        connect(box, "plain", identity=locked)
    assert "ssh-add" in str(caught.value.hint)
    monkeypatch.setenv("MIGRATE_SSH_KEY_PASSPHRASE", "another")
    with pytest.raises(AuthenticationRefused, match="its passphrase is another one"):
        connect(box, "plain", identity=locked)
    monkeypatch.setenv("MIGRATE_SSH_KEY_PASSPHRASE", "open sesame")
    connect(box, "plain", identity=locked).close()


def test_the_agent_logs_in(box: Box) -> None:
    path = str(box.folder / "agent")
    agent = subprocess.Popen(("ssh-agent", "-D", "-a", path), stdout=subprocess.DEVNULL)
    try:
        for _ in range(50):
            done = subprocess.run(("ssh-add", "-q", box.key), env={"SSH_AUTH_SOCK": path}, check=False)
            if done.returncode == 0:
                break
            time.sleep(0.1)
        settings = replace(box.settings("plain"), agent=path)
        SshConnection(settings, Access(accept_new=True)).close()
    finally:
        agent.terminate()
        agent.wait()


def test_a_refusal_says_what_was_tried_and_what_to_try(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATE_SSH_PASSWORD", "wrong")
    with pytest.raises(AuthenticationRefused) as caught:
        connect(box, "nobody-here")
    assert box.key in caught.value.message
    assert "password" in caught.value.message
    assert "wrong" not in caught.value.message
    assert "-i FILE" in str(caught.value.hint)


def test_a_server_that_loses_patience_is_asked_again(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATE_SSH_PASSWORD", PASSWORD)
    keys = []
    for name in ("a", "b", "c"):
        keys.append(str(box.folder / f"unknown-{name}"))
        subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys[-1]), check=True)
    connect(box, "plain", box.strict_port, identity=tuple(keys)).close()


def test_a_key_file_that_is_not_there_is_an_input_error(box: Box) -> None:
    with pytest.raises(InputError, match="no key file"):
        connect(box, "plain", identity=("/nonexistent/key",))


# --- who the host is --------------------------------------------------------------------------------------------------


def test_an_unknown_host_is_refused_with_the_fingerprint_that_ssh_keygen_shows(box: Box) -> None:
    settings = box.settings("plain", known="nothing-known")
    with pytest.raises(HostKeyUnknown) as caught:
        SshConnection(settings, Access(identity=(box.key,)))
    assert box.inside("ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub").split()[1] in caught.value.message
    assert "--accept-new" in str(caught.value.hint)
    assert not (box.folder / "nothing-known").exists()


def test_an_accepted_host_is_known_from_then_on(box: Box) -> None:
    settings = box.settings("plain", known="accepted")
    SshConnection(settings, Access(identity=(box.key,), accept_new=True)).close()
    SshConnection(settings, Access(identity=(box.key,))).close()


def test_a_host_that_is_known_by_one_of_its_other_keys_is_let_through(box: Box) -> None:
    kind, key, *_ = box.inside("cat", "/etc/ssh/ssh_host_rsa_key.pub").split()
    (box.folder / "rsa-only").write_text(f"[127.0.0.1]:{box.port} {kind} {key}\n")
    SshConnection(box.settings("plain", known="rsa-only"), Access(identity=(box.key,))).close()


def test_a_changed_host_key_is_refused_always(box: Box) -> None:
    kind, key, *_ = (box.folder / "key.pub").read_text().split()
    (box.folder / "changed").write_text(f"[127.0.0.1]:{box.port} {kind} {key}\n")
    with pytest.raises(HostKeyChanged, match="changed:1"):
        SshConnection(box.settings("plain", known="changed"), Access(identity=(box.key,), accept_new=True))


def test_a_vagrant_box_is_trusted_as_vagrant_says(box: Box) -> None:
    text = f"Host default\n HostName 127.0.0.1\n User free\n Port {box.port}\n StrictHostKeyChecking no\n"
    text += f" UserKnownHostsFile /dev/null\n PasswordAuthentication no\n IdentityFile {box.key}\n IdentitiesOnly yes\n"
    connection = SshConnection(settings_of(text, ""), Access())
    assert connection.elevation == "sudo"
    connection.close()


# --- hosts that can't be reached --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "port", "what"),
    [
        ("no-such-host.invalid", 22, "there is no host named"),
        ("127.0.0.1", 1, "refused the connection"),
    ],
)
def test_a_host_that_is_not_there_is_unreachable(host: str, port: int, what: str) -> None:
    with pytest.raises(HostUnreachable, match=what) as caught:
        SshConnection(Settings(host, host, port, "me", agent="none"), Access(connect_timeout=1))
    assert caught.value.hint


def test_a_host_that_does_not_answer_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, contextlib.ExitStack() as stack:
        address = server.getsockname()
        for _ in range(3):  # its queue is full after one or two
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        settings = Settings("busy", "127.0.0.1", address[1], "me", agent="none")
        with pytest.raises(HostUnreachable, match="did not answer within 1 s"):
            SshConnection(settings, Access(connect_timeout=1))


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings = Settings("mute", "127.0.0.1", server.getsockname()[1], "me", agent="none")
        started = time.monotonic()
        with pytest.raises(HostUnreachable, match="handshake failed"):
            SshConnection(settings, Access(connect_timeout=1))
        assert time.monotonic() - started < 5


def test_what_is_no_ssh_server_is_said_to_be_none(box: Box) -> None:
    wire = Wire(box.port, 0)
    with pytest.raises(HostUnreachable, match="handshake failed"):
        SshConnection(box.settings("plain", wire.port), Access(identity=(box.key,), accept_new=True))


# --- old servers ------------------------------------------------------------------------------------------------------


def test_a_legacy_server_is_reached_only_where_that_is_wanted(box: Box) -> None:
    rsa = (str(box.folder / "rsa"),)
    with pytest.raises(HostUnreachable, match="no longer safe") as caught:
        connect(box, "free", box.old_port, identity=rsa)
    assert "--legacy-crypto" in str(caught.value.hint)
    connection = connect(box, "free", box.old_port, identity=rsa, legacy_crypto=True)
    assert (connection.profile, connection.elevation) == ("legacy", "sudo")
    connection.close()


def test_a_modern_server_is_reached_by_modern_means_even_with_legacy_allowed(box: Box) -> None:
    connection = connect(box, "free", identity=(str(box.folder / "rsa"),), legacy_crypto=True)
    assert connection.profile == "modern"
    connection.close()


# --- what we are there ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "elevation"),
    [("root", "root"), ("free", "sudo"), ("shell", "sudo"), ("csh", "sudo"), ("term", "sudo"), ("plain", "none")],
)
def test_we_become_root_where_the_host_allows_it(box: Box, user: str, elevation: str) -> None:
    connection = connect(box, user)
    assert connection.elevation == elevation
    expected = b"0\n" if elevation != "none" else box.inside("id", "-u", user).encode()
    assert output(connection, "id -u") == expected
    assert output(connection, "id -u") == expected
    connection.close()


@pytest.mark.parametrize("user", ["asks", "termasks"])
def test_sudo_with_a_password_works_for_every_command(box: Box, user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATE_SUDO_PASSWORD", PASSWORD)
    connection = connect(box, user)
    assert connection.elevation == "sudo"
    for _ in range(3):
        assert output(connection, "id -un") == b"root\n"
    connection.close()


def test_the_sudo_password_is_not_sent_where_sudo_does_not_ask(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATE_SUDO_PASSWORD", PASSWORD)
    connection = connect(box, "free")
    ended = connection.run(b"cat", lambda data: None)
    assert output(connection, "echo one; echo two") == b"one\ntwo\n"
    assert (ended.status, ended.err) == (0, b"")
    connection.close()


def test_a_wrong_sudo_password_is_refused(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATE_SUDO_PASSWORD", "wrong")
    with pytest.raises(SudoRefused, match="does not take the password"):
        connect(box, "asks")


def test_without_a_sudo_password_we_go_on_as_we_are(box: Box) -> None:
    connection = connect(box, "asks")
    assert connection.elevation == "none"
    assert "MIGRATE_SUDO_PASSWORD" in connection.remark
    connection.close()


def test_a_user_who_may_not_sudo_goes_on_as_he_is(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATE_SUDO_PASSWORD", PASSWORD)
    connection = connect(box, "plain")
    assert (connection.elevation, "sudoers" in connection.remark) == ("none", True)
    assert output(connection, "id -un") == b"plain\n"
    connection.close()


def test_sudo_is_left_alone_where_it_is_not_wanted(box: Box) -> None:
    connection = connect(box, "free", sudo=False)
    assert connection.elevation == "none"
    connection.close()


def test_an_account_without_a_shell_is_named(box: Box) -> None:
    with pytest.raises(HostError, match="currently not available"):
        connect(box, "none")


# --- programs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["noisy", "csh"])
def test_what_a_login_shell_prints_is_not_taken_for_output(box: Box, user: str) -> None:
    connection = connect(box, user)
    for _ in range(2):
        assert output(connection, "echo only this") == b"only this\n"
    connection.close()


@pytest.mark.parametrize("user", ["root", "free", "term"])
def test_bytes_come_as_they_are(box: Box, user: str) -> None:
    script = "".join(f"printf '\\{byte:03o}'\n" for byte in range(256)) * 20
    connection = connect(box, user)
    assert output(connection, f"# {'x' * 100_000}\n{script}") == bytes(range(256)) * 20
    connection.close()


def test_five_megabytes_on_both_outputs_arrive(box: Box) -> None:
    connection = connect(box, "free")
    sizes: list[int] = []
    script = b"head -c 5000000 /dev/zero; head -c 5000000 /dev/zero >&2; head -c 5000000 /dev/zero; exit 7"
    ended = connection.run(script, lambda data: sizes.append(len(data)), deadline=60)
    assert (sum(sizes), ended.status, len(ended.err)) == (10_000_000, 7, 65536)
    connection.close()


def test_standard_input_ends_after_the_program(box: Box) -> None:
    connection = connect(box, "plain")
    assert output(connection, "echo before; cat; echo after", deadline=5).split() == [b"before", b"after"]
    connection.close()


@pytest.mark.parametrize("user", ["plain", "free", "root"])
@pytest.mark.parametrize(("deadline", "idle"), [(1.0, 60.0), (60.0, 1.0)])
def test_a_program_that_takes_too_long_is_ended_on_the_host(box: Box, user: str, deadline: float, idle: float) -> None:
    connection = connect(box, user)
    got: list[bytes] = []
    started = time.monotonic()
    ended = connection.run(b"echo begun; sleep 4242; echo done", got.append, deadline=deadline, idle=idle)
    assert (b"".join(got), ended.status) == (b"begun\n", None)
    assert time.monotonic() - started < 5
    assert gone(box, "sleep 4242")
    assert output(connection, "echo still") == b"still\n"
    connection.close()


def test_a_child_that_keeps_the_outputs_open_does_not_keep_us(box: Box) -> None:
    connection = connect(box, "plain")
    started = time.monotonic()
    ended = connection.run(b"sleep 30 & echo done", lambda data: None)
    assert ended.status == 0
    assert time.monotonic() - started < 5
    connection.close()


def test_an_interrupted_program_is_ended_on_the_host(box: Box) -> None:
    connection = connect(box, "free")

    def interrupt(data: bytes) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        connection.run(b"echo begun; sleep 4343", interrupt)
    assert gone(box, "sleep 4343")
    connection.close()


@pytest.mark.parametrize("limit", [20_000, 200_000, 3_000_000])
def test_a_cut_connection_is_lost_after_all_that_arrived(box: Box, limit: int) -> None:
    wire = Wire(box.port, limit)
    connection = connect(box, "plain", wire.port)
    got: list[bytes] = []
    with pytest.raises(ConnectionLost):
        connection.run(b"i=0; while :; do echo $i; i=$((i+1)); done", got.append, deadline=60)
    numbers = b"".join(got).split(b"\n")[:-1]
    assert numbers == [str(number).encode() for number in range(len(numbers))]
    assert limit * 0.4 - 10_000 < sum(map(len, got)) < limit
    with pytest.raises(ConnectionLost):
        connection.run(b"true", got.append)
    connection.close()


def test_a_discovery_s_runs_need_few_sessions(box: Box) -> None:
    connection = connect(box, "free")
    output(connection, "true")
    seen = output(connection, "ps -e -o args | grep -c '^sudo .*sh -s'")
    assert seen == b"1\n"  # the first was over before the second began
    connection.close()


# --- TCP --------------------------------------------------------------------------------------------------------------


def test_a_port_on_the_host_s_loopback_is_reached(box: Box) -> None:
    connection = connect(box, "plain")
    stream = connection.open_tcp("127.0.0.1", 2222)
    assert stream.recv(8) == b"SSH-2.0-"
    stream.sendall(b"SSH-2.0-test\r\n")
    stream.close()
    connection.close()


def test_a_closed_port_refuses(box: Box) -> None:
    connection = connect(box, "plain")
    with pytest.raises(ConnectionRefusedError):
        connection.open_tcp("127.0.0.1", 1)
    connection.close()


def test_a_silent_port_times_out(box: Box) -> None:
    server = threading.Thread(target=box.inside, args=("timeout", "8", "nc", "-l", "-p", "4444"), daemon=True)
    connection = connect(box, "plain")
    server.start()
    stream = _retried(connection, 4444)
    stream.settimeout(0.5)
    with pytest.raises(TimeoutError):
        stream.recv(1)
    stream.close()
    connection.close()


def _retried(connection: SshConnection, port: int) -> Stream:
    for _ in range(30):
        try:
            return connection.open_tcp("127.0.0.1", port)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError(port)


def test_a_server_that_forbids_forwarding_says_so(box: Box) -> None:
    connection = connect(box, "plain", box.strict_port)
    with pytest.raises(PermissionError, match="AllowTcpForwarding"):
        connection.open_tcp("127.0.0.1", 22)
    connection.close()


# --- jump hosts -------------------------------------------------------------------------------------------------------


@pytest.fixture
def ssh_config(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts that only the box itself can reach."""
    (box.folder / "config").write_text(
        f"Host gate\n  HostName 127.0.0.1\n  Port {box.port}\n  User plain\n"
        "Host inner\n  HostName localhost\n  User csh\n  ProxyJump gate\n"
        "Host old\n  HostName localhost\n  Port 2222\n  User free\n  ProxyJump gate,inner\n"
        "Host ring\n  ProxyJump gnir\nHost gnir\n  ProxyJump ring\n"
        f"Host command\n  HostName localhost\n  User free\n  ProxyCommand nc 127.0.0.1 {box.port}\n"
        f"Host *\n  UserKnownHostsFile {box.folder}/known_by_config\n  IdentityAgent none\n  IdentitiesOnly yes\n"
        f"  IdentityFile {box.folder}/rsa\n"
    )
    monkeypatch.setenv("MIGRATE_SSH_CONFIG", str(box.folder / "config"))


@pytest.mark.usefixtures("ssh_config")
@pytest.mark.parametrize(("alias", "user"), [("gate", b"plain"), ("inner", b"csh"), ("old", b"free")])
def test_hosts_behind_other_hosts_are_reached(alias: str, user: bytes) -> None:
    access = Access(accept_new=True, legacy_crypto=True, sudo=False)
    connection = open_target(parse_target(alias), access)
    assert output(connection, "id -un").strip() == user
    connection.close()


@pytest.mark.usefixtures("ssh_config")
def test_jump_hosts_that_go_in_a_circle_are_an_input_error() -> None:
    with pytest.raises(InputError, match="circle"):
        open_target(parse_target("ring"), Access())


@pytest.mark.usefixtures("ssh_config")
def test_a_jump_host_given_by_option_is_taken(box: Box) -> None:
    access = Access(accept_new=True, jump=f"plain@127.0.0.1:{box.port}")
    connection = open_target(parse_target("root@localhost:22"), access)
    assert connection.elevation == "root"
    connection.close()


# --- what else servers ask for ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ssh_config")
def test_a_server_that_only_asks_questions_and_greets_at_length_is_answered(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keyboard-interactive alone, a banner before the login, one session at a time, and reached over another host."""
    box.inside("sh", "-c", "yes 'authorised use only' | head -n 2000 >/etc/banner")
    options = ("Banner=/etc/banner", "UsePAM=yes", "ChallengeResponseAuthentication=yes", "MaxSessions=1")
    without = ("PasswordAuthentication=no", "PubkeyAuthentication=no")
    box.inside("/usr/sbin/sshd", "-p", "2297", *(word for one in (*options, *without) for word in ("-o", one)))
    monkeypatch.setenv("MIGRATE_SSH_PASSWORD", PASSWORD)
    access = Access(accept_new=True, jump=f"plain@127.0.0.1:{box.port}")
    connection = open_target(parse_target("free@localhost:2297"), access)
    assert [output(connection, "id -un") for _ in range(3)] == [b"root\n"] * 3
    connection.close()

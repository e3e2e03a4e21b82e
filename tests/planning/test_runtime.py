from __future__ import annotations

from migrate.detectors import Candidate
from migrate.model.facts import Socket
from migrate.model.plan import Volume
from migrate.model.storage import RuntimeDirectory, Storage
from migrate.planning import runtime
from migrate.planning.index import Index
from tests.planning.hosts import host, process, service

BROKER = Candidate("broker", service("broker.service"), (process(7, "/usr/sbin/brokerd", uid=998),))


def found(facts: Index, candidate: Candidate, *texts: str, alone: frozenset[int] = frozenset()) -> tuple[Volume, ...]:
    return runtime.directories(facts, candidate.name, candidate, (0, 0), texts, alone)


def seen(*directories: RuntimeDirectory, **more: object) -> Index:
    return host(more=(Storage(runtime=directories),), **more)


def test_a_directory_of_the_user_that_only_it_runs_as_is_its_own() -> None:
    facts = seen(RuntimeDirectory("/run/spool-x", 998, 998, 0o2710))
    [volume] = found(facts, BROKER, alone=frozenset([998]))
    assert (volume.path, volume.uid, volume.gid, volume.mode) == ("/run/spool-x", 998, 998, 0o2710)
    assert volume.kind == "runtime"
    assert found(facts, BROKER) == ()  # others run as that user, too


def test_a_directory_is_found_by_the_name_of_its_unit_program_or_package() -> None:
    facts = seen(
        RuntimeDirectory("/run/broker", 0, 0, 0o755),
        RuntimeDirectory("/run/brokerd", 0, 0, 0o755),
        RuntimeDirectory("/run/broker-ng", 0, 0, 0o755),
        RuntimeDirectory("/run/other", 0, 0, 0o755),
        owners={"/usr/sbin/brokerd": "broker-ng"},
    )
    assert [one.path for one in found(facts, BROKER)] == ["/run/broker", "/run/broker-ng", "/run/brokerd"]


def test_what_the_unit_prepares_and_what_the_configuration_names_is_needed() -> None:
    unit = service("broker.service", exec_start_pre=(("/bin/mkdir", "-p", "/var/run/ftp/empty"),))
    facts = seen(
        RuntimeDirectory("/run/ftp/empty", 0, 0, 0o555),
        RuntimeDirectory("/run/pids", 998, 998, 0o755),
        texts={"/etc/broker.conf": b"pid_file /run/pids/broker.pid\n# /run/no/x\n"},
    )
    paths = [one.path for one in found(facts, Candidate("b", unit, BROKER.processes), "/etc/broker.conf")]
    assert paths == ["/run/ftp/empty", "/run/pids"]


def test_a_directory_with_another_services_socket_is_a_coupling() -> None:
    facts = seen(
        RuntimeDirectory("/run/php", 33, 33, 0o755),
        sockets=(Socket("unix", "listen", path="/run/php/fpm.sock", pids=(9,)),),
        texts={"/etc/broker.conf": b"pass unix:/run/php/fpm.sock;\n"},
    )
    assert found(facts, BROKER, "/etc/broker.conf") == ()


def test_what_was_not_seen_comes_from_the_unit_and_its_sockets_outermost_only() -> None:
    unit = service("broker.service", runtime_directories=("broker",), pid_file="/var/run/broker.pid")
    sockets = (Socket("unix", "listen", path="/run/broker/a/b.sock", pids=(7,)),)
    [volume] = found(host(), Candidate("broker", unit, BROKER.processes, sockets))
    assert (volume.path, volume.mode) == ("/run/broker", 0o755)


def test_what_root_wrote_to_is_the_users_that_the_container_runs_as() -> None:
    server = Candidate("webd", service("webd.service"), (process(7, "/usr/sbin/webd"), process(8, "webd", uid=33)))
    facts = seen(RuntimeDirectory("/run/webd", 0, 0, 0o755), RuntimeDirectory("/run/webd/empty", 0, 0, 0o555))
    texts = ("/etc/webd.conf",)
    found = runtime.directories(facts, "webd", server, (33, 33), texts, frozenset())
    assert [(one.path, one.uid, one.gid) for one in found] == [("/run/webd", 33, 33)]
    assert runtime.directories(facts, "webd", server, (0, 0), texts, frozenset())[0].uid == 0


def test_a_socket_further_down_in_what_root_owns_has_its_directory_as_well() -> None:
    sockets = (Socket("unix", "listen", path="/run/broker/app/shop/socket", pids=(7,)),)
    one = Candidate("broker", service("broker.service"), BROKER.processes, sockets)
    volumes = runtime.directories(
        seen(RuntimeDirectory("/run/broker", 0, 0, 0o755)), "broker", one, (33, 33), (), frozenset()
    )
    assert [(volume.path, volume.uid) for volume in volumes] == [("/run/broker", 0), ("/run/broker/app/shop", 33)]

from __future__ import annotations

from migrate.detectors import Candidate
from migrate.detectors.redis import DETECTOR
from migrate.model.facts import Process, Service
from tests.planning.hosts import process, service, snapshot

HOST = snapshot()
UNIT = service("redis-server.service", exec_start=(("/usr/bin/redis-server", "/etc/redis/redis.conf"),))
MAIN = process(
    60, "/usr/bin/redis-server 127.0.0.1:6379", exe="/usr/bin/redis-server", uid=998, gid=998, cwd="/srv/redis"
)


def redis(*processes: Process, unit: Service | None = UNIT) -> Candidate:
    return Candidate("redis-server.service", unit, processes)


def test_redis_and_its_successors_are_known_by_the_program() -> None:
    assert DETECTOR.recognise(redis(MAIN), HOST) == "process 60 executes /usr/bin/redis-server"
    assert DETECTOR.recognise(redis(process(60, "/usr/bin/valkey-server")), HOST)


def test_debians_server_that_is_a_link_to_the_checking_tool_is_known() -> None:
    main = process(60, "/usr/bin/redis-server *:6379", exe="/usr/bin/redis-check-rdb", cwd="/var/lib/redis")
    assert DETECTOR.recognise(redis(main), HOST)
    assert DETECTOR.advise(redis(main), HOST).command[0] == "/usr/bin/redis-server"


def test_a_client_is_no_server() -> None:
    assert DETECTOR.recognise(redis(process(60, "/usr/bin/redis-cli")), HOST) is None
    assert DETECTOR.recognise(redis(), HOST) is None


def test_the_configuration_that_its_title_hides_is_taken_from_the_unit() -> None:
    command = DETECTOR.advise(redis(MAIN), HOST).command
    assert command[:2] == ("/usr/bin/redis-server", "/etc/redis/redis.conf")
    assert command[2:4] == ("--daemonize", "no")


def test_a_server_without_a_unit_or_a_configuration_runs_with_its_defaults() -> None:
    assert DETECTOR.advise(redis(MAIN, unit=None), HOST).command[:2] == ("/usr/bin/redis-server", "--daemonize")


def test_the_folder_where_it_saves_is_its_state() -> None:
    (volume,) = DETECTOR.advise(redis(MAIN), HOST).volumes
    assert (volume.path, volume.method, volume.uid) == ("/srv/redis", "dump:redis", 998)

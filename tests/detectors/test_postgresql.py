from __future__ import annotations

from migrate.detectors import Candidate
from migrate.detectors.postgresql import DETECTOR
from migrate.model.facts import Database, Databases, Process
from migrate.model.inventory import Snapshot
from tests.planning.hosts import listening, process, service, snapshot

DATA = "/var/lib/postgresql/13/main"
CONFIG = "/etc/postgresql/13/main/postgresql.conf"
PROGRAM = "/usr/lib/postgresql/13/bin/postgres"
MAIN = process(40, PROGRAM, "-D", DATA, "-c", f"config_file={CONFIG}", uid=998, gid=998)


def postgresql(*processes: Process, port: int = 5432) -> Candidate:
    return Candidate(
        "postgresql@13-main.service", service("postgresql@13-main.service"), processes, (listening(40, port),)
    )


def configured(text: str, **more: object) -> Snapshot:
    return snapshot(texts={CONFIG: text.encode()}, **more)  # type: ignore[arg-type]


def test_a_postmaster_is_known_by_the_program_and_its_arguments() -> None:
    assert DETECTOR.recognise(postgresql(MAIN), snapshot()) == "process 40 is a PostgreSQL postmaster"


def test_a_backend_or_another_program_is_no_postmaster() -> None:
    backend = process(41, "postgres: checkpointer", exe=PROGRAM)
    assert DETECTOR.recognise(postgresql(backend), snapshot()) is None
    assert DETECTOR.recognise(postgresql(process(40, "/usr/bin/pgbouncer", "-d")), snapshot()) is None


def test_the_server_is_started_with_its_own_arguments() -> None:
    advice = DETECTOR.advise(postgresql(MAIN), snapshot())
    assert advice.command == (PROGRAM, *MAIN.argv[1:])
    assert advice.stop_signal == "SIGINT"


def test_the_data_directory_becomes_a_volume_that_moves_by_dump() -> None:
    (volume,) = DETECTOR.advise(postgresql(MAIN), snapshot()).volumes
    assert (volume.path, volume.method, volume.uid, volume.mode) == (DATA, "dump:postgresql", 998, 0o700)


def test_a_data_directory_that_only_the_working_directory_tells_is_found() -> None:
    main = process(40, "/usr/pgsql-9.2/bin/postmaster", "-p", "5432", cwd="/srv/pg")
    (volume,) = DETECTOR.advise(postgresql(main), snapshot()).volumes
    assert volume.path == "/srv/pg"


def test_the_folder_of_a_configuration_outside_of_the_data_directory_goes_along() -> None:
    advice = DETECTOR.advise(postgresql(MAIN), snapshot())
    assert [path for path, _ in advice.files] == ["/etc/postgresql/13/main"]
    assert DETECTOR.advise(postgresql(process(40, PROGRAM, "-D", DATA)), snapshot()).files == ()


def test_the_servers_own_tool_says_when_it_is_ready_on_its_port() -> None:
    health = DETECTOR.advise(postgresql(MAIN, port=5433), snapshot()).health
    assert health is not None
    assert health.command == ("/usr/lib/postgresql/13/bin/pg_isready", "-q", "-p", "5433")


def test_an_empty_volume_is_made_a_cluster_with_the_servers_locale() -> None:
    host = configured("lc_messages = 'de_DE.UTF-8'   # locale for messages\n")
    entrypoint = DETECTOR.advise(postgresql(MAIN), host).entrypoint or ""
    assert f"/usr/lib/postgresql/13/bin/initdb -D {DATA}" in entrypoint
    assert "--locale=de_DE.UTF-8" in entrypoint
    assert entrypoint.endswith('exec "$@"\n')


def test_every_locale_of_the_server_and_its_databases_is_generated() -> None:
    databases = Databases(
        (Database("postgresql", "old", collation="fr_FR.ISO-8859-1"), Database("postgresql", "c", collation="C.UTF-8"))
    )
    host = configured("lc_messages = 'de_DE.utf8'\nlc_time = 'en_US.UTF-8'\n", more=(databases,))
    wanted = DETECTOR.advise(postgresql(MAIN), host).locales
    assert wanted == ("de_DE.utf8", "en_US.UTF-8", "fr_FR.ISO-8859-1")


def test_the_last_of_several_lines_of_a_setting_holds() -> None:
    host = configured("lc_messages = 'C.UTF-8'\nlc_messages = 'de_DE.UTF-8'\n#lc_messages = 'pl_PL.UTF-8'\n")
    assert "--locale=de_DE.UTF-8" in (DETECTOR.advise(postgresql(MAIN), host).entrypoint or "")


def test_a_hostile_locale_and_data_directory_stay_words_of_the_shell() -> None:
    main = process(40, PROGRAM, "-D", "/srv/$(id)", "-c", f"config_file={CONFIG}")
    entrypoint = DETECTOR.advise(postgresql(main), configured("lc_messages = 'x;reboot.UTF-8'\n")).entrypoint or ""
    assert "'/srv/$(id)'" in entrypoint
    assert "'x;reboot.UTF-8'" in entrypoint


def test_the_server_treats_local_peers_differently() -> None:
    assert DETECTOR.advise(postgresql(MAIN), snapshot()).local_peers_only

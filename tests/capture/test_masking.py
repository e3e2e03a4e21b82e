from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.capture.masking import Register, mask, replacer, telling
from migrate.model import codec
from migrate.model.facts import Job, Process, Processes, Schedule, Secrets, Service, Services
from migrate.model.inventory import Gap, Inventory, Scope
from migrate.planning.secrets import Found

PASSWORD = "Tulpenfeld-9341"


def host(*facts: Any) -> Inventory:
    return Inventory("h", "h", "now", tuple(Scope(one.scope, "complete", facts=one) for one in facts))


def found(value: str = PASSWORD, key: str | None = "password", line: int | None = 1) -> Found:
    return Found("password", key, line, value)


def process(**fields: Any) -> Process:
    return Process(1, 1, "java", **{"argv": (), "uid": 0, "gid": 0, **fields})


def test_an_id_says_where_and_what() -> None:
    assert Register().in_file("/etc/tomcat9/Catalina/localhost/shop.xml", found()) == "localhost-shop-xml-password"


def test_the_same_place_has_the_same_id_in_every_run() -> None:
    register = Register()
    first = register.in_file("/etc/a/app.conf", found())
    assert register.in_file("/etc/a/app.conf", found()) == first
    assert Register().in_file("/etc/a/app.conf", found()) == first


def test_two_secrets_of_one_file_have_two_ids() -> None:
    register = Register()
    ids = [register.in_file("/etc/app.conf", found(f"Value-{n}", line=n)) for n in range(4)]
    assert len(set(ids)) == 4
    assert [register.values[name] for name in ids] == ["Value-0", "Value-1", "Value-2", "Value-3"]


PLACES = st.tuples(
    st.sampled_from(["/a/b/c", "/x/b/c", "/b/c"]), st.sampled_from(["k", "K", None]), st.integers(1, 3),
    st.sampled_from(["v1", "v2"]),
)  # fmt: skip


@given(st.lists(PLACES, max_size=20))
def test_every_id_leads_to_its_value(places: list[tuple[str, str | None, int, str]]) -> None:
    register = Register()
    for path, key, line, value in places:
        assert register.values[register.in_file(path, found(value, key, line))] == value
    assert {secret.id for secret in register.facts().secrets} == set(register.values)


def test_a_value_in_an_environment_goes_by_the_id_of_the_file_that_holds_it() -> None:
    register = Register()
    name = register.in_file("/etc/default/app", found(key="DB_PASSWORD"))
    masked = mask(host(Processes((process(environment=(("DB_PASSWORD", PASSWORD), ("LANG", "C"))),)), register.facts()),
                  register.values)  # fmt: skip
    assert masked.get(Processes).processes[0].environment == (("DB_PASSWORD", f"${{secret:{name}}}"), ("LANG", "C"))
    assert len(masked.get(Secrets).secrets) == 1


def test_secrets_in_environments_command_lines_units_and_jobs_get_ids() -> None:
    values: dict[str, str] = {}
    masked = mask(
        host(
            Processes((process(unit="app.service", environment=(("API_TOKEN", "9f8e7d6c5b4a"),)),)),
            Services((Service("app.service", "systemd", exec_start=(("mysql", "-uroot", "-pS3cr3t-Word"),)),)),
            Schedule((Job("/etc/cron.d/x", "@daily", "cron", "mysqldump --password='Kirsch-Baum7' all"),)),
        ),
        values,
    )
    text = codec.dump_inventory(masked).decode()
    for value in ("9f8e7d6c5b4a", "S3cr3t-Word", "Kirsch-Baum7"):
        assert value not in text
        assert value in values.values()
    assert {secret.where for secret in masked.get(Secrets).secrets} == {"environment", "command-line", "cron"}


def test_a_known_value_is_masked_wherever_it_stands() -> None:
    inventory = host(Services((Service("a", "systemd", description=f"with {PASSWORD}!"),)))
    inventory = replace(inventory, scopes=(*inventory.scopes, Scope("x", "failed", gaps=(Gap(PASSWORD, PASSWORD),))))
    masked = mask(inventory, {"db-password": PASSWORD})
    assert masked.get(Services).services[0].description == "with ${secret:db-password}!"
    assert PASSWORD not in json.dumps(codec.dump_inventory(masked).decode())


WORDS = ["tomcat", "secret1", "changeit", "12345678", "127.0.0.1", "/etc/key", "abc", "my-app-name"]


@pytest.mark.parametrize("value", WORDS)
def test_a_common_word_is_never_masked_everywhere(value: str) -> None:
    assert not telling(value)
    assert replacer({"x": value})(f"a {value} b") == f"a {value} b"


def test_a_longer_value_goes_before_one_that_is_in_it() -> None:
    swap = replacer({"short": "Rose-77", "long": "Rose-77-garden"})
    assert swap("Rose-77-garden Rose-77") == "${secret:long} ${secret:short}"


def test_nothing_to_mask_changes_nothing() -> None:
    inventory = host(Services((Service("a", "systemd"),)))
    assert mask(inventory, {}) == inventory


@pytest.mark.parametrize(
    ("command", "masked"),
    [
        ("mysql -u root -proot shop", "mysql -u root -p${} shop"),
        ("mysql -umysql --password=mysql mysql", "mysql -umysql --password=${} mysql"),
        ("curl -u admin:admin https://admin.example.org/", "curl -u admin:${} https://admin.example.org/"),
        ("PGPASSWORD=backup pg_dump -U backup backup", "PGPASSWORD=${} pg_dump -U backup backup"),
        ("/opt/report/report --user report --password report", "/opt/report/report --user report --password ${}"),
    ],
)
def test_a_common_word_is_masked_where_it_is_the_secret_alone(command: str, masked: str) -> None:
    values: dict[str, str] = {}
    job = Job("/etc/cron.d/x", "@daily", "cron", command)
    argv = process(argv=tuple(command.split()))
    found = mask(host(Schedule((job,)), Processes((argv,))), values)
    [(name, _)] = values.items()
    assert found.get(Schedule).jobs[0].command == masked.replace("${}", f"${{secret:{name}}}")
    assert " ".join(found.get(Processes).processes[0].argv) == masked.replace("${}", f"${{secret:{name}}}")

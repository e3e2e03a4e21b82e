from __future__ import annotations

import contextlib
import dataclasses
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrate.errors import InputError
from migrate.model.plan import Base, DirectoryChoice, Plan, Port, Workload
from migrate.model.plan_file import HEADER, dump_plan, load_plan

hosts_text = st.one_of(
    st.text(),
    st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")),
    st.sampled_from(
        ["y", "no", "0755", "1e3", "~", "null", "#!/bin/sh\nset -e\n\texec \"$@\"\n", "a\n b\n", "- x\n", "\n\n",
         "2024-01-01", "=", "<<", "a: b\n#c\n"]
    ),
)  # fmt: skip


def strategy(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type of the plan."""
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        fields = {field.name: strategy(hints[field.name]) for field in dataclasses.fields(kind)}
        return st.fixed_dictionaries(fields).map(lambda values: kind(**values))  # type: ignore[operator]
    args = get_args(kind)
    if args and args[-1] is Ellipsis:
        return st.lists(strategy(args[0]), max_size=2).map(tuple)
    if type(None) in args:
        return st.one_of(st.none(), *(strategy(arg) for arg in args if arg is not type(None)))
    if args:
        return st.tuples(*(strategy(arg) for arg in args))
    plain = {str: hosts_text, int: st.integers(-5, 1 << 40), bool: st.booleans(), float: st.floats(0, 1e9, width=32)}
    return plain[kind]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategy(Plan))
def test_any_plan_comes_back_as_it_was(plan: Plan) -> None:
    plan = dataclasses.replace(plan, version=1)
    assert load_plan(dump_plan(plan).encode(), "plan.yaml") == plan


def workload(**fields: Any) -> Workload:
    base = Base("debian:11", "dpkg", "debian", "11", because="the host's own release")
    return Workload("nginx", "web01", "nginx", "listens on 80", base, **fields)


def test_a_plan_reads_well() -> None:
    shell = '#!/bin/sh\nset -e\nexec "$@"\n'
    directory = DirectoryChoice("/run/nginx", 0, 0, 0o755, "pid")
    plan = Plan(
        ("web01",),
        (workload(entrypoint=shell, command=("nginx", "-g", "daemon off;"), directories=(directory,)),),
    )
    assert (
        dump_plan(plan)
        == HEADER
        + """
hosts:
- web01

workloads:
- name: nginx
  host: web01
  kind: nginx
  because: listens on 80
  base:
    image: debian:11
    family: dpkg
    os_id: debian
    version: '11'
    because: the host's own release
  directories:
  - path: /run/nginx
    uid: 0
    gid: 0
    mode: 0755
    because: pid
  entrypoint: |
    #!/bin/sh
    set -e
    exec "$@"
  command:
  - nginx
  - -g
  - daemon off;
version: 1
"""
    )


def refused(text: str) -> str:
    with pytest.raises(InputError) as caught:
        load_plan(text.encode(), "plan.yaml")
    return caught.value.message


PLAN = dump_plan(Plan(("web01",), (workload(ports=(Port(80),)),)))


def test_an_unknown_key_is_named_with_its_path() -> None:
    said = refused(PLAN.replace("  kind:", "  repicas: 2\n  kind:"))
    assert said == "plan.yaml: workloads[nginx].repicas is not a known key; did you mean 'replicas'?"


def test_a_wrong_type_is_named_with_its_path() -> None:
    said = refused(PLAN.replace("port: 80", "port: http"))
    assert said == "plan.yaml: workloads[nginx].ports[0].port has to be a whole number"


def test_a_number_where_a_text_is_meant_asks_for_quotes() -> None:
    assert "version has to be a text; put it in quotes" in refused(PLAN.replace("version: '11'", "version: 11"))


def test_a_missing_key_is_named() -> None:
    assert "workloads[nginx].because is missing" in refused(PLAN.replace("  because: listens on 80\n", ""))


def test_a_key_that_is_there_twice_is_refused() -> None:
    assert "kind is there twice" in refused(PLAN.replace("  kind: nginx", "  kind: nginx\n  kind: apache"))


def test_broken_yaml_names_the_line() -> None:
    assert refused("hosts:\n- a\n  b: [\n").startswith("plan.yaml, line ")


@pytest.mark.parametrize("text", ["", "[]", "hosts: web01", "hosts: []\nversion: 99", "\x00", "? [a]\n: b", "a: *b"])
def test_what_is_no_plan_is_an_input_error(text: str) -> None:
    refused(text)


@given(st.binary(max_size=200))
def test_noise_is_never_more_than_an_input_error(data: bytes) -> None:
    with contextlib.suppress(InputError):
        load_plan(data, "plan.yaml")

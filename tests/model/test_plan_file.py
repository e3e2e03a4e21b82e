from __future__ import annotations

import contextlib
import dataclasses
from typing import Any, get_args, get_type_hints

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrate.errors import InputError
from migrate.model import plan as model
from migrate.model.plan import Base, Coupling, DirectoryChoice, Plan, Port, Question, Resources, Volume, Workload
from migrate.model.plan_file import _SECTIONS, HEADER, dump_plan, load_plan
from migrate.model.plan_schema import described, plan_schema

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


@settings(max_examples=min(60, settings().max_examples), deadline=None, suppress_health_check=list(HealthCheck))
@given(strategy(Plan))
def test_any_plan_comes_back_as_it_was(plan: Plan) -> None:
    plan = dataclasses.replace(plan, version=1)
    assert load_plan(dump_plan(plan).encode(), "plan.yaml", strict=False) == plan


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
        + f"""
hosts:
- web01

{_SECTIONS["workloads"]}workloads:
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
    line = PLAN[: PLAN.index("  kind:")].count("\n") + 1
    assert said == f"plan.yaml, line {line}: workloads[nginx].repicas is not a known key; did you mean 'replicas'?"


def test_a_wrong_type_is_named_with_its_path() -> None:
    said = refused(PLAN.replace("port: 80", "port: http"))
    line = PLAN[: PLAN.index("port: 80")].count("\n") + 1
    assert said == f"plan.yaml, line {line}: workloads[nginx].ports[0].port has to be a whole number"


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


def edited(plan: Plan, old: str, new: str) -> str:
    text = dump_plan(plan)
    assert old in text
    return refused(text.replace(old, new, 1))


DATA = Volume("data", "/srv/data", "data", "copy", 0, 0, 0o750, "written", size=52 << 20)
FULL = Plan(
    ("web01",),
    (
        workload(
            ports=(Port(80, publish=8080),),
            volumes=(DATA,),
            directories=(DirectoryChoice("/run/x", 0, 0, 0o755, "pid"),),
            couplings=(Coupling("nginx", "none", "its own", "127.0.0.1", 80),),
            resources=Resources(256 << 20, 512 << 20, 0.25, "measured"),
        ),
    ),
    questions=(Question("q", "Still wanted?", "no", "seen", "yes-no"),),
)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("port: 80", "port: 99999999", "workloads[nginx].ports[0].port can't be 99999999: it is 1 to 65535"),
        ("    publish: 8080", "    publish: 0", "workloads[nginx].ports[0].publish can't be 0: it is 1 to 65535"),
        (
            "kind: data",
            "kind: dta",
            "it is one of data, spool, upload, log, cache, runtime, shared, temporary; did you mean 'data'?",
        ),
        ("to: nginx", "to: ngnix", "names ngnix, which is no workload of this plan; did you mean 'nginx'?"),
        ("mode: 0755", "mode: 755", "mode is 755, which YAML takes for a decimal number: write 0755"),
        ("mode: 0750", "mode: 017777", "mode can't be 017777: it is 00 to 07777"),
        (
            "name: nginx",
            "name: My Shop",
            "name can't be 'My Shop': it is a-z, 0-9 and inner dashes, at most 63 of them",
        ),
        ("host: web01", "host: web02", "names web02, which is no host of this plan: there are web01"),
        ("method: copy", "method: dump", "method can't be 'dump'"),
        (
            "because: seen",
            "because: seen\n  answer: perhaps",
            "questions[q].answer can't be 'perhaps': it is yes or no",
        ),
    ],
)
def test_what_can_not_be_is_named_with_its_line(old: str, new: str, said: str) -> None:
    text = dump_plan(FULL)
    line = text[: text.index(old)].count("\n") + 1 + new.count("\n")
    message = edited(FULL, old, new)
    assert said in message
    assert message.startswith(f"plan.yaml, line {line}: ")


def test_two_workloads_of_one_name_or_on_one_port_are_refused() -> None:
    other = dataclasses.replace(FULL.workloads[0], volumes=())
    message = refused(dump_plan(Plan(("web01",), (FULL.workloads[0], other))))
    assert "workloads[nginx].name (nginx) is the name of two workloads" in message
    other = dataclasses.replace(other, name="other")
    message = refused(dump_plan(Plan(("web01",), (FULL.workloads[0], other))))
    assert "workloads[other].ports[0].publish can't be 8080: nginx is published on that port already" in message


def test_sizes_and_modes_are_written_as_people_say_them() -> None:
    text = dump_plan(FULL)
    assert {"    size: 52Mi", "    mode: 0750", "    memory_limit: 512Mi"} <= set(text.splitlines())
    changed = load_plan(text.replace("512Mi", "1.5 GiB").replace("answer: null", "").encode(), "plan.yaml")
    assert changed.workloads[0].resources.memory_limit == 1536 << 20


def test_a_plain_yes_is_an_answer() -> None:
    changed = load_plan(dump_plan(FULL).replace("because: seen", "because: seen\n  answer: yes").encode(), "plan.yaml")
    assert changed.questions[0].answer == "yes"


def test_what_is_written_passes_its_own_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = plan_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    found = jsonschema.Draft202012Validator(schema)
    assert not list(found.iter_errors(yaml.safe_load(dump_plan(FULL))))
    broken = yaml.safe_load(dump_plan(FULL).replace("kind: data", "kind: dta").replace("port: 80", "port: 0", 1))
    assert len(list(found.iter_errors(broken))) == 2


def test_every_field_of_the_plan_is_described() -> None:
    kinds = [kind for kind in vars(model).values() if isinstance(kind, type) and dataclasses.is_dataclass(kind)]
    silent = [
        f"{kind.__name__}.{field.name}"
        for kind in kinds
        for field in dataclasses.fields(kind)
        if field.name not in described(kind)
    ]
    assert not silent, "each needs an :ivar in the docstring of its class"


@given(st.binary(max_size=200))
def test_noise_is_never_more_than_an_input_error(data: bytes) -> None:
    with contextlib.suppress(InputError):
        load_plan(data, "plan.yaml")

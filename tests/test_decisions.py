from __future__ import annotations

from dataclasses import replace

from migrate.decisions import Decision, decisions
from migrate.model.plan import Coupling, PackageChoice, Plan, Port, Rewrite, SetAside, Step
from tests.emission.sample import workload

REWRITE = Rewrite("/etc/app.conf", 3, "127.0.0.1:1", "db:1", "db is a container")
ONE = workload(
    packages=(PackageChoice("curl", "7", "it runs curl"), PackageChoice("vim", None, "named")),
    ports=(Port(80, name="http", because="it listens"),),
    couplings=(Coupling("db", "rewrite", "seen in /etc/app.conf", rewrites=(REWRITE,)),),
    steps=(Step("rm -rf /x  /y", "left over"),),
    stop_signal="SIGQUIT",
)
PLAN = Plan(("web01",), (ONE,), (SetAside("services:ssh", "logins"),))


def every(found: tuple[Decision, ...]) -> dict[str, Decision]:
    return {one.place: one for top in found for one in (top, *every(top.inner).values())}


FOUND = every(tuple(decisions(PLAN)))


def test_each_element_of_a_list_is_a_decision_with_its_own_reason() -> None:
    assert FOUND["workloads.app.packages.curl"].because == "it runs curl"
    assert FOUND["workloads.app.ports.http"].words == ("80", "tcp", "0.0.0.0", "http")
    assert FOUND["set_aside.services:ssh"].without == (replace(PLAN, set_aside=()),)


def test_a_field_without_a_reason_has_that_of_its_workload() -> None:
    assert FOUND["workloads.app.stop_signal"].because == "a test"


def test_a_decision_is_left_out_alone() -> None:
    (without,) = FOUND["workloads.app.packages.curl"].without
    assert without == replace(PLAN, workloads=(replace(ONE, packages=ONE.packages[1:]),))


def test_changes_inside_of_a_coupling_are_decisions_of_their_own() -> None:
    decision = FOUND["workloads.app.couplings.db.rewrites./etc/app.conf"]
    assert decision.because == "db is a container"
    assert decision.without[0].workloads[0].couplings[0].rewrites == ()


def test_what_is_no_word_is_called_by_its_number() -> None:
    assert FOUND["workloads.app.steps.1"].because == "left over"


def test_a_command_that_has_to_be_there_becomes_another_one() -> None:
    first, second = FOUND["workloads.app.command"].without
    assert (first.workloads[0].command, second.workloads[0].command) == ((), ("other",))

from __future__ import annotations

import dataclasses

import pytest

from migrate.model.facts import Job, Schedule
from migrate.model.plan import Plan, Question
from migrate.planning.asking import Inquiry
from migrate.planning.derive import derive
from tests.planning.hosts import snapshot

WANTED = Question("q", "Which?", "a", "seen", "choice", ("a", "b"))


def test_the_default_counts_until_somebody_answers() -> None:
    assert Inquiry().ask(WANTED) == "a"
    answered = Inquiry({"q": "b"})
    assert answered.ask(WANTED) == "b"
    assert answered.asked == {"q": dataclasses.replace(WANTED, answer="b")}


@pytest.mark.parametrize(
    ("kind", "choices", "answer"), [("choice", ("a",), "c"), ("yes-no", (), "maybe"), ("number", (), "many")]
)
def test_an_answer_that_is_none_leaves_the_question_open(kind: str, choices: tuple[str, ...], answer: str) -> None:
    question = Question("q", "?", "a", "seen", kind, choices)
    inquiry = Inquiry({"q": answer})
    assert inquiry.ask(question) == "a"
    assert inquiry.asked["q"].answer is None


def planned(**answers: str) -> Plan:
    job = Job("/etc/cron.d/shop", "15 3 * * *", "cron", "/usr/local/bin/backup-shop", line=4)
    return derive({"web01": snapshot(schedule=Schedule((job,)))}, answers)


def test_whether_a_backup_is_still_wanted_is_asked_with_its_evidence() -> None:
    (question,) = planned().questions
    assert (question.kind, question.default, question.answer) == ("yes-no", "no", None)
    assert question.because == "schedule:/etc/cron.d/shop:4: it looks like a backup of the old machine"
    assert not planned().workloads


def test_a_yes_makes_the_job_a_workload() -> None:
    (question,) = planned().questions
    plan = planned(**{question.id: "yes"})
    assert [job.command for one in plan.workloads for job in one.jobs] == ["/usr/local/bin/backup-shop"]
    assert plan.questions == (dataclasses.replace(question, answer="yes"),)


def test_a_no_leaves_it_aside() -> None:
    (question,) = planned().questions
    plan = planned(**{question.id: "no"})
    assert not plan.workloads
    assert plan.questions[0].answer == "no"

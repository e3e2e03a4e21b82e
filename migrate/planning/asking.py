"""Questions that only a person can decide, asked where the answer acts.

Whoever has to decide calls ``host.ask(Question(…))`` of the index and goes on with what comes back: the answer of a
person, or the default until there is one. Nothing else has to know of the question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from migrate.model.plan import Question
from migrate.model.plan_rules import unfit


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What was asked while one plan is made.

    :ivar answers: what people have answered, by the question's id.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    asked: dict[str, Question] = field(default_factory=dict)

    def ask(self, question: Question) -> str:
        """The answer, or the default where there is none that fits; the same question may be asked again."""
        answer = self.answers.get(question.id)
        if answer is not None and unfit(question, answer):
            answer = None
        self.asked.setdefault(question.id, replace(question, answer=answer))
        return question.default if answer is None else answer

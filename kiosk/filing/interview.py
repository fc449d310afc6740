"""The guided interview: from plain questions to a procedure, a status and what the rules say of it. Pure.

The state is nothing but the answers so far, by question. ``ask`` goes the way from the start again, so going back is
leaving the last answer away, and an answer that is no longer on the way does no harm.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from pydantic import Field

from kiosk.filing import catalogue
from kiosk.filing.answer import Answer, answer
from kiosk.filing.circumstances import circumstances
from kiosk.filing.conditions import Wanted, When, all_hold
from kiosk.filing.data import Certainty, Entry, Labels, read_entries, read_table
from kiosk.filing.errors import InterviewAnswerError
from kiosk.filing.facts import Facts

_FILE = "interview.toml"
OTHER_STATUS = "other"
"""The choice "none of these" of a question about a status."""
ANSWER = "answer"
_OLDEST = 130


class Choice(Entry):
    """One thing that can be chosen, and what it tells."""

    id: str
    text: Labels
    facts: dict[str, bool | int | str] = Field(default_factory=dict[str, bool | int | str])
    user_kind: str = ""
    procedure: str = ""
    to: str = ""


class Branch(Entry):
    """Where to go on under which conditions."""

    when: When = Field(default_factory=dict[str, Wanted])
    to: str


class Question(Entry):
    """One question.

    ``kind`` says what an answer is: the id of a choice; the id of a status or ``other``; a day ``YYYY-MM-DD``; a whole
    number. ``fact`` is what a status, day or number tells.
    """

    id: str
    kind: Literal["choice", "status", "day", "number"] = "choice"
    text: Labels
    hint: Labels = Field(default_factory=dict[str, str])
    fact: str = ""
    choices: tuple[Choice, ...] = ()
    next: tuple[Branch, ...] = ()


class Elsewhere(Entry):
    """An end that is no online procedure: what to do instead, by language."""

    id: str
    text: Labels
    certainty: Certainty
    source: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """An end that is a procedure: who files what, the facts told on the way, and what the rules say."""

    user_kind: str
    procedure: str
    status: str
    facts: Facts
    answer: Answer


@dataclass(slots=True)
class _Way:
    """What was told so far."""

    today: date
    facts: dict[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    user_kind: str = ""
    procedure: str = ""
    status: str = ""

    def values(self) -> dict[str, Any]:
        return circumstances(self.user_kind, self.procedure, self.status, Facts(self.today, **self.facts))


def ask(answers: Mapping[str, str], today: date) -> Question | Elsewhere | Outcome:
    """Return the next question, or the end of the interview.

    Args:
        answers: by id of the question: the id of a choice or status, a day, a number as text.
        today: the day in Japan.

    Raises:
        InterviewAnswerError: an answer on the way is none of those possible (``question``).
    """
    way = _Way(today)
    target = str(read_table(_FILE)["start"])
    while target in _questions():
        question = _questions()[target]
        if question.id not in answers:
            return question
        target = _take(way, question, answers[question.id])
    return _outcome(way) if target == ANSWER else _elsewhere()[target]


def questions() -> tuple[Question, ...]:
    """Return every question."""
    return tuple(_questions().values())


def question(question_id: str) -> Question:
    """Return one question by id; raises ``KeyError``."""
    return _questions()[question_id]


def told(answers: Mapping[str, str]) -> dict[str, Any]:
    """Return the facts that answers tell by themselves, wherever their questions stand on the way.

    Args:
        answers: by id of the question, as for ``ask``; of kind ``choice``, ``day`` or ``number``.

    Raises:
        InterviewAnswerError: an answer is none of those possible.
    """
    facts: dict[str, Any] = {}
    for name, given in answers.items():
        asked = _questions()[name]
        if asked.kind == "choice":
            facts.update(_chosen(asked, given).facts)
        else:
            facts[asked.fact] = _value(asked, given)
    return facts


def elsewhere() -> tuple[Elsewhere, ...]:
    """Return every end that is no online procedure."""
    return tuple(_elsewhere().values())


@cache
def _questions() -> dict[str, Question]:
    return {entry.id: entry for entry in read_entries(_FILE, "questions", Question)}


@cache
def _elsewhere() -> dict[str, Elsewhere]:
    return {entry.id: entry for entry in read_entries(_FILE, "elsewhere", Elsewhere)}


def _take(way: _Way, question: Question, given: str) -> str:
    """Take one answer into the way and return the target."""
    if question.kind == "choice":
        chosen = _chosen(question, given)
        way.facts.update(chosen.facts)
        way.user_kind = chosen.user_kind or way.user_kind
        way.procedure = chosen.procedure or way.procedure
        if chosen.to:
            return chosen.to
    elif question.kind == "status":
        if given == OTHER_STATUS:
            return "status_elsewhere"
        _take_status(way, question, given)
    else:
        way.facts[question.fact] = _value(question, given)
    return _branch(way, question)


def _chosen(question: Question, given: str) -> Choice:
    chosen = next((choice for choice in question.choices if choice.id == given), None)
    if chosen is None:
        raise InterviewAnswerError(question=question.id)
    return chosen


def _take_status(way: _Way, question: Question, given: str) -> None:
    if given not in {entry.id for entry in catalogue.statuses()}:
        raise InterviewAnswerError(question=question.id)
    if question.fact == "status":
        way.status = given
    else:
        way.facts[question.fact] = given


def _value(question: Question, given: str) -> date | int:
    try:
        if question.kind == "day":
            return date.fromisoformat(given)
        number = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else -1
    except ValueError:
        raise InterviewAnswerError(question=question.id) from None
    if not 0 <= number <= _OLDEST:
        raise InterviewAnswerError(question=question.id)
    return number


def _branch(way: _Way, question: Question) -> str:
    values = way.values()
    return next(branch.to for branch in question.next if all_hold(branch.when, values))


def _outcome(way: _Way) -> Outcome:
    facts = Facts(way.today, **way.facts)
    status = way.status or str(way.facts["current_status"])
    return Outcome(way.user_kind, way.procedure, status, facts, answer(way.user_kind, way.procedure, status, facts))

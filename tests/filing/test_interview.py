"""The guided interview: every way through it ends, and every end is real."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest

from kiosk.filing import interview
from kiosk.filing.circumstances import circumstances
from kiosk.filing.conditions import value_name
from kiosk.filing.errors import InterviewAnswerError
from kiosk.filing.facts import Facts
from kiosk.filing.interview import Elsewhere, Outcome, Question, ask

TODAY = date(2026, 11, 22)
STATUSES = ("gijinkoku", "dependent", "designated", "tit1b", "sp_jp", "other")
"""One of each kind that the ways part at."""
SAMPLES = {"day": ("2026-11-20", "2026-12-20"), "number": ("0", "15", "16"), "status": STATUSES}

Way = tuple[tuple[str, str], ...]


def _answers(question: Question) -> tuple[str, ...]:
    return SAMPLES.get(question.kind) or tuple(choice.id for choice in question.choices)


def _walk(way: Way, seen: set[tuple[object, ...]]) -> Iterator[tuple[Way, Question | Elsewhere | Outcome]]:
    """Go every way; the same question with the same who, what and status behind it is gone on from once."""
    step = ask(dict(way), TODAY)
    yield way, step
    if not isinstance(step, Question):
        return
    for given in _answers(step):
        told = {name: value for name, value in way if name in {"who", "now", "want", "abroad"}}
        state = (step.id, given, *sorted(told.items()), *(way[-1:] if way and way[-1][0].startswith("status") else ()))
        if state not in seen:
            seen.add(state)
            yield from _walk((*way, (step.id, given)), seen)


@cache
def _ways() -> tuple[tuple[Way, Question | Elsewhere | Outcome], ...]:
    return tuple(_walk((), set()))


def test_every_question_and_every_end_is_reached():
    asked = {step.id for _, step in _ways() if isinstance(step, Question)}
    assert asked == {question.id for question in interview.questions()}
    ends = {step.id for _, step in _ways() if isinstance(step, Elsewhere)}
    assert ends == {end.id for end in interview.elsewhere()}
    chosen = {pair for way, _ in _ways() for pair in way}
    for question in interview.questions():
        assert {(question.id, choice.id) for choice in question.choices} <= chosen


def test_every_procedure_and_kind_of_user_is_an_end_with_a_real_answer():
    outcomes = [(way, step) for way, step in _ways() if isinstance(step, Outcome)]
    assert {step.procedure for _, step in outcomes} == {
        "extension", "change", "certificate_of_eligibility", "acquisition", "certificate_of_authorised_employment",
        "other_activity", "reentry",
    }  # fmt: skip
    assert len({step.user_kind for _, step in outcomes}) == 7
    assert {step.answer.decision.allowed for _, step in outcomes} == {"yes", "no", "ask"}
    for way, step in outcomes:
        assert step.answer.decision.reasons, way
        assert step.answer.documents, way
        assert step.status, way


def test_nobody_is_asked_much():
    assert max(len(way) for way, _ in _ways()) <= 12


SELF = "who=self age=30 now=card"
UNTIL = "stay_end=2027-01-31"
ILL = "who=family relation=spouse where=japan age=40 unable=unsure now=card"
CHILD = "who=my_child representative=parent where=japan age=0"


@pytest.mark.parametrize(
    ("answers", "procedure", "allowed", "reason"),
    [
        (f"{SELF} want=longer status_now=gijinkoku {UNTIL}", "extension", "yes", "kind_may_file"),
        (f"who=self age=14 now=card want=longer status_now=dependent {UNTIL}", "extension", "no", "under_15"),
        (f"{SELF} want=other status_before=legal status_wanted=legal {UNTIL}", "change", "no", "same_status_now"),
        (
            f"{ILL} want=longer status_now=sp_jp {UNTIL}",
            "extension",
            "ask",
            "relative_only_for_child_or_ill",
        ),
        (
            f"{CHILD} now=born event_day=2026-11-10 status_wanted=dependent",
            "acquisition",
            "yes",
            "kind_may_file",
        ),
        (
            "who=family relation=spouse where=abroad abroad=live status_wanted=dependent",
            "certificate_of_eligibility",
            "yes",
            "relative_may_file",
        ),
        (f"{SELF} want=job together=none status_now=student {UNTIL}", "other_activity", "no", "only_together"),
        (
            f"who=self age=30 now=visitor status_wanted=student {UNTIL}",
            "change",
            "no",
            "current_status_not_online",
        ),
        (
            f"who=employee where=japan now=card want=longer status_now=tit1b supervising=yes {UNTIL}",
            "extension",
            "yes",
            "kind_may_file",
        ),
    ],
)
def test_where_ways_end(answers: str, procedure: str, allowed: str, reason: str):
    end = ask(dict(part.split("=") for part in answers.split()), TODAY)
    assert isinstance(end, Outcome)
    assert (end.procedure, end.answer.decision.allowed) == (procedure, allowed)
    assert reason in {found.key for found in end.answer.decision.reasons}


def test_going_back_forgets_what_is_no_longer_on_the_way():
    answers = {"who": "self", "age": "30", "now": "card", "want": "forever", "relation": "spouse", "event_day": "x"}
    end = ask(answers, TODAY)
    assert isinstance(end, Elsewhere)
    assert end.id == "permanent"
    del answers["want"]
    step = ask(answers, TODAY)
    assert isinstance(step, Question)
    assert step.id == "want"


@pytest.mark.parametrize(
    "answers",
    [
        {"who": "nobody"},
        {"who": "self", "age": "-1"},
        {"who": "self", "age": "131"},
        {"who": "self", "age": "１５"},
        {"who": "self", "age": "1" * 5000},
        {"who": "client", "where": "japan", "now": "born", "event_day": "2026-02-30"},
        {"who": "client", "where": "abroad", "abroad": "live", "status_wanted": "diplomat"},
    ],
)
def test_an_answer_that_is_none_is_refused(answers: dict[str, str]):
    with pytest.raises(InterviewAnswerError):
        ask(answers, TODAY)


def test_every_question_is_in_both_languages_and_names_what_exists():
    values = set(circumstances("applicant", "extension", "student", Facts(TODAY)))
    for question in interview.questions():
        texts = [question.text, *([question.hint] if question.hint else []), *(part.text for part in question.choices)]
        assert all(set(text) == {"ja", "en"} for text in texts)
        for choice in question.choices:
            assert set(choice.facts) <= set(Facts.__slots__)
        for branch in question.next:
            assert {value_name(key) for key in branch.when} <= values
        assert not question.next or not question.next[-1].when, f"{question.id} may go nowhere"
        assert question.next or all(choice.to for choice in question.choices)
    assert all(set(end.text) == {"ja", "en"} and end.source for end in interview.elsewhere())

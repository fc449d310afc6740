"""The engine on the largest form, and loading a form, beside reading a JSON text of the same answers."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date

from benchmarks.figures import Figure, percentile
from benchmarks.sizes import Sizes
from kiosk.forms import load
from kiosk.forms.engine import Context, check, summary, visible_pages
from kiosk.forms.model import Form
from tests.support.answers import INVENTED, valid_answers

ROUNDS = 200
LOADS = 20
CONTEXT = Context("scrivener", date(2026, 11, 23), INVENTED)


def measure(_sizes: Sizes) -> Iterator[Figure]:
    """Yield the figures of the forms; the form with the most questions that are asked is taken."""
    form = max((load.load_form(*key) for key in load.all_forms()), key=lambda found: len(valid_answers(found, CONTEXT)))
    answers = valid_answers(form, CONTEXT)
    text = json.dumps(answers, ensure_ascii=False)
    name = f"{form.procedure} {form.status}, {len(form.fields)} questions, {len(answers)} answered"
    beside, checked = _turns(lambda: json.loads(text), lambda: check(form, answers, CONTEXT))
    yield Figure(f"forms: check of {name}, p50", statistics.median(checked), "ms", statistics.median(beside), "< 5 ms")
    yield Figure("forms: the same, p99", percentile(checked, 99), "ms", percentile(beside, 99), "< 5 ms")
    beside, shown = _turns(lambda: json.loads(text), lambda: visible_pages(form, answers, CONTEXT))
    yield Figure("forms: which pages apply, p50", statistics.median(shown), "ms", statistics.median(beside), "< 5 ms")
    beside, told = _turns(lambda: json.loads(text), lambda: summary(form, answers, CONTEXT, "en"))
    yield Figure("forms: all answers in words, p50", statistics.median(told), "ms", statistics.median(beside))
    yield Figure("forms: loading it with nothing read yet, p50", statistics.median(_loads(form)), "ms")


def _turns(first: Callable[[], object], second: Callable[[], object]) -> tuple[list[float], list[float]]:
    """Time both, taking turns, so that they see the same noise."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for action, found in zip((first, second), times, strict=True):
            found.append(_timed(action))
    return times


def _loads(form: Form) -> list[float]:
    times: list[float] = []
    for _ in range(LOADS):
        _forget()
        times.append(_timed(lambda: load.load_form(form.procedure, form.status, form.system)))
    return times


def _forget() -> None:
    for value in vars(load).values():
        forget = getattr(value, "cache_clear", None)
        if forget is not None:
            forget()


def _timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000

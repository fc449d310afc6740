from __future__ import annotations

import string
from collections.abc import Iterator

import pytest

from kiosk.errors import PortalError
from kiosk.i18n import translator
from kiosk.portal import errors as e
from kiosk.portal.contract import ProblemCode
from kiosk.portal.problems import PROBLEMS, TRANSPORT, from_answer, from_exception
from tests.portal.support import NOW

ABSTRACT = {e.PortalAway, e.PortalRefusal}


def kinds(base: type[PortalError] = PortalError) -> Iterator[type[PortalError]]:
    for kind in base.__subclasses__():
        if kind.__module__ == e.__name__:
            yield kind
            yield from kinds(kind)


SHOWN = sorted(set(kinds()) - ABSTRACT, key=lambda kind: kind.code)


def test_codes_and_keys_are_given_once() -> None:
    assert len({kind.code for kind in SHOWN}) == len({kind.key for kind in SHOWN}) == len(SHOWN)


@pytest.mark.parametrize("kind", SHOWN)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_error_has_its_words(kind: type[PortalError], language: str) -> None:
    words = translator(language)
    assert words.has(f"error.{kind.key}")
    assert words.has(f"error.{kind.key}.next")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_words_name_only_what_the_error_carries(language: str) -> None:
    problems = (
        from_answer(400, None, f'{{"type":"","title":"","code":"{code}"}}'.encode(), is_problem=True, now=NOW)
        for code in PROBLEMS
    )
    broken = (from_exception(kind.__new__(kind)) for kind in TRANSPORT)
    known = [
        *problems,
        *broken,
        e.PortalMaintenanceUntil(NOW),
        e.PortalUntrusted(),
        e.SubmissionUndecided(),
        e.FileGone(),
    ]
    for error in known:
        for key in (f"error.{error.key}", f"error.{error.key}.next"):
            text = translator(language)(key)
            named = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            assert named <= set(error.params), key
    assert len(PROBLEMS) == len(ProblemCode)

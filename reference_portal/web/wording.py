"""Words in the reader's language: ``Accept-Language`` chooses text, never a code."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from kiosk.portal.contract import ProblemCode

_TITLES = Path(__file__).resolve().parent.parent / "data" / "problems.toml"
_LANGUAGES = ("ja", "en")


@cache
def _titles() -> dict[str, dict[str, str]]:
    return tomllib.loads(_TITLES.read_text(encoding="utf-8"))


def problem_title(code: ProblemCode, language: str) -> str:
    """Return the title of a problem."""
    return _titles()[language][code.value]


def chosen_language(accept: str) -> str:
    """Return the best of the portal's languages for an ``Accept-Language`` header; Japanese when none fits."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept.split(",")):
        name, _, rest = part.strip().partition(";")
        language = name.strip().lower().partition("-")[0]
        if language in _LANGUAGES:
            ranked.append((-_quality(rest), place, language))
    good = [item for item in sorted(ranked) if item[0] < 0]
    return good[0][2] if good else _LANGUAGES[0]


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0

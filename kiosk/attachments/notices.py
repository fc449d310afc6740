"""What is said about a document that may be sent. Pure.

A notice is a message key (``notice.…`` in the room's catalogue) and what it shows. What a task of the worker answered
is read here and not trusted: whatever has the wrong shape is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kiosk.attachments.freshness import age_of

_PAGES = ("blank", "dark", "coarse", "large", "numbers")
"""Facts that are lists of page numbers."""

_CHANGES = ("repaired", "version", "form", "history")
INDIVIDUAL_NUMBER = "notice.numbers"
NUMBER_IN_DATA = "notice.number_in_data"
"""The notices on which blacking out is offered: on pages, and where no page shows it."""

BLACKED_OUT = "notice.blacked_out"
"""The notice of a document whose numbers were blacked out on pages."""

TOO_OLD = "notice.too_old"
"""The notice of a paper that is out of date."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to be said.

    Attributes:
        key: of the message.
        params: what it shows; they may tell of the person.
        pages: the page numbers it is about, from 1.
    """

    key: str
    params: Mapping[str, str | int] = field(default_factory=dict[str, str | int], repr=False)
    pages: tuple[int, ...] = ()


def notices_of(facts: dict[str, Any], duplicate_of: str | None = None) -> tuple[Notice, ...]:
    """Return what is to be said, the most important first.

    Args:
        facts: of ``pdf.examine_pdf``.
        duplicate_of: the name of a file that is attached already and is the same; None if there is none.
    """
    return tuple(_notices(facts, duplicate_of))


def _notices(facts: dict[str, Any], duplicate_of: str | None) -> Iterator[Notice]:
    pages = {name: _page_numbers(facts.get(name)) for name in _PAGES}
    if pages["numbers"]:
        yield Notice(INDIVIDUAL_NUMBER, {"pages": listed(pages["numbers"])}, pages["numbers"])
    elif facts.get("number_in_data") is True:
        yield Notice(NUMBER_IN_DATA)
    if duplicate_of is not None:
        yield Notice("notice.duplicate", {"name": duplicate_of})
    changes = facts.get("changes")
    yield from (Notice(f"notice.{name}") for name in _CHANGES if isinstance(changes, list) and name in changes)
    if facts.get("was_signed") is True:
        yield Notice("notice.signature_lost")
    elif facts.get("signed") is True:
        yield Notice("notice.signed")
    for name in ("blank", "dark", "coarse", "large"):
        if pages[name]:
            yield Notice(f"notice.{name}", {"pages": listed(pages[name])}, pages[name])
    if _count(facts, "fields") and not (isinstance(changes, list) and "form" in changes):
        yield Notice("notice.fields", {"fields": _count(facts, "fields")})
    if _count(facts, "unseen"):
        yield Notice("notice.unseen", {"pages": _count(facts, "unseen")})


def blacked_out(facts: dict[str, Any]) -> tuple[Notice, ...]:
    """Return what is to be said after Individual Numbers were blacked out.

    Args:
        facts: of ``redaction.redact``.
    """
    pages = _page_numbers(facts.get("pages"))
    return (Notice(BLACKED_OUT, {"pages": listed(pages)}, pages),) if pages else ()


def listed(pages: tuple[int, ...]) -> str:
    """Return page numbers as a person writes them: ``1, 3–5``."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _page_numbers(value: Any) -> tuple[int, ...]:
    numbers = value if isinstance(value, list) else []
    return tuple(number for number in numbers if type(number) is int and number > 0)


def _count(facts: dict[str, Any], name: str) -> int:
    value = facts.get(name)
    return value if type(value) is int and value > 0 else 0


def age_notice(issued: date, filed: date, months: int | None) -> Notice | None:
    """Return what is to be said of a paper of ``issued`` that is filed on ``filed``; None if it is good.

    Args:
        issued: the date on the paper, as the person gives it.
        filed: the day of filing.
        months: how old it may be; None where no rule is known.
    """
    match age_of(issued, filed, months):
        case "too_old":
            return Notice(TOO_OLD, {"months": months or 0})
        case "in_the_future":
            return Notice("notice.in_the_future")
        case "good":
            return None

"""What the answers to a form tell of the facts: the same for the kiosk and for the portal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field

from kiosk.filing.catalogue import procedures, statuses
from kiosk.filing.data import Entry, read_entries, read_table
from kiosk.filing.facts import Facts
from kiosk.forms.view import age_on

_FILE = "known_facts.toml"


class _Known(Entry):
    fact: str
    kind: Literal["date", "code", "status", "birth_date", "choice"]
    fields: tuple[str, ...]
    values: dict[str, bool | str] = Field(default_factory=dict[str, bool | str])


def known_facts(user_kind: str, procedure: str, card_birth_date: str, answers: Mapping[str, Any], today: date) -> Facts:
    """Return the facts that follow from who files what and from the answers so far.

    Args:
        user_kind: id in ``config/user_kinds.toml``.
        procedure: id in ``config/procedures.toml``; one that goes with another only is here filed alone.
        card_birth_date: birth date on the card of the person who files, ``YYYY-MM-DD`` with zeros for unknown parts;
            empty when not known. It is the applicant's only where the applicant files.
        answers: canonical answers by field id; what is no text is ignored.
        today: the day in Japan.
    """
    found: dict[str, Any] = {"together_with": "none"} if _only_together(procedure) else {}
    for entry in read_entries(_FILE, "known", _Known):
        texts = [text for text in (answers.get(name) for name in entry.fields) if isinstance(text, str) and text]
        born = user_kind == "applicant" and entry.kind == "birth_date"
        text = card_birth_date if born else texts[0] if texts else ""
        if text:
            found.update(_read(entry, text, today))
    return Facts(today, **found)


def _only_together(procedure: str) -> bool:
    return any(entry.id == procedure and entry.online == "with" for entry in procedures())


def _read(entry: _Known, text: str, today: date) -> dict[str, Any]:
    """Return the facts of one answer; none where it says nothing."""
    if entry.kind == "birth_date":
        # Where a part of the date is not known the age is that of the latest day it may be.
        age = age_on(text, today)
        return {"birth_date": _date(text), "age": age if age >= 0 else None}
    readers = {"date": _date, "code": str, "status": _status, "choice": entry.values.get}
    value = readers[entry.kind](text)
    return {entry.fact: value}


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _status(code: str) -> str | None:
    known = {entry.code: entry.id for entry in statuses()} | dict(read_table(_FILE)["other_statuses"])
    return known.get(code)

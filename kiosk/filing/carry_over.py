"""Answers of an earlier application that hold for a new one: of the same person, a relative, another client. Pure.

Only what the boxes of the new form accept is taken, from a box with the same id and the same label: the letter sheets
use some ids in more than one sense.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

from pydantic import Field as Named

from kiosk.filing.data import Entry, read_table
from kiosk.forms.engine import blank_hidden
from kiosk.forms.model import Answers, Context, Field, Form
from kiosk.forms.prefill import fixed_values
from kiosk.forms.values import flaw

_FILE = "carry_over.toml"

Relation = Literal["same", "family", "filer"]
"""For whom the new application is: the same person, a member of the family, or somebody else by the same agent."""

Value = str | list[dict[str, str]]


class _Rule(Entry):
    only: tuple[str, ...]
    excepted: tuple[str, ...] = Named(alias="except")


def carry_over(old: Form, answers: Answers, new: Form, context: Context, relation: Relation) -> dict[str, Value]:
    """Return the answers that are taken, by field id of the new form; only those of questions that apply with them.

    Args:
        old: the form of the earlier application.
        answers: its answers.
        new: the form of the new one.
        context: who asks now.
        relation: for whom the new one is.
    """
    fixed = fixed_values(new, context)
    taken: dict[str, Value] = {}
    for name, item in new.fields.items():
        known = old.fields.get(name)
        if known is None or name in fixed or not _meant(name, relation, context.user_kind) or not _alike(known, item):
            continue
        value = _fitting(item, answers.get(name, ""), new.system, taken)
        if value:
            taken[name] = value
    kept = blank_hidden(new, {**fixed, **taken}, context)
    return {name: value for name, value in kept.items() if name in taken}


def _meant(name: str, relation: Relation, user_kind: str) -> bool:
    rule = _rules()[relation]
    # Of a relative the box of the agent's organisation says what they are to the applicant.
    own = relation != "same" and user_kind == "relative" and name == "agent.organization"
    return name.startswith(rule.only) and not name.startswith((*rule.excepted, *_never())) and not own


def _alike(old: Field, new: Field) -> bool:
    return old.type == new.type and old.label["ja"] == new.label["ja"] and not new.source.startswith("form.")


def _fitting(item: Field, value: Any, system: str, taken: Mapping[str, Value]) -> Value:
    if item.type == "table":
        return _rows(item, value, system) if not isinstance(value, str) else []
    if not isinstance(value, str) or not value:
        return ""
    parent = taken.get(item.parent, "")
    return value if flaw(item, value, system, parent if isinstance(parent, str) else "") is None else ""


def _rows(table: Field, rows: Sequence[Mapping[str, str]], system: str) -> list[dict[str, str]]:
    """Return the rows with the cells that fit; a cell of a dependent list goes by its neighbour."""
    found: list[dict[str, str]] = []
    for row in rows[: table.max_rows]:
        kept: dict[str, str] = {}
        for column in table.columns:
            text = row.get(column.key, "")
            if text and flaw(column, text, system, kept.get(column.list_column, "")) is None:
                kept[column.key] = text
        found.append(kept)
    return [row for row in found if row]


@cache
def _rules() -> dict[str, _Rule]:
    return {name: _Rule.model_validate(rule) for name, rule in read_table(_FILE)["relations"].items()}


def _never() -> tuple[str, ...]:
    return tuple(read_table(_FILE)["never"])

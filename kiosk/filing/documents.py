"""Which documents an application needs. What a file may be like is in ``kiosk/attachments``. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from pydantic import Field

from kiosk.filing import catalogue
from kiosk.filing.circumstances import circumstances
from kiosk.filing.conditions import Values, Wanted, When, all_hold, holds, value_name
from kiosk.filing.data import Certainty, Dated, Entry, Labels, meant, read_entries, read_table
from kiosk.filing.errors import UnknownNameError
from kiosk.filing.facts import Facts

Need = Literal["required", "if_asked", "optional"]
State = Literal["needed", "depends", "not_needed"]
Issuer = Literal["applicant", "organisation", "supporter", "school", "office", "abroad", "expert"]

_NEEDS: tuple[Need, ...] = ("optional", "if_asked", "required")
_STATES: tuple[State, ...] = ("not_needed", "depends", "needed")


class Document(Entry):
    """One kind of document.

    Attributes:
        key: its id.
        name: by language.
        hint: what it is and where to get it, by language.
        who: who makes or issues it.
        age: under which of the rules on age it falls (``months_old``); None where no rule is known.
        translation: a Japanese translation goes with it where it is in another language.
        form: whether the original or a copy is scanned.
    """

    key: str
    name: Labels
    hint: Labels
    who: Issuer
    age: str | None = None
    translation: bool = False
    form: Literal["original", "copy"] = "original"


class _Age(Dated):
    age: str
    months: int = Field(gt=0)
    certainty: Certainty
    source: str


class _Item(Entry):
    document: str
    need: Need = "required"
    when: When = Field(default_factory=dict[str, Wanted])


class _Group(Dated):
    procedures: tuple[str, ...]
    statuses: tuple[str, ...]
    except_statuses: tuple[str, ...] = ()
    source: str
    certainty: Certainty
    items: tuple[_Item, ...]


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One condition in a checklist, and how it stands: ``value`` is None where it is not known."""

    name: str
    wanted: Wanted
    excluded: bool
    value: Any


@dataclass(frozen=True, slots=True)
class Needed:
    """One line of the checklist.

    Attributes:
        document: what it is.
        need: how much; ``if_asked`` where it depends on something that is not known.
        state: needed, needed only under ``why``, or not needed because of ``why``.
        why: the conditions that are not known, or the one that does not hold; empty for what is needed.
        conditions: all conditions under which it is needed.
        source: where the line comes from.
        certainty: how sure it is.
        months: how many months old it may be; None where no rule is known.
    """

    document: Document
    need: Need
    state: State = "needed"
    why: tuple[Circumstance, ...] = ()
    conditions: tuple[Circumstance, ...] = ()
    source: str = ""
    certainty: Certainty = "official"
    months: int | None = None

    @property
    def required(self) -> bool:
        """Whether an application without it is incomplete."""
        return self.state == "needed" and self.need == "required"


def checklist(user_kind: str, procedure: str, status: str, facts: Facts) -> tuple[Needed, ...]:
    """Return the documents to have ready, in the order of the list; each once, the strongest need.

    Args:
        user_kind: id in ``config/user_kinds.toml``.
        procedure: id in ``config/procedures.toml``.
        status: id in ``config/statuses.toml``.
        facts: what is known.

    Raises:
        UnknownNameError: one of the three ids is unknown.
    """
    return tuple(item for item in whole_checklist(user_kind, procedure, status, facts) if item.state != "not_needed")


def whole_checklist(user_kind: str, procedure: str, status: str, facts: Facts) -> tuple[Needed, ...]:
    """Return the checklist with the documents that are not needed in these circumstances, and why not.

    Raises:
        UnknownNameError: one of the three ids is unknown.
    """
    catalogue.user_kind(user_kind)
    catalogue.procedure(procedure)
    base = catalogue.base_status(status).id
    values = circumstances(user_kind, procedure, status, facts)
    found: dict[str, Needed] = {}
    for file, group in _groups():
        concerned = meant(group.procedures, procedure) and meant(group.statuses, base)
        if concerned and base not in group.except_statuses and group.holds_on(facts.today):
            for item in group.items:
                line = _line(item, group, str(read_table(file)["sources"][group.source]), values, facts)
                known = found.get(item.document)
                found[item.document] = line if known is None or _strength(line) > _strength(known) else known
    return tuple(found.values())


def draft_checklist(user_kind: str, procedure: str, status: str, known: Facts, answered: Facts) -> tuple[Needed, ...]:
    """Return the documents to have ready for a draft: the portal, which has the answers alone, must not miss any.

    Args:
        user_kind: id in ``config/user_kinds.toml``.
        procedure: id in ``config/procedures.toml``.
        status: id in ``config/statuses.toml``.
        known: everything that is known.
        answered: what card and answers say.

    Raises:
        UnknownNameError: one of the three ids is unknown.
    """
    wanted = {item.document.key: item for item in checklist(user_kind, procedure, status, answered) if item.required}
    lines = (wanted.get(item.document.key, item) for item in whole_checklist(user_kind, procedure, status, known))
    return tuple(item for item in lines if item.state != "not_needed")


def required_documents(user_kind: str, procedure: str, status: str, facts: Facts) -> tuple[str, ...]:
    """Return the ids of the documents without which an application is incomplete: kiosk and portal ask for these."""
    return tuple(item.document.key for item in checklist(user_kind, procedure, status, facts) if item.required)


def document(key: str) -> Document:
    """Return one kind of document; raises ``UnknownNameError``."""
    try:
        return _documents()[key]
    except KeyError:
        raise UnknownNameError(name=key) from None


def months_old(kind: Document, filed: date) -> int | None:
    """Return how many months old such a paper may be on the day of filing; None where no rule is known."""
    rules = read_entries("documents.toml", "ages", _Age)
    return next((rule.months for rule in rules if rule.age == kind.age and rule.holds_on(filed)), None)


def documents() -> tuple[Document, ...]:
    """Return every kind of document."""
    return tuple(_documents().values())


@cache
def _documents() -> dict[str, Document]:
    return {entry.key: entry for entry in read_entries("documents.toml", "documents", Document)}


@cache
def _groups() -> tuple[tuple[str, _Group], ...]:
    files = [f"checklists/{name}.toml" for name in read_table("documents.toml")["checklists"]]
    return tuple((file, group) for file in files for group in read_entries(file, "groups", _Group))


def _line(item: _Item, group: _Group, source: str, values: Values, facts: Facts) -> Needed:
    answer = all_hold(item.when, values)
    state: State = "needed" if answer else "depends" if answer is None else "not_needed"
    conditions = {
        Circumstance(value_name(key), wanted, key.endswith("_not"), values[value_name(key)]): holds(key, wanted, values)
        for key, wanted in item.when.items()
    }
    # Of several circumstances that do not hold one says enough; of those not known all have to hold.
    why = tuple(part for part, held in conditions.items() if state != "needed" and held is answer)
    need = "if_asked" if state == "depends" and item.need == "required" else item.need
    shown = why[:1] if state == "not_needed" else why
    kind = document(item.document)
    months = months_old(kind, facts.today)
    return Needed(kind, need, state, shown, tuple(conditions), source, group.certainty, months)


def _strength(line: Needed) -> tuple[int, int]:
    return _STATES.index(line.state), _NEEDS.index(line.need)

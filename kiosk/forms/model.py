"""The shape of a form as data, and what the engine says about answers.

``Form`` → ``Sheet`` (one official sheet) → ``Page`` (one subject, at most 12 fields) → ``Field`` → ``Column`` (table).
The files are described in ``docs/forms.md``; everything here is immutable and holds no personal data except
``PersonFacts``, whose repr shows nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Named

MAX_FIELDS_PER_PAGE = 12
"""More than this and a terminal page opens slowly (measured) and reads badly."""

MAX_TEXT = 4_000
"""The longest text of one answer in characters: the contract's ``CellText``. Longer input is cut at the door."""

Row = Mapping[str, str]
Answers = Mapping[str, str | Sequence[Row]]
"""Canonical answers by field id: a text, or for a table its rows (column key to text). A missing key is empty."""

Labels = dict[str, str]
"""Text by language code; ``ja`` is always there."""

FieldType = Literal[
    "text",
    "textarea",
    "date",
    "year_month",
    "year",
    "integer",
    "yes_no",
    "choice",
    "phone",
    "postal_code",
    "email",
    "residence_card_number",
    "passport_number",
    "table",
    "info",
]

Charset = Literal["any", "japanese_and_ascii", "fullwidth", "ascii", "alphanumeric", "letters", "digits", "latin_name"]
"""Official character classes of a box. ``latin_name`` is capitals as in the passport."""

Level = Literal["error", "warning"]

Certainty = Literal["official", "online_definition", "secondary", "reconstructed", "guess"]


class _Data(BaseModel):
    """Base of everything read from ``config/forms``: immutable, unknown names refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class Condition(_Data):
    """One condition as data. Exactly one of the kinds below is given.

    ``field`` or ``column`` (a cell of the same row) with ``in``, ``filled`` or ``empty``; ``any``, ``all``, ``not``;
    ``context`` (user_kind, system, channel, procedure, status, file_code) with ``in``; ``age_at_least`` in years.
    ``file_code`` is the status in the agency's bulk file without its procedure, such as ``N2``.
    An unanswered age (no birth date known) counts as not reached.
    """

    field: str = ""
    column: str = ""
    context: Literal["", "user_kind", "system", "channel", "procedure", "status", "file_code"] = ""
    values: tuple[str, ...] = Named(default=(), alias="in")
    filled: bool = False
    empty: bool = False
    any_of: tuple[Condition, ...] = Named(default=(), alias="any")
    all_of: tuple[Condition, ...] = Named(default=(), alias="all")
    negated: Condition | None = Named(default=None, alias="not")
    age_at_least: int | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Condition:
        kinds = (self.field, self.column, self.context, self.any_of, self.all_of, self.negated)
        if sum(map(bool, kinds)) + (self.age_at_least is not None) != 1:
            raise ValueError("a condition has exactly one kind")
        tests = (bool(self.values), self.filled, self.empty)
        wanted = 1 if self.field or self.column or self.context else 0
        if sum(tests) != wanted or (self.context and not self.values):
            raise ValueError("a condition on a value has exactly one of in, filled, empty")
        return self


class Variant(_Data):
    """What is different about a question for some procedures, statuses or generations of the system.

    ``when`` looks at the form alone (procedure, status, file_code, system), so it is decided once, when a form is
    loaded. What is given here takes the place of the question's own: a length of 0 is no limit, ``visible = true`` no
    condition. Of several that hold, the later one wins.
    """

    when: Condition
    label: Labels | None = None
    number: str | None = None
    online: str | None = None
    online_rows: tuple[str, ...] | None = None
    list: str | None = None
    codes: tuple[str, ...] | None = None
    charset: Charset | None = None
    max_length: int | None = None
    exact_length: int | None = None
    required: bool | Condition | None = None
    visible: Literal[True] | Condition | None = None
    certainty: Certainty | None = None


class Question(_Data):
    """What a field and a column of a table have in common.

    ``number`` is the number on the official paper sheet, ``online`` the item name of the agency's online system; in a
    table ``[]`` in it stands for the row, or ``online_rows`` gives the name of every row.
    ``list`` is a code list in ``config/forms/lists`` and ``codes`` the part of it that may be chosen (all when empty).
    Lengths count UTF-16 units, as the agency's own tool does. ``partial`` allows an unknown month or day.
    ``certainty`` and ``origin`` are given where they are not those of the whole sheet.
    """

    label: Labels
    help: Labels = {}
    type: FieldType
    number: str = ""
    online: str = ""
    online_rows: tuple[str, ...] = ()
    list: str = ""
    codes: tuple[str, ...] = ()
    charset: Charset = "any"
    max_length: int | None = None
    exact_length: int | None = None
    required: bool | Condition = False
    visible: Condition | None = None
    partial: bool = False
    certainty: Certainty | None = None
    origin: str = ""
    variants: tuple[Variant, ...] = ()


class Column(Question):
    """One column of a table. ``list_column`` is the column whose code chooses the part of a dependent list.

    ``part`` is the title of a page of the row that begins with this column; a row without one is a single page.
    """

    key: str
    list_column: str = ""
    part: Labels = {}


class Field(Question):
    """One box of the form.

    ``parent`` is the field whose code chooses the part of a dependent list. ``source`` names where the first value
    comes from (``person.name`` …, ``form.status_code``); with ``fixed`` the person cannot change it.
    A table has ``columns`` and ``max_rows``.
    """

    id: str
    parent: str = ""
    source: str = ""
    fixed: bool = False
    columns: tuple[Column, ...] = ()
    max_rows: int = 0

    def parts(self) -> tuple[tuple[Column, ...], ...]:
        """Return the columns by the pages on which a row is asked."""
        begins = [place for place, column in enumerate(self.columns) if column.part or not place]
        ends = [*begins[1:], len(self.columns)]
        return tuple(self.columns[start:end] for start, end in zip(begins, ends, strict=False))

    def column(self, key: str) -> Column:
        """Return the column ``key``; raises ``KeyError``."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)


class Rule(_Data):
    """A check across answers.

    ``not_future`` and ``not_past`` look at ``field``; ``order`` wants ``first`` ≤ ``second``; ``one_of`` wants one of
    ``fields`` filled; ``within_period`` wants the date ``field`` no later than the period code in ``period`` allows
    from today. With ``table`` the names are columns and every row is looked at. ``code`` is the issue's code.
    """

    kind: Literal["not_future", "not_past", "order", "one_of", "within_period"]
    code: str
    level: Level = "error"
    table: str = ""
    field: str = ""
    first: str = ""
    second: str = ""
    period: str = ""
    fields: tuple[str, ...] = ()


class Page(_Data):
    """One screen of questions on one subject."""

    id: str
    title: Labels
    help: Labels = {}
    visible: Condition | None = None
    fields: tuple[Field, ...]


class Copy(_Data):
    """An item of the online system that is filled with the answer to a question asked elsewhere.

    It is filed while ``visible`` holds and the question itself applies; nobody is asked twice.
    """

    field: str
    online: str
    visible: Condition | None = None


class Sheet(_Data):
    """One official sheet: who fills it, its pages, the items it takes over, and the checks across its answers."""

    id: str
    title: Labels
    filled_by: Literal["applicant", "organisation", "supporter", "representative", "agent"]
    certainty: Certainty
    origin: tuple[str, ...]
    visible: Condition | None = None
    pages: tuple[Page, ...]
    copies: tuple[Copy, ...] = ()
    rules: tuple[Rule, ...] = ()


class AttachedSheet(_Data):
    """A sheet that somebody else fills and the applicant attaches (question 5 of the guide)."""

    id: str
    title: Labels
    filled_by: Literal["organisation", "supporter"]
    document: str
    """Key of the document in ``config/documents.toml``."""
    visible: Condition


class Form(_Data):
    """Everything asked for one procedure and one status of residence in one generation of the system.

    ``receipt`` is the sheet of the receipt method, which has a screen of its own and is no part of ``pages``.
    ``status_code`` is official (list CB19), ``purpose_code`` the one of a certificate of eligibility (list CC11),
    ``file_code`` that of the agency's bulk file (``04N2``).
    """

    procedure: str
    status: str
    status_code: str
    purpose_code: str = ""
    file_code: str
    system: str
    sheets: tuple[Sheet, ...]
    receipt: Sheet
    attached: tuple[AttachedSheet, ...] = ()

    @cached_property
    def known(self) -> dict[str, str]:
        """What conditions may ask of the form itself: procedure, status, file_code (without its procedure), system."""
        return {
            "procedure": self.procedure,
            "status": self.status,
            "file_code": self.file_code[2:],
            "system": self.system,
        }

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """All pages in order, visible or not."""
        return tuple(page for sheet in self.sheets for page in sheet.pages)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """All fields by id, those of the receipt sheet too."""
        return {item.id: item for sheet in (*self.sheets, self.receipt) for page in sheet.pages for item in page.fields}

    @cached_property
    def page_of(self) -> dict[str, Page]:
        """The page on which each field stands."""
        pages = (*self.pages, *self.receipt.pages)
        return {item.id: page for page in pages for item in page.fields}

    @cached_property
    def gates(self) -> dict[str, tuple[Condition, ...]]:
        """The conditions of page and sheet that stand before each page, by page id."""
        return {
            page.id: tuple(gate for gate in (sheet.visible, page.visible) if gate is not None)
            for sheet in (*self.sheets, self.receipt)
            for page in sheet.pages
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a code list. ``points`` is what it counts in the points table of the highly skilled."""

    code: str
    labels: Labels
    points: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class PersonFacts:
    """What is known of the person before the first question. The repr shows nothing.

    The first four come from the signing certificate: name, birth date ``YYYY-MM-DD`` with zeros for unknown parts,
    sex ``1`` male, ``2`` female, ``3`` unknown, address in one line. A substituted character in name or address
    means that the certificate could not hold the real one, so the person may complete it. The rest was given at
    registration. Of staff of an ``organisation`` name and address are what the bureau was notified of.
    """

    name: str = ""
    birth_date: str = ""
    sex: str = ""
    address: str = ""
    name_substituted: bool = False
    address_substituted: bool = False
    nationality: str = ""
    residence_card_number: str = ""
    phone: str = ""
    email: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, when and where: all that conditions may look at besides the answers.

    ``today`` is the day in Japan; ``user_kind`` a value of the contract's ``UserKind``; ``channel`` is ``online``
    for filing and ``paper`` for a printed sheet.
    """

    user_kind: str
    today: date
    person: PersonFacts | None = None
    system: str = "rasens"
    channel: str = "online"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong: where, and a code with a message ``issue.<code>``. Never holds the answer itself."""

    field: str
    code: str
    row: int | None = None
    column: str | None = None
    level: Level = "error"
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is: visible required questions answered, and pages without an error."""

    answered: int
    total: int
    pages_done: int
    pages_total: int


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One line of "check your answers". ``row`` and ``column`` are given for a cell of a table."""

    field: str
    number: str
    label: str
    value: str
    fixed: bool
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class SummarySection:
    """The answers of one page."""

    page: str
    title: str
    rows: tuple[SummaryRow, ...]

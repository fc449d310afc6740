"""Everything of the agency's own definition was brought over: every item, column, list and choice, counted there.

``official_items.tsv`` and ``official_lists.tsv`` were made from the definition sheets of the three bulk registration
tools (editions 2026-02-27 and 2026-04-01) alone, not from ``config/forms``: an item with its file codes (``*`` for
all of the procedure), ``[]`` and ``rows`` for an item that repeats; a list, the code it depends on, its entries.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from kiosk.forms.load import all_forms, choices, forms_dir, load_form, load_sheet, parents
from kiosk.forms.model import Field, Form, Question, Sheet
from kiosk.forms.resolve import resolve

HERE = Path(__file__).parent
PROCEDURES = ("extension", "change", "certificate_of_eligibility")
SLOTS = {
    (key.procedure, load_form(*key).file_code[2:])
    for key in all_forms()
    if key.system == "rasens" and key.procedure in PROCEDURES
}

# Unique (sheet, column) of the tools' definition sheets that have an item name, by procedure in the order above.
COLUMNS = {
    "PART1": (76, 78, 84), "I": (275, 275, 276), "J": (244, 244, 244), "K": (69, 69, 69), "L": (108, 108, 108),
    "M": (87, 87, 87), "N": (140, 140, 140), "O": (347, 347, 347), "P": (322, 322, 325), "Q": (371, 0, 371),
    "R": (103, 103, 42), "T": (234, 234, 234), "U": (275, 275, 297), "V": (263, 265, 265), "Y": (106, 106, 106),
    "SIM": (113, 113, 0),
}  # fmt: skip
# Columns of the representative (8) and the agent (7) stand on every letter sheet and on each of the three sheets of
# applications at the same time; we ask them once. The prefecture of an address is no item of its own there.
BLOCKS, TAKEN_OVER = 15, {"simultaneous": 19, "reentry": 15, "other_activity": 15, "authorised_employment": 15}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def _official() -> dict[tuple[str, str], set[str]]:
    rows = _rows(HERE / "official_items.tsv")
    every: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for procedure in row["procedures"].split():
            every[procedure].update(set(row["file_codes"].split()) - {"*"})
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        numbers = range(1, int(row["rows"] or 0) + 1)
        names = {row["item"].replace("[]", f"[{number}]") for number in numbers} or {row["item"]}
        for procedure in row["procedures"].split():
            codes = every[procedure] if row["file_codes"] == "*" else row["file_codes"].split()
            for code in codes:
                found[procedure, code] |= names
    return found


@cache
def _left_out() -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in _rows(forms_dir() / "left_out.tsv"):
        assert row["reason"]
        for procedure in row["procedures"].split():
            for code in row["file_codes"].split():
                found[procedure, code].add(row["item"])
    return found


def _parts(online: str) -> list[str]:
    """The item names behind ``online``: one with lengths in brackets is one item, else the commas part several."""
    if "(" in online or not online:
        return [online] if online else []
    first, *rest = online.split(",")
    prefix = first.partition("[]")[0] + "[]." if "[]" in first else ""
    return [first, *(name if "[]" in name else prefix + name for name in rest)]


def _names(question: Question, rows: int) -> set[str]:
    generic = _parts(question.online)
    numbered = {name.replace("[]", f"[{row}]") for name in generic for row in range(1, max(rows, 1) + 1)}
    return numbered | {name for row in question.online_rows for name in _parts(row)}


def _all_names(form: Form) -> set[str]:
    sheets = (*form.sheets, form.receipt)
    fields = [item for sheet in sheets for page in sheet.pages for item in page.fields]
    found = {name for item in fields for question in (item, *item.columns) for name in _names(question, item.max_rows)}
    return found | {copy.online for sheet in sheets for copy in sheet.copies}


def test_the_forms_have_the_file_codes_of_the_tools():
    assert set(_official()) == SLOTS


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_official_item_is_in_exactly_the_forms_the_tool_says(procedure: str):
    ours: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key in all_forms():
        if key.procedure == procedure and key.system == "rasens":
            form = load_form(*key)
            ours[procedure, form.file_code[2:]] |= _all_names(form)
    for slot, names in ours.items():
        assert names == _official()[slot] - _left_out()[slot], slot


def test_nothing_is_left_out_that_is_not_official():
    for slot, names in _left_out().items():
        assert names <= _official()[slot]


@pytest.mark.parametrize("sheet", COLUMNS)
def test_every_column_became_a_field_or_a_cell(sheet: str):
    for procedure, count in zip(PROCEDURES, COLUMNS[sheet], strict=True):
        if count:
            assert _counted(sheet, procedure) == count, procedure


def _counted(sheet: str, procedure: str) -> int:
    sheets = [resolved for resolved in resolve(_sheets(sheet, procedure), {"procedure": procedure}) if resolved.pages]
    online = (item for one in sheets for page in one.pages for item in page.fields if _is_online(item))
    asked = sum(len(item.columns) * item.max_rows if item.columns else 1 for item in online)
    taken_over = sum(TAKEN_OVER.get(one.id, 0) for one in sheets)
    return asked + taken_over + (BLOCKS if len(sheet) == 1 else 0)


def _is_online(item: Field) -> bool:
    return bool(item.online or item.columns)


def _sheets(sheet: str, procedure: str) -> Iterable[Sheet]:
    abroad = procedure == "certificate_of_eligibility"
    if sheet == "PART1":
        receipt = "receipt_certificate_of_eligibility" if abroad else "receipt"
        return [load_sheet(name) for name in (f"part1_{procedure}", "confirmation", receipt)]
    if sheet == "SIM":
        return [load_sheet(name) for name in TAKEN_OVER]
    roles = (f"{role}_{sheet.lower()}" for role in ("applicant", "organisation", "supporter"))
    return [load_sheet(name) for name in roles if (forms_dir() / "sheets" / f"{name}.toml").is_file()]


def test_every_list_and_choice_was_brought_over():
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _rows(HERE / "official_lists.tsv"):
        counted[row["list"]][row["parent"]] = int(row["entries"])
    ours_alone = {path.stem for path in (forms_dir() / "lists").glob("own.*.tsv")}
    assert {path.stem for path in (forms_dir() / "lists").glob("*.tsv")} == set(counted) | ours_alone
    for name, official in counted.items():
        ours = {parent: len({entry.code for entry in choices(name, parent)}) for parent in parents(name)}
        if "*" in official:
            assert sum(ours.values()) == official["*"], name
        else:
            assert ours == official, name
        assert all(ours[parent] == len(choices(name, parent)) for parent in ours), name


def test_only_what_has_no_english_name_is_without_one():
    without = {
        (name, choice.labels["ja"])
        for name in (path.stem for path in (forms_dir() / "lists").glob("*.tsv"))
        if name != "CA69"
        for parent in parents(name)
        for choice in choices(name, parent)
        if "en" not in choice.labels
    }
    assert without == {("CA61", "朝鮮"), ("CB79", "朝鮮")}

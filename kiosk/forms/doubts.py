"""What of the definitions is not certain, for staff who compare it with the official sheets. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from kiosk.forms.model import Certainty, Column, Field, Question, Sheet, Variant

CERTAIN: Certainty = "official"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One question, or its variant for some forms, whose label, number or limits are to be compared."""

    question: str
    label: str
    certainty: Certainty
    origin: str


@dataclass(frozen=True, slots=True)
class SheetDoubts:
    """The doubts of one sheet, where it was taken from, and how many questions it has."""

    sheet: str
    certainty: Certainty
    origin: tuple[str, ...]
    total: int
    lines: tuple[Doubt, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return asdict(self)


def certainty_of(sheet: Sheet, question: Question) -> Certainty:
    """Return how certain a question is: its own mark, or that of its sheet."""
    return question.certainty or sheet.certainty


def sheet_doubts(sheet: Sheet) -> SheetDoubts:
    """Return every question of a sheet, cells of tables included, that is not taken from an official text."""
    questions = [pair for page in sheet.pages for item in page.fields for pair in _questions(item)]
    lines = (doubt for name, question in questions for doubt in _doubts(sheet, name, question))
    return SheetDoubts(sheet.id, sheet.certainty, sheet.origin, len(questions), tuple(lines))


def _questions(item: Field) -> list[tuple[str, Field | Column]]:
    return [(item.id, item), *((f"{item.id}.{column.key}", column) for column in item.columns)]


def _doubts(sheet: Sheet, name: str, question: Question) -> list[Doubt]:
    found: list[Doubt] = []
    origin = question.origin
    if certainty_of(sheet, question) != CERTAIN:
        found.append(Doubt(name, question.label["en"], certainty_of(sheet, question), origin))
    for variant in question.variants:
        if variant.certainty not in {None, CERTAIN} and not found:
            found.append(
                Doubt(_variant_name(name, variant), question.label["en"], variant.certainty or CERTAIN, origin)
            )
    return found


def _variant_name(name: str, variant: Variant) -> str:
    return f"{name} ({', '.join(variant.when.values)})" if variant.when.values else name

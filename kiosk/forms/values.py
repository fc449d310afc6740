"""Is one canonical text right for its box? Pure; conditions and other answers are not looked at."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from kiosk.forms import characters, dates
from kiosk.forms.load import codes, system_profile
from kiosk.forms.model import Column, Field


class Flaw(NamedTuple):
    """What is wrong with a value: a code with a message ``issue.<code>`` and the message's parameters."""

    code: str
    params: dict[str, Any]


_EMAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+")
_CARD = re.compile(r"[A-Z]{2}[0-9]{8}[A-Z]{2}")
_PASSPORT = re.compile(r"[A-Z0-9]{5,12}")
_PHONE = re.compile(r"[0-9]{9,12}")
_POSTAL = re.compile(r"[0-9]{7}")
_INTEGER = re.compile(r"0|[1-9][0-9]*")
_YEAR_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_YEAR = re.compile(r"[0-9]{4}")

_SHAPES = {
    "email": _EMAIL,
    "residence_card_number": _CARD,
    "passport_number": _PASSPORT,
    "phone": _PHONE,
    "postal_code": _POSTAL,
    "year_month": _YEAR_MONTH,
    "year": _YEAR,
    "integer": _INTEGER,
}

_CHARSET_CODES = {
    "ascii": "not_ascii",
    "alphanumeric": "not_alphanumeric",
    "letters": "not_letters",
    "digits": "not_digits",
    "latin_name": "not_latin_name",
    "fullwidth": "not_fullwidth",
}

_FREE_TYPES = frozenset({"text", "textarea", "passport_number", "residence_card_number"})


def flaw(question: Field | Column, text: str, system: str = "rasens", parent: str = "") -> Flaw | None:
    """Return the first thing that is wrong with a non-empty canonical value, or None.

    Args:
        question: the box.
        text: a canonical, non-empty text.
        system: generation of the government's system.
        parent: the code on which the list of the box depends, for a dependent list.
    """
    if question.list and _may_be_chosen(question, text, parent):
        return None  # a code of the list needs no look at its characters: most answers end here
    if _has_controls(question, text):
        return Flaw("control_characters", {})
    if question.type in _FREE_TYPES and characters.holds_individual_number(text):
        return Flaw("individual_number", {})
    return _type_flaw(question, text, parent) or _charset_flaw(question, text, system) or _length_flaw(question, text)


def _may_be_chosen(question: Field | Column, text: str, parent: str) -> bool:
    return text in codes(question.list, parent) and (not question.codes or text in question.codes)


def _has_controls(question: Field | Column, text: str) -> bool:
    if "\n" in text and question.type != "textarea":
        return True
    return any(characters.is_control(char) for char in set(text))


def _type_flaw(question: Field | Column, text: str, parent: str) -> Flaw | None:
    kind = question.type
    if kind == "date":
        code = dates.problem(text, partial=question.partial)
        return Flaw(code, {}) if code else None
    if kind in {"choice", "yes_no"}:
        return None if _may_be_chosen(question, text, parent) else Flaw("not_in_list", {})
    shape = _SHAPES.get(kind)
    if shape is not None and not shape.fullmatch(text):
        return Flaw(kind, {})
    if kind in {"year", "year_month"} and not dates.EARLIEST_YEAR <= int(text[:4]) <= dates.LATEST_YEAR:
        return Flaw("year_out_of_range", {"earliest": dates.EARLIEST_YEAR, "latest": dates.LATEST_YEAR})
    return None


def _charset_flaw(question: Field | Column, text: str, system: str) -> Flaw | None:
    kanji = system_profile(system).kanji
    for char in dict.fromkeys(text):
        if char != "\n" and not characters.allowed(char, question.charset, kanji):
            return _character_flaw(question.charset, char)
    return None


def _character_flaw(charset: str, char: str) -> Flaw:
    if characters.has_accent(char):
        return Flaw("accents", {"character": char})
    if characters.is_private(char) or charset in {"any", "japanese_and_ascii"}:
        return Flaw("unsupported_character", {"character": char})
    if charset == "fullwidth" and char not in characters.ASCII_PRINTABLE | characters.HALF_KANA:
        return Flaw("unsupported_character", {"character": char})
    return Flaw(_CHARSET_CODES[charset], {"character": char})


def _length_flaw(question: Field | Column, text: str) -> Flaw | None:
    length = characters.utf16_length(text)
    if question.exact_length is not None and question.type in {"text", "textarea"} and length != question.exact_length:
        return Flaw("wrong_length", {"exact": question.exact_length, "length": length})
    if question.max_length is not None and length > question.max_length:
        return Flaw("too_long", {"max": question.max_length, "length": length})
    return None

"""From what a person typed to the canonical answer, telling what was changed. Pure.

``normalise`` never raises and is idempotent: its value given to it again comes back the same. It refuses to hand out
two things that must not be stored at all, a terminal sequence and an Individual Number; everything else that is
wrong is left for ``check`` to name, so that a person sees what they typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.forms import characters, dates
from kiosk.forms.load import SystemProfile, system_profile
from kiosk.forms.model import MAX_TEXT, Column, Field, Issue


@dataclass(frozen=True, slots=True, repr=False)
class Notice:
    """Something that was changed: a message ``notice.<code>`` with ``before`` and ``after`` among its parameters.

    The parameters are personal: for the screen alone, so the repr shows only the code.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __repr__(self) -> str:
        return f"Notice({self.code!r})"


@dataclass(frozen=True, slots=True, repr=False)
class Normalised:
    """A canonical text, what was changed, and what was refused (then the text is empty)."""

    value: str
    notices: tuple[Notice, ...] = ()
    issues: tuple[Issue, ...] = ()


_FREE_TYPES = frozenset({"text", "textarea", "residence_card_number", "passport_number"})
_SEPARATORS = re.compile(r"[\s\-()./]+")
_LINE_SPACE = re.compile(r"[\t\n]+")


def normalise(question: Field | Column, text: str, system: str = "rasens") -> Normalised:
    """Return the canonical form of what was typed into one box.

    Args:
        question: the box (a field or a column of a table).
        text: as typed or pasted; any text.
        system: the generation of the system whose width rules hold.

    Returns:
        the value, with a notice for every visible change; or an empty value with one issue where the text must not
        be stored (``control_characters``, ``individual_number``).
    """
    where = question.id if isinstance(question, Field) else question.key
    if characters.has_escape(text):
        return Normalised("", (), (Issue(where, "control_characters"),))
    clean, notices = _clean(text)
    if question.type in _FREE_TYPES and characters.holds_individual_number(clean):
        return Normalised("", (), (Issue(where, "individual_number"),))
    converted, code = _CONVERTERS[question.type](question, clean, system_profile(system))
    # Taking spaces or separators out can bring a letter and its mark together.
    value = unicodedata.normalize("NFC", converted)
    if code and value != clean:
        notices = (*notices, Notice(code, {"before": clean, "after": value}))
    return Normalised(value, notices)


def _clean(text: str) -> tuple[str, tuple[Notice, ...]]:
    lines = unicodedata.normalize("NFC", text[: 4 * MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n"))
    visible = "".join(char for char in lines.replace("\t", " ") if not characters.is_control(char))
    # Taking a mark away can bring a letter and its accent together, so the form is made again.
    visible = unicodedata.normalize("NFC", visible).strip()
    notices = (Notice("removed_characters"),) if len(visible) < len(lines.replace("\t", " ").strip()) else ()
    if len(visible) > MAX_TEXT or len(text) > 4 * MAX_TEXT:
        return visible[:MAX_TEXT].strip(), (*notices, Notice("cut", {"max": MAX_TEXT}))
    return visible, notices


_Converter = Callable[[Field | Column, str, SystemProfile], tuple[str, str]]


def _text(question: Field | Column, text: str, profile: SystemProfile) -> tuple[str, str]:
    return _by_charset(question.charset, _LINE_SPACE.sub(" ", text), profile)


def _textarea(question: Field | Column, text: str, profile: SystemProfile) -> tuple[str, str]:
    parts = [_by_charset(question.charset, line, profile) for line in text.split("\n")]
    return "\n".join(value for value, _ in parts).strip(), next((code for _, code in parts if code), "")


def _by_charset(charset: str, text: str, profile: SystemProfile) -> tuple[str, str]:
    if charset == "fullwidth":
        return characters.to_full(text).strip(), "to_fullwidth"
    if charset == "japanese_and_ascii":
        return characters.to_japanese(text).strip(), "signs"
    if charset == "any":
        return text, ""
    half = characters.to_half(text).strip()
    if charset == "latin_name":
        return _latin_name(half, profile), "to_capitals"
    if charset in {"digits", "letters", "alphanumeric"}:
        half = _SEPARATORS.sub("", half)
    return half, "to_halfwidth"


def _latin_name(text: str, profile: SystemProfile) -> str:
    parts = unicodedata.normalize("NFC", text.upper()).replace(",", " ").split()
    return profile.name_separator.join(parts)


def _date(question: Field | Column, text: str, _profile: SystemProfile) -> tuple[str, str]:
    parts = dates.read(text)
    return (text, "") if parts is None else (dates.write(parts, partial=question.partial), "date_read")


def _year_month(_question: Field | Column, text: str, _profile: SystemProfile) -> tuple[str, str]:
    parts = dates.read(text)
    if parts is None or not parts.month:
        return text, ""
    return f"{parts.year:04}-{parts.month:02}", "date_read"


def _year(_question: Field | Column, text: str, _profile: SystemProfile) -> tuple[str, str]:
    parts = dates.read(text)
    return (text, "") if parts is None or not parts.year else (f"{parts.year:04}", "date_read")


def _integer(_question: Field | Column, text: str, _profile: SystemProfile) -> tuple[str, str]:
    half = characters.to_half(text).replace(",", "").replace(" ", "")
    return (half.lstrip("0") or "0" if half.isascii() and half.isdigit() else half), "to_halfwidth"


def _phone(_question: Field | Column, text: str, _profile: SystemProfile) -> tuple[str, str]:
    half = _SEPARATORS.sub("", characters.to_half(text))
    if half.startswith("+81"):
        return "0" + half[3:].lstrip("0"), "phone_of_japan"
    return half, "digits_alone"


def _postal_code(_question: Field | Column, text: str, _profile: SystemProfile) -> tuple[str, str]:
    return _SEPARATORS.sub("", characters.to_half(text).replace("〒", "")), "digits_alone"


def _email(_question: Field | Column, text: str, _profile: SystemProfile) -> tuple[str, str]:
    return "".join(characters.to_half(text).split()), "to_halfwidth"


def _card_number(_question: Field | Column, text: str, _profile: SystemProfile) -> tuple[str, str]:
    return _SEPARATORS.sub("", characters.to_half(text)).upper(), "to_capitals"


_YES_NO = {
    "1": "1", "有": "1", "yes": "1", "y": "1", "はい": "1", "true": "1",
    "0": "0", "無": "0", "no": "0", "n": "0", "いいえ": "0", "false": "0",
}  # fmt: skip


def _yes_no(_question: Field | Column, text: str, _profile: SystemProfile) -> tuple[str, str]:
    return _YES_NO.get(characters.to_half(text).casefold(), text), ""


def _code(_question: Field | Column, text: str, _profile: SystemProfile) -> tuple[str, str]:
    return characters.to_half(text).strip(), ""


def _nothing(_question: Field | Column, _text: str, _profile: SystemProfile) -> tuple[str, str]:
    return "", ""


_CONVERTERS: dict[str, _Converter] = {
    "text": _text,
    "textarea": _textarea,
    "date": _date,
    "year_month": _year_month,
    "year": _year,
    "integer": _integer,
    "yes_no": _yes_no,
    "choice": _code,
    "phone": _phone,
    "postal_code": _postal_code,
    "email": _email,
    "residence_card_number": _card_number,
    "passport_number": _card_number,
    "table": _nothing,
    "info": _nothing,
}

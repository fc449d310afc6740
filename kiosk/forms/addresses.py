"""One line of address into prefecture, municipality and the rest, by the official municipality list. Pure."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from kiosk.forms.characters import to_full
from kiosk.forms.load import choices, parents

PREFECTURES = "CA69_1"
MUNICIPALITIES = "CA69"


class Address(NamedTuple):
    """Official codes of prefecture and municipality (empty where not found) and the rest in full width."""

    prefecture: str
    city: str
    street: str


# Spellings that registers use for the same place.
_SAME = str.maketrans({"ヶ": "ケ", "ヵ": "カ", "が": "ケ", "ガ": "ケ", "之": "ノ", "の": "ノ", "\u3000": " "})


def split_address(text: str) -> Address:
    """Split an address as the certificate writes it.

    A ward of a designated city (札幌市中央区) is taken whole, as the list has it. An address that leaves out the
    prefecture is found by its municipality, where only one in Japan has that name.
    """
    rest = text.strip()
    prefecture = next((code for name, code in _prefectures() if _matches(rest, name)), "")
    if prefecture:
        rest = rest[_consumed(rest, _prefecture_name(prefecture)) :]
    found = _find_city(rest, prefecture)
    if found is None:
        return Address(prefecture, "", to_full(rest.strip()))
    prefecture, city, name = found
    return Address(prefecture, city, to_full(rest[_consumed(rest, name) :].strip()))


def _find_city(rest: str, prefecture: str) -> tuple[str, str, str] | None:
    names = [entry for entry in _cities() if prefecture in {"", entry[0]} and _matches(rest, entry[2])]
    if not names:
        return None
    longest = max(len(name) for _, _, name in names)
    best = [entry for entry in names if len(entry[2]) == longest]
    return best[0] if len(best) == 1 else None


@cache
def _prefectures() -> tuple[tuple[str, str], ...]:
    return tuple((choice.labels["ja"], choice.code) for choice in choices(PREFECTURES))


@cache
def _prefecture_name(code: str) -> str:
    return next(name for name, known in _prefectures() if known == code)


@cache
def _cities() -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (parent, choice.code, choice.labels["ja"])
        for parent in parents(MUNICIPALITIES)
        for choice in choices(MUNICIPALITIES, parent)
    )


def _matches(text: str, name: str) -> bool:
    return _plain(text[: 2 * len(name) + 2]).startswith(_plain(name))


def _plain(text: str) -> str:
    return text.translate(_SAME).replace(" ", "")


def _consumed(text: str, name: str) -> int:
    """Return how many characters of ``text`` stand for ``name``, spaces between them counted."""
    wanted, position = len(_plain(name)), 0
    while wanted and position < len(text):
        wanted -= text[position] not in " \u3000"
        position += 1
    return position

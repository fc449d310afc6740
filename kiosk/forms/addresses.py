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


class _Place(NamedTuple):
    prefecture: str
    code: str
    plain: str


def split_address(text: str) -> Address:
    """Split an address as the certificate writes it.

    A ward of a designated city (札幌市中央区) is taken whole, as the list has it. An address that leaves out the
    prefecture is found by its municipality, where only one in Japan has that name.
    """
    rest = text.strip()
    found = _longest(_prefectures(), rest)
    prefecture = ""
    if found is not None:
        prefecture, rest = found.code, rest[_consumed(rest, found.plain) :]
    city = _longest(_cities(prefecture), rest)
    if city is None:
        return Address(prefecture, "", to_full(rest.strip()))
    return Address(city.prefecture, city.code, to_full(rest[_consumed(rest, city.plain) :].strip()))


def _longest(places: tuple[_Place, ...], text: str) -> _Place | None:
    """Return the place with whose name the text begins, the longest one; None where two are as long."""
    plain = _plain(text)
    found = [place for place in places if plain.startswith(place.plain)]
    longest = max((len(place.plain) for place in found), default=0)
    best = [place for place in found if len(place.plain) == longest]
    return best[0] if len(best) == 1 else None


@cache
def _prefectures() -> tuple[_Place, ...]:
    return tuple(_Place(choice.code, choice.code, _plain(choice.labels["ja"])) for choice in choices(PREFECTURES))


@cache
def _cities(prefecture: str) -> tuple[_Place, ...]:
    """Return the municipalities of a prefecture, or of all Japan for an empty code."""
    return tuple(
        _Place(parent, choice.code, _plain(choice.labels["ja"]))
        for parent in parents(MUNICIPALITIES)
        if prefecture in {"", parent}
        for choice in choices(MUNICIPALITIES, parent)
    )


def _plain(text: str) -> str:
    return text.translate(_SAME).replace(" ", "")


def _consumed(text: str, plain: str) -> int:
    """Return how many characters of ``text`` stand for the name ``plain``, spaces between them counted."""
    wanted, position = len(plain), 0
    while wanted and position < len(text):
        wanted -= text[position] not in " \u3000"
        position += 1
    return position

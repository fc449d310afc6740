"""Which font sets which character, and how wide and tall it comes out: HarfBuzz on the fonts of ``config/fonts.toml``.

A font's file is read when its first character is asked for, so that plain Japanese and English cost two files. All
measures are in thousandths of the size of the type.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from kiosk.errors import SettingsError
from kiosk.paths import config_dir
from kiosk.reports.errors import FontMissing

_FILE = "fonts.toml"
_EM = 1000
_WEIGHTS = {False: 400, True: 700}
_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Soft hyphen, joiners and the like, which steer the setting of others as variation selectors do, and are not drawn."""


class Glyph(NamedTuple):
    """One drawn shape: its number in the font, the place in the text it belongs to, and where it stands."""

    number: int
    place: int
    advance: int
    right: int
    up: int


class Extent(NamedTuple):
    """How wide a text comes out, and how far its ink reaches above and below the line it stands on."""

    width: int
    above: int
    below: int


@dataclass(frozen=True, slots=True)
class Typeface:
    """One font.

    Attributes:
        package: whose data it is.
        file: in that package.
        spoken: the language whose forms are taken; ``und`` where the script has one form alone.
    """

    package: str
    file: str
    spoken: str = "und"

    @property
    def name(self) -> str:
        """What it is called in a PDF."""
        return self.file.partition(".")[0].partition("[")[0]

    @property
    def can_be_bold(self) -> bool:
        """Whether the font has a bold weight of its own."""
        return bool(_opened(self).has_var_data)

    def has(self, character: str) -> bool:
        """Say whether it has a shape for ``character``.

        Raises:
            FontMissing: the file is not there.
        """
        return _sized(self, bold=False).get_nominal_glyph(ord(character)) is not None

    def shaped(self, text: str, *, bold: bool) -> tuple[Glyph, ...]:
        """Return the shapes of ``text``, which this font has, from left to right.

        Raises:
            FontMissing: the file is not there.
        """
        return _shaped(self, text, bold=bold)

    def extent(self, text: str, *, bold: bool) -> Extent:
        """Return how large ``text`` comes out in this font."""
        font = _sized(self, bold=bold)
        width = above = below = 0
        for glyph in self.shaped(text, bold=bold):
            width += glyph.advance
            ink = font.get_glyph_extents(glyph.number)
            if ink is not None:
                above = max(above, glyph.up + ink.y_bearing)
                below = max(below, -(glyph.up + ink.y_bearing + ink.height))
        return Extent(width, above, below)

    def part(self, numbers: Iterable[int], *, bold: bool) -> tuple[bytes, dict[int, int]]:
        """Return a font file with these shapes alone, in one weight, and what number each has there."""
        hb = _harfbuzz()
        face = _opened(self)
        wanted = hb.SubsetInput()
        wanted.flags = hb.SubsetFlags.NO_LAYOUT_CLOSURE
        wanted.glyph_set.update(set(numbers))
        wanted.unicode_set.add(ord(" "))
        wanted.drop_table_tag_set.update({int.from_bytes(tag, "big") for tag in (b"GDEF", b"GPOS", b"GSUB")})
        if self.can_be_bold:
            wanted.pin_all_axes_to_default(face)
            wanted.pin_axis_location(face, "wght", _WEIGHTS[bold])
        plan = hb.SubsetPlan(face, wanted)
        return bytes(plan.execute().blob.data), dict(plan.old_to_new_glyph_mapping)


@cache
def typefaces() -> tuple[Typeface, ...]:
    """Return all fonts in the order in which they are asked.

    Raises:
        SettingsError: the table can't be read.
    """
    try:
        rows = tomllib.loads((config_dir() / _FILE).read_text(encoding="utf-8"))["font"]
        return tuple(Typeface(row["package"], row["file"], row.get("spoken", "und")) for row in rows)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SettingsError(file=_FILE) from error


def open_all() -> None:
    """Open every font now: for a process that may open nothing later.

    Raises:
        FontMissing: a file is not there.
    """
    for typeface in typefaces():
        for bold in {False, typeface.can_be_bold}:
            _sized(typeface, bold=bold)


def writable(text: str) -> bool:
    """Say whether there is a shape for every character of ``text``; its lines may have ends."""
    return all(_settable(character) for character in set(text) if character != "\n")


def runs(text: str) -> Iterator[tuple[Typeface, str]]:
    """Give the pieces of ``text`` that are set in one font each.

    A sign between letters stays in the font of what is before it, so that a mark is set with its letter.
    """
    start, current = 0, None
    for place, character in enumerate(text):
        found = current if current and _stays(character, current) else _font_of(character) or typefaces()[0]
        if current and found is not current:
            yield current, text[start:place]
            start = place
        current = found
    if current:
        yield current, text[start:]


@lru_cache(maxsize=8192)
def extent(text: str, *, bold: bool = False) -> Extent:
    """Return how large ``text`` comes out, each character in the font that sets it."""
    found = [typeface.extent(run, bold=bold and typeface.can_be_bold) for typeface, run in runs(text)]
    return Extent(
        sum(one.width for one in found),
        max((one.above for one in found), default=0),
        max((one.below for one in found), default=0),
    )


def is_mark(character: str) -> bool:
    """Say whether ``character`` belongs to the one before it: a mark, a joiner, a variation selector."""
    return character in _UNSEEN or unicodedata.category(character).startswith("M")


def _settable(character: str) -> bool:
    return _is_unseen(character) or _font_of(character) is not None


def _stays(character: str, current: Typeface) -> bool:
    if _is_unseen(character):
        return True
    if is_mark(character):
        return current.has(character) or not _font_of(character)
    # Signs beyond ASCII look different from script to script; letters and digits do not change theirs.
    return not character.isascii() and unicodedata.category(character)[0] not in "LN" and current.has(character)


def _is_unseen(character: str) -> bool:
    selects = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return selects or character in _UNSEEN


@lru_cache(maxsize=8192)
def _font_of(character: str) -> Typeface | None:
    if unicodedata.category(character).startswith("C"):
        return None
    return next((typeface for typeface in typefaces() if typeface.has(character)), None)


@lru_cache(maxsize=8192)
def _shaped(typeface: Typeface, text: str, *, bold: bool) -> tuple[Glyph, ...]:
    hb = _harfbuzz()
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    # Both said, because HarfBuzz would take this machine's language.
    buffer.direction, buffer.language = "ltr", typeface.spoken
    hb.shape(_sized(typeface, bold=bold), buffer)
    places = zip(buffer.glyph_infos or (), buffer.glyph_positions or (), strict=True)
    return tuple(Glyph(info.codepoint, info.cluster, at.x_advance, at.x_offset, at.y_offset) for info, at in places)


@cache
def _opened(typeface: Typeface) -> Any:
    hb = _harfbuzz()
    package = find_spec(typeface.package)
    folders = package.submodule_search_locations if package else None
    try:
        # Read here, because HarfBuzz itself finds no file below a folder with a Japanese name on Windows.
        content = (Path(next(iter(folders or ()), "")) / typeface.file).read_bytes()
    except OSError as error:
        raise FontMissing(file=typeface.file) from error
    face = hb.Face(hb.Blob(content))
    if not face.glyph_count:
        raise FontMissing(file=typeface.file)
    return face


@cache
def _sized(typeface: Typeface, *, bold: bool) -> Any:
    hb = _harfbuzz()
    font = hb.Font(_opened(typeface))
    font.scale = (_EM, _EM)
    if typeface.can_be_bold:
        font.set_variations({"wght": _WEIGHTS[bold]})
    return font


def _harfbuzz() -> Any:
    # It has no types, and a paper is not needed in every session.
    return import_module("uharfbuzz")

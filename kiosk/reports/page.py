"""A4 pages of text and squares as PDF, with fonts that every reader brings itself: none is shipped or embedded.

Latin letters are set in Helvetica (one of the fourteen standard fonts), everything else in HeiseiKakuGo-W5 with the
predefined CMap UniJIS-UTF16-H (ISO 32000-1, 9.7.5.2; Adobe-Japan1). So Japanese and the Latin scripts of Western Europe
can be written, and no other script; ``writable`` says which text.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

WIDTH, HEIGHT = 595.28, 841.89
"""A4 in points."""

_TOP, _BOTTOM = HEIGHT - 64, 48.0

_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
"""Helvetica from the blank to the tilde, in thousandths (Adobe's font metrics)."""

_BOLD_SHARE = 1.07
"""Helvetica-Bold is at most so much wider."""

_OTHER_LATIN = 700
_FULL = 1000
_NOT_FIRST = frozenset("。、，．」』）】〕・：；？！ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")
"""Japanese lines do not begin with these."""


@dataclass(frozen=True, slots=True)
class Face:
    """How text is set: its size in points, and whether Latin letters are bold."""

    size: float
    bold: bool = False

    @property
    def leading(self) -> float:
        """From one line to the next, in points."""
        return self.size * 1.5


_NUMBER = Face(9)


def writable(text: str) -> bool:
    """Say whether every character of ``text`` can be written."""
    return all(character == "\n" or _is_latin(character) or _is_japanese(character) for character in text)


def wrapped(text: str, face: Face, width: float) -> list[str]:
    """Return ``text`` in lines of at most ``width`` points; a single word that is longer stands alone."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and measure((line + piece).rstrip(), face) > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        lines.append(line.rstrip())
    return lines


def measure(text: str, face: Face) -> float:
    """Return how wide ``text`` is in points."""
    share = _BOLD_SHARE if face.bold else 1.0
    return sum(_width(character) * (share if _is_latin(character) else 1.0) for character in text) * face.size / 1000


@dataclass
class Paper:
    """Pages that are filled from the top; where one is full a new one begins, and then all are numbered.

    Attributes:
        y: where the next line goes, in points from the bottom of the page.
    """

    y: float = _TOP
    _pages: list[list[bytes]] = field(default_factory=lambda: [list[bytes]()], repr=False)

    def write(self, text: str, face: Face, left: float, width: float) -> None:
        """Write ``text`` in lines and go on below it."""
        for line in wrapped(text, face, width):
            self.keep(face.leading)
            self.y -= face.leading
            self._pages[-1].append(_line(line, face, left, self.y))

    def space(self, points: float) -> None:
        """Leave room; none at the top of a page that follows another."""
        if len(self._pages) == 1 or self._pages[-1]:
            self.y -= points

    def keep(self, points: float) -> None:
        """Begin a new page where fewer ``points`` than that are left on this one."""
        if self.y - points < _BOTTOM and self._pages[-1]:
            self._pages.append([])
            self.y = _TOP

    def squares(self, rows: Sequence[Sequence[bool]], left: float, top: float, side: float) -> None:
        """Draw the dark ones of a square of squares, ``side`` points wide as a whole."""
        unit = side / len(rows)
        for down, row in enumerate(rows):
            for across, dark in enumerate(row):
                if dark:
                    x, y = left + across * unit, top - (down + 1) * unit
                    self._pages[-1].append(b"%.3f %.3f %.3f %.3f re f" % (x, y, unit, unit))

    def pdf(self, title: str, language: str) -> bytes:
        """Return the whole file. The same paper always gives the same bytes."""
        import pikepdf

        document = pikepdf.new()
        resources = document.make_indirect(_resources(document))
        for content in self._numbered():
            page = document.add_blank_page(page_size=(WIDTH, HEIGHT))
            page.obj.Resources = resources
            page.obj.Contents = document.make_stream(b"\n".join(content))
        document.Root.Lang = pikepdf.String(language)
        document.docinfo["/Title"] = pikepdf.String(title)
        target = io.BytesIO()
        document.save(target, deterministic_id=True, compress_streams=True)
        return target.getvalue()

    def _numbered(self) -> Iterator[list[bytes]]:
        for number, content in enumerate(self._pages, 1):
            text = f"{number} / {len(self._pages)}"
            left = (WIDTH - measure(text, _NUMBER)) / 2
            yield content if len(self._pages) == 1 else [*content, _line(text, _NUMBER, left, _BOTTOM / 2)]


def _resources(document: Any) -> Any:
    from pikepdf import Array, Dictionary, Name, String

    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/HeiseiKakuGo-W5"), Flags=4, FontBBox=Array([-92, -250, 1010, 922]),
        ItalicAngle=0, Ascent=752, Descent=-221, CapHeight=737, StemV=114,
    )  # fmt: skip
    glyphs = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name("/HeiseiKakuGo-W5"), DW=_FULL,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Japan1"), Supplement=4),
        FontDescriptor=document.make_indirect(descriptor),
    )  # fmt: skip
    japanese = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/HeiseiKakuGo-W5-UniJIS-UTF16-H"),
        Encoding=Name("/UniJIS-UTF16-H"), DescendantFonts=Array([document.make_indirect(glyphs)]),
    )  # fmt: skip
    fonts = {"/J": japanese, "/L": _latin_font("/Helvetica"), "/B": _latin_font("/Helvetica-Bold")}
    return Dictionary(Font=Dictionary({name: document.make_indirect(font) for name, font in fonts.items()}))


def _latin_font(name: str) -> Any:
    from pikepdf import Dictionary, Name

    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(name), Encoding=Name.WinAnsiEncoding)


def _line(text: str, face: Face, left: float, y: float) -> bytes:
    shown = b"".join(_run(run, face, latin=latin) for run, latin in _runs(text))
    return b"BT %.3f %.3f Td %bET" % (left, y, shown)


def _run(text: str, face: Face, *, latin: bool) -> bytes:
    name = (b"B" if face.bold else b"L") if latin else b"J"
    data = text.encode("cp1252") if latin else text.encode("utf-16-be")
    return b"/%b %.2f Tf <%b> Tj " % (name, face.size, data.hex().encode("ascii"))


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """Give the pieces of ``text`` that are set in one font, and whether that is the Latin one."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or _is_latin(text[place]) != _is_latin(text[start]):
            yield text[start:place], _is_latin(text[start])
            start = place


def _pieces(text: str) -> Iterable[str]:
    """Give the pieces between which a line may break."""
    piece = ""
    for character in text:
        joins = _is_latin(character) and character != " " and bool(piece) and _is_latin(piece[-1]) and piece[-1] != " "
        if not piece or joins or character == " " or character in _NOT_FIRST:
            piece += character
        else:
            yield piece
            piece = character
    if piece:
        yield piece


def _width(character: str) -> int:
    if not _is_latin(character):
        return _FULL
    place = ord(character) - 0x20
    return _WIDTHS[place] if 0 <= place < len(_WIDTHS) else _OTHER_LATIN


def _is_latin(character: str) -> bool:
    return character.isprintable() and _encodes(character, "cp1252")


def _is_japanese(character: str) -> bool:
    return character.isprintable() and _encodes(character, "euc_jis_2004")


def _encodes(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True

"""Pages as PDF, by fpdf2: with the part of each font that they need, so that every reader shows them alike.

fpdf2 lays nothing out here and takes the fonts from memory, because this also runs where no file can be opened
(``prepare``). Its public way to shape text divides it wherever the script changes, also before a joiner, which breaks
Sinhala; so the shaping is that of ``fonts``. What ``_Font`` uses of fpdf2 is not promised by it: the version is pinned
in the lock, and the tests of every script would see a change.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any

from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import TTFFont

from kiosk.reports.errors import FontMissing
from kiosk.reports.fonts import Glyph, Typeface, open_all, runs
from kiosk.reports.page import HEIGHT, WIDTH, Face, Page, Written

_VERSION = "1.7"
_MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""Of every paper, because a file has to say a day and nobody is to learn when it was printed."""

_TAG = b"MPDFAA"
_STROKE = 0.03
"""The line around the letters of a font without a bold weight, in sizes of the type."""


def pdf_of(title: str, language: str, pages: Sequence[Page]) -> bytes:
    """Return a PDF. The same pages always give the same bytes.

    Args:
        title: of the file.
        language: in which it is read, as an IETF tag.
        pages: at least one.

    Raises:
        FontMissing: a font's file is not there.
    """
    pdf = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    pdf.pdf_version = _VERSION
    pdf.set_auto_page_break(auto=False)
    pdf.set_creation_date(_MADE)
    pdf.set_title(title)
    pdf.set_lang(language)
    pen = _Pen(pdf, pages)
    for page in pages:
        pdf.add_page()
        for box in page.boxes:
            pdf.rect(box.left, HEIGHT - box.bottom - box.height, box.width, box.height, style="F")
        for line in page.lines:
            pen.write(line)
    return _tagged(bytes(pdf.output()))


def _tagged(content: bytes) -> bytes:
    """Return the file with a tag of its own before its fonts' names.

    fpdf2 gives all files the same one, and parts of one font that are joined in one file must differ (ISO 32000-1,
    9.6.4).
    """
    tag = bytes(ord("A") + byte % 26 for byte in sha256(content).digest()[: len(_TAG)])
    return content.replace(b"/%b+" % _TAG, b"/%b+" % tag)


def prepare() -> None:
    """Have everything imported and opened that a paper of any script needs: for a process that may open nothing later.

    A font that is missing is told when a paper needs it.
    """
    with suppress(FontMissing):
        open_all()
    lines = [Written(text, Face(10, bold), 0, 0) for text in ("A1", "字", "ส่ง") for bold in (False, True)]
    with suppress(FontMissing):
        pdf_of("", "ja", [Page(lines)])


class _Pen:
    """Writes lines with the fonts that the pages need."""

    def __init__(self, pdf: FPDF, pages: Iterable[Page]) -> None:
        self._pdf = pdf
        texts = dict[tuple[Typeface, bool], list[str]]()
        for line in (line for page in pages for line in page.lines):
            for typeface, text in runs(line.text):
                texts.setdefault((typeface, _own_bold(typeface, line.face)), []).append(text)
        for (typeface, bold), used in texts.items():
            name = _key(typeface, bold=bold)
            pdf.fonts[name] = _Font(pdf, name, typeface, used, bold=bold)

    def write(self, line: Written) -> None:
        """Write one line, run by run."""
        left, face = line.left, line.face
        for typeface, text in runs(line.text):
            bold = _own_bold(typeface, face)
            self._pdf.set_font(_key(typeface, bold=bold), size=face.size)
            if face.bold and not bold:
                with self._pdf.local_context(text_mode=TextMode.FILL_STROKE, line_width=face.size * _STROKE):
                    self._pdf.text(left, HEIGHT - line.base, text)
            else:
                self._pdf.text(left, HEIGHT - line.base, text)
            left += typeface.extent(text, bold=bold).width * face.size / 1000


class _Font(TTFFont):
    """The part of a font that ``texts`` need, held in memory, which shapes what it sets."""

    def __init__(self, pdf: FPDF, key: str, typeface: Typeface, texts: Iterable[str], *, bold: bool) -> None:
        used = {glyph.number for text in texts for glyph in typeface.shaped(text, bold=bold)}
        content, numbers = typeface.part(used, bold=bold)
        # It takes anything that fontTools can open; a path is only its usual case.
        file: Any = io.BytesIO(content)
        super().__init__(pdf, file, key, "")
        self.name = f"{typeface.name}{'-Bold' if bold else ''}"
        self._pdf = pdf
        self._typeface = typeface
        self._bold = bold
        self._numbers = numbers

    def encode_text(self, text: str) -> str:
        """Return the operators that show ``text``, with the text itself for those who copy it."""
        glyphs = self._typeface.shaped(text, bold=self._bold)
        shown = "".join(self._shown(glyphs, text))
        if len({glyph.place for glyph in glyphs}) == len(glyphs):
            return shown
        # Several shapes for one syllable: readers could not say which is which letter.
        return f"/Span <</ActualText <FEFF{text.encode('utf-16-be').hex().upper()}>>> BDC {shown} EMC"

    def _shown(self, glyphs: Sequence[Glyph], text: str) -> Iterator[str]:
        back = rise = 0  # what the pen has to go back before the next shape, and how high it is
        yield "["
        for glyph, letters in zip(glyphs, _letters(glyphs, text), strict=True):
            if glyph.up != rise:
                rise = glyph.up
                yield f"] TJ {rise * self._pdf.font_size_pt / 1000:.3f} Ts ["
            code, own = self._code(glyph, letters)
            shift = back - glyph.right
            yield f"{shift}<{code:04X}>" if shift else f"<{code:04X}>"
            back = own + glyph.right - glyph.advance
        yield "] TJ 0 Ts" if rise else "] TJ"

    def _code(self, glyph: Glyph, letters: str) -> tuple[int, int]:
        """Return a shape's number in the PDF, and its own width."""
        number = self._numbers[glyph.number]
        name = self.ttfont.getGlyphName(number)
        width = round(self.ttfont["hmtx"].metrics[name][0] * self.scale)
        found = self.subset.get_glyph(
            glyph=number, unicode=tuple(map(ord, letters)), glyph_name=name, glyph_width=width
        )
        code = self.subset.pick_glyph(found)
        return (0, width) if code is None else (code, width)


def _letters(glyphs: Sequence[Glyph], text: str) -> Iterator[str]:
    """Give for each shape the letters it stands for; of several shapes for the same ones, the first has them."""
    starts = sorted({glyph.place for glyph in glyphs})
    ends = dict(pairwise([*starts, len(text)]))
    for glyph in glyphs:
        yield text[glyph.place : ends.pop(glyph.place, glyph.place)]


def _own_bold(typeface: Typeface, face: Face) -> bool:
    return face.bold and typeface.can_be_bold


def _key(typeface: Typeface, *, bold: bool) -> str:
    # fpdf2 looks fonts up in small letters.
    return f"{typeface.name}{'-bold' if bold else ''}".lower()

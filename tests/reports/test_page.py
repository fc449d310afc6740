"""Pages as PDF: every script is drawn, can be copied, has its font in the file and stays inside the margins."""

from __future__ import annotations

import io
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest

from kiosk.reports.fonts import extent
from kiosk.reports.page import HEIGHT, WIDTH, Face, Paper
from tests.support.papers import SENTENCES, fonts_of, inked, pages_of, squeezed, text_of

LEFT, MEASURE = 56.0, WIDTH - 112


def paper(text: str, times: int = 1, size: float = 11) -> Paper:
    """Return a paper that says ``text``, with a heading."""
    sheet = Paper("見本", "ja")
    sheet.write(text, Face(16, bold=True), LEFT, MEASURE)
    for _ in range(times):
        sheet.write(text, Face(size), LEFT, MEASURE, end="12")
    return sheet


@pytest.mark.parametrize("language", SENTENCES)
def test_every_language_is_drawn_within_the_margins_and_copied_as_it_was(language: str) -> None:
    text = SENTENCES[language]
    sheet = paper(text, times=3)
    made = sheet.pdf()
    assert squeezed(text_of(made)) == squeezed(text + f"{text}12" * 3)
    fonts_of(made)
    ((left, bottom, right, top),) = inked(made)
    assert left > LEFT - 2
    assert right < WIDTH - LEFT + 2
    assert 48 < bottom < top < HEIGHT - 60
    assert sheet.pdf() == made


def test_all_languages_on_one_paper() -> None:
    sheet = Paper("見本", "ja")
    for text in SENTENCES.values():
        sheet.write(text, Face(10, bold=True), LEFT, 200)
    said = squeezed(text_of(sheet.pdf()))
    assert all(squeezed(text) in said for text in SENTENCES.values())


def test_lines_of_tall_letters_do_not_touch() -> None:
    for text in ("ស្ត្រី ខ្ញុំ ", "ပ္ပို ကျွန်ုပ် ", "ปู่ ที่ ", "ক্ষুদ্র ", "Ậ Ỹ g "):
        sheet = paper(text * 60)
        lines = [line for line in sheet.pages[0].lines if line.face.size == 11 and line.text != "12"]
        ink = extent(text)
        for one, next_one in pairwise(lines):
            assert one.base - next_one.base > (ink.above + ink.below) * 11 / 1000


def test_only_fonts_that_are_used_are_in_the_file_and_only_what_is_used_of_them() -> None:
    made = paper("Signed").pdf()
    assert set(fonts_of(made)) == {"NotoSans-Bold", "NotoSans"}
    assert len(made) < 15_000
    assert set(fonts_of(paper("署名").pdf())) == {"NotoSansJP-Regular", "NotoSans"}


def test_a_font_without_bold_letters_is_made_bolder() -> None:
    def darkness(bold: bool) -> int:
        sheet = Paper("見本", "ja")
        sheet.write("署名", Face(40, bold=bold), LEFT, MEASURE)
        with pypdfium2.PdfDocument(sheet.pdf()) as document:
            return sum(255 - level for level in document[0].render().to_pil().convert("L").tobytes())

    assert darkness(bold=True) > darkness(bold=False) * 1.15


def test_what_the_file_says_of_itself() -> None:
    with pikepdf.open(io.BytesIO(paper("署名 Signed").pdf())) as document:
        assert document.pdf_version == "1.7"
        assert str(document.Root.Lang) == "ja"
        assert str(document.docinfo["/Title"]) == "見本"
        assert str(document.docinfo["/CreationDate"]) == "D:20000101000000Z"
        assert set(document.docinfo.keys()) == {"/Title", "/CreationDate"}
        assert isinstance(document.Root.OpenAction, pikepdf.Array)  # a place on a page, and nothing that acts
        assert not {"/AA", "/Names", "/Metadata", "/AcroForm"} & set(document.Root.keys())
        assert document.check_pdf_syntax() == []


def test_parts_of_a_font_in_two_files_have_different_names() -> None:
    one, two = fonts_of(paper("Signed").pdf()), fonts_of(paper("Received").pdf())
    assert one["NotoSans"] != two["NotoSans"]
    assert len(one["NotoSans"].partition("+")[0]) == len("/ABCDEF")


def test_a_line_is_never_lost_between_pages_and_pages_are_numbered() -> None:
    sheet, words = Paper("x", "en"), [f"word{number}" for number in range(300)]
    for word in words:
        sheet.write(word, Face(10), LEFT, 400)
        sheet.space(3)
    pages = pages_of(sheet.pdf())
    assert [line for page in pages for line in page.split("\n") if line.startswith("word")] == words
    assert [page.split("\n")[-1] for page in pages] == [f"{place} / {len(pages)}" for place in range(1, len(pages) + 1)]
    assert len(pages) > 3
    assert "1 / 1" not in text_of(paper("one").pdf())


def test_what_stands_at_the_end_is_on_the_last_line_at_the_margin() -> None:
    sheet = Paper("x", "ja")
    sheet.write("証明書" * 40, Face(11), LEFT, 300, end="7ページ", end_room=60)
    *_, last, end = sheet.pages[0].lines
    assert (end.text, end.base) == ("7ページ", last.base)
    assert end.left + extent(end.text).width * 11 / 1000 == pytest.approx(LEFT + 300)
    assert all(extent(line.text).width * 11 / 1000 <= 300 - 60 for line in sheet.pages[0].lines[:-1])


def test_a_row_is_not_parted_by_the_end_of_a_page() -> None:
    sheet = Paper("x", "ja")
    for number in range(40):
        sheet.write("証明書" * 40, Face(11), LEFT, 300, end=f"{number}番")
    assert len(sheet.pages) > 2
    for page in sheet.pages:
        rows = sum(line.text.endswith("番") for line in page.lines)
        assert len(page.lines) == rows * 6


def test_squares_stand_where_they_belong() -> None:
    sheet = Paper("x", "ja")
    sheet.squares([[True, False], [False, True]], 10, 100, 20)
    with pypdfium2.PdfDocument(sheet.pdf()) as document:
        bounds = [tuple(round(side) for side in item.get_bounds()) for item in document[0].get_objects()]
    assert bounds == [(10, 90, 20, 100), (20, 80, 30, 90)]

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops, ImageStat

from kiosk.attachments import checks
from kiosk.attachments.individual_number import holds_number, spans
from kiosk.attachments.limits import load_limits
from kiosk.attachments.notices import INDIVIDUAL_NUMBER, NUMBER_IN_DATA
from kiosk.attachments.redaction import redact
from tests.attachments import in_process, make, papers
from tests.attachments.papers import GROUPED, NUMBER

NOW = load_limits("rasens")


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    monkeypatch.setattr(checks, "examine", in_process.run)


def _facts(content: bytes) -> dict[str, object]:
    return in_process.run("document", content, in_process.OPTIONS).facts


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        GROUPED,
        GROUPED.replace(" ", "-"),
        GROUPED.replace(" ", "\u3000"),
        GROUPED.replace(" ", "ー"),
        "１２３４５６７８９０１８",
        "１２３４－５６７８－９０１８",
        " ".join(NUMBER),
        "1 2 3 4 - 5 6 7 8 - 9 0 1 8",
        "1234\u200b56789018",
        f"個人番号{NUMBER}号",
        f"1 {NUMBER}",
        f"2026 {GROUPED}",
        f"{NUMBER} {NUMBER}",
        "No. 1234 5678\n9018",
        "No. 1234-5678-\r\n9018",
        "1234\n5678 9018",
        "12345678\u00ad\n9018",
    ],
)
def test_a_number_is_found_however_it_is_written(text: str):
    assert holds_number(text)
    start, end = spans(text)[0]
    assert re.sub("[^0-9]", "", "".join(str(int(char)) for char in text[start:end] if char.isdecimal())) == NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "",
        NUMBER[:-1] + "9",
        NUMBER + "0",
        "0" + NUMBER,
        "000000000000",
        f"9999-{GROUPED.replace(' ', '-')}",
        f"{GROUPED.replace(' ', '-')}-9999",
        f"5555 {GROUPED}",
        f"{GROUPED} 5555",
        "1234a56789018",
        "123,456,789,018",
        "1234\n5678\n9018",
        "5555 1234 5678\n9018",
        "12345\n6789018",
        "12 345 67 89018",
    ],
)
def test_what_is_no_number_or_part_of_a_longer_one_is_left_alone(text: str):
    assert not holds_number(text)


@given(st.text(alphabet="0123456789 -１２\u3000x", max_size=60))
def test_what_is_found_has_twelve_digits_and_nothing_beside_it(text: str):
    for start, end in spans(text):
        assert sum(map(str.isdecimal, text[start:end])) == 12
        assert not text[start - 1 : start].isdecimal()
        assert not text[end : end + 1].isdecimal()


def _on_the_second(made: pikepdf.Pdf) -> None:
    papers.text_page(made, papers.lines(GROUPED))
    made.pages.reverse()


def _in_boxes(made: pikepdf.Pdf) -> None:
    # As a form has them: each digit by itself, written from the last to the first.
    digits = "".join(
        f"BT /F 10 Tf {20 + place * 13} 100 Td ({digit}) Tj ET " for place, digit in reversed(list(enumerate(NUMBER)))
    )
    papers.text_page(made, digits.encode())


def _down_the_page(made: pikepdf.Pdf) -> None:
    digits = "".join(f"BT /F 10 Tf 100 {180 - place * 13} Td ({digit}) Tj ET " for place, digit in enumerate(NUMBER))
    papers.text_page(made, " ".join(reversed(digits.split("BT ")[1:])).replace("/F", "BT /F").encode())


def _in_pieces(made: pikepdf.Pdf) -> None:
    papers.text_page(made, b"BT /F 10 Tf 20 100 Td [(12) -500 (345) 20 (6789) -400 (018)] TJ ET")


def _row_of_a_table(made: pikepdf.Pdf) -> None:
    drawn = [f"BT /F 10 Tf {20 + place * 40} 100 Td ({value}) Tj ET" for place, value in enumerate(_ROW)]
    papers.text_page(made, " ".join(drawn).encode())


_ROW = ("12", "345", "67", "89018")
"""Written together they were an Individual Number."""


def _turned(made: pikepdf.Pdf) -> None:
    page = papers.text_page(made, papers.lines("above", GROUPED, "below"), Rotate=90)  # type: ignore[arg-type]  # a number
    page[Name.CropBox] = Array([10, 10, 190, 195])


def _in_a_note(made: pikepdf.Pdf) -> None:
    shown = made.make_stream(
        papers.lines(GROUPED),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 200, 200]),
        Resources=Dictionary(Font=papers.text_page(made, make.LINE).Resources.Font),
    )
    note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([0, 0, 200, 200]), F=4, AP=Dictionary(N=shown))
    made.pages[0].obj[Name.Annots] = Array([made.make_indirect(note)])


ON_A_PAGE = {
    "text": papers.written("Kakuu", f"No. {NUMBER}"),
    "second page": make.pdf(_on_the_second, 2),
    "a scan's layer": papers.scanned(papers.paper(), b"BT 3 Tr /F 12 Tf 100 700 Td (" + GROUPED.encode() + b") Tj ET"),
    "boxes, backwards": make.pdf(_in_boxes),
    "turned and cropped": make.pdf(_turned),
    "a note": make.pdf(_in_a_note),
    "vertical, from below": make.pdf(_down_the_page),
    "in pieces": make.pdf(_in_pieces),
    "two lines": papers.written("No. 1234-5678-", "9018"),
}


def test_a_row_of_a_table_is_no_number():
    assert _facts(make.pdf(_row_of_a_table))["numbers"] == []


@pytest.mark.parametrize("name", ON_A_PAGE)
def test_a_number_on_a_page_is_told_and_blacked_out_for_good(name: str):
    content = ON_A_PAGE[name]
    page = 2 if name == "second page" else 1
    checked = checks.check_pdf("a.pdf", content, NOW)
    notice = next(notice for notice in checked.notices if notice.key == INDIVIDUAL_NUMBER)
    assert notice.pages == (page,)
    assert NUMBER not in repr(checked)

    clean = checks.redacted(checked, NOW)
    assert clean.pages == checked.pages
    assert {INDIVIDUAL_NUMBER, NUMBER_IN_DATA}.isdisjoint(notice.key for notice in clean.notices)
    assert (clean.notices[0].key, clean.notices[0].pages) == ("notice.blacked_out", (page,))
    _assert_gone(clean.content)
    before, after = (_drawn(kept, page) for kept in (checked.content, clean.content))
    assert before.size == pytest.approx(after.size, abs=1)
    changed = ImageChops.difference(before, after.resize(before.size))
    changed = changed.point([255 if level > 200 else 0 for level in range(256)])
    box = changed.getbbox()
    # What became black is a box of about one line, and it is all that changed much.
    assert box is not None
    assert min(box[2] - box[0], box[3] - box[1]) < max(before.size) / 5
    assert clean.searchable == 0
    if name in ("second page", "boxes, backwards"):
        # Nothing else stands there, so that what is left is the box, black from edge to edge.
        ink = after.point([255 if level < 128 else 0 for level in range(256)])
        assert ImageStat.Stat(after.crop(ink.getbbox())).mean[0] < 10


def _drawn(content: bytes, page: int) -> Image.Image:
    with pypdfium2.PdfDocument(content) as pdf:
        return pdf[page - 1].render(scale=2, grayscale=True).to_pil()


def _assert_gone(content: bytes) -> None:
    for part in papers.everything_in(content):
        bare = re.sub(rb"[ \-\x00]", b"", part)
        assert NUMBER.encode() not in bare
        assert GROUPED.encode() not in part
    with pypdfium2.PdfDocument(content) as pdf:
        for page in pdf:
            assert not holds_number(page.get_textpage().get_text_range())


def _titled(made: pikepdf.Pdf) -> None:
    made.docinfo["/Title"] = f"申請書 {GROUPED}"


def _described(made: pikepdf.Pdf) -> None:
    with made.open_metadata() as described:
        described["dc:title"] = NUMBER


def _bookmarked(made: pikepdf.Pdf) -> None:
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(NUMBER, 0))


def _noted(made: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), Contents=make.text(GROUPED))
    made.pages[0].obj[Name.Annots] = Array([made.make_indirect(note)])


@pytest.mark.parametrize("hide", [_titled, _described, _bookmarked, _noted])
def test_a_number_that_no_page_shows_is_told_and_taken_out(hide: Callable[[pikepdf.Pdf], None]):
    content = papers.written("words enough to search for", pages=2, change=hide)
    checked = checks.check_pdf("a.pdf", content, NOW)
    assert NUMBER_IN_DATA in [notice.key for notice in checked.notices]
    clean = checks.redacted(checked, NOW)
    assert NUMBER_IN_DATA not in [notice.key for notice in clean.notices]
    _assert_gone(clean.content)
    # The text of a page that had nothing to do with it stays.
    assert (checked.searchable, clean.searchable) == (1, 0 if hide is _noted else 1)


def test_a_date_or_the_name_of_a_file_is_no_number():
    def change(made: pikepdf.Pdf) -> None:
        made.docinfo["/CreationDate"] = "D:123456789018Z"

    assert _facts(make.pdf(change))["number_in_data"] is False


def test_a_number_in_what_only_the_resources_hold_goes_as_well():
    """Two pages share a list of parts, and a part that only the first page shows says the number."""

    def change(made: pikepdf.Pdf) -> None:
        page = papers.text_page(made, b"/X Do")
        part = made.make_stream(
            papers.lines(GROUPED), Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 200])
        )
        part[Name.Resources] = Dictionary(Font=page.Resources.Font)
        page.Resources[Name.XObject] = Dictionary(X=part)
        shared = made.make_indirect(page.Resources)
        for each in made.pages:
            each.obj[Name.Resources] = shared

    checked = checks.check_pdf("a.pdf", make.pdf(change, 2), NOW)
    _assert_gone(checks.redacted(checked, NOW).content)


def test_blacking_out_something_broken_is_an_error():
    assert redact([b"%PDF-1.7\nrubbish"], {}, in_process.silent) == ({"problem": "pdf_broken"}, ())


def test_in_the_process_of_its_own_it_comes_out_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from kiosk.attachments import sandbox

    content = ON_A_PAGE["text"]
    here = in_process.run("redact", content, {})
    monkeypatch.setattr(checks, "examine", sandbox.examine)
    checked = checks.check_document(make.saved(tmp_path / "a.pdf", content), NOW)
    clean = checks.redacted(checked, NOW)
    assert clean.content == here.blobs[0]
    assert pikepdf.open(io.BytesIO(clean.content)).docinfo == {}

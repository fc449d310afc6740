"""The slip as PDF: what it says, what it must not say, and that any reader can show it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from kiosk.i18n import translator
from kiosk.reports.page import HEIGHT, WIDTH, Face, Paper, measure, wrapped, writable
from kiosk.reports.slip import Slip, slip_name, slip_pdf
from tests.support.papers import content_of, places_of, text_of

SIGNED = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SLIP = Slip(
    "019a9b1c-0000-7000-8000-000000000001",
    {"ja": "在留期間の更新 · 技術・人文知識・国際業務", "en": "Extension of stay · Engineer"},
    SIGNED,
    SIGNED + timedelta(hours=72),
    "00000000-0000-7000-8000-000000000009",
)
_SQUARE = re.compile(rb"([0-9.]+) ([0-9.]+) ([0-9.]+) [0-9.]+ re f")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_it_says_all_that_the_person_needs(language: str) -> None:
    said = "".join(text_of(slip_pdf(SLIP, language)).split())
    for t in (translator("ja"), translator(language)):
        for key in ("slip.lead", "slip.next", "slip.late", "slip.cancel", "slip.no_reception"):
            assert "".join(t(key).split()) in said
        assert "".join(t.pick(SLIP.subject).split()) in said
    assert SLIP.submission_id in said
    assert SLIP.station in said
    assert "2026年11月27日12:00まで有効" in said


def test_a_slip_shown_again_does_not_know_what_is_sealed() -> None:
    said = text_of(slip_pdf(Slip(SLIP.submission_id, {}, SIGNED, SLIP.not_after, SLIP.station), "en"))
    assert "Procedure" not in said
    assert SLIP.submission_id in said


def test_the_same_slip_gives_the_same_bytes_and_no_trace_of_when_and_where() -> None:
    first, second = slip_pdf(SLIP, "en"), slip_pdf(SLIP, "en")
    assert first == second
    with pikepdf.open(io.BytesIO(first)) as document:
        assert set(document.docinfo.keys()) <= {"/Title"}
        assert str(document.Root.Lang) == "en"


def test_the_fonts_are_those_that_readers_bring() -> None:
    with pikepdf.open(io.BytesIO(slip_pdf(SLIP, "en"))) as document:
        fonts = document.pages[0].Resources.Font
        japanese = fonts["/J"]
        assert japanese.Encoding == "/UniJIS-UTF16-H"
        assert japanese.DescendantFonts[0].CIDSystemInfo.Ordering == pikepdf.String("Japan1")
        assert "/FontFile3" not in japanese.DescendantFonts[0].FontDescriptor
        assert {str(fonts[name].BaseFont) for name in ("/L", "/B")} == {"/Helvetica", "/Helvetica-Bold"}


def test_the_code_is_the_submissions_id() -> None:
    squares = [tuple(float(part) for part in found) for found in _SQUARE.findall(content_of(slip_pdf(SLIP, "ja")))]
    unit = squares[0][2]
    left, top = min(x for x, _, _ in squares), max(y for _, y, _ in squares)
    drawn = {(round((top - y) / unit), round((x - left) / unit)) for x, y, _ in squares}
    matrix = segno.make(SLIP.submission_id, error="m", micro=False).matrix
    assert drawn == {(down, across) for down, row in enumerate(matrix) for across, dark in enumerate(row) if dark}


@pytest.mark.parametrize("state", ["sending", "uncertain"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_on_its_way_is_not_said_to_be_taken_back_here(state: str, language: str) -> None:
    said = "".join(text_of(slip_pdf(replace(SLIP, state=state), language)).split())
    for t in (translator("ja"), translator(language)):
        for key in (f"slip.lead.{state}", "slip.left", "slip.no_reception"):
            assert "".join(t(key).split()) in said
        assert "".join(t("slip.cancel").split()) not in said


@pytest.mark.parametrize("state", ["waiting", "sending", "uncertain"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_leaves_the_page(state: str, language: str) -> None:
    content = content_of(slip_pdf(replace(SLIP, state=state), language))
    for x, y in places_of(content):
        assert 0 < x < WIDTH
        assert 40 < y < HEIGHT


def test_the_name_says_what_it_is_and_not_whose() -> None:
    assert slip_name(SLIP) == "signed-not-received-000000000001.pdf"


def test_scripts_that_no_font_is_at_hand_for_are_known() -> None:
    assert writable("Signed, not yet received. 署名しました。é ñ ü")
    assert not writable("လက်မှတ်ထိုးပြီး")
    assert not writable("ลงนามแล้ว")


def test_a_language_of_another_script_is_given_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_text: str) -> bool:
        return False

    monkeypatch.setattr("kiosk.reports.voices.writable", never)
    assert "Signed, not yet received." in text_of(slip_pdf(SLIP, "ja"))


@given(
    st.text(
        st.characters(codec="cp1252", categories=("L", "N", "P", "Zs")) | st.sampled_from("署名。、あア"), max_size=200
    )
)
def test_wrapping_loses_nothing_but_blanks_and_keeps_to_the_width(text: str) -> None:
    face = Face(10)
    lines = wrapped(text, face, 120)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert measure(line, face) <= 120 or " " not in line.strip()


def test_lines_do_not_begin_with_a_full_stop() -> None:
    lines = wrapped("あ" * 12 + "。" + "い" * 5, Face(10), 120)
    assert [line[0] for line in lines] == ["あ", "あ"]


def test_squares_stand_where_they_belong() -> None:
    page = Paper()
    page.squares([[True, False], [False, True]], 10, 100, 20)
    found = _SQUARE.findall(content_of(page.pdf("x", "ja")))
    assert [(float(x), float(y)) for x, y, _ in found] == [(10, 90), (20, 80)]

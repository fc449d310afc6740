"""The slip as PDF: what it says, what it must not say, and that any reader can show it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
import segno

from kiosk.i18n import translator
from kiosk.reports.page import HEIGHT, WIDTH
from kiosk.reports.slip import Slip, slip_name, slip_paper
from tests.support.papers import fonts_of, inked, squeezed, text_of

SIGNED = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SLIP = Slip(
    "019a9b1c-0000-7000-8000-000000000001",
    {"ja": "在留期間の更新 · 技術・人文知識・国際業務", "en": "Extension of stay · Engineer"},
    SIGNED,
    SIGNED + timedelta(hours=72),
    "00000000-0000-7000-8000-000000000009",
)


def slip_pdf(slip: Slip, language: str) -> bytes:
    """Return the slip as PDF."""
    return slip_paper(slip, language).pdf()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_it_says_all_that_the_person_needs(language: str) -> None:
    said = squeezed(text_of(slip_pdf(SLIP, language)))
    for t in (translator("ja"), translator(language)):
        for key in ("slip.lead", "slip.next", "slip.late", "slip.cancel", "slip.no_reception"):
            assert squeezed(t(key)) in said
        assert squeezed(t.pick(SLIP.subject)) in said
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
        assert str(document.docinfo["/CreationDate"]).startswith("D:20000101")
        assert str(document.Root.Lang) == "en"


def test_the_fonts_are_in_the_file() -> None:
    assert set(fonts_of(slip_pdf(SLIP, "en"))) == {"NotoSans", "NotoSans-Bold", "NotoSansJP-Regular"}


def test_the_code_is_the_submissions_id() -> None:
    boxes = slip_paper(SLIP, "ja").pages[0].boxes
    unit = boxes[0].width
    left, top = min(box.left for box in boxes), max(box.bottom for box in boxes)
    drawn = {(round((top - box.bottom) / unit), round((box.left - left) / unit)) for box in boxes}
    matrix = segno.make(SLIP.submission_id, error="m", micro=False).matrix
    assert drawn == {(down, across) for down, row in enumerate(matrix) for across, dark in enumerate(row) if dark}


@pytest.mark.parametrize("state", ["sending", "uncertain"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_on_its_way_is_not_said_to_be_taken_back_here(state: str, language: str) -> None:
    said = squeezed(text_of(slip_pdf(replace(SLIP, state=state), language)))
    for t in (translator("ja"), translator(language)):
        for key in (f"slip.lead.{state}", "slip.left", "slip.no_reception"):
            assert squeezed(t(key)) in said
        assert squeezed(t("slip.cancel")) not in said


@pytest.mark.parametrize("state", ["waiting", "sending", "uncertain"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_leaves_the_page(state: str, language: str) -> None:
    ((left, bottom, right, top),) = inked(slip_pdf(replace(SLIP, state=state), language))
    assert left > 54
    assert right < WIDTH - 54
    assert 48 < bottom < top < HEIGHT - 60


def test_the_name_says_what_it_is_and_not_whose() -> None:
    assert slip_name(SLIP) == "signed-not-received-000000000001.pdf"


def test_a_language_that_no_font_sets_is_given_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_text: str) -> bool:
        return False

    monkeypatch.setattr("kiosk.reports.voices.writable", never)
    assert "Signed, not yet received." in text_of(slip_pdf(SLIP, "ja"))

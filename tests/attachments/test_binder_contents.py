"""The binder's own pages: page numbers that are right, names in any script, and no more bytes than were counted on."""

from __future__ import annotations

import pytest

from kiosk.attachments.binder.contents import Declaration, Row, front_pages, front_room
from kiosk.attachments.checks import check_pdf
from kiosk.attachments.limits import load_limits
from kiosk.reports.page import HEIGHT, WIDTH
from tests.attachments.binder_papers import bind_options
from tests.support.papers import SENTENCES, fonts_of, inked, pages_of, squeezed

WORDS = bind_options([], 0)["words"]
LONG = "雇用契約書の写しおよび労働条件通知書の写し（架空見本）その"


def declaration(rows: list[Row]) -> Declaration:
    """Return a declaration that names ``rows`` as sent now and later."""
    return Declaration(False, "10", rows, rows, "KAKUU MIHON 架空見本", "XX00000000XX", "令和8年11月23日")


def test_the_numbers_in_the_contents_count_all_pages_in_front() -> None:
    rows = [Row(f"{LONG}{place}", place) for place in range(1, 61)]
    for said in (None, declaration(rows)):
        front = front_pages(said, rows, WORDS)
        assert front.contents > 1
        assert (front.declaration > 0) is (said is not None)
        pages = pages_of(front.pdf)
        assert len(pages) == front.pages
        contents = squeezed("".join(pages[front.declaration :]))
        page = front.pages + 1
        for row in rows:
            assert f"その{row.pages}{page}" in contents
            page += row.pages


def test_a_file_without_either_has_no_pages_in_front() -> None:
    assert front_pages(None, None, WORDS).pages == 0
    assert front_pages(None, None, WORDS).pdf == b""


def test_nothing_passes_the_margins_and_every_font_is_in_the_file() -> None:
    rows = [Row(f"{text * 3}\n{LONG}", 9_999) for text in SENTENCES.values()]
    front = front_pages(declaration(rows), rows, WORDS)
    fonts_of(front.pdf)
    for left, bottom, right, top in inked(front.pdf):
        assert 62 < left < right < WIDTH - 62
        assert 46 < bottom < top < HEIGHT - 60


def test_what_no_font_has_is_marked_and_the_rest_is_told() -> None:
    (page,) = pages_of(front_pages(None, [Row("한국 証明書\t\ud800😀", 1)], WORDS).pdf)
    assert "〓〓 証明書〓〓〓" in page


@pytest.mark.parametrize("titles", [["一"], [LONG] * 40, list(SENTENCES.values()) * 2])
def test_no_more_bytes_than_were_counted_on(titles: list[str]) -> None:
    rows = [Row(title, 3) for title in titles]
    room = front_room([*titles, "KAKUU MIHON 架空見本", "XX00000000XX", "令和8年11月23日"], WORDS)
    assert len(front_pages(declaration(rows), rows, WORDS).pdf) < room


def test_the_pages_pass_the_kiosks_own_check() -> None:
    rows = [Row(title, 3) for title in SENTENCES.values()]
    front = front_pages(declaration(rows), rows, WORDS)
    found = check_pdf("front.pdf", front.pdf, load_limits("rasens"))
    assert (found.notices, found.pages, found.searchable) == ((), front.pages, front.pages)
    assert found.content == front.pdf

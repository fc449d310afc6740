"""The date on a paper: every way people write one, what is refused and why; and that its age is counted anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.app import KioskApp
from kiosk.attachments.notices import TOO_OLD
from kiosk.offline_queue.model import StoredAttachment
from kiosk.screens import checklist
from kiosk.screens.document_notices import PaperDateScreen
from kiosk.screens.papers import Paper, Papers
from kiosk.screens.subject import subject_of
from tests.support.journeys import shown
from tests.support.screens import journey_app, seen, until

TODAY = date(2026, 11, 24)
WRITTEN = (
    "2026-10-01", "2026/10/1", "1.10.2026", "01. 10. 2026", "令和8年10月1日", "R8.10.1", "２０２６年１０月１日",
    "20261001", "1 Oct 2026",
)  # fmt: skip


def asked(app: KioskApp) -> Any:
    return app.ask(PaperDateScreen(subject_of("extension", "gijinkoku"), {"en": "Sample"}, 3, TODAY))


async def test_every_way_to_write_the_date_on_a_paper() -> None:
    async def route(app: KioskApp) -> list[Any]:
        return [await asked(app) for _ in WRITTEN]

    app = journey_app(route, "en")
    async with app.run_test(size=(80, 24)) as pilot:
        for text in WRITTEN:
            await until(pilot, PaperDateScreen)
            await pilot.press(*text, "enter")
        await app.finished()
    assert app.results == [[date(2026, 10, 1)] * len(WRITTEN)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-11-25", "This date is after today."),
        ("1/10/2026", "the year first"),
        ("2026-10", "the year first"),
        ("2026-02-30", "the year first"),
    ],
)
async def test_a_date_that_can_not_be_is_refused_and_can_be_mended(typed: str, words: str) -> None:
    app = journey_app(asked, "en")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*typed, "enter")
        await seen(pilot, lambda: words in shown(pilot))
        await pilot.press(*["backspace"] * len(typed), *TODAY.isoformat(), "f10")
        await app.finished()
    assert app.results == [TODAY]


async def test_without_a_date_the_paper_is_kept() -> None:
    app = journey_app(asked, "en")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click("#skip")
        await app.finished()
    assert app.results == [None]


def test_a_paper_becomes_too_old_while_the_draft_lies() -> None:
    file = StoredAttachment("1", "tax_certificates", "tax.pdf", "application/pdf", 9, "0" * 64)
    papers = Papers().noted("1", Paper(1, issued="2026-10-01"))
    for files, today, old in (
        ((file,), date(2027, 1, 1), False),
        ((file,), date(2027, 1, 2), True),
        ((replace(file, slot="passport_copy"),), date(2036, 1, 1), False),
    ):
        items = checklist.requested_items((files[0].slot,), files, today, papers)
        assert bool(checklist.outdated(items)) == old
        assert [notice.key for notice in items[0].files[0].notices] == [TOO_OLD] * old

"""Pictures of choosing documents, of what is noticed and of what is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest

from kiosk.attachments.errors import PdfBroken, PdfPassword
from kiosk.attachments.notices import Notice
from kiosk.attachments.photo_crop import Raster
from kiosk.binding import Told
from kiosk.screens.base import KioskScreen
from kiosk.screens.bound_files import BoundFilesScreen, BoundShown, SentFile
from kiosk.screens.checklist import document_names
from kiosk.screens.document_item import DocumentFileScreen, DocumentItemScreen
from kiosk.screens.document_notices import NoticesScreen, OldPaperScreen, PaperDateScreen
from kiosk.screens.documents import DocumentItem, FileShown
from kiosk.screens.file_chooser import FileChooserScreen, Place, Seen
from kiosk.screens.files_taken import Fate, FilesTakenScreen
from kiosk.screens.message import FileProblemScreen
from kiosk.screens.subject import subject_of
from kiosk.widgets.half_blocks import HalfBlocks
from tests.support.screens import screen_app, seen

SUBJECT = subject_of("extension", "gijinkoku")
WHEN = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
NUMBER = Notice("notice.numbers", {"pages": "1, 3"}, (1, 3))
COARSE = Notice("notice.coarse", {"pages": "2"}, (2,))
REPAIRED = Notice("notice.repaired")
TWIN = Notice("notice.duplicate", {"name": "tax-certificates.pdf"})

FILES = (
    FileShown("1", "課税証明書 架空見本.pdf", 310_000, 1, date(2026, 10, 1)),
    FileShown("2", "IMG_0001.pdf", 2_400_000, 1, date(2026, 10, 1), (NUMBER,)),
    FileShown("3", "IMG_0002.pdf", 2_100_000, 3),
)
TAX = DocumentItem(
    "tax_certificates",
    document_names(["tax_certificates"])["tax_certificates"],
    {"ja": "1月1日に住んでいた市区町村でもらいます。", "en": "From the town where you lived on 1 January."},
    required=True,
    files=FILES,
)
PLACES = (
    Place("f", "在留申請 2026", is_folder=True),
    Place("1", "IMG_0001.jpg", is_folder=False, size=2_400_000, modified=WHEN),
    Place("2", "IMG_0002.jpg", is_folder=False, size=2_100_000, modified=WHEN),
    Place("3", "organisation-sheet.pdf", is_folder=False, size=8_088, modified=WHEN),
)
NOW = (SentFile("photo.jpg", 48_000, 0), SentFile("添付資料.pdf", 10_200_000, 41))
CHANGES = (
    Told("smaller", "", {"pictures": 20, "dpi": 200, "before": 62_914_560, "after": 10_200_000}),
    Told("form_flattened", "雇用契約書.pdf", {}),
)
BOUND = BoundShown(NOW, (), CHANGES, 62_914_560, 10_200_000)
DIVIDED = replace(
    BOUND,
    later=(SentFile("添付資料2.pdf", 9_000_000, 30),),
    changes=(*CHANGES, Told("divided", "", {"parts": 2})),
    after=19_200_000,
)
FATES = (
    Fate("課税証明書 架空見本.pdf", "taken"),
    Fate("IMG_0001.jpg", "refused", PdfPassword()),
    Fate("IMG_0002.jpg", "left_out"),
    Fate("IMG_0003.jpg", "waiting"),
    Fate("IMG_0004.jpg", "taken"),
)

SCREENS: dict[str, Callable[[], KioskScreen[Any]]] = {
    "item": lambda: DocumentItemScreen(SUBJECT, TAX, several=True),
    "file": lambda: DocumentFileScreen(SUBJECT, TAX, FILES[1], dated=True),
    "notices": lambda: NoticesScreen(SUBJECT, "IMG_0001.pdf", (NUMBER, TWIN, REPAIRED, COARSE)),
    "notice": lambda: NoticesScreen(SUBJECT, "IMG_0001.pdf", (COARSE,)),
    "paper date of several": lambda: PaperDateScreen(SUBJECT, TAX.name, 3, date(2026, 11, 24), count=4),
    "old paper": lambda: OldPaperScreen(SUBJECT, "課税証明書", (Notice("notice.too_old", {"months": 3}),)),
    "paper date": lambda: PaperDateScreen(SUBJECT, TAX.name, 3, date(2026, 11, 24)),
    "taken": lambda: FilesTakenScreen(SUBJECT, FATES),
    "bound": lambda: BoundFilesScreen(SUBJECT, BOUND),
    "divided": lambda: BoundFilesScreen(SUBJECT, DIVIDED),
    "not bound": lambda: FileProblemScreen("雇用契約書.pdf", PdfBroken(), ("choice.back",)),
}


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(snap_compare: Callable[..., bool], name: str, language: str, size: tuple[int, int]) -> None:
    assert snap_compare(screen_app(SCREENS[name](), language), terminal_size=size)


async def _mark_two(pilot: Any) -> None:
    await pilot.press("down", "down", "space", "up", "space")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_marked(snap_compare: Callable[..., bool], language: str, size: tuple[int, int]) -> None:
    screen = FileChooserScreen(SUBJECT, TAX, Seen("USB (E:)", PLACES), several=True)
    assert snap_compare(screen_app(screen, language), terminal_size=size, run_before=_mark_two)


def _page(_file_id: str) -> Raster:
    """Return a page with some lines on it."""
    dark, light = bytes((60, 60, 60)), bytes((250, 248, 240))
    lines = (
        dark if 4 < row < 60 and row % 6 == 0 and 6 < column < 50 else light
        for row, column in product(range(80), range(57))
    )
    return Raster(57, 80, b"".join(lines))


async def _drawn(pilot: Any) -> None:
    await pilot.press("down")
    await seen(pilot, lambda: pilot.app.screen.query_one(HalfBlocks).visible)


def test_preview(snap_compare: Callable[..., bool]) -> None:
    screen = FileChooserScreen(SUBJECT, TAX, Seen("USB (E:)", PLACES), several=True, peek=_page)
    assert snap_compare(screen_app(screen, "en"), terminal_size=(120, 36), run_before=_drawn)

"""Pictures of the screens from the documents to the mail-in step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.screens.application_list import ApplicationListScreen, ListRow
from kiosk.screens.application_status import ApplicationStatusScreen
from kiosk.screens.base import KioskScreen
from kiosk.screens.document_item import DocumentItemScreen
from kiosk.screens.documents import DocumentItem, DocumentsScreen, FileShown
from kiosk.screens.file_chooser import FileChooserScreen, Place
from kiosk.screens.mail_in import MailInScreen
from kiosk.screens.reception import ReceptionScreen
from kiosk.screens.send_review import SendReviewScreen
from tests.support import samples
from tests.support.screens import LANGUAGES, SIZES, screen_app

LIMIT = 25 * 1024 * 1024
WHEN = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
TITLE = "在留期間の更新 ・ 技術・人文知識・国際業務"

PHOTO = DocumentItem("photo", "顔写真 Photo", "JPEG", required=True, files=(FileShown("1", "photo.jpg", 16_846),))
SHEET = DocumentItem(
    "organisation_sheet", "所属機関等作成用 Organisation's sheet", "会社に書いてもらいます。", required=True
)
TAX = DocumentItem("tax", "課税証明書・納税証明書 Tax certificates", "市区町村で取ります。", required=False)

ROWS = (
    ListRow("draft:1", TITLE, "draft", WHEN),
    ListRow("portal:2", TITLE, "examining", WHEN, samples.NUMBER),
    ListRow("portal:3", TITLE, "mail_in", WHEN, "東オンＥＮ25000007"),
)

REVIEW = (
    ("手続き Procedure", TITLE),
    ("申請する人 Applicant", "KAKUU MIHON"),
    ("写真と書類 Photo and documents", "photo.jpg, organisation-sheet.pdf"),
    ("在留カードの受け取り New card", "郵送 By post"),
    ("お知らせのメール Notices", "kiosk@example.com"),
)

SCREENS: dict[str, Callable[[], KioskScreen[Any]]] = {
    "documents": lambda: DocumentsScreen((PHOTO, SHEET, TAX), LIMIT),
    "documents complete": lambda: DocumentsScreen((PHOTO,), LIMIT),
    "document item": lambda: DocumentItemScreen(PHOTO, several=False),
    "file chooser": lambda: FileChooserScreen(
        "顔写真 Photo",
        "USB (E:)",
        (
            Place("1", "在留申請 2026", is_folder=True),
            Place("2", "photo.jpg", is_folder=False, size=16_846, modified=WHEN),
            Place("3", "organisation-sheet.pdf", is_folder=False, size=8_088, modified=WHEN),
        ),
    ),
    "file chooser empty": lambda: FileChooserScreen("顔写真 Photo", "USB (E:)", ()),
    "send review": lambda: SendReviewScreen(REVIEW, "5,500 yen", portal_open=True, portal_words=""),
    "send review closed": lambda: SendReviewScreen(REVIEW, "5,500 yen", portal_open=False, portal_words="▲ 18:00"),
    "reception": lambda: ReceptionScreen(samples.NUMBER, WHEN, "k…k@example.com"),
    "application list": lambda: ApplicationListScreen(ROWS),
    "application list away": lambda: ApplicationListScreen(ROWS[:1], "applications.portal_away"),
    "status submitted": lambda: ApplicationStatusScreen(samples.application("submitted"), TITLE, {}),
    "status documents": lambda: ApplicationStatusScreen(
        samples.application("documents_requested", requested=("tax",)), TITLE, {"tax": "課税証明書 Tax certificate"}
    ),
    "status granted": lambda: ApplicationStatusScreen(
        samples.application("mail_in", samples.GRANTED, samples.MAIL_IN), TITLE, {}
    ),
    "status refused": lambda: ApplicationStatusScreen(samples.application("refused", samples.REFUSED), TITLE, {}),
    "mail in": lambda: MailInScreen(samples.MAIL_IN, samples.NUMBER),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
def test_picture(name: str, size: tuple[int, int], language: str, snap_compare: Any) -> None:
    assert snap_compare(screen_app(SCREENS[name](), language), terminal_size=size)

"""Pictures of the screens from the documents to the mail-in step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kiosk.attachments.notices import TOO_OLD, Notice
from kiosk.portal.watch import PortalState
from kiosk.screens.application_list import LOCKED, ApplicationListScreen, ListRow
from kiosk.screens.application_status import ApplicationStatusScreen, RestShown
from kiosk.screens.base import KioskScreen
from kiosk.screens.bound_files import SentFile
from kiosk.screens.checklist import document_names
from kiosk.screens.document_item import DocumentItemScreen
from kiosk.screens.documents import DocumentItem, DocumentsScreen, FileShown
from kiosk.screens.file_chooser import FileChooserScreen, Place, Seen
from kiosk.screens.mail_in import MailInScreen
from kiosk.screens.reception import ReceptionScreen
from kiosk.screens.rest_files import RestScreen, RestToSend
from kiosk.screens.send_review import FeeShown, Outgoing, SendReviewScreen
from kiosk.screens.subject import office_names, period_names, subject_of
from tests.support import samples
from tests.support.screens import LANGUAGES, SIZES, screen_app

LIMIT = 25 * 1024 * 1024
WHEN = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
SUBJECT = subject_of("extension", "gijinkoku")
LONG = "架空見本株式会社のとても長い名前の書類（記入例）2026年11月" * 3

PHOTO = DocumentItem(
    "photo", document_names(["photo"])["photo"], {}, required=True, files=(FileShown("1", "photo.jpg", 16_846),)
)
SHEET = DocumentItem(
    "organisation_sheets",
    document_names(["organisation_sheets"])["organisation_sheets"],
    {"ja": "会社に書いてもらって、PDFにしてください。", "en": "Ask your employer to fill them, and to give you a PDF."},
    required=True,
)
TAX = DocumentItem(
    "tax_certificates",
    document_names(["tax_certificates"])["tax_certificates"],
    {"ja": "1月1日に住んでいた市区町村でもらいます。", "en": "From the town where you lived on 1 January."},
    required=False,
)
MANY = replace(TAX, files=tuple(FileShown(str(n), f"{n:02} {LONG}.pdf", 700_000) for n in range(12)))
OLD = replace(TAX, files=(FileShown("1", "tax.pdf", 300_000, notices=(Notice(TOO_OLD, {"months": 3}),)),))

ROWS = (
    ListRow("draft:1", SUBJECT, "on_this_kiosk", WHEN),
    ListRow("draft:2", None, LOCKED, WHEN),
    ListRow("portal:3", SUBJECT, "examining", WHEN, samples.NUMBER),
    ListRow("portal:4", SUBJECT, "mail_in", WHEN, "東オンＥＮ25000007"),
)
STATES = ("received", "examining", "mail_in", "withdrawn", "refused", "documents_requested")
SIXTY = tuple(
    ListRow(f"portal:{n}", SUBJECT, STATES[n % 6], WHEN - timedelta(days=n), f"東オンＥＮ26{n:06}") for n in range(60)
)

OUT = Outgoing(
    SUBJECT,
    "KAKUU MIHON",
    (
        SentFile("photo.jpg", 48_000, 0),
        SentFile("organisation-sheet.pdf", 310_000, 2),
        SentFile("category-proof.pdf", 1_400_000, 3),
    ),
    "01",
    {},
    "kiosk@example.com",
    FeeShown(10_000, 65_000, 550, "convenience_store_or_bank"),
)
COUNTER = replace(
    OUT,
    applicant="KAKUU MIHON NO TOTEMO NAGAI NAMAE WO MOTSU HITO DESU",
    files=tuple(SentFile(f"{n:02} {LONG}.pdf", 700_000 + n, n + 1) for n in range(12)),
    changed=True,
    method="02",
    office=office_names("010006", "160"),
    fee=FeeShown(5_500, 5_500, 0, "stamps"),
)


def status(state: str, **changes: Any) -> ApplicationStatusScreen:
    """Return the status screen of an invented application."""
    application = samples.application(state, **changes)
    label = application.decision.period_of_stay if application.decision else ""
    names = document_names(application.requested_documents)
    return ApplicationStatusScreen(application, SUBJECT, names, period_names("gijinkoku", label))


def rest_asked_for() -> ApplicationStatusScreen:
    """Return the state of an application of which the bureau wants what did not fit."""
    application = samples.application("documents_requested", requested=("all_documents",))
    left = RestShown("1", 2, 3, 9_961_472, date(2027, 3, 22))
    names = document_names(application.requested_documents)
    return ApplicationStatusScreen(application, SUBJECT, names, {}, (left,))


def mail_in(**changes: Any) -> MailInScreen:
    """Return the mail-in screen."""
    return MailInScreen(samples.MAIL_IN.model_copy(update=changes), samples.NUMBER, by_post=True, office={})


PLACES = (
    Place("1", "在留申請 2026", is_folder=True),
    Place("2", "photo.jpg", is_folder=False, size=16_846, modified=WHEN),
    Place("3", "organisation-sheet.pdf", is_folder=False, size=8_088, modified=WHEN),
    Place("4", f"{LONG}.pdf", is_folder=False, size=2_000_000),
)

SCREENS: dict[str, Callable[[], KioskScreen[Any]]] = {
    "rest asked for": rest_asked_for,
    "rest to send": lambda: RestScreen(
        SUBJECT, RestToSend(2, 3, (SentFile("添付資料2.pdf", 9_961_472, 8),), samples.NUMBER)
    ),
    "documents": lambda: DocumentsScreen(SUBJECT, (PHOTO, SHEET, TAX), LIMIT),
    "documents out of date": lambda: DocumentsScreen(SUBJECT, (PHOTO, OLD), LIMIT),
    "documents complete": lambda: DocumentsScreen(SUBJECT, (PHOTO, MANY), None),
    "document item": lambda: DocumentItemScreen(SUBJECT, PHOTO, several=False),
    "document item many": lambda: DocumentItemScreen(SUBJECT, MANY, several=True),
    "file chooser": lambda: FileChooserScreen(SUBJECT, PHOTO, Seen("USB (E:)", PLACES)),
    "file chooser empty": lambda: FileChooserScreen(SUBJECT, PHOTO, Seen("USB (E:)", ())),
    "file chooser many": lambda: FileChooserScreen(
        SUBJECT,
        PHOTO,
        Seen(
            "USB (E:)",
            tuple(Place(str(n), f"見本 {n:02}.pdf", is_folder=False, size=n * 1000, modified=WHEN) for n in range(60)),
            complete=False,
        ),
    ),
    "send review": lambda: SendReviewScreen(OUT),
    "send review out of date": lambda: SendReviewScreen(replace(OUT, outdated=(TAX.name,))),
    "send review long": lambda: SendReviewScreen(COUNTER),
    "reception": lambda: ReceptionScreen(samples.NUMBER, WHEN, "k…k@example.com"),
    "application list": lambda: ApplicationListScreen(ROWS),
    "application list away": lambda: ApplicationListScreen(ROWS[:1], "applications.portal_away"),
    "application list sixty": lambda: ApplicationListScreen(SIXTY),
    "status draft": lambda: status("attached"),
    "status submitted": lambda: status("submitted"),
    "status examining": lambda: status("examining"),
    "status documents": lambda: status("documents_requested", requested=("tax_certificates", "雇用契約書の写し")),
    "status decided": lambda: status("decided", decision=samples.GRANTED),
    "status granted": lambda: status("mail_in", decision=samples.GRANTED, mail_in=samples.MAIL_IN),
    "status dispatched": lambda: status("dispatched", decision=samples.GRANTED, mail_in=samples.MAIL_IN),
    "status received": lambda: status("received", decision=samples.GRANTED, mail_in=samples.MAIL_IN),
    "status withdrawn": lambda: status("withdrawn"),
    "status refused": lambda: status("refused", decision=samples.REFUSED),
    "mail in": mail_in,
    "mail in stamps": lambda: mail_in(
        payment="stamps", charge_yen=0, fee_yen=5500, items=("residence_card", "fee_sheet", "return_envelope")
    ),
    "bring in": lambda: MailInScreen(
        samples.MAIL_IN.model_copy(update={"items": ("residence_card", "passport", "notice")}),
        samples.NUMBER,
        by_post=False,
        office=office_names("010006", "160"),
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
def test_picture(name: str, size: tuple[int, int], language: str, snap_compare: Any) -> None:
    assert snap_compare(screen_app(SCREENS[name](), language), terminal_size=size)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_closed(size: tuple[int, int], language: str, snap_compare: Any) -> None:
    app = screen_app(SendReviewScreen(OUT), language)
    app.portal_state = PortalState("maintenance", datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    assert snap_compare(app, terminal_size=size)

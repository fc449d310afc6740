"""Pictures of the screens of an outage: signing for later, the slip, the outbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kiosk.app import KioskApp
from kiosk.offline_queue.outbox_model import ItemSummary, Notice
from kiosk.portal.watch import PortalState, Window
from kiosk.reports.errors import PlaceFull
from kiosk.reports.slip import Slip
from kiosk.screens.application_list import ApplicationListScreen, ListRow
from kiosk.screens.base import KioskScreen
from kiosk.screens.bound_files import SentFile
from kiosk.screens.checking import CheckSection, sections
from kiosk.screens.file_chooser import Place
from kiosk.screens.menu import MenuScreen
from kiosk.screens.message import ProblemScreen
from kiosk.screens.outage import Offer, OutageScreen
from kiosk.screens.outage_draft import DraftKeptScreen
from kiosk.screens.outbox_item import OutboxItemScreen
from kiosk.screens.outbox_list import OutboxListScreen
from kiosk.screens.outbox_place import PlaceScreen
from kiosk.screens.procedure_choice import ProcedureScreen
from kiosk.screens.send_review import Outgoing
from kiosk.screens.sign_review import SignReviewScreen, ToSign
from kiosk.screens.sign_review_id import AccountIdScreen
from kiosk.screens.slip import SlipScreen
from kiosk.screens.staff import StaffScreen
from kiosk.screens.subject import subject_of
from kiosk.screens.task_list import TaskListScreen
from kiosk.screens.tasks import sections as tasks
from tests.support.filing import drafting
from tests.support.screens import LANGUAGES, NOON, SIZES, ScreenApp, journey_app

ID = "019a9b1c-0000-7000-8000-000000000001"
STATION = "00000000-0000-7000-8000-000000000001"
UNTIL = NOON + timedelta(hours=72)
SUBJECT = subject_of("extension", "gijinkoku")
CLOSED = PortalState("maintenance", NOON + timedelta(hours=8))
OPEN = PortalState("open")
TONIGHT = PortalState("open", windows=(Window(NOON + timedelta(hours=10), NOON + timedelta(hours=18)),))
AT_ONCE = PortalState("open", windows=(Window(NOON + timedelta(minutes=12), NOON + timedelta(hours=8)),))
OFFER = Offer(SUBJECT, UNTIL, "", 7)
NEAR = PortalState("open", windows=(Window(NOON + timedelta(minutes=42), NOON + timedelta(hours=8)),))
DAYS = PortalState("maintenance", NOON + timedelta(hours=60))
LATE = NOON + timedelta(hours=40)
SLIP = Slip(ID, {}, NOON, UNTIL, STATION)


def item(state: str, reason: str = "", minutes: int = 90, **changes: Any) -> ItemSummary:
    """Return an item of the outbox that was put there so many minutes ago."""
    made = NOON - timedelta(minutes=minutes)
    is_open = state in {"waiting", "sending", "uncertain"}
    known = ItemSummary(
        id=f"{ID[:-2]}{minutes % 100:02}",
        kind="application",
        state=state,
        created=made,
        changed=made,
        not_before=NOON + timedelta(hours=8, minutes=3) if is_open else None,
        not_after=made + timedelta(hours=72),
        attempts=0 if state == "waiting" else 2,
        reason=reason,
        erased_on=None if is_open else NOON + timedelta(days=30),
    )
    return replace(known, **changes)


ITEMS = {
    "waiting": item("waiting", "maintenance"),
    "sending": item("sending", minutes=91),
    "uncertain": item("uncertain", "unreachable", minutes=202),
    "accepted": item("accepted", minutes=1504, number="東オンＥＮ26000123"),
    "needs user": item("needs_user", "late", minutes=4401),
    "failed": item("failed", "refused", minutes=3003),
    "cancelled": item("cancelled", minutes=5),
}
ROWS = tuple(ListRow(f"outbox:{one.id}", None, one.state, one.changed, one.number) for one in ITEMS.values())
LATE_ROW = ListRow("outbox:late", None, "waiting", NOON, until=UNTIL)
DRAFT = ListRow("draft:1", SUBJECT, "on_this_kiosk", NOON)


def review(stay_ends: date | None = None) -> SignReviewScreen:
    """Return the review of a half-finished application."""
    files = (SentFile("photo.jpg", 48_000, 0), SentFile("organisation_sheets.pdf", 310_000, 2))
    made = drafting()
    outgoing = Outgoing(SUBJECT, "KAKUU MIHON", files, "01", {}, "kiosk@example.com", None)
    receiver = "https://portal.example.com"

    def answers(language: str) -> Sequence[CheckSection]:
        return sections(made, language)

    return SignReviewScreen(ToSign(outgoing, answers, "XX0000000001", receiver, UNTIL, stay_ends))


def place() -> PlaceScreen:
    """Return a stick with one folder."""
    return PlaceScreen("slip.title", "paper.where", "USB (E:)", (Place("0", "架空", is_folder=True),), save_here=True)


def task_list() -> TaskListScreen:
    """Return the list of tasks of a half-finished application."""
    return TaskListScreen(SUBJECT.procedure, tasks(drafting(), ()))


SCREENS: dict[str, tuple[Callable[[], KioskScreen[Any]], PortalState]] = {
    "outage maintenance": (lambda: OutageScreen(OFFER), CLOSED),
    "outage unreachable": (lambda: OutageScreen(OFFER), PortalState("unreachable")),
    "outage without a key": (lambda: OutageScreen(replace(OFFER, obstacle="no_key")), CLOSED),
    "outage open again": (lambda: OutageScreen(OFFER), OPEN),
    "draft kept": (lambda: DraftKeptScreen(NOON + timedelta(days=7)), CLOSED),
    "draft kept unreachable": (lambda: DraftKeptScreen(NOON + timedelta(days=7)), PortalState("unreachable")),
    "outage for days": (lambda: OutageScreen(OFFER), DAYS),
    "account id": (lambda: AccountIdScreen("XX0000000001"), CLOSED),
    "sign review": (review, CLOSED),
    "sign review stay ends": (lambda: review(date(2026, 11, 26)), CLOSED),
    "slip": (lambda: SlipScreen(SLIP), CLOSED),
    "slip saved": (lambda: SlipScreen(SLIP, "signed-not-received-000000000001.pdf"), CLOSED),
    "slip with a rest": (lambda: SlipScreen(replace(SLIP, rest_until=date(2027, 3, 22))), CLOSED),
    "slip in doubt": (lambda: SlipScreen(replace(SLIP, state="uncertain")), OPEN),
    "place": (place, CLOSED),
    "place full": (lambda: ProblemScreen(PlaceFull(), ("choice.another_place", "choice.back")), CLOSED),
    **{f"item {name}": (lambda one=one: OutboxItemScreen(one, NOON), OPEN) for name, one in ITEMS.items()},
    "item late": (lambda: OutboxItemScreen(ITEMS["waiting"], LATE), PortalState("unreachable")),
    "item too late": (lambda: OutboxItemScreen(ITEMS["waiting"], LATE + timedelta(hours=40)), DAYS),
    "item for staff": (lambda: OutboxItemScreen(ITEMS["waiting"], NOON, staff=True), CLOSED),
    "outbox": (lambda: OutboxListScreen(tuple(ITEMS.values()), (Notice("S32", NOON, 1),), NOON), OPEN),
    "outbox empty": (lambda: OutboxListScreen((), (), NOON), OPEN),
    "staff": (StaffScreen, OPEN),
    "application list": (lambda: ApplicationListScreen((DRAFT, LATE_ROW, *ROWS)), OPEN),
    "menu closes tonight": (MenuScreen, TONIGHT),
    "menu closes soon": (MenuScreen, NEAR),
    "closes tonight": (ProcedureScreen, TONIGHT),
    "closes at once": (task_list, AT_ONCE),
}


def pictured(screen: KioskScreen[Any], state: PortalState, language: str) -> ScreenApp:
    """Return the application showing ``screen`` while the portal is in ``state``."""

    async def route(app: KioskApp) -> object:
        app.portal_state = state
        return await app.ask(screen)

    return journey_app(route, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
def test_picture(name: str, size: tuple[int, int], language: str, snap_compare: Any) -> None:
    make, state = SCREENS[name]
    assert snap_compare(pictured(make(), state, language), terminal_size=size)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("pages", [1, 2])
def test_what_is_signed_stands_below(pages: int, size: tuple[int, int], language: str, snap_compare: Any) -> None:
    assert snap_compare(pictured(review(), CLOSED, language), terminal_size=size, press=["pagedown"] * pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_of_the_slip_stands_below(language: str, snap_compare: Any) -> None:
    assert snap_compare(pictured(SlipScreen(SLIP), CLOSED, language), terminal_size=(80, 24), press=["pagedown"])

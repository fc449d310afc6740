"""What was signed and waits: a person's own items, and the outbox of the station for staff."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from kiosk.errors import KioskError, StoreError
from kiosk.screens.application_list import ListRow
from kiosk.screens.base import Nav
from kiosk.screens.journeys.places import choose_file, choose_folder
from kiosk.screens.journeys.printing import print_paper
from kiosk.screens.journeys.staff import let_in
from kiosk.screens.message import MessageScreen
from kiosk.screens.outbox_item import NEW, OutboxItemScreen
from kiosk.screens.outbox_list import AGAIN as LOOK_AGAIN
from kiosk.screens.outbox_list import IMPORT, OutboxListScreen
from kiosk.screens.outbox_words import PREFIX, is_late
from kiosk.screens.slip import SAVE, SlipScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from kiosk.app import KioskApp
    from kiosk.offline_queue.outbox_model import ItemSummary
    from kiosk.reports.slip import Slip

EXPORT_SUFFIX = ".zairyu"
"""Ends the name of an exported item."""


# --- a person's own ---------------------------------------------------------------------------------------------------


async def outbox_rows(app: KioskApp, numbers: frozenset[str]) -> list[ListRow]:
    """Return the person's items as rows of the list of applications.

    Args:
        app: the application.
        numbers: reception numbers that the portal lists itself: each application is listed once.
    """
    owner = app.visit.owner
    if owner is None:
        return []
    try:
        items = await asyncio.to_thread(lambda: app.services.store.outbox.list(owner))
    except StoreError as error:
        await app.problem(error, "choice.continue")
        return []
    shown = (item for item in items if not item.number or item.number not in numbers)
    now = app.services.clock()
    return [_row(item, now) for item in shown]


def _row(item: ItemSummary, now: datetime) -> ListRow:
    until = item.not_after if is_late(item, now) else None
    return ListRow(PREFIX + item.id, None, item.state, item.changed, item.number, until)


async def show_item(app: KioskApp, item_id: str, *, staff: bool = False) -> bool:
    """Show one item until the person goes back; True when they want to begin anew."""
    while True:
        try:
            item = await asyncio.to_thread(lambda: app.services.store.outbox.show(item_id))
        except StoreError as error:
            if await app.problem(error) != "again":
                return False
            continue
        answer = await app.ask(OutboxItemScreen(item, app.services.clock(), staff=staff))
        if isinstance(answer, Nav):
            return False
        if answer == NEW:
            return True
        await _chosen(app, item, answer)


async def _chosen(app: KioskApp, item: ItemSummary, answer: str) -> None:
    outbox = app.services.store.outbox
    match answer:
        case "send":
            await _tried(app, lambda: outbox.send_now(item.id))
        case "cancel":
            await _cancel(app, item)
        case "slip":
            await show_slip(app, _slip_of(app, item))
        case "export":
            await _export(app, item)
        case _:
            pass


async def _tried(app: KioskApp, act: Callable[[], object]) -> bool:
    """Do something to the outbox; what it says against it is said, and then looked at anew."""
    try:
        await asyncio.to_thread(act)
    except StoreError as error:
        await app.problem(error, "choice.continue")
        return False
    return True


async def _cancel(app: KioskApp, item: ItemSummary) -> None:
    choices = ("outbox.cancel.keep", "outbox.cancel.cancel")
    screen = MessageScreen(
        "outbox.cancel.title", "outbox.cancel.lead", ("outbox.cancel.next",), choices, tone="attention"
    )
    if await app.ask(screen) == "cancel" and await _tried(app, lambda: _take_back(app, item)):
        await app.ask(MessageScreen("outbox.cancel.title", "outbox.cancelled", ("outbox.cancelled.next",), tone="done"))


def _take_back(app: KioskApp, item: ItemSummary) -> None:
    from kiosk.remainder import forget_taken_back

    app.services.store.outbox.cancel(item.id)
    if app.visit.owner is not None:
        forget_taken_back(app.services.store, app.visit.owner)


# --- the slip ---------------------------------------------------------------------------------------------------------


def _slip_of(app: KioskApp, item: ItemSummary) -> Slip:
    """Return the slip of an item; what it is about is sealed by now."""
    from kiosk.reports.slip import Slip

    return Slip(item.id, {}, item.created, item.not_after or item.created, app.services.device_id, item.state)


async def show_slip(app: KioskApp, slip: Slip) -> None:
    """Show the slip, and save it as often as the person wants."""
    from kiosk.reports.slip import slip_name, slip_paper

    saved = ""
    while await app.ask(SlipScreen(slip, saved)) == SAVE:
        lay_out = partial(slip_paper, slip, app.t.language)
        saved = await print_paper(app, "slip.title", slip_name(slip), lay_out) or saved


# --- for staff --------------------------------------------------------------------------------------------------------


async def staff_outbox(app: KioskApp) -> None:
    """Let staff in by their code and show everything that waits on this station until they go back."""
    if not await let_in(app, "secret.purpose.outbox"):
        return
    while True:
        try:
            screen = await asyncio.to_thread(_list_screen, app)
        except KioskError as error:
            if await app.problem(error) != "again":
                return
            continue
        answer = await app.ask(screen)
        if isinstance(answer, Nav):
            return
        if answer == IMPORT:
            await _import(app)
        elif answer != LOOK_AGAIN:
            await show_item(app, answer, staff=True)


def _list_screen(app: KioskApp) -> OutboxListScreen:
    outbox = app.services.store.outbox
    newest: Sequence[ItemSummary] = outbox.list()[::-1]
    return OutboxListScreen(newest, outbox.notices(), app.services.clock())


async def _export(app: KioskApp, item: ItemSummary) -> None:
    folder = await choose_folder(app, "outbox.export.title", "outbox.export.where")
    if folder is None:
        return
    target = folder / f"signed-{item.id}{EXPORT_SUFFIX}"
    try:
        await app.do("outbox.export.title", lambda _report: app.services.store.outbox.export(item.id, target))
    except KioskError as error:
        await app.problem(error, "choice.continue")
        return
    params: dict[str, str | int] = {"name": target.name}
    await app.ask(
        MessageScreen("outbox.export.title", "outbox.exported", ("outbox.exported.next",), params=params, tone="done")
    )


async def _import(app: KioskApp) -> None:
    path = await choose_file(app, "outbox.import.title", "outbox.import.which")
    if path is None:
        return
    choices = ("outbox.import.take", "choice.back")
    if (
        await app.ask(MessageScreen("outbox.import.title", "outbox.import.lead", ("outbox.import.next",), choices))
        != "take"
    ):
        return
    try:
        item = await app.do("outbox.import.title", lambda _report: app.services.store.outbox.import_(path))
    except KioskError as error:
        await app.problem(error, "choice.continue")
        return
    await show_item(app, item.id, staff=True)

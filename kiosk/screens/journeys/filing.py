"""A new application, and the list of those there are."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from kiosk.errors import PortalError, StoreError
from kiosk.portal.errors import NotFound, SessionEnded
from kiosk.screens.application_list import LOCAL, LOCKED, ApplicationListScreen, ListRow
from kiosk.screens.application_status import DRAFTS
from kiosk.screens.base import Nav
from kiosk.screens.journeys.documents import documents, owner_of
from kiosk.screens.journeys.outbox import outbox_rows, show_item
from kiosk.screens.journeys.portal_steps import signed_in_again
from kiosk.screens.journeys.send import rest_until, send
from kiosk.screens.journeys.status import show_application
from kiosk.screens.outbox_words import PREFIX
from kiosk.screens.shelves import is_rest, is_shelf
from kiosk.screens.subject import subject_of

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.offline_queue.keys import Owner
    from kiosk.offline_queue.model import DraftSummary
    from kiosk.portal.contract import ApplicationSummary
    from kiosk.screens.drafting import Drafting


async def new_application(app: KioskApp) -> None:
    """Choose a procedure, make a draft and work on it."""
    from kiosk.screens.journeys.answers import begin
    from kiosk.screens.journeys.carry_over import with_earlier_answers
    from kiosk.screens.journeys.choose import choose

    chosen = await choose(app)
    if chosen is not None:
        chosen = await with_earlier_answers(app, chosen)
    if chosen is not None:
        await work_on(app, await begin(app, chosen))


async def work_on(app: KioskApp, drafting: Drafting | None) -> None:
    """Lead through answers, documents and filing until it is filed or the person stops."""
    from kiosk.screens.journeys.answers import DOCUMENTS, SEND, answers

    if drafting is None:
        return
    try:
        while True:
            answer = await answers(app, drafting)
            if answer == DOCUMENTS:
                await documents(app, drafting)
            elif answer != SEND or await send(app, drafting):
                return
    finally:
        await close(app, drafting)


async def close(app: KioskApp, drafting: Drafting) -> None:
    """Save the last answers of a draft and let go of it."""
    await asyncio.to_thread(drafting.close)
    app.before_end.remove(drafting.close)
    app.show_saved()


async def follow(app: KioskApp, application_id: str) -> None:
    """Show where an application stands, and work on the draft that the person makes of it."""
    from kiosk.screens.journeys.answers import resume

    if draft_id := await show_application(app, application_id):
        await work_on(app, await resume(app, draft_id))


async def applications(app: KioskApp) -> None:
    """Show drafts and applications until the person goes back."""
    from kiosk.screens.journeys.answers import resume

    while True:
        rows, notice = await _rows(app)
        answer = await app.ask(ApplicationListScreen(rows, notice))
        if isinstance(answer, Nav):
            return
        if answer == "new":
            await new_application(app)
        elif answer.startswith(PREFIX):
            if await show_item(app, answer.removeprefix(PREFIX)):
                await new_application(app)
        elif answer.startswith("draft:"):
            await work_on(app, await resume(app, answer.removeprefix("draft:")))
        else:
            await follow(app, answer.removeprefix("portal:"))


# --- the list --------------------------------------------------------------------------------------------------------


class _AtPortal(NamedTuple):
    """What the portal holds, and drafts of this kiosk that were filed and are erased now."""

    items: tuple[ApplicationSummary, ...]
    filed: frozenset[str]


async def _rows(app: KioskApp) -> tuple[list[ListRow], str]:
    """Return the list and, where a part could not be had, the key of a notice."""
    from kiosk.screens.journeys.choose import user_kind

    drafts: tuple[DraftSummary, ...] = ()
    try:
        owner = owner_of(app)
        drafts = await asyncio.to_thread(_kept, app, owner)
    except StoreError as error:
        await app.problem(error, "choice.continue")
    held = await _held(app, drafts)
    numbers = frozenset(item.reception_number for item in held.items) if held is not None else frozenset[str]()
    waiting = await outbox_rows(app, numbers)
    if held is None:
        return _latest_first([*merged(drafts, None), *waiting]), "applications.portal_away"
    left = [draft for draft in drafts if draft.id not in held.filed]
    others = user_kind(app) != "applicant"
    return _latest_first([*merged(left, held.items, others=others), *waiting]), ""


def _kept(app: KioskApp, owner: Owner) -> tuple[DraftSummary, ...]:
    """Return what the store holds of a person; what a cut left of something taken back goes first."""
    from kiosk.remainder import forget_taken_back

    forget_taken_back(app.services.store, owner)
    return tuple(app.services.store.list(owner))


def _latest_first(rows: list[ListRow]) -> list[ListRow]:
    return sorted(rows, key=lambda row: row.changed, reverse=True)


async def _held(app: KioskApp, drafts: tuple[DraftSummary, ...]) -> _AtPortal | None:
    """Ask the portal; None while it is away, or nobody is signed in."""
    while app.visit.account is not None:
        try:
            return await app.do("applications.title", lambda _report: _look(app, drafts), "applications.loading")
        except SessionEnded as error:
            if not await signed_in_again(app, error):
                return None
        except PortalError as error:
            app.log_problem(error)
            return None
    return None


def _look(app: KioskApp, drafts: tuple[DraftSummary, ...]) -> _AtPortal:
    from kiosk.remainder import let_go

    items = tuple(app.services.portal.all_applications())
    states = {item.application_id: item.state.value for item in items}
    filed = {draft.id for draft in drafts if _is_over(app, draft, states)}
    for draft in drafts:
        try:
            if draft.id in filed:
                let_go(app.services.store, owner_of(app), draft, rest_until(app), app.services.portal.application)
        except StoreError as error:
            app.log_problem(error)
    return _AtPortal(items, frozenset(filed))


def _is_over(app: KioskApp, draft: DraftSummary, states: dict[str, str]) -> bool:
    """Say whether a draft has had its use: filed just before a cut, or its requested documents were sent."""
    from kiosk.remainder import WAITING

    state = states.get(str(draft.header.get("portal_id", "")), DRAFTS[0])
    if state in DRAFTS:
        return False
    if is_rest(draft.header):
        return state not in WAITING
    if is_shelf(draft.header):
        return state != "documents_requested"
    try:
        app.services.portal.submission(str(draft.header["submission_id"]))
    except NotFound:
        return False  # filed from elsewhere, with what was entered there
    return True


def merged(
    drafts: list[DraftSummary] | tuple[DraftSummary, ...],
    items: tuple[ApplicationSummary, ...] | None,
    *,
    others: bool = False,
) -> list[ListRow]:
    """Return one list, the latest change first: each application once.

    Args:
        drafts: those of this kiosk.
        items: the portal's; None where it could not be asked.
        others: whether the person files for others, whose names tell the rows apart.
    """
    at_portal = {item.application_id: item for item in items or ()}
    rows: list[ListRow] = []
    for draft in drafts:
        held = at_portal.get(str(draft.header.get("portal_id", "")))
        if is_rest(draft.header):
            continue
        if is_shelf(draft.header):
            if items is None:
                rows.append(_shelf_row(draft))
        else:
            rows.append(_draft_row(draft))
            # While it is a draft there too, it is shown once, as the one that can be worked on.
            if held is not None and held.state.value in DRAFTS:
                del at_portal[held.application_id]
    rows += [_portal_row(item, item.applicant if others else "") for item in at_portal.values()]
    return _latest_first(rows)


def _draft_row(draft: DraftSummary) -> ListRow:
    if draft.needs_card:
        return ListRow(f"draft:{draft.id}", None, LOCKED, draft.updated)
    subject = subject_of(str(draft.header.get("procedure", "")), str(draft.header.get("status", "")))
    applicant = "" if draft.header.get("user_kind") == "applicant" else str(draft.header.get("applicant", ""))
    return ListRow(f"draft:{draft.id}", subject, LOCAL, draft.updated, applicant=applicant)


def _shelf_row(draft: DraftSummary) -> ListRow:
    subject = subject_of(str(draft.header.get("procedure", "")), str(draft.header.get("status", "")))
    return ListRow(f"portal:{draft.header['portal_id']}", subject, "documents_requested", draft.updated)


def _portal_row(item: ApplicationSummary, applicant: str) -> ListRow:
    subject = subject_of(item.procedure, item.status_of_residence)
    when, number = item.updated_at, item.reception_number
    return ListRow(f"portal:{item.application_id}", subject, item.state.value, when, number, applicant=applicant)

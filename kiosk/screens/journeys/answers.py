"""Working on one application: the list of tasks, the questions page by page, the check of all answers.

Every change is saved behind the person's back; when that fails they are told, and it is tried again until it works.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kiosk.clock import JAPAN
from kiosk.errors import KioskError
from kiosk.screens.base import Nav

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from kiosk.app import KioskApp
    from kiosk.errors import StoreError
    from kiosk.filing.application import Draft
    from kiosk.forms.model import Page, PersonFacts
    from kiosk.offline_queue.drafts import DraftStore, Owner
    from kiosk.offline_queue.model import StoredAttachment, StoredDraft
    from kiosk.screens.drafting import Drafting
    from kiosk.screens.journeys.choose import Chosen
    from kiosk.screens.question_page import QuestionPage
    from kiosk.screens.work import Report

    _Make = Callable[[DraftStore, Owner, PersonFacts | None], str]

TASKS, CHECK = "", "check"
DOCUMENTS, SEND, STOP = "documents", "send", "stop"


# --- opening ----------------------------------------------------------------------------------------------------------


async def begin(app: KioskApp, chosen: Chosen) -> Drafting | None:
    """Make a new draft of what was chosen and open it; None when it can't be stored and the person gives up.

    ``app.visit.owner`` must be there.
    """
    from kiosk.filing.application import new_draft
    from kiosk.screens.journeys.choose import user_kind

    services, account = app.services, app.visit.account
    known = account.authentication_id if account is not None else ""
    base = new_draft(chosen.procedure, chosen.status, user_kind(app), services.settings.system, services.clock())
    return await _opened(app, lambda store, owner, facts: _create(store, owner, facts, base, chosen, known))


async def resume(app: KioskApp, draft_id: str) -> Drafting | None:
    """Open a draft of the person's; None when that fails and the person gives up. ``app.visit.owner`` must be there."""
    return await _opened(app, lambda _store, _owner, _facts: draft_id)


def _create(store: DraftStore, owner: Owner, facts: PersonFacts | None, base: Draft, chosen: Chosen, known: str) -> str:
    from kiosk.screens.drafting import create_draft

    return create_draft(store, owner, base, facts, chosen.answers, authentication_id=known, told=chosen.told)


async def _opened(app: KioskApp, make: _Make) -> Drafting | None:
    while True:
        try:
            return await _open(app, make)
        except KioskError as error:
            if await app.problem(error, "choice.again", "choice.back") != "again":
                return None


async def _open(app: KioskApp, make: _Make) -> Drafting:
    from kiosk.offline_queue.autosave import Autosave
    from kiosk.screens.drafting import Drafting, facts_of

    owner = app.visit.owner
    if owner is None:
        raise KioskError()
    account = app.visit.account
    facts = facts_of(account) if account is not None else None
    known = account.authentication_id if account is not None else ""

    def job(_report: Report) -> tuple[DraftStore, StoredDraft, Callable[[], None]]:
        store = app.services.store
        draft_id = make(store, owner, facts)
        release = store.hold(draft_id)
        try:
            return store, store.load(owner, draft_id), release
        except BaseException:
            release()
            raise

    store, stored, release = await app.do("answers.opening", job)
    sign = _SavedSign(app)
    saver = Autosave(store, owner, sign.saved, sign.failed)
    try:
        drafting = Drafting(store, owner, stored, saver, app.services.clock, facts, known, release)
    except KioskError:
        saver.close(0.0)
        release()
        raise
    app.before_end.append(drafting.close)
    return drafting


class _SavedSign:
    """Says when answers were saved, or that they could not be. Its methods are called from the saving thread."""

    def __init__(self, app: KioskApp) -> None:
        self._app = app

    def saved(self, moment: datetime) -> None:
        self._app.call_later(self._show_saved, moment)

    def failed(self, error: StoreError) -> None:
        self._app.call_later(self._show_failed, error)

    def _show_saved(self, moment: datetime) -> None:
        app = self._app
        app.show_saved("answers.saved", time=moment.astimezone(JAPAN).strftime("%H:%M"))
        self._tell(None)

    def _show_failed(self, error: StoreError) -> None:
        self._app.show_saved("answers.not_saved", problem=True)
        self._tell(error)

    def _tell(self, error: StoreError | None) -> None:
        from kiosk.screens.question_page import QuestionPage

        self._app.save_trouble = error
        for screen in self._app.screen_stack:
            if isinstance(screen, QuestionPage):
                screen.show_trouble(error)


# --- the way through --------------------------------------------------------------------------------------------------


async def answers(app: KioskApp, drafting: Drafting) -> str | Nav:
    """Let the person work on an application, beginning exactly where they left it.

    Returns:
        ``documents`` or ``send`` when they want that (everything before it is complete for ``send``), ``stop`` for
        "Save and stop", ``Nav.BACK`` from the list of tasks. The answers are durable, unless the person was told
        that they are not and left anyway.
    """
    place, here = drafting.page_id, ""
    while True:
        if place == CHECK:
            place, here = await _check(app, drafting)
        elif place in {DOCUMENTS, SEND, STOP}:
            break
        elif place and drafting.page(place) is not None:
            place, here = await _walk(app, drafting, place), ""
        else:
            choice = await _tasks(app, drafting, here)
            if not isinstance(choice, Nav):
                place, here = choice, ""
            elif await _made_safe(app, drafting):
                return choice
        if place == STOP and not await _made_safe(app, drafting):
            place = drafting.page_id
    return place


async def _made_safe(app: KioskApp, drafting: Drafting) -> bool:
    """Wait for the last answers; where they can't be saved, ask whether to leave all the same."""
    from kiosk.offline_queue.errors import StoreDiskFault

    while not await asyncio.to_thread(drafting.flush):
        error = app.save_trouble or StoreDiskFault()
        answer = await app.problem(error, "choice.again", "answers.choice.stay", "answers.choice.leave")
        if answer != "again":
            return answer == "leave"
    return True


async def _note(app: KioskApp, drafting: Drafting, page_id: str) -> None:
    """Note where the person is; that it can't be noted is shown, and stops nobody."""
    from kiosk.errors import StoreError

    try:
        await asyncio.to_thread(drafting.at, page_id)
    except StoreError:
        app.show_saved("answers.not_saved", problem=True)


async def _walk(app: KioskApp, drafting: Drafting, start: str) -> str:
    """Ask page after page from ``start``; return where to go then."""
    from kiosk.screens.question_page import STOP as STOPPED

    trail: list[str] = []
    page = drafting.page(start)
    while page is not None:
        await _note(app, drafting, page.id)
        answer = await app.ask(_page(app, drafting, page))
        if answer == STOPPED:
            return STOP
        if isinstance(answer, Nav):
            if not trail:
                return TASKS
            page = drafting.page(trail.pop())
        elif page.id == drafting.form.receipt.pages[0].id:
            return TASKS
        else:
            trail.append(page.id)
            page = drafting.following(page.id)
    return CHECK


def _page(app: KioskApp, drafting: Drafting, page: Page, focus: str = "", *, check: bool = False) -> QuestionPage:
    from kiosk.screens.asking import PageAsking
    from kiosk.screens.question_page import QuestionPage, Span

    def span() -> Span | None:
        found = drafting.span(page.id)
        return None if found is None else Span(*found)

    return QuestionPage(
        PageAsking(drafting.form, page, drafting.answers, drafting.context),
        drafting.put,
        span=span,
        focus=focus,
        check=check,
        trouble=app.save_trouble,
    )


async def _check(app: KioskApp, drafting: Drafting) -> tuple[str, str]:
    """Show all answers, change what the person wants to change; return where to go then."""
    from kiosk.screens.check_answers import COMPLETE, CheckAnswersScreen
    from kiosk.screens.checking import sections

    here = ""
    await _note(app, drafting, TASKS)
    while True:
        answer = await app.ask(CheckAnswersScreen(lambda language: sections(drafting, language), here))
        if isinstance(answer, Nav):
            return TASKS, CHECK
        if answer == COMPLETE:
            return TASKS, ""
        here = answer
        page_id, field_id = answer.split("|")[:2]
        page = drafting.page(page_id)
        if page is None:
            continue
        await _note(app, drafting, page_id)
        wrong = any(issue.field == field_id for issue in drafting.problems())
        if await app.ask(_page(app, drafting, page, field_id, check=wrong)) == STOP:
            return STOP, ""


async def _tasks(app: KioskApp, drafting: Drafting, here: str) -> str | Nav:
    """Show the list of tasks and return where to go."""
    from kiosk.filing.catalogue import procedure
    from kiosk.screens.task_list import TaskListScreen
    from kiosk.screens.tasks import sections

    await _note(app, drafting, TASKS)
    try:
        attachments: tuple[StoredAttachment, ...] = await asyncio.to_thread(drafting.attachments)
    except KioskError as error:
        await app.problem(error, "choice.continue")
        attachments = ()
    name = procedure(drafting.procedure).name
    answer = await app.ask(TaskListScreen(name, sections(drafting, attachments), here))
    if isinstance(answer, Nav) or answer != SEND:
        return answer
    if drafting.problems():
        return CHECK
    return SEND if drafting.receipt_done() else drafting.form.receipt.pages[0].id

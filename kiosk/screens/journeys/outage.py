"""The portal is away: sign a finished application for later, or keep it as a draft."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from kiosk.app import VisitEndedError
from kiosk.card.errors import NoCertificate
from kiosk.card.profile import KeyUse
from kiosk.errors import CardError, KioskError, PortalError, StoreError
from kiosk.filing.errors import MoreAsked, RuledOut
from kiosk.portal.errors import PortalAway, PortalMaintenance
from kiosk.portal.watch import PortalState
from kiosk.screens.base import Nav, Rail
from kiosk.screens.journeys.card_steps import Secrets, read_facts
from kiosk.screens.journeys.documents import owner_of
from kiosk.screens.outage import AGAIN, AWAY, DRAFT, SIGN, Offer, OutageScreen
from kiosk.screens.outage_draft import END, DraftKeptScreen
from kiosk.screens.sign_review import SignReviewScreen, ToSign
from kiosk.screens.sign_review_id import AccountIdScreen
from kiosk.screens.subject import subject_of
from kiosk.screens.work import Report, Step

if TYPE_CHECKING:
    from datetime import date, datetime

    from kiosk.app import KioskApp
    from kiosk.card.certificates import Attributes
    from kiosk.deferral import Order
    from kiosk.offline_queue.outbox_model import ItemSummary
    from kiosk.portal.contract import ApplicationContent
    from kiosk.screens.drafting import Drafting
    from kiosk.screens.journeys.binding import Ready

SIGNED, STOPPED, TRY_AGAIN = "signed", "stopped", "again"
"""How ``outage`` ends."""

EXPIRY = "part1.current_period_expiration_date"

_PURPOSE_STEP = 5


def is_away(app: KioskApp) -> bool:
    """Say whether the portal is known to be closed or out of reach."""
    return app.portal_state is not None and app.portal_state.kind in AWAY


def note_away(app: KioskApp, error: PortalError) -> None:
    """Take a failed request as news of the portal, before the watch comes round."""
    until = error.until if isinstance(error, PortalMaintenance) else None
    kind = "maintenance" if isinstance(error, PortalMaintenance) else "unreachable"
    app.log_problem(error)
    app.portal_learned(replace(app.portal_state or PortalState(), kind=kind, until=until, error=error))


def _closed(app: KioskApp) -> bool:
    return is_away(app) or (app.portal_state is not None and app.portal_state.kind == "region")


async def _look_again(app: KioskApp) -> None:
    """Ask the portal how it is."""
    from kiosk.portal.problems import sane_moment

    try:
        status = await app.do("outage.title", lambda _report: app.services.portal.status(), "outage.looking")
    except (PortalAway, PortalMaintenance) as error:
        note_away(app, error)
    except PortalError as error:
        await app.problem(error, "choice.continue")
    else:
        closed = status.state == "maintenance"
        until = sane_moment(status.until, app.services.clock()) if closed else None
        known = app.portal_state or PortalState()
        kind = "maintenance" if closed else "open"
        app.portal_learned(replace(known, kind=kind, until=until, error=None))


async def outage(app: KioskApp, drafting: Drafting, made: Ready) -> str:
    """Offer what can be done with a finished application while the portal is away.

    Returns:
        ``SIGNED``: it lies in the outbox and the draft is gone; ``STOPPED``: it is kept as a draft; ``TRY_AGAIN``:
        the person wants the portal to be tried.

    Raises:
        VisitEndedError: it is kept as a draft, and the person ends their visit.
    """
    while True:
        not_after = await asyncio.to_thread(_latest_end, app)
        obstacle = await asyncio.to_thread(_obstacle, app, not_after)
        days = app.services.settings.store.drafts_idle_days
        offer = Offer(subject_of(drafting.procedure, drafting.status), not_after, obstacle, days)
        answer = await app.ask(OutageScreen(offer))
        if answer == AGAIN:
            await _look_again(app)
            if not _closed(app):
                return TRY_AGAIN
            continue
        if answer == DRAFT and not await _kept_as_draft(app, drafting):
            continue
        if answer != SIGN:
            return STOPPED
        if await asyncio.to_thread(_obstacle, app, not_after):
            continue  # the offer has stood for a while
        if item := await _sign(app, drafting, made, not_after):
            await _kept(app, drafting, item)
            return SIGNED
        if _stopped_by(drafting):
            return STOPPED  # what the card said calls for more answers, or rules it out


async def _kept_as_draft(app: KioskApp, drafting: Drafting) -> bool:
    """Say what is saved and when to come back, and offer to end the visit; False when the person goes back.

    Raises:
        VisitEndedError: they end it.
    """
    from kiosk.offline_queue.errors import StoreDiskFault

    while not await asyncio.to_thread(drafting.flush):
        if await app.problem(app.save_trouble or StoreDiskFault()) != "again":
            return False
    kept_until = app.services.clock() + timedelta(days=app.services.settings.store.drafts_idle_days)
    answer = await app.ask(DraftKeptScreen(kept_until))
    if answer == END:
        raise VisitEndedError
    return not isinstance(answer, Nav)


def _ahead(app: KioskApp) -> timedelta:
    """Return how much the portal's clock is ahead of this one's, as far as is known."""
    state = app.portal_state
    return state.offset if state is not None and state.offset is not None else timedelta()


def _latest_end(app: KioskApp) -> datetime:
    from kiosk.deferral import latest_end

    return latest_end(app.services.clock() + _ahead(app))


def _obstacle(app: KioskApp, not_after: datetime) -> str:
    """Return why nothing can be signed for later, the last part of a message key; empty where it can."""
    from kiosk.deferral import sealing_key

    if app.visit.staff:
        return "no_card"
    state = app.portal_state
    if state is not None and state.kind == "region":
        return "region"
    if state is not None and state.until is not None and state.until >= not_after:
        return "too_long"
    try:
        sealing_key(app.services)
    except KioskError as error:
        app.log_problem(error)
        return "no_key"
    return ""


# --- signing ----------------------------------------------------------------------------------------------------------


async def _sign(app: KioskApp, drafting: Drafting, made: Ready, not_after: datetime) -> ItemSummary | None:
    """Lead through account, review and password; None when the person goes back. Nothing is lost then."""
    asked = not drafting.authentication_id
    account_id = drafting.authentication_id
    while True:
        if asked and not (account_id := await _account_id(app)):
            return None
        while not isinstance(
            await app.ask(SignReviewScreen(_to_sign(app, drafting, made, account_id, not_after))), Nav
        ):
            item = await _with_card(app, drafting, _order(app, drafting, made, account_id, not_after))
            if item is not None or _stopped_by(drafting):
                return item
        if not asked:
            return None


async def _account_id(app: KioskApp) -> str:
    """Ask for the authentication ID; empty when the person goes back."""
    answer = await app.ask(AccountIdScreen(app.visit.authentication_id))
    if isinstance(answer, Nav):
        return ""
    app.visit.authentication_id = answer
    return answer


def _to_sign(app: KioskApp, drafting: Drafting, made: Ready, account_id: str, not_after: datetime) -> ToSign:
    from kiosk.clock import japan_date
    from kiosk.forms.dates import latest
    from kiosk.screens.checking import sections
    from kiosk.screens.journeys.send import outgoing

    ends = latest(str(drafting.answers.get(EXPIRY, "")))
    at_risk = ends is not None and ends <= japan_date(not_after)
    return ToSign(
        outgoing(drafting, made.shown),
        lambda language: sections(drafting, language),
        account_id,
        app.services.settings.portal.origin,
        not_after,
        ends if at_risk else None,
    )


def _order(app: KioskApp, drafting: Drafting, made: Ready, account_id: str, not_after: datetime) -> Order:
    from kiosk.deferral import Order
    from kiosk.portal.contract import UserKind
    from kiosk.screens.journeys.send import parcel_file, rest_until
    from kiosk.sending.sealer import Signatory

    draft = drafting.snapshot()
    return Order(
        owner=owner_of(app),
        draft_id=drafting.draft_id,
        submission_id=draft.submission_id,
        who=Signatory(account_id, UserKind(draft.user_kind), app.t.language, draft.etag),
        not_after=not_after,
        ahead=_ahead(app),
        files=tuple(parcel_file(app, drafting.draft_id, file) for file in made.files),
        content=lambda attributes: _content(drafting, account_id, attributes),
        rest_until=rest_until(app),
    )


def _content(drafting: Drafting, account_id: str, attributes: Attributes) -> ApplicationContent:
    """Return what is filed, once the card has said who signs. Runs in the job's thread.

    Raises:
        SignerDiffers: the draft is about somebody else.
        MoreAsked: what the card says calls for more answers; the draft knows it from now on.
        RuledOut: by what the card says the rules refuse it.
    """
    from kiosk.deferral import facts_in, require_same_person
    from kiosk.screens.journeys.send import content_of

    known = drafting.context.person
    if known is None:
        drafting.know(facts_in(attributes), account_id)
    else:
        require_same_person(known, attributes)
    if drafting.decision().refused:
        raise RuledOut
    if drafting.problems():
        raise MoreAsked
    return content_of(drafting)


def _stopped_by(drafting: Drafting) -> bool:
    """Say whether answers are missing, or the rules refuse it, now that the card has said who it is."""
    return bool(drafting.problems()) or drafting.decision().refused


async def _with_card(app: KioskApp, drafting: Drafting, order: Order) -> ItemSummary | None:
    """Ask for the card and its signing password until it is signed; None when the person goes back."""
    facts = await read_facts(app, Rail.FILING)
    if facts is None:
        return None
    if not facts.signing:
        await app.problem(NoCertificate(use=KeyUse.SIGNING), "choice.back")
        return None
    secrets = Secrets(app, facts, Rail.FILING)
    try:
        while await secrets.have(KeyUse.SIGNING, "secret.purpose.defer", _PURPOSE_STEP):
            try:
                return await app.do(
                    "sign.title", lambda report: _defer(app, drafting, order, secrets, report), "outage.work.files"
                )
            except CardError as error:
                if not await secrets.go_on_after(error):
                    return None
            except KioskError as error:
                if kept := await _kept_after_all(app, order, error):
                    return kept
                once = ("choice.back",) if isinstance(error, MoreAsked | RuledOut) else ()
                if await app.problem(error, *once) != "again":
                    return None
        return None
    finally:
        secrets.wipe()


def _defer(app: KioskApp, drafting: Drafting, order: Order, secrets: Secrets, report: Report) -> ItemSummary:
    from kiosk.deferral import defer
    from kiosk.offline_queue.errors import StoreDiskFault

    if not drafting.flush():
        raise app.save_trouble or StoreDiskFault()
    password = secrets.copy(KeyUse.SIGNING)
    return defer(app.services, app.visit.reader, password, order, lambda key, share: report(Step(key, share)))


async def _kept_after_all(app: KioskApp, order: Order, error: KioskError) -> ItemSummary | None:
    """Return the item where it was kept although something failed afterwards: then it is signed."""
    if not isinstance(error, StoreError):
        return None
    try:
        return await asyncio.to_thread(lambda: app.services.store.outbox.show(order.submission_id))
    except StoreError:
        return None


# --- signed ----------------------------------------------------------------------------------------------------------


async def _kept(app: KioskApp, drafting: Drafting, item: ItemSummary) -> None:
    """Show the slip until the person has seen enough of it."""
    from kiosk.reports.slip import Slip
    from kiosk.screens.journeys.outbox import show_slip

    drafting.close()
    app.show_saved()
    subject = subject_of(drafting.procedure, drafting.status)
    names = {
        language: f"{subject.procedure.get(language, '')} · {subject.status.get(language, '')}"
        for language in subject.procedure
    }
    ends, until = item.not_after or item.created, await asyncio.to_thread(_rest_until, app, drafting.draft_id)
    slip = Slip(item.id, names, item.created, ends, app.services.device_id, rest_until=until)
    await show_slip(app, slip)


def _rest_until(app: KioskApp, draft_id: str) -> date | None:
    """Return until when documents that did not fit are kept; None where all were sealed, and the draft is gone."""
    from kiosk.remainder import read

    try:
        left = read(app.services.store, owner_of(app), draft_id)
    except StoreError:
        return None
    return None if left is None else left.until

"""Signing in: the card and its PIN, then the portal's authentication ID and password. With it the drafts open.

Staff of an organisation have no card: their ID and password alone, and only while the portal answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.card.errors import NoCertificate
from kiosk.card.profile import KeyUse
from kiosk.errors import CardError, KioskError, PortalError
from kiosk.identity import CardFacts, log_in, log_in_staff, unlock
from kiosk.portal.errors import AccountLocked, LoginFailed, PortalAway, PortalMaintenance
from kiosk.screens.base import Nav, Rail
from kiosk.screens.journeys.card_steps import Secrets, read_facts
from kiosk.screens.log_in import FORGOT_PASSWORD, LogInEntry, LogInScreen
from kiosk.screens.message import MessageScreen
from kiosk.screens.password_reset import PasswordResetScreen, ResetEntry
from kiosk.widgets.secret import wipe

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.offline_queue.keys import Owner

_USE = KeyUse.AUTHENTICATION


async def sign_in(app: KioskApp) -> CardFacts | None:
    """Sign a person in, or open their drafts alone while the portal is away.

    Afterwards ``app.visit.owner`` opens the drafts, and ``app.visit.account`` is the portal's account or None.

    Returns:
        What the card told, or None when the person went back.
    """
    facts = await read_facts(app, Rail.FILING)
    if facts is None:
        return None
    if not facts.authentication:
        await app.problem(NoCertificate(use=_USE), "choice.back")
        return None
    secrets = Secrets(app, facts, Rail.FILING)
    try:
        while True:
            owner = await _open_drafts(app, secrets)
            if owner is None:
                return None
            if await _log_in(app, secrets, owner):
                return facts
            secrets.wipe()
    finally:
        secrets.wipe()


async def sign_in_staff(app: KioskApp) -> bool:
    """Sign in somebody whom the bureau gave an account without a card; False when the person went back.

    Afterwards ``app.visit`` has their drafts and their account.
    """
    failed = False
    while True:
        entry = await _ask_entry(app, failed=failed, staff=True)
        if entry is None:
            return False
        app.visit.authentication_id = entry.authentication_id
        try:
            answer = await _try_staff(app, entry)
        finally:
            wipe(entry.password)
        if answer == "in":
            return True
        failed = answer == "failed"


async def _try_staff(app: KioskApp, entry: LogInEntry) -> str:
    """Try to log in with one entry; ``in``, ``failed`` or ``back``."""
    visit, typed = app.visit, entry.authentication_id
    while True:
        try:
            session, owner = await app.do(
                "log_in.title",
                lambda _report: log_in_staff(app.services, typed, bytearray(entry.password)),
                "log_in.work",
            )
        except LoginFailed:
            return "failed"
        except KioskError as error:
            choices = ("choice.back",) if isinstance(error, AccountLocked) else ("choice.again", "choice.back")
            if await app.problem(error, *choices) != "again":
                return "back"
        else:
            visit.staff, visit.account, visit.owner = True, session.account, owner
            return "in"


async def _open_drafts(app: KioskApp, secrets: Secrets) -> Owner | None:
    while await secrets.have(_USE, "secret.purpose.sign_in", 0):
        try:
            return await app.do(
                "log_in.title",
                lambda _report: unlock(app.services, app.visit.reader, secrets.copy(_USE)),
                "log_in.card",
            )
        except KioskError as error:
            if not await secrets.go_on_after(error):
                return None
    return None


async def _log_in(app: KioskApp, secrets: Secrets, owner: Owner) -> bool:
    """Ask for ID and password until the portal knows the person; False means back to the PIN."""
    failed = False
    while True:
        entry = await _ask_entry(app, failed=failed)
        if entry is None:
            return False
        app.visit.authentication_id = entry.authentication_id
        try:
            answer = await _try(app, secrets, entry)
        finally:
            wipe(entry.password)
        if answer in {"in", "offline"}:
            app.visit.owner = owner
            return True
        if answer == "back":
            return False
        failed = answer == "failed"


async def _try(app: KioskApp, secrets: Secrets, entry: LogInEntry) -> str:
    """Try to log in with one entry; ``in``, ``offline``, ``failed``, ``again`` (type the password anew) or ``back``."""
    while await secrets.have(_USE, "secret.purpose.sign_in", 0):
        try:
            session = await app.do(
                "log_in.title",
                lambda _report: log_in(
                    app.services, app.visit.reader, secrets.copy(_USE), entry.authentication_id,
                    bytearray(entry.password),
                ),
                "log_in.work",
            )  # fmt: skip
        except LoginFailed:
            return "failed"
        except CardError as error:
            if not await secrets.go_on_after(error):
                return "back"
        except PortalError as error:
            answer = await _portal_problem(app, error)
            if answer != "again":
                return answer
        else:
            app.visit.account = session.account
            return "in"
    return "back"


async def _portal_problem(app: KioskApp, error: PortalError) -> str:
    if isinstance(error, AccountLocked):
        return await app.problem(error, "choice.back")
    if isinstance(error, (PortalAway, PortalMaintenance)):
        # Drafts need the portal as little as the person needs to wait for it.
        return await app.problem(error, "choice.offline", "choice.again", "choice.back")
    return await app.problem(error)


async def _ask_entry(app: KioskApp, *, failed: bool, staff: bool = False) -> LogInEntry | None:
    while True:
        answer = await app.ask(LogInScreen(app.visit.authentication_id, failed=failed, staff=staff))
        if isinstance(answer, LogInEntry):
            return answer
        if isinstance(answer, Nav):
            return None
        failed = False
        if answer == FORGOT_PASSWORD:
            await _forgotten_password(app)
        else:
            lines = ("log_in.forgot_id.mail", "log_in.forgot_id.form", "log_in.forgot_id.answer")
            await app.ask(MessageScreen("log_in.forgot_id", "log_in.forgot_id.lead", lines, ("choice.back",)))


async def _forgotten_password(app: KioskApp) -> None:
    known = app.visit.authentication_id
    while True:
        answer = await app.ask(PasswordResetScreen(known))
        if isinstance(answer, Nav):
            return
        known = app.visit.authentication_id = answer.authentication_id
        if await _sent(app, answer):
            lines = ("reset.sent.mail", "reset.sent.none")
            await app.ask(MessageScreen("reset.title", "reset.sent", lines, ("choice.continue",), tone="done"))
            return


async def _sent(app: KioskApp, entry: ResetEntry) -> bool:
    while True:
        try:
            await app.do("reset.title", lambda _report: app.services.portal.request_password_reset(*entry))
        except PortalError as error:
            if await app.problem(error) != "again":
                return False
        else:
            return True

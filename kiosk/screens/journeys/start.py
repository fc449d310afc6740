"""A visit from the welcome to its end. What a journey needs is imported when it begins, after the first paint."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kiosk.screens.base import Nav
from kiosk.screens.menu import MenuScreen
from kiosk.screens.welcome import WelcomeScreen

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.identity import CardFacts
    from kiosk.offline_queue.keys import Owner
    from kiosk.screens.home import OnStation


async def visit(app: KioskApp) -> None:
    """Lead a person from the language to what they came for; returns when the visit is over."""
    while True:
        language = await app.ask(WelcomeScreen(app.services.settings.languages))
        if not isinstance(language, Nav):
            await app.speak(language)
            if await _menu(app):
                return


async def _menu(app: KioskApp) -> bool:
    """Show the menu until the visit is over (True) or the person goes back to the languages (False)."""
    while True:
        answer = await app.ask(MenuScreen())
        match answer:
            case Nav():
                return False
            case "sign_in":
                over = await _sign_in(app)
            case "register":
                over = await _register(app)
            case "staff":
                over = await _staff(app)
            case "prepare":
                over = await _prepare(app)
            case _:
                over = await _help(app)
        if over:
            return True


async def _sign_in(app: KioskApp) -> bool:
    from kiosk.screens.journeys.sign_in import sign_in

    facts = await sign_in(app)
    return facts is not None and await _home(app, facts)


async def _staff(app: KioskApp) -> bool:
    """Let staff of an organisation in, who have no card."""
    from kiosk.screens.journeys.sign_in import sign_in_staff

    return await sign_in_staff(app) and await _home(app, None)


async def _register(app: KioskApp) -> bool:
    from kiosk.screens.journeys.registration import register

    match await register(app):
        case "card":
            return await _sign_in(app)
        case "account":
            return await _staff(app)
        case _:
            return False


async def _prepare(app: KioskApp) -> bool:
    from kiosk.preparation import Check, check_all
    from kiosk.screens.preparation import PreparationScreen
    from kiosk.screens.work import Report, Step

    def job(report: Report) -> tuple[Check, ...]:
        return check_all(app.services, lambda key, share: report(Step(key, share)))

    while True:
        checks = await app.do("preparation.title", job, "preparation.look.card")
        if await app.ask(PreparationScreen(checks)) != "again":
            return False


async def _help(app: KioskApp) -> bool:
    from kiosk.screens.help import HelpScreen

    await app.ask(HelpScreen("help.start"))
    return False


async def _home(app: KioskApp, facts: CardFacts | None) -> bool:
    """Show what a person finds after signing in, with what their card told, until the visit is over."""
    from kiosk.screens.home import HomeScreen
    from kiosk.screens.journeys import filing

    while True:
        account = app.visit.account
        name = account.person.name if account is not None else ""
        answer = await app.ask(HomeScreen(name, await _on_station(app), signed_in=account is not None))
        match answer:
            case "new":
                await filing.new_application(app)
            case "applications":
                await filing.applications(app)
            case "account":
                await _account(app, facts)
            case "sign_in":
                facts = await _sign_in_again(app, facts)
            case _:
                if await _ended(app):
                    return True


async def _sign_in_again(app: KioskApp, facts: CardFacts | None) -> CardFacts | None:
    """Try the portal again; what was known of the card stays when the person goes back."""
    from kiosk.screens.journeys.sign_in import sign_in, sign_in_staff

    if not app.visit.staff:
        return await sign_in(app) or facts
    await sign_in_staff(app)
    return facts


async def _on_station(app: KioskApp) -> OnStation:
    """Return what the person has on this station; where the store cannot tell, say so and return nothing."""
    from kiosk.errors import StoreError
    from kiosk.screens.home import OnStation

    owner = app.visit.owner
    if owner is None:
        return OnStation()
    try:
        return await asyncio.to_thread(_look, app, owner)
    except StoreError as error:
        await app.problem(error, "choice.continue")
        return OnStation()


def _look(app: KioskApp, owner: Owner) -> OnStation:
    from kiosk.offline_queue.outbox_model import REFUSED
    from kiosk.screens.home import OnStation
    from kiosk.screens.shelves import is_rest

    store = app.services.store
    items = store.outbox.list(owner)
    refused = sum(item.state in REFUSED for item in items)
    drafts = [draft for draft in store.list(owner) if not is_rest(draft.header)]
    return OnStation(len(drafts), sum(item.open for item in items), refused)


async def _account(app: KioskApp, facts: CardFacts | None) -> None:
    from kiosk.clock import japan_date
    from kiosk.screens.account import AccountScreen
    from kiosk.screens.registration_details import nationality_labels

    account = app.visit.account
    if account is None:
        return
    card_ends = facts.certificate_ends if facts is not None else None
    ends = japan_date(card_ends) if card_ends is not None else None
    today = japan_date(app.services.clock())
    await app.ask(AccountScreen(account, nationality_labels(account.nationality), ends, today))


async def _ended(app: KioskApp) -> bool:
    from kiosk.screens.end import EndScreen

    if await app.ask(EndScreen(saved=app.visit.owner is not None)) != "end":
        return False
    if app.visit.account is not None:
        await app.do("end.title", lambda _report: app.services.portal.log_out())
    return True

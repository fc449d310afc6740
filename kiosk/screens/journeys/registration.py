"""Registering: who, the card, a few details, the terms, a last look, the card's signature, and a mail on its way.

Both secrets are asked for once, right before the card signs, and live for that one job. What the signing certificate
says of the person is shown before anything is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.card.profile import KeyUse
from kiosk.clock import japan_date
from kiosk.errors import CardError, KioskError, PortalError
from kiosk.identity import CardFacts, sign_registration
from kiosk.portal.errors import TermsChanged
from kiosk.screens.base import Nav, Rail
from kiosk.screens.journeys.card_steps import Secrets, blocked_page, read_facts
from kiosk.screens.mail_sent import MailSentScreen
from kiosk.screens.message import MessageScreen
from kiosk.screens.registration_check import RegistrationCheckScreen
from kiosk.screens.registration_details import EMAIL, NATIONALITY, DetailsAsking, RegistrationDetailsScreen
from kiosk.screens.registration_person import RegistrationPersonScreen
from kiosk.screens.terms import TermsScreen
from kiosk.screens.user_kinds import UserKindsScreen
from kiosk.screens.work import Report, Step

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.card.certificates import Attributes
    from kiosk.portal.contract import RegistrationReceipt, Terms
    from kiosk.portal.statements import PreparedRegistration, RegistrationForm
    from kiosk.screens.asking import AnswerMap

_RAIL = Rail.REGISTRATION
_PURPOSES = {KeyUse.AUTHENTICATION: "secret.purpose.register", KeyUse.SIGNING: "secret.purpose.sign"}


@dataclass(slots=True, repr=False)
class _State:
    """What is known so far; it stays while the person goes back and forth."""

    user_kind: str = ""
    has_account: bool = False
    """The bureau gives the account to this kind of user, and they have it."""
    facts: CardFacts | None = None
    answers: AnswerMap = field(default_factory=dict)
    terms: Terms | None = None
    signed: tuple[PreparedRegistration, Attributes] | None = None
    receipt: RegistrationReceipt | None = None


async def register(app: KioskApp) -> str:
    """Register a person; return how they want to sign in now, ``card`` or ``account``, or nothing."""
    state = _State()
    steps = (_kind, _card, _details, _terms, _check, _sign, _send)
    place = 0
    while place < len(steps):
        outcome = await steps[place](app, state)
        if place + outcome < 0:
            return ""
        if state.has_account:
            return "account"
        place += outcome
    if state.receipt is None:
        return ""
    return "card" if await app.ask(MailSentScreen(state.receipt)) == "log_in" else ""


# Each step gives how many steps to go on; a negative number goes back.


async def _kind(app: KioskApp, state: _State) -> int:
    from kiosk.filing.catalogue import user_kind, user_kinds

    answer = await app.ask(UserKindsScreen(user_kinds()))
    if isinstance(answer, Nav):
        return -1
    state.user_kind = answer
    if user_kind(answer).entrance == "card":
        return 1
    lines = tuple(f"registration.by_bureau.{part}" for part in ("notify", "mail", "agent"))
    choices = ("registration.by_bureau.sign_in", "choice.back")
    page = MessageScreen("kinds.title", "registration.by_bureau", lines, choices)
    state.has_account = await app.ask(page) == "sign_in"
    return 0


async def _card(app: KioskApp, state: _State) -> int:
    state.facts = facts = await read_facts(app, _RAIL)
    if facts is None:
        return -1
    if not facts.signing or not facts.authentication:
        missing = "signing" if facts.authentication else "authentication"
        lines = tuple(f"registration.no_{missing}.{part}" for part in ("why", "do"))
        await app.ask(
            MessageScreen("registration.title", f"registration.no_{missing}", lines, ("choice.back",), tone="attention")
        )
        return -1
    for use, tries in facts.tries.items():
        if tries == 0:
            await blocked_page(app, use)
            return -1
    return 1


async def _details(app: KioskApp, state: _State) -> int:
    answer = await app.ask(RegistrationDetailsScreen(_asking(app, state)))
    # The card step goes on by itself while the card lies there, so back leads past it.
    return -2 if isinstance(answer, Nav) else 1


def _asking(app: KioskApp, state: _State) -> DetailsAsking:
    services = app.services
    return DetailsAsking(state.answers, state.user_kind, japan_date(services.clock()), services.settings.system)


async def _terms(app: KioskApp, state: _State) -> int:
    language = app.t.language
    while True:
        try:
            state.terms = terms = await app.do(
                "terms.title", lambda _report, wanted=language: app.services.portal.terms(wanted), "terms.work"
            )
        except PortalError as error:
            if await app.problem(error) != "again":
                return -1
            continue
        answer = await app.ask(TermsScreen(terms))
        if isinstance(answer, Nav):
            return -1
        if answer == "agree":
            return 1
        language = "ja"


async def _check(app: KioskApp, state: _State) -> int:
    version = state.terms.version if state.terms is not None else ""
    answer = await app.ask(RegistrationCheckScreen(_asking(app, state).registered(), version))
    if isinstance(answer, Nav):
        return -1
    return 1 if answer == "sign" else -2


async def _sign(app: KioskApp, state: _State) -> int:
    if state.facts is None:
        return -4
    form = _form(app, state)
    secrets = Secrets(app, state.facts, _RAIL)
    try:
        while True:
            for use, purpose in _PURPOSES.items():
                if not await secrets.have(use, purpose, 3):
                    return -1
            try:
                state.signed = await app.do("registration.title", lambda report: _job(app, secrets, form, report))
            except KioskError as error:
                if not await secrets.go_on_after(error):
                    return -1
                continue
            return 1
    finally:
        secrets.wipe()


def _job(
    app: KioskApp, secrets: Secrets, form: RegistrationForm, report: Report
) -> tuple[PreparedRegistration, Attributes]:
    pin, password = secrets.copy(KeyUse.AUTHENTICATION), secrets.copy(KeyUse.SIGNING)

    def progress(key: str, share: float) -> None:
        report(Step(key, share))

    return sign_registration(app.services, app.visit.reader, pin, password, form, progress)


def _form(app: KioskApp, state: _State) -> RegistrationForm:
    from kiosk.portal.contract import UserKind
    from kiosk.portal.statements import RegistrationForm

    asking = _asking(app, state)
    return RegistrationForm(
        user_kind=UserKind(state.user_kind),
        email=asking.text(EMAIL),
        phone=asking.text("registration.phone"),
        nationality=asking.text(NATIONALITY),
        residence_card_number=asking.text("registration.residence_card_number"),
        terms_version=state.terms.version if state.terms is not None else "",
        language=app.t.language,
    )


async def _send(app: KioskApp, state: _State) -> int:
    if state.signed is None:
        return -1
    prepared, person = state.signed
    if isinstance(await app.ask(RegistrationPersonScreen(person)), Nav):
        # What was signed and not sent is worth nothing to anybody after five minutes.
        state.signed = None
        return -2
    while True:
        try:
            state.receipt = await app.do(
                "registration.title", lambda _report: app.services.portal.send_registration(prepared),
                "registration.work.send",
            )  # fmt: skip
        except TermsChanged as error:
            await app.problem(error, "choice.continue")
            return -3
        except (PortalError, CardError) as error:
            if await app.problem(error) == "again":
                continue
            return -2
        return 1

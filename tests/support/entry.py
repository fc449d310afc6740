"""Invented people, checks and screens of the way in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from kiosk.card.profile import KeyUse
from kiosk.filing.catalogue import user_kinds
from kiosk.portal import contract as c
from kiosk.preparation import Check
from kiosk.screens.account import AccountScreen
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.card_prompt import CardPromptScreen, Readers
from kiosk.screens.help import PAGES, HelpScreen
from kiosk.screens.home import HomeScreen, OnStation
from kiosk.screens.journeys.card_steps import secret_kind
from kiosk.screens.log_in import LogInScreen
from kiosk.screens.mail_sent import MailSentScreen
from kiosk.screens.menu import MenuScreen
from kiosk.screens.password_reset import PasswordResetScreen
from kiosk.screens.preparation import PreparationScreen
from kiosk.screens.registration_check import RegistrationCheckScreen
from kiosk.screens.registration_details import (
    EMAIL,
    EMAIL_AGAIN,
    NATIONALITY,
    DetailsAsking,
    RegistrationDetailsScreen,
    nationality_labels,
)
from kiosk.screens.registration_person import RegistrationPersonScreen
from kiosk.screens.secret_entry import SecretEntryScreen
from kiosk.screens.terms import TermsScreen
from kiosk.screens.user_kinds import UserKindsScreen
from kiosk.screens.welcome import WelcomeScreen
from tests.support.screens import LANGUAGES, NOON

TODAY = date(2026, 11, 24)
TERMS_VERSION = "2026-01-05"

PERSON = c.Person(
    name="KAKUU MIHON",
    birth_date=date(1990, 1, 2),
    birth_date_text="1990-01-02",
    sex="2",
    address="東京都千代田区霞が関一丁目１番１号　架空見本マンション１０１",
)
SUBSTITUTED = PERSON.model_copy(
    update={"name": "架空　見本", "name_substituted": (0, 3), "birth_date": None, "birth_date_text": "1990-00-00"}
)
ACCOUNT = c.Account(
    authentication_id="XX0000000001",
    user_kind=c.UserKind.APPLICANT,
    person=PERSON,
    email="kakuu@example.com",
    phone="0312345678",
    nationality="283",
    residence_card_number="XX00000000XX",
    password_expires_on=date(2026, 12, 10),
)
ANSWERS = {
    NATIONALITY: "283",
    "registration.residence_card_number": "XX00000000XX",
    "registration.phone": "0312345678",
    EMAIL: "kakuu@example.com",
    EMAIL_AGAIN: "kakuu@example.com",
}

READY = (
    Check("done", "preparation.reader", params=(("count", 1),)),
    Check("done", "preparation.card"),
    Check("done", "preparation.authentication", "", (("date", "2030-01-31"),)),
    Check("done", "preparation.signing", "preparation.signing.dates"),
    Check("done", "preparation.trust", "", (("count", 4),)),
    Check("done", "preparation.portal"),
    Check("done", "preparation.clock", "", (("seconds", 0),)),
)
NOT_READY = (
    *READY[:2],
    Check("attention", "preparation.ends_soon", "preparation.ends_soon.do", (("date", "2027-01-10"),)),
    Check("error", "preparation.signing_missing", "preparation.certificate_missing.do"),
    READY[4],
    Check("error", "error.portal_unreachable", "error.portal_unreachable.next"),
)


def asking(**changes: str) -> DetailsAsking:
    """Return the page of details with the invented answers; ``changes`` by the last part of the id."""
    answers = ANSWERS | {f"registration.{name}": text for name, text in changes.items()}
    return DetailsAsking(dict(answers), "applicant", TODAY, "rasens")


def terms(language: str = "en") -> c.Terms:
    """Return invented terms of use, long enough to scroll."""
    words = "Article {n}. These invented terms say how the system is used, and by whom. " * 3
    return c.Terms(
        version=TERMS_VERSION,
        language=language,
        prevailing=language == "ja",
        paragraphs=tuple(words.replace("{n}", str(n)) for n in range(1, 9)),
    )


def receipt(outcome: str) -> c.RegistrationReceipt:
    """Return an invented receipt; ``outcome`` is ``created`` or ``rebind``."""
    return c.RegistrationReceipt.model_validate(
        {
            "registration_id": "019a9b1c-0000-7000-8000-000000000002",
            "outcome": outcome,
            "email_hint": "k…u@example.com",
            "link_expires_at": NOON + timedelta(days=1),
        }
    )


def secret(use: KeyUse, tries: int | None, *, wrong: bool = False) -> SecretEntryScreen:
    """Return the entry of one secret."""
    purpose = "secret.purpose.sign_in" if use is KeyUse.AUTHENTICATION else "secret.purpose.sign"
    return SecretEntryScreen(secret_kind(use), tries, purpose_key=purpose, wrong=wrong, rail=Rail.REGISTRATION, step=3)


def prompt(state: str, *with_card: str, again: bool = False) -> CardPromptScreen:
    """Return the card prompt that finds the readers in ``state``."""
    return CardPromptScreen(lambda: Readers(state, with_card), Rail.FILING, again=again)


SCREENS: dict[str, Callable[[], KioskScreen[Any]]] = {
    "welcome": lambda: WelcomeScreen(LANGUAGES),
    "menu": MenuScreen,
    "preparation ready": lambda: PreparationScreen(READY),
    "preparation not ready": lambda: PreparationScreen(NOT_READY),
    "user kinds": lambda: UserKindsScreen(user_kinds()),
    "card no card": lambda: prompt("no_card"),
    "card again": lambda: prompt("no_card", again=True),
    "card no reader": lambda: prompt("no_reader"),
    "card no service": lambda: prompt("no_service"),
    "card no library": lambda: prompt("no_library"),
    "card several": lambda: prompt("card", "Virtual PCD 00 00", "Virtual PCD 00 01"),
    "pin": lambda: secret(KeyUse.AUTHENTICATION, 3),
    "pin wrong": lambda: secret(KeyUse.AUTHENTICATION, 2, wrong=True),
    "signing password": lambda: secret(KeyUse.SIGNING, 5),
    "signing password uncounted": lambda: secret(KeyUse.SIGNING, None),
    "signing password twice": lambda: secret(KeyUse.SIGNING, 2, wrong=True),
    "details": lambda: RegistrationDetailsScreen(asking()),
    "terms": lambda: TermsScreen(terms()),
    "terms prevailing": lambda: TermsScreen(terms("ja")),
    "check": lambda: RegistrationCheckScreen(asking().registered(), TERMS_VERSION),
    "person": lambda: RegistrationPersonScreen(PERSON),
    "person substituted": lambda: RegistrationPersonScreen(SUBSTITUTED),
    "mail sent": lambda: MailSentScreen(receipt("created")),
    "mail sent rebind": lambda: MailSentScreen(receipt("rebind")),
    "log in": LogInScreen,
    "log in failed": lambda: LogInScreen("XX0000000001", failed=True),
    "password reset": PasswordResetScreen,
    "home": lambda: HomeScreen(PERSON.name, OnStation(2), signed_in=True),
    "home offline": lambda: HomeScreen("", OnStation(1, 1), signed_in=False),
    "account": lambda: AccountScreen(ACCOUNT, nationality_labels("283"), date(2027, 1, 31), TODAY),
    **{f"help {page}": lambda page=page: HelpScreen(f"help.{page}") for page in PAGES},
}
"""Every screen of the way in, by a name for its picture."""

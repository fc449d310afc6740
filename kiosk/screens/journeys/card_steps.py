"""The steps that several journeys share: the card on the reader, its secrets, and what to do when it says no."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kiosk.card.errors import CardRemoved, NoCard, ReaderLibraryMissing, SecretBlocked, SecretFormat, WrongSecret
from kiosk.card.profile import KeyUse, profile_table
from kiosk.errors import CardError, KioskError
from kiosk.identity import CardFacts, look
from kiosk.screens.base import Nav, Rail
from kiosk.screens.card_prompt import CardPromptScreen, Readers
from kiosk.screens.journeys.staff import let_in
from kiosk.screens.message import MessageScreen
from kiosk.screens.secret_entry import SecretEntryScreen, SecretKind
from kiosk.widgets.secret import wipe

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.services import Services

REFUSE_AT = 1
"""With one try left a secret is not taken unless staff confirm by their code: a slip costs a way to the town hall."""


def look_at_readers(services: Services) -> Readers:
    """Return how things stand at the readers now."""
    try:
        readers = services.cards.readers()
    except ReaderLibraryMissing:
        return Readers("no_library")
    except CardError:
        return Readers("no_service")
    if not readers:
        return Readers("no_reader")
    with_card = tuple(reader.name for reader in readers if reader.card_present)
    return Readers("card", with_card) if with_card else Readers("no_card")


async def present_card(app: KioskApp, rail: Rail | None = None, *, again: bool = False) -> bool:
    """Wait for a card and remember its reader; False means that the person went back."""
    answer = await app.ask(CardPromptScreen(partial(look_at_readers, app.services), rail, again=again))
    if isinstance(answer, Nav):
        return False
    app.visit.reader = answer
    return True


async def read_facts(app: KioskApp, rail: Rail) -> CardFacts | None:
    """Wait for a card and return what it tells without a secret; None means that the person went back."""
    again = False
    while await present_card(app, rail, again=again):
        try:
            return await app.do(
                "card_prompt.title", lambda _report: look(app.services, app.visit.reader), "card_prompt.work"
            )
        except CardError as error:
            again = isinstance(error, (CardRemoved, NoCard))
            if not again and await app.problem(error) != "again":
                return None
    return None


class Secrets:
    """The card's secrets while they are needed: asked for, asked again when the card refuses, wiped at the end.

    Args:
        app: the application.
        facts: what the card told; knows the tries left.
        rail: the row of steps the questions stand in.
    """

    def __init__(self, app: KioskApp, facts: CardFacts, rail: Rail) -> None:
        self._app = app
        self._rail = rail
        self._tries = dict(facts.tries)
        self._wrong: set[KeyUse] = set()
        self._typed: dict[KeyUse, bytearray] = {}

    async def have(self, use: KeyUse, purpose_key: str, step: int) -> bool:
        """Ask for a secret unless it is there already; False means that the person went back or cannot go on."""
        if use in self._typed:
            return True
        if not await self._may_ask(use):
            return False
        answer = await self._app.ask(
            SecretEntryScreen(
                secret_kind(use), self._tries[use], purpose_key=purpose_key, wrong=use in self._wrong, rail=self._rail,
                step=step,
            )
        )  # fmt: skip
        if isinstance(answer, Nav):
            return False
        self._typed[use] = answer
        return True

    async def _may_ask(self, use: KeyUse) -> bool:
        tries = self._tries[use]
        if tries == 0:
            await blocked_page(self._app, use)
            return False
        if tries is None or tries > REFUSE_AT:
            return True
        page = MessageScreen(
            f"secret.{use}.name", "secret.last", ("secret.last.why", "secret.last.staff"),
            ("choice.back", "choice.staff_confirmed"), tone="attention",
        )  # fmt: skip
        if await self._app.ask(page) != "staff_confirmed":
            return False
        return await let_in(self._app, "secret.purpose.last_try")

    def copy(self, use: KeyUse) -> bytearray:
        """Return a copy for one job, which wipes it; the secret stays until ``wipe``."""
        return bytearray(self._typed[use])

    def forget(self, use: KeyUse) -> None:
        """Wipe one secret, so that it is asked for again."""
        secret = self._typed.pop(use, None)
        if secret is not None:
            wipe(secret)

    def wipe(self) -> None:
        """Wipe everything that was typed."""
        for use in tuple(self._typed):
            self.forget(use)

    async def go_on_after(self, error: KioskError) -> bool:
        """Say what a card's refusal means and return whether to try again; what must be typed again is forgotten."""
        if isinstance(error, WrongSecret):
            use = KeyUse(error.use)
            self._tries[use] = error.tries_left
            self._wrong.add(use)
            self.forget(use)
            return True
        if isinstance(error, SecretBlocked):
            self.wipe()
            await blocked_page(self._app, KeyUse(error.use))
            return False
        if isinstance(error, (CardRemoved, NoCard)):
            self.wipe()
            return await present_card(self._app, self._rail, again=True)
        if isinstance(error, CardError):
            self.wipe()
        return await self._app.problem(error) == "again"


def secret_kind(use: KeyUse) -> SecretKind:
    """Return how a secret is typed, by the table of card profiles."""
    files = profile_table().profiles[0].files(use)

    def fits(secret: bytearray) -> bool:
        try:
            files.normalise_secret(use, secret)
        except SecretFormat:
            return False
        return True

    length = files.maximum if files.minimum == files.maximum else 0
    return SecretKind(use.value, length, files.maximum, fits)


async def blocked_page(app: KioskApp, use: KeyUse) -> None:
    """Say that a secret is blocked, and where it is made usable again."""
    lines = (f"error.secret_blocked_{use}.next", f"secret.{use}.blocked", "secret.blocked.after")
    await app.ask(
        MessageScreen(f"secret.{use}.name", f"error.secret_blocked_{use}", lines, ("choice.back",), tone="error")
    )

"""The account: who the card says it is, where mail goes, and what ends when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from kiosk.screens.base import KioskScreen
from kiosk.screens.registration_person import person_rows
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Fact, Line

if TYPE_CHECKING:
    from kiosk.portal.contract import Account

SOON_DAYS = 30
"""The portal writes 30 and 7 days before a password ends; from then on it is said here too."""


class AccountScreen(KioskScreen[str]):
    """Shows the account; ends with ``back``.

    Args:
        account: as the portal holds it.
        nationality: its name in the language of each tag.
        certificate_ends: the last day of the card's authentication certificate, where it was read.
        today: the day in Japan.
    """

    title_key: ClassVar[str] = "account.title"
    help_key: ClassVar[str] = "help.account"

    def __init__(
        self, account: Account, nationality: dict[str, str], certificate_ends: date | None, today: date
    ) -> None:
        super().__init__()
        self._account = account
        self._nationality = nationality
        self._certificate_ends = certificate_ends
        self._today = today

    def body(self) -> Iterable[Widget]:
        account = self._account
        yield ChoiceList([Choice("back", self.t("choice.back"))])
        if account.organisation:
            yield Line(self.t("account.from_notification"), classes="quiet space")
            yield from self._row("account.organisation", account.organisation)
            yield from self._row("person.name", account.person.name)
            yield from self._row("person.address", account.person.address)
        else:
            yield Line(self.t("account.from_card"), classes="quiet space")
            yield from person_rows(account.person, self.t)
            yield Line(self.t("account.given"), classes="quiet space")
        yield from self._row("account.id", account.authentication_id)
        yield from self._row("details.email", account.email)
        yield from self._row("details.phone", account.phone)
        if not account.organisation:
            yield from self._row("details.nationality", self.t.pick(self._nationality) or account.nationality)
            yield from self._row("details.card_number", account.residence_card_number)
        yield Line(self.t("account.ends"), classes="quiet space")
        yield from self._end("account.password", account.password_expires_on)
        if self._certificate_ends is not None:
            yield from self._end("account.certificate", self._certificate_ends)
        if not account.organisation:
            yield Line(self.t("account.signing_unknown"), classes="quiet space")
        yield Line(self.t("account.change"), classes="quiet")

    def _row(self, key: str, value: str) -> Iterable[Widget]:
        yield Fact(self.t(key), value)

    def _end(self, key: str, day: date) -> Iterable[Widget]:
        left = (day - self._today).days
        sign = "! " if left <= SOON_DAYS else ""
        yield Fact(self.t(key), f"{sign}{day.isoformat()}  {self._left_words(left)}")

    def _left_words(self, days: int) -> str:
        return self.t("account.over") if days < 0 else self.t.plural("account.days", days)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.choice_id)

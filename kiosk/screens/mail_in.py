"""What has to be sent in, or brought to the counter, before the new residence card or the certificate comes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from kiosk.screens.base import KioskScreen
from kiosk.screens.moments import day_words
from kiosk.screens.subject import Names
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.rows import MarkedRow
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.portal.contract import MailIn


class MailInScreen(KioskScreen[str]):
    """The list of things, the address and the day.

    Args:
        mail_in: as the portal says it.
        number: the reception number, which goes on the envelope.
        by_post: whether things are sent in; otherwise they are brought.
        office: the office to bring them to, by language; empty where things are sent in.
    """

    CSS: ClassVar[str] = """
    MailInScreen #fee, MailInScreen #envelope { margin: 1 0; }
    """
    title_key: ClassVar[str] = "mail_in.title"
    help_key: ClassVar[str] = "help.after"

    def __init__(self, mail_in: MailIn, number: str, *, by_post: bool, office: Names) -> None:
        super().__init__()
        self._mail_in = mail_in
        self._number = number
        self._by_post = by_post
        self._office = office

    def title_text(self) -> str:
        """Return whether things are sent in or brought."""
        return self.t("mail_in.title" if self._by_post else "mail_in.bring_title")

    def body(self) -> Iterable[Widget]:
        """Yield the day, the things, how the fee is paid, and where they go."""
        date = day_words(self._mail_in.deadline, self.t)
        yield Line(self.t("mail_in.lead" if self._by_post else "mail_in.bring", date=date), classes="lead", id="lead")
        for n, item in enumerate(self._mail_in.items, 1):
            yield MarkedRow(str(n), self.t(f"mail_in.item.{item}"))
        yield Line(self._fee(), id="fee")
        yield from self._by_mail() if self._by_post else self._at_the_counter()
        yield ChoiceList([Choice("done", self.t("choice.back"))])

    def _fee(self) -> str:
        mail_in = self._mail_in
        if mail_in.payment == "none" or not mail_in.fee_yen:
            return self.t("payment.none")
        parts = [self.t("mail_in.fee", fee=f"{mail_in.fee_yen:,}"), self.t(f"payment.{mail_in.payment}")]
        if mail_in.charge_yen:
            parts.append(self.t("fee.charge", charge=mail_in.charge_yen))
        return self.t.together(parts)

    def _by_mail(self) -> Iterable[Widget]:
        yield Line("! " + self.t("mail_in.no_passport"), classes="-attention space")
        yield Line(self.t("mail_in.address"), classes="label")
        for row in self._mail_in.address or (self.t("mail_in.address_in_mail"),):
            yield Line(row)
        yield Line(self.t("mail_in.envelope", number=self._number), id="envelope")
        if "residence_card" in self._mail_in.items:
            yield Line(self.t("mail_in.copy"), classes="paragraph")

    def _at_the_counter(self) -> Iterable[Widget]:
        if office := self.t.pick(self._office):
            yield Line(self.t("mail_in.office"), classes="label")
            yield Line(office, classes="space", id="office")
        yield Line(self.t("status.number", number=self._number), classes="space")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """Go back."""
        self.dismiss(event.choice_id)

"""What has to be sent in before the new residence card comes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from kiosk.screens.base import KioskScreen
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.portal.contract import MailIn


class MailInScreen(KioskScreen[str]):
    """The list of things, the address and the day.

    Args:
        mail_in: as the portal says it.
        number: the reception number, which goes on the envelope.
    """

    title_key: ClassVar[str] = "mail_in.title"
    help_key: ClassVar[str] = "help.after"

    def __init__(self, mail_in: MailIn, number: str) -> None:
        super().__init__()
        self._mail_in = mail_in
        self._number = number

    def body(self) -> Iterable[Widget]:
        yield Line(self.t("mail_in.lead", date=self._mail_in.deadline.isoformat()), classes="lead")
        for n, item in enumerate(self._mail_in.items, 1):
            yield Line(f"{n}  {self.t(f'mail_in.item.{item}')}")
        yield Line(self.t("mail_in.fee", fee=f"{self._mail_in.fee_yen:,}"), classes="space")
        yield Line("! " + self.t("mail_in.no_passport"), classes="-attention space")
        yield Line(self.t("mail_in.address"), classes="label")
        for row in self._mail_in.address:
            yield Line(row)
        yield Line(self.t("mail_in.envelope", number=self._number), classes="paragraph")
        yield Line(self.t("mail_in.copy"), classes="paragraph")
        yield ChoiceList([Choice("done", self.t("choice.back"))])

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.choice_id)

"""Registered: a mail is on its way. What it says, how long its link works, and what to do when it does not come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from kiosk.clock import JAPAN
from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.portal.contract import RegistrationReceipt


class MailSentScreen(KioskScreen[str]):
    """Ends with ``log_in`` or ``menu``.

    Args:
        receipt: the portal's answer to the registration.
    """

    title_key: ClassVar[str] = "mail_sent.title"
    help_key: ClassVar[str] = "help.register"
    rail: ClassVar[Rail | None] = Rail.REGISTRATION
    step: ClassVar[int] = 4
    can_go_back: ClassVar[bool] = False

    def __init__(self, receipt: RegistrationReceipt) -> None:
        super().__init__()
        self._receipt = receipt

    def body(self) -> Iterable[Widget]:
        receipt = self._receipt
        until = receipt.link_expires_at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")
        yield Line("✓ " + self.t(f"mail_sent.{receipt.outcome}"), classes="lead -done", id="lead")
        yield Line(self.t("mail_sent.to"), classes="label")
        yield Line(receipt.email_hint, classes="space")
        if receipt.outcome == "rebind":
            yield Line("! " + self.t("mail_sent.rebind.why"), classes="-attention space")
        steps = enumerate(("open", "password", "id", "log_in"), 1)
        yield Line("\n".join(f"{n}  {self.t(f'mail_sent.step.{key}')}" for n, key in steps), classes="space")
        yield Line(self.t("mail_sent.until", until=until), classes="label space")
        yield ChoiceList([Choice(name, self.t(f"mail_sent.{name}")) for name in ("log_in", "menu")])
        yield Line(self.t("mail_sent.missing"), classes="label")
        yield Line(self.t("mail_sent.missing.do"), classes="quiet")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.choice_id)

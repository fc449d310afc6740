"""What a person finds after signing in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from kiosk.screens.base import KioskScreen
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line


class HomeScreen(KioskScreen[str]):
    """Ends with ``new``, ``applications``, ``account`` or ``end``.

    Args:
        name: the person's name, empty while the portal is away.
        drafts: how many drafts lie on this station.
        signed_in: whether the portal knows the person is here; otherwise only drafts can be written.
    """

    title_key: ClassVar[str] = "home.title"
    can_go_back: ClassVar[bool] = False

    def __init__(self, name: str, drafts: int, *, signed_in: bool) -> None:
        super().__init__()
        self._name = name
        self._drafts = drafts
        self._signed_in = signed_in

    def body(self) -> Iterable[Widget]:
        yield Line(self.t("home.lead"), classes="lead", id="lead")
        if self._name:
            yield Line(self._name, classes="quiet space", id="name")
        if not self._signed_in:
            yield Line("! " + self.t("home.offline"), classes="-attention space", id="offline")
        yield ChoiceList(
            [
                Choice("new", self.t("home.new"), self.t("home.new.hint")),
                Choice("applications", self.t("home.applications"), self.t.plural("home.drafts", self._drafts)),
                self._account_or_sign_in(),
                Choice("end", self.t("home.end"), self.t("home.end.hint")),
            ]
        )

    def _account_or_sign_in(self) -> Choice:
        if self._signed_in:
            return Choice("account", self.t("home.account"), self.t("home.account.hint"))
        return Choice("sign_in", self.t("home.sign_in"), self.t("home.sign_in.hint"))

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.choice_id)

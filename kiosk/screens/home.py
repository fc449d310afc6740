"""What a person finds after signing in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual.widget import Widget

from kiosk.screens.base import KioskScreen
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line


@dataclass(frozen=True, slots=True)
class OnStation:
    """What a person has on this station.

    Attributes:
        drafts: how many drafts.
        waiting: how many applications were signed and are on their way.
        needs_you: how many of those came back and wait for the person.
    """

    drafts: int = 0
    waiting: int = 0
    needs_you: int = 0


class HomeScreen(KioskScreen[str]):
    """Ends with ``new``, ``applications``, ``account`` or ``end``.

    Args:
        name: the person's name, empty while the portal is away.
        here: what lies on this station.
        signed_in: whether the portal knows the person is here; otherwise only drafts can be written.
    """

    title_key: ClassVar[str] = "home.title"
    can_go_back: ClassVar[bool] = False

    def __init__(self, name: str, here: OnStation, *, signed_in: bool) -> None:
        super().__init__()
        self._name = name
        self._here = here
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
                Choice("applications", self.t("home.applications"), self._what_is_here()),
                self._account_or_sign_in(),
                Choice("end", self.t("home.end"), self.t("home.end.hint")),
            ]
        )

    def _what_is_here(self) -> str:
        here = self._here
        parts = [self.t.plural("home.drafts", here.drafts)]
        parts += [self.t.plural("home.waiting", here.waiting)] if here.waiting else []
        parts += [self.t.plural("home.needs_you", here.needs_you)] if here.needs_you else []
        return "   ".join(parts)

    def _account_or_sign_in(self) -> Choice:
        if self._signed_in:
            return Choice("account", self.t("home.account"), self.t("home.account.hint"))
        return Choice("sign_in", self.t("home.sign_in"), self.t("home.sign_in.hint"))

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.choice_id)

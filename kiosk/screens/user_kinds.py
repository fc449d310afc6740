"""Who are you? All seven kinds of user of the system."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.filing.catalogue import UserKindInfo


class UserKindsScreen(KioskScreen[str]):
    """Ends with the id of the kind chosen.

    Args:
        kinds: all kinds in the guide's order.
    """

    title_key: ClassVar[str] = "kinds.title"
    help_key: ClassVar[str] = "help.who"
    rail: ClassVar[Rail | None] = Rail.REGISTRATION

    def __init__(self, kinds: Sequence[UserKindInfo]) -> None:
        super().__init__()
        self._kinds = tuple(kinds)

    def body(self) -> Iterable[Widget]:
        yield Line(self.t("kinds.lead"), classes="lead", id="lead")
        yield ChoiceList([Choice(kind.id, self.t.pick(kind.name), self.t.pick(kind.hint)) for kind in self._kinds])

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.choice_id)

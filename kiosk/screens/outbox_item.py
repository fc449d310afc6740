"""One signed application on its way: where it stands, why, what happens next, what can be done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from kiosk.offline_queue.outbox_model import REFUSED, State
from kiosk.screens.base import KioskScreen
from kiosk.screens.moments import moment_words
from kiosk.screens.outbox_words import CANCELLABLE, SIGNS, TONES, is_late, may_send, reason_keys
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Fact, Line

if TYPE_CHECKING:
    from kiosk.offline_queue.outbox_model import ItemSummary

SEND, CANCEL, SLIP, NEW, EXPORT, AGAIN = "send", "cancel", "slip", "new", "export", "again"


class OutboxItemScreen(KioskScreen[str]):
    """One item; ends with ``SEND``, ``CANCEL``, ``SLIP``, ``NEW``, ``EXPORT`` or ``AGAIN`` (look anew).

    Args:
        item: as the outbox has it.
        now: the present moment.
        staff: whether staff look at it: they see no reception number, have no slip to save, and may export it.
    """

    title_key: ClassVar[str] = "outbox.item.title"
    help_key: ClassVar[str] = "help.sending"
    first_focus: ClassVar[str] = "ChoiceList"

    def __init__(self, item: ItemSummary, now: datetime, *, staff: bool = False) -> None:
        super().__init__()
        self._item = item
        self._now = now
        self._staff = staff

    def body(self) -> Iterable[Widget]:
        """Yield the state, the reason, what happens next, what can be done, and the facts."""
        item = self._item
        tone = TONES.get(item.state, "plain")
        yield Line(f"{SIGNS[item.state]} {self.t(f'outbox.lead.{item.state}')}", classes=f"lead -{tone}", id="lead")
        if item.number and not self._staff:  # with it an application can be asked for, and so a person be told
            yield Line(self.t("status.number", number=item.number), classes="label space", id="number")
        for key in () if self._over() else reason_keys(item):
            yield Line(self.t(key), classes="paragraph reason")
        yield from self._late()
        if item.state in REFUSED and not self._staff:
            yield Line(self.t("outbox.sealed"), classes="paragraph")
        yield ChoiceList(self._choices())
        for label, value in self._facts():
            yield Fact(self.t(label), value)

    def _over(self) -> bool:
        """Say whether the portal will not take it any more, and does not have it."""
        item = self._item
        return item.state == State.WAITING and item.not_after is not None and self._now > item.not_after

    def _late(self) -> Iterable[Widget]:
        """Yield what is to be said of the time that is left; nothing where the portal may have it already."""
        until = self._item.not_after
        if until is None or not is_late(self._item, self._now) or (self._now > until and not self._over()):
            return
        words = self.t(f"outbox.late.{'over' if self._over() else 'half'}", until=moment_words(until, self.t))
        yield Line(f"! {words}", classes="-attention space", id="late")

    def _facts(self) -> Iterable[tuple[str, str]]:
        item = self._item
        yield "outbox.fact.id", item.id
        yield "outbox.fact.signed", moment_words(item.created, self.t)
        if item.open and item.not_after is not None:
            yield "outbox.fact.valid", moment_words(item.not_after, self.t)
        if item.state == State.ACCEPTED:
            yield "outbox.fact.received", moment_words(item.changed, self.t)
        if item.open and item.not_before is not None and item.state != State.SENDING:
            soon = item.not_before <= self._now
            yield "outbox.fact.attempt", self.t("outbox.soon") if soon else moment_words(item.not_before, self.t)
        if item.attempts:
            yield "outbox.fact.attempts", str(item.attempts)
        if item.erased_on is not None:
            yield "outbox.fact.erased", moment_words(item.erased_on, self.t)

    def _choices(self) -> list[Choice]:
        item = self._item
        keys: list[str] = []
        if (item.state in REFUSED or self._over()) and not self._staff:
            keys.append(NEW)
        if may_send(item, staff=self._staff) and (self._staff or not self._over()):
            keys.append(SEND)
        if item.state in CANCELLABLE:
            keys.append(CANCEL)
        if item.open and not self._over() and not self._staff:
            keys.append(SLIP)
        if self._staff and item.state not in {State.ACCEPTED, State.CANCELLED}:
            keys.append(EXPORT)
        return [Choice(key, self.t(f"outbox.choice.{key}")) for key in (*keys, AGAIN)]

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)

"""How the state of an item of the outbox is said: its sign, its tone, its words. No Textual, no I/O."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kiosk.offline_queue.outbox_model import REFUSED, Reason, State

if TYPE_CHECKING:
    from kiosk.i18n import Translator
    from kiosk.offline_queue.outbox_model import ItemSummary

PREFIX = "outbox:"
"""Begins the row of an item in the list of applications."""

SIGNS = {
    "draft": "○",
    State.WAITING.value: "◌",
    State.SENDING.value: "►",
    State.UNCERTAIN.value: "?",
    State.ACCEPTED.value: "✓",
    State.NEEDS_USER.value: "!",
    State.FAILED.value: "✗",
    State.CANCELLED.value: "–",
}
"""A sign for every state, since colour is never the only one."""

TONES = {
    State.WAITING.value: "attention",
    State.UNCERTAIN.value: "attention",
    State.ACCEPTED.value: "done",
    State.NEEDS_USER.value: "attention",
    State.FAILED.value: "error",
}
"""The colour of a state; plain where it is not here."""

SIGN_STYLES = {"✓": "$success", "✗": "$error", "!": "$warning", "?": "$warning", "◌": "$warning"}
"""The colour of a sign in a list; that of quiet text where it is not here."""

RESENT = frozenset({Reason.PERSON, Reason.CONFLICT, Reason.REFUSED, Reason.NONE})
"""Reasons after which the portal may take the very same envelope another time; every other needs a new signature."""

CANCELLABLE = frozenset({State.WAITING.value, State.NEEDS_USER.value, State.FAILED.value})
"""States in which an item may be taken back, unless the portal may have it; the outbox knows."""

SENDABLE = frozenset({State.WAITING.value, State.UNCERTAIN.value, State.NEEDS_USER.value, State.FAILED.value})
"""States in which trying at once makes sense."""


def sign_style(sign: str) -> str:
    """Return the colour of a sign in a list, as a theme's name for it."""
    return SIGN_STYLES.get(sign, "$quiet")


def reason_keys(item: ItemSummary) -> tuple[str, ...]:
    """Return the message keys of why it is where it is, and of what happens or is to be done next."""
    after = f"queue.state.{item.state}.next"
    if not item.reason or item.state == State.SENDING:  # what kept it before is over while it is being sent
        return (after,)
    why = (f"queue.reason.{item.reason}", f"queue.reason.{item.reason}.next")
    # In doubt, that it is asked for first, and never received twice, matters more than what the reason advises.
    return (why[0], after) if item.state == State.UNCERTAIN else why


def may_send(item: ItemSummary, *, staff: bool) -> bool:
    """Say whether trying at once is offered: to staff always where it can be tried, to a person where it may help."""
    if item.state not in SENDABLE:
        return False
    return staff or item.state not in REFUSED or item.reason in RESENT


def late_from(item: ItemSummary) -> datetime | None:
    """Return when half of the time is over in which an open item is of use; None where that does not matter."""
    if not item.open or item.not_after is None:
        return None
    return item.created + (item.not_after - item.created) / 2


def is_late(item: ItemSummary, now: datetime) -> bool:
    """Say whether an item has waited for more than half of its time."""
    half = late_from(item)
    return half is not None and now >= half


def age_words(since: datetime, now: datetime, t: Translator) -> str:
    """Return how long ago something was, in the largest unit that fits."""
    age = max(now - since, timedelta())
    if age >= timedelta(days=1):
        return t.plural("age.days", age.days)
    if age >= timedelta(hours=1):
        return t.plural("age.hours", age.seconds // 3600)
    return t.plural("age.minutes", age.seconds // 60)

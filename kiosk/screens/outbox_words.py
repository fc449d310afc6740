"""How the state of an item of the outbox is said: its sign, its tone, its words. No Textual, no I/O."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kiosk.offline_queue.outbox_model import State

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
    State.UNCERTAIN.value: "attention",
    State.ACCEPTED.value: "done",
    State.NEEDS_USER.value: "attention",
    State.FAILED.value: "error",
}
"""The colour of a state; plain where it is not here."""

CANCELLABLE = frozenset({State.WAITING.value, State.NEEDS_USER.value, State.FAILED.value})
"""States in which an item may be taken back, unless the portal may have it; the outbox knows."""

SENDABLE = frozenset({State.WAITING.value, State.UNCERTAIN.value, State.NEEDS_USER.value, State.FAILED.value})
"""States in which trying at once makes sense."""


def state_words(item: ItemSummary, t: Translator) -> str:
    """Return the state with its sign."""
    return f"{SIGNS[item.state]} {t(f'queue.state.{item.state}')}"


def reason_keys(item: ItemSummary) -> tuple[str, ...]:
    """Return the message keys of why it is where it is, and of what to do; none where there is no reason."""
    if not item.reason or item.reason == "none":
        return ()
    return (f"queue.reason.{item.reason}", f"queue.reason.{item.reason}.next")


def age_words(since: datetime, now: datetime, t: Translator) -> str:
    """Return how long ago something was, in the largest unit that fits."""
    age = max(now - since, timedelta())
    if age >= timedelta(days=1):
        return t.plural("age.days", age.days)
    if age >= timedelta(hours=1):
        return t.plural("age.hours", age.seconds // 3600)
    return t.plural("age.minutes", age.seconds // 60)

"""Screens that stand around every journey, held still for pictures; and every screen there is, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

from kiosk.card.errors import CardRemoved
from kiosk.screens.base import KioskScreen
from kiosk.screens.card_prompt import CardPromptScreen
from kiosk.screens.end import EndScreen
from kiosk.screens.idle import IdleScreen
from kiosk.screens.language import LanguageScreen
from kiosk.screens.message import ProblemScreen
from kiosk.screens.staff import StaffScreen
from kiosk.screens.staff_code import StaffCodeScreen
from kiosk.screens.work import Step, WorkScreen
from kiosk.staff.errors import StaffCodeUnset, StaffCodeWait
from tests.snapshots.test_answers import SCREENS as ANSWERS
from tests.snapshots.test_sending import SCREENS as SENDING
from tests.support.entry import SCREENS as ENTRY
from tests.support.screens import LANGUAGES

STEPS = {
    "work of unknown length": Step("work.wait"),
    "work half done": Step(
        "send.step.seconds", 0.5, (("name", "photo.jpg"), ("sent", "1.2 MB"), ("whole", "2.4 MB"), ("left", 8))
    ),
    "work paused": Step(
        "send.step.paused",
        0.5,
        (("seconds", 4), ("sent", "1.2 MB"), ("whole", "2.4 MB")),
        ("send.step.paused.kept", "send.step.paused.leave"),
    ),
}


_CLOCK, _WORK = "_count", "run_worker"
"""What is taken from a screen so that it stands still."""


def _nothing(*_parts: object, **_options: object) -> None: ...


def idle() -> IdleScreen:
    """Return the question whether somebody is there; its clock stands still."""
    screen = IdleScreen(60)
    setattr(screen, _CLOCK, _nothing)
    return screen


def work(step: Step) -> WorkScreen[None]:
    """Return work that has come as far as ``step`` and goes no further."""
    # What is said below the bar while a job waits names the way to end it.
    screen = WorkScreen[None]("send.title", lambda _report: None, stop=_nothing if step.also else None)
    setattr(screen, _WORK, _nothing)
    screen.reached(step)
    return screen


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until the screen stands still: work shows how far it is, the card prompt what it found."""
    screen = pilot.app.screen
    own = [worker for worker in pilot.app.workers if worker.node is screen]
    if own and isinstance(screen, CardPromptScreen):
        await pilot.app.workers.wait_for_complete(own)
    await pilot.pause()


FRAME: dict[str, Callable[[], KioskScreen[Any]]] = {
    "end": lambda: EndScreen(saved=True),
    "end before the log-in": lambda: EndScreen(saved=False),
    "idle": idle,
    "language": lambda: LanguageScreen(LANGUAGES),
    "staff": StaffScreen,
    "staff code": lambda: StaffCodeScreen(5, purpose_key="secret.purpose.outbox"),
    "staff code for a last try": lambda: StaffCodeScreen(1, purpose_key="secret.purpose.last_try", wrong=True),
    "staff code not set": lambda: ProblemScreen(StaffCodeUnset(), ("choice.back",)),
    "staff code not yet": lambda: ProblemScreen(StaffCodeWait(minutes=0, seconds=59)),
    "problem": lambda: ProblemScreen(CardRemoved()),
    **{name: lambda step=step: work(step) for name, step in STEPS.items()},
}
"""Every screen of the frame, by a name for its picture."""

ALL: dict[str, Callable[[], KioskScreen[Any]]] = {
    **FRAME,
    **ENTRY,
    **{f"answers: {name}": make for name, (make, _keys) in ANSWERS.items()},
    **{f"sending: {name}": make for name, make in SENDING.items()},
}
"""Every screen there is."""

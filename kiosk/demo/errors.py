"""What can go wrong in the demo's own world."""

from __future__ import annotations

from kiosk.errors import KioskError


class DemoPartError(KioskError):
    """A part of the demo did not start, or does not answer."""

    code = "K05"
    key = "demo_part"


class DemoLinkError(KioskError):
    """The page behind a mail's link gave no authentication ID: it was used already, or its time is over."""

    code = "K06"
    key = "demo_link"


class DemoStuckError(KioskError):
    """The walk reached a step where nothing happened any more."""

    code = "K07"
    key = "demo_stuck"

"""What can go wrong in the demo's own world."""

from __future__ import annotations

from kiosk.errors import KioskError


class DemoPartError(KioskError):
    """A part of the demo did not start, or does not answer."""

    code = "K02"
    key = "demo_part"


class DemoLinkError(KioskError):
    """The page behind a mail's link gave no authentication ID: it was used already, or its time is over."""

    code = "K03"
    key = "demo_link"

"""What the demo's F9 panel shows: the invented card's secrets and the letters in its mailbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kiosk.settings import DemoSettings


@dataclass(frozen=True, slots=True)
class InsideView:
    """The invented card's two secrets and its mails, oldest first, as the mailbox gives them."""

    authentication_secret: str = field(repr=False)
    signing_secret: str = field(repr=False)
    mails: list[dict[str, Any]] = field(repr=False)


def look_inside(demo: DemoSettings) -> InsideView:
    """Read the holder's file and ask the mailbox.

    Args:
        demo: where both are; only ``kiosk demo`` sets it.

    Raises:
        CardError: the holder's file cannot be read.
        httpx.HTTPError: the mailbox does not answer.
    """
    import httpx

    from kiosk.card.virtual.holder import load_holder
    from kiosk.paths import config_dir

    holder = load_holder(config_dir() / demo.holder)
    with httpx.Client(timeout=5) as client:
        mails = client.get(f"{demo.mailbox}/messages").raise_for_status().json()
    return InsideView(holder.authentication_secret, holder.signing_secret, list(mails))

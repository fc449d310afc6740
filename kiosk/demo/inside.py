"""What the demo's F9 panel shows and does: the invented card's secrets, its mails, the page behind a link."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.demo.errors import DemoLinkError, DemoPartError
from kiosk.demo.switch import PortalMode, wish, wished
from kiosk.settings import DemoSettings

PASSWORD = "Kakuu-Mihon-2026"  # noqa: S105 - an invented one, shown on the screen of the demo
"""What the demo chooses on the page of an approval mail."""

STAFF_CODE = "MIHON2026"
"""The staff code of the demo's station."""

_LINK = re.compile(r"https?://\S+/link/\S+")
_ISSUED = re.compile(r"id='authentication-id'>([^<]+)<")


@dataclass(frozen=True, slots=True)
class InsideView:
    """The invented card's two secrets, its mails, oldest first, as the mailbox gives them, and the portal's switch.

    ``mode`` is how the portal is to be, None where it cannot be switched.
    """

    authentication_secret: str = field(repr=False)
    signing_secret: str = field(repr=False)
    mails: list[dict[str, Any]] = field(repr=False)
    mode: PortalMode | None = None

    @property
    def link(self) -> str:
        """The link of the latest mail that has one, or nothing."""
        for mail in reversed(self.mails):
            found = _LINK.search(str(mail["text"]))
            if found:
                return found.group()
        return ""


def look_inside(demo: DemoSettings) -> InsideView:
    """Read the holder's file and the portal's switch, and ask the mailbox.

    Args:
        demo: where they are; only ``kiosk demo`` sets it.

    Raises:
        CardError: the holder's file cannot be read.
        DemoPartError: the mailbox does not answer.
    """
    import httpx

    from kiosk.card.virtual.holder import load_holder
    from kiosk.paths import config_dir

    holder = load_holder(config_dir() / demo.holder)
    try:
        with httpx.Client(timeout=5) as client:
            mails = client.get(f"{demo.mailbox}/messages").raise_for_status().json()
    except httpx.HTTPError as error:
        raise DemoPartError(part="mailbox") from error
    mode = wished(Path(demo.switch)) if demo.switch else None
    return InsideView(holder.authentication_secret, holder.signing_secret, list(mails), mode)


def switch_portal(demo: DemoSettings, mode: str) -> None:
    """Bring the demo's portal into ``mode`` (a ``PortalMode``); it is so a few seconds later.

    Raises:
        DemoPartError: the demo has ended.
    """
    wish(Path(demo.switch), PortalMode(mode))


def choose_password(link: str) -> str:
    """Fill in the page behind ``link`` as a person would in a browser, with ``PASSWORD``.

    Returns:
        The authentication ID that the page shows.

    Raises:
        DemoLinkError: it shows none.
        DemoPartError: the portal does not answer.
    """
    import httpx

    try:
        with httpx.Client(timeout=15) as client:
            answer = client.post(link, data={"password": PASSWORD, "again": PASSWORD})
    except httpx.HTTPError as error:
        raise DemoPartError(part="serve") from error
    issued = _ISSUED.search(answer.text)
    if issued is None:
        raise DemoLinkError(status=answer.status_code)
    return issued.group(1)

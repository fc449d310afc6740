"""A whole station for a test: card, portal, mailbox, settings. What a person would hold and see is beside it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import httpx

from kiosk.card.virtual.holder import demo_holder
from kiosk.card.virtual.store import save_card
from kiosk.paths import config_dir
from tests.support.cards import authority, issue
from tests.support.portal import PortalProcess, link_in

PASSWORD = "Mihon-Kakuu-2027"
"""What the test chooses on the page of the approval mail."""

RESIDENCE_CARD = "XX00000000XX"
PASSPORT = "XX0000000"
EMAIL = "mihon@example.com"
PHONE = "09000000000"


@dataclass
class Station:
    """One station's files and its portal.

    Attributes:
        folder: everything of it lies here.
        portal: the portal's processes.
    """

    folder: Path
    portal: PortalProcess

    @property
    def settings(self) -> Path:
        """The station's settings."""
        return self.folder / "station.toml"

    @property
    def card_file(self) -> Path:
        """The card, where it runs in the kiosk."""
        return self.folder / "card.json"

    @property
    def command(self) -> list[str]:
        """Opens the kiosk for one visit."""
        return [sys.executable, "-m", "kiosk", "run", "--once", "--settings", str(self.settings)]

    def authentication_id(self, subject_count: int = 1) -> str:
        """Open the approval mail's page as a browser would, choose ``PASSWORD``, and return the ID it shows."""
        link = link_in(self.portal.wait_for_mail(lambda mail: "/link/" in mail["text"], subject_count))
        answer = httpx.post(link, data={"password": PASSWORD, "again": PASSWORD}, timeout=30)
        answer.raise_for_status()
        return answer.text.split("id='authentication-id'>")[1].split("<")[0]


def make_station(folder: Path) -> Station:
    """Write card, trust anchors and settings; the portal is entered by the caller.

    Args:
        folder: an empty folder.
    """
    station = Station(folder, PortalProcess(folder / "portal", folder / "trust"))
    save_card(issue(), station.card_file)
    authority().write_trust(folder / "trust")
    return station


def write_settings(station: Station, *, reader: bool) -> None:
    """Write the settings, once the portal's address is known."""
    card = 'source = "pcsc"' if reader else f'source = "virtual"\nvirtual_card = "{station.card_file}"'
    station.settings.write_text(
        f"""log_file = "{station.folder / "kiosk.log"}"
[portal]
origin = "{station.portal.origin}"
[card]
{card}
trust_anchors = "{station.folder / "trust"}"
[store]
folder = "{station.folder / "store"}"
key_source = "file"
[attachments]
folders = ["{config_dir() / "demo" / "files"}"]
""",
        encoding="utf-8",
    )


def in_days(days: int) -> str:
    """Return the date ``days`` from today as a person types it."""
    return (date.today() + timedelta(days=days)).strftime("%Y/%m/%d")


def secrets() -> tuple[str, str]:
    """Return the card's two secrets: for authentication, for signing."""
    return demo_holder().authentication_secret, demo_holder().signing_secret

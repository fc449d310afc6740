"""F9 in the demo: the card's secrets, the mails, the page behind the latest link, and the portal's switch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.app import PortalChanged
from kiosk.demo import inside
from kiosk.demo.errors import DemoPartError
from kiosk.demo.inside import InsideView
from kiosk.demo.switch import PortalMode, wished
from kiosk.portal.watch import PortalState
from kiosk.screens.demo_panel import DemoPanel
from kiosk.settings import DemoSettings
from tests.support.journeys import ids, pick, shown
from tests.support.screens import ScreenApp, screen_app, work_done

DEMO = DemoSettings(holder="demo/holder.toml", mailbox="http://127.0.0.1:1")
LINK = "http://127.0.0.1:1/link/XX"
NASTY = "\x1b]0;x\x07[red]mail[/red]\u202e"


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin each test with nothing kept from the one before."""
    monkeypatch.setattr(DemoPanel, "authentication_id", "")


def panel() -> ScreenApp:
    return screen_app(DemoPanel(DEMO), "en")


def _holding(mails: list[dict[str, Any]]) -> Callable[[DemoSettings], InsideView]:
    view = InsideView("1234", "MIHON123", mails)

    def look(_demo: DemoSettings) -> InsideView:
        return view

    return look


async def looked(pilot: Pilot[Any]) -> None:
    await work_done(pilot)
    await pilot.pause()


async def test_secrets_and_mails_are_shown_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    mails = [{"subject": NASTY, "text": f"{NASTY}\n"}]
    monkeypatch.setattr(inside, "look_inside", _holding(mails))
    app = panel()
    async with app.run_test(size=(80, 36)) as pilot:
        await looked(pilot)
        assert {"1234", "MIHON123", inside.STAFF_CODE} <= set(shown(pilot).split("\n"))
        assert "[red]mail[/red]" in shown(pilot)
        assert not {"\x1b", "\x07", "\u202e"} & set(app.export_screenshot())
        assert ids(pilot) == ["back", "again"]
        await pilot.press("f9")
        await app.finished()


async def test_the_page_behind_the_link_is_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def choose(link: str) -> str:
        opened.append(link)
        return "XX00000000"

    mails = [{"subject": "mail", "text": LINK}]
    monkeypatch.setattr(inside, "look_inside", _holding(mails))
    monkeypatch.setattr(inside, "choose_password", choose)
    app = panel()
    async with app.run_test(size=(80, 36)) as pilot:
        await looked(pilot)
        await pick(pilot, "password")
        await looked(pilot)
        assert "XX00000000" in shown(pilot)
        assert inside.PASSWORD in shown(pilot)
    assert opened == [LINK]


async def test_a_mailbox_that_is_away_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_demo: DemoSettings) -> InsideView:
        raise DemoPartError(part="mailbox")

    monkeypatch.setattr(inside, "look_inside", away)
    app = panel()
    async with app.run_test(size=(80, 36)) as pilot:
        await looked(pilot)
        assert "✗" in shown(pilot)
        assert app.t("demo.no_mail") in shown(pilot)
        await pilot.press("f5")
        await looked(pilot)
        await pilot.press("1")
        await app.finished()


async def test_the_portal_is_switched_and_its_state_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demo = replace(DEMO, switch=str(tmp_path / "switch"))

    def look(asked: DemoSettings) -> InsideView:
        return InsideView("1234", "MIHON123", [], wished(Path(asked.switch)))

    monkeypatch.setattr(inside, "look_inside", look)
    app = screen_app(DemoPanel(demo), "en")
    async with app.run_test(size=(80, 24)) as pilot:
        app.on_portal_changed(PortalChanged(PortalState(kind="open")))
        await looked(pilot)
        assert ids(pilot) == ["back", "again", "portal:maintenance", "portal:gone"]
        await pick(pilot, "portal:gone")
        await looked(pilot)
        assert wished(Path(demo.switch)) is PortalMode.GONE
        assert app.t("demo.portal.changing") in shown(pilot)
        app.on_portal_changed(PortalChanged(PortalState(kind="unreachable")))
        await looked(pilot)
        assert shown(pilot).count(app.t("portal.unreachable")) == 2  # above and in the panel
        assert app.t("demo.portal.changing") not in shown(pilot)
        await pick(pilot, "portal:maintenance")
        await looked(pilot)
        assert ids(pilot) == ["back", "again", "portal:open", "portal:gone"]
        await pilot.press("f9")
        await app.finished()

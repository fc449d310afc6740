"""The whole way in an outage: real portal, mailbox, store and sender; nobody sees the portal before it has received."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from kiosk import logs
from kiosk.app import KioskApp
from kiosk.filing.application import new_draft
from kiosk.forms.load import load_form
from kiosk.forms.model import Context
from kiosk.forms.prefill import awaited
from kiosk.screens.application_list import ApplicationListScreen
from kiosk.screens.drafting import create_draft
from kiosk.screens.journeys.answers import resume
from kiosk.screens.journeys.filing import applications, work_on
from kiosk.screens.journeys.sign_in import sign_in
from kiosk.screens.message import ProblemScreen
from kiosk.screens.outage import OutageScreen
from kiosk.screens.outbox_item import OutboxItemScreen
from kiosk.screens.outbox_place import PlaceScreen
from kiosk.screens.question_page import QuestionPage
from kiosk.screens.sign_review import SignReviewScreen
from kiosk.screens.sign_review_id import AccountIdScreen
from kiosk.screens.slip import SlipScreen
from kiosk.screens.task_list import TaskListScreen
from kiosk.sending.sealing_keys import KEYS_FILE
from kiosk.services import Services
from kiosk.settings import PortalSettings
from kiosk.widgets.choices import ChoiceList
from kiosk.widgets.fields import editor_id
from tests.bad_input.parts import FILES, PIN, SIGNING, Desk
from tests.bad_input.person import give_entry, give_pin, lines
from tests.support.answers import ALONE, valid_answers, valid_receipt
from tests.support.cards import authority, holder, issue
from tests.support.portal import PortalProcess
from tests.support.screens import ScreenApp, until

SECONDS = 60.0
NAME = "KAKUU MIHON OUTAGE"
MARKER = "ＭＡＲＫＥＲ架空"
STREET = "霞が関"
NUMBER = "XX0000000"
"""The beginning of the invented numbers of passport and residence card."""
LOGS = ("kiosk-sender.log", "kiosk-session.log")
FORMS = ("utf-8", "utf-16-le", "unicode_escape")


class WatchedApp(ScreenApp):
    """The application with what goes on beside its screens."""

    def _watch(self) -> None:
        KioskApp._watch(self)  # pyright: ignore[reportPrivateUsage] - what the application itself does


class OutageDesk(Desk):
    """A station that pins its portal, and whose settings a sender of its own can read."""

    def station(self) -> Services:
        """Return the adapters of a program that begins now."""
        made = super().station()
        made.settings = replace(
            made.settings,
            portal=PortalSettings(self.portal.origin, self.portal.sealing_pin, status_interval_seconds=0.2),
        )
        return made

    def sender(self) -> subprocess.Popen[bytes]:
        """Start this station's sender."""
        file, settings = self.folder / "station.toml", self.services.settings
        file.write_text(
            f'device_id = "{settings.device_id}"\nlog_file = "{self.folder / "kiosk.log"}"\n'
            f'[portal]\norigin = "{settings.portal.origin}"\nsealing_pin = "{settings.portal.sealing_pin}"\n'
            f'[store]\nfolder = "{settings.store.folder}"\nkey_source = "file"\n',
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "kiosk.sender", "--while-fed", "--settings", str(file)]
        return subprocess.Popen(command, stdin=subprocess.PIPE)

    def app(self, route: Any, services: Services | None = None) -> ScreenApp:
        """Return the program in English, watching the portal, running ``route``."""
        return WatchedApp(route, services or self.services, "en")

    def kept(self, *names: str) -> list[str]:
        """Return which of the markers stand in any file of the station, after a look that ``names`` are among them.

        Those are the store with its log and backups, what was exported, and the logs of session and sender; not the
        card itself and what the person has saved for themselves.
        """
        own = (self.folder / "card.json", self.folder / "files")
        files = [path for path in self.folder.rglob("*") if path.is_file() and not set(own) & {path, *path.parents}]
        assert set(names) <= {path.name for path in files}
        content = b"\n".join(path.name.encode() + path.read_bytes() for path in files)
        words = (NAME, MARKER, STREET, NUMBER, SIGNING, self.authentication_id, self.email)
        return [word for word in words for form in FORMS if word.encode(form) in content]


@pytest.fixture
def portal(tmp_path: Path) -> Generator[PortalProcess]:
    issue()
    authority().write_trust(tmp_path / "trust")
    with PortalProcess(tmp_path / "portal", tmp_path / "trust") as process:
        yield process


@pytest.fixture
def desk(portal: PortalProcess, tmp_path: Path) -> Generator[OutageDesk]:
    card = authority().issue(holder(name=NAME), datetime.now(UTC), key_type="secp384r1")
    made = OutageDesk(tmp_path / "station", portal, card, "outage@example.com")
    (made.folder / "files").mkdir()
    logs.configure(replace(made.services.settings, log_file=str(made.folder / "kiosk.log")), "session")
    yield made
    logs.configure(made.services.settings)
    made.close()


@pytest.fixture
def sender(desk: OutageDesk) -> Generator[subprocess.Popen[bytes]]:
    process = desk.sender()
    yield process
    assert process.stdin is not None
    process.stdin.close()
    process.wait(SECONDS)


def wait_until(true: Callable[[], object]) -> None:
    limit = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < limit, "it has not come"
        time.sleep(0.05)


def draft_of(app: KioskApp) -> str:
    """Store a draft as it is begun in an outage, with photo and documents, and return its id."""
    owner, store = app.visit.owner, app.services.store
    assert owner is not None
    form, context = load_form("extension", "gijinkoku"), Context("applicant", date.today(), None)
    given = {**valid_answers(form, context, given=ALONE), **valid_receipt(form, context)}
    given = {name: value for name, value in given.items() if name not in awaited(form, context)}
    base = new_draft("extension", "gijinkoku", "applicant", "rasens", app.services.clock())
    draft_id = create_draft(store, owner, base, None, given)
    store.attach(owner, draft_id, "photo", "photo.jpg", "image/jpeg", (FILES / "photo.jpg").read_bytes())
    for document in ("organisation_sheets", "category_proof"):
        paper = (FILES / "tax-certificates.pdf").read_bytes()
        store.attach(owner, draft_id, document, f"{document}.pdf", "application/pdf", paper)
    return draft_id


async def offline(app: KioskApp) -> Any:
    """Sign in as far as that goes, and work on a draft that was begun without the portal."""
    assert await sign_in(app) is not None
    assert app.visit.account is None
    await work_on(app, await resume(app, await asyncio.to_thread(draft_of, app)))
    return await applications(app)


async def signs_in(pilot: Pilot[Any], desk: OutageDesk) -> None:
    await give_pin(pilot, PIN)
    await give_entry(pilot, desk.authentication_id)


async def fills(pilot: Pilot[Any]) -> None:
    """Answer one question at the screen, and come back to the list."""
    await until(pilot, TaskListScreen)
    await pilot.press("2")
    await until(pilot, QuestionPage)
    pilot.app.screen.query_one(f"#{editor_id('part1.occupation')}", Input).value = MARKER
    await pilot.press("escape")
    await until(pilot, TaskListScreen)


async def signs(pilot: Pilot[Any]) -> None:
    """From the list of tasks to the slip."""
    rows = pilot.app.screen.query_one("#tasks")
    rows.highlighted = [option.id for option in rows.options].index("send")  # type: ignore[attr-defined] - TaskRows
    await pilot.press("enter")
    await until(pilot, OutageScreen)
    await pilot.press("1")
    await until(pilot, AccountIdScreen)
    await pilot.press("f10")
    await until(pilot, SignReviewScreen)
    await pilot.press("f10")
    await give_pin(pilot, SIGNING)
    await until(pilot, SlipScreen)


async def saves_slip(pilot: Pilot[Any]) -> None:
    await pilot.press("1")
    await until(pilot, PlaceScreen)
    await pilot.press("1")
    await until(pilot, PlaceScreen)
    await pilot.press("1")
    await until(pilot, SlipScreen)
    await pilot.press("2")


def choose(app: KioskApp, start: str) -> str:
    """Return the id of the first row that begins so."""
    return next(choice.id for choice in app.screen.query_one(ChoiceList).choices if choice.id.startswith(start))


async def test_signed_in_an_outage_and_received_when_it_is_over(
    desk: OutageDesk, portal: PortalProcess, sender: subprocess.Popen[bytes]
) -> None:
    desk.register()
    store_folder = Path(desk.services.settings.store.folder)
    wait_until((store_folder / KEYS_FILE).exists)
    portal.admin("maintenance", "now")

    app = desk.app(offline)
    async with app.run_test() as pilot:
        await signs_in(pilot, desk)
        await until(pilot, ProblemScreen)
        await pilot.press("1")
        await fills(pilot)
        await signs(pilot)
        assert "Signed, not yet received." in "\n".join(lines(app))
        await saves_slip(pilot)
        await until(pilot, ApplicationListScreen)
        (item,) = desk.services.store.outbox.list()
        assert desk.services.store.outbox.drafts() == ()
        desk.services.store.outbox.back_up()
        desk.services.store.outbox.export(item.id, desk.folder / "item.sealed")
        assert desk.kept(*LOGS, "item.sealed", "queue.db", "queue.db-wal", "keys.db", KEYS_FILE) == []
        await pilot.press("1")
        await until(pilot, OutboxItemScreen)
        portal.admin("maintenance", "off")
        await pilot.press("1")  # send it now: this station's own moment after a maintenance may be minutes away
        wait_until(lambda: desk.services.store.outbox.show(item.id).state == "accepted")
        await until(pilot, OutboxItemScreen)
        again = [choice.id for choice in app.screen.query_one(ChoiceList).choices].index("again") + 1
        await pilot.press(str(again))
        await until(pilot, OutboxItemScreen)
        number = desk.services.store.outbox.show(item.id).number
        assert number in "\n".join(lines(app))
        await pilot.press("escape")
        await until(pilot, ApplicationListScreen)
        await pilot.press("escape")
        await app.finished()

    assert portal.wait_for_mail(lambda mail: number in mail["text"] and desk.email in mail["to"])
    (paper,) = (desk.folder / "files").iterdir()
    assert paper.read_bytes().startswith(b"%PDF")

    desk.services.close()
    seen = desk.app(listed, desk.station())
    async with seen.run_test() as pilot:
        await signs_in(pilot, desk)
        await until(pilot, ApplicationListScreen)
        words = " ".join(str(choice) for choice in seen.screen.query_one(ChoiceList).choices)
        assert len(re.findall(re.escape(number), words)) == 1
        filed = await asyncio.to_thread(
            seen.services.portal.application, choose(seen, "portal:").removeprefix("portal:")
        )
        assert filed.application.content.answers["part1.occupation"] == MARKER
        assert filed.application.content.answers["part1.name"] == NAME
        assert NUMBER in str(filed.application.content.answers)  # the looking was for what is there
        assert len(filed.application.attachments) == 3
        await pilot.press("escape")
        await seen.finished()
    assert desk.kept(*LOGS, "queue.db") == []
    assert not [path for path in (store_folder / "files").iterdir() if path.stat().st_size]


async def listed(app: KioskApp) -> Any:
    """Sign in and look at the list."""
    assert await sign_in(app) is not None
    assert app.visit.account is not None
    return await applications(app)

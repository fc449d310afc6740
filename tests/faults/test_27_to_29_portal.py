"""Cases 27 to 29: the portal, or something that stands in its place, says strange things or has forgotten."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from anyio.from_thread import BlockingPortal

from kiosk.offline_queue.drafts import DraftStore
from kiosk.portal.deferred import DeferredClient
from kiosk.settings import PortalSettings
from tests.faults import ways
from tests.faults.conftest import Desk
from tests.faults.office import Office
from tests.offline_queue.support import SettableClock
from tests.portal.cutting import cut_way
from tests.reference_portal.sealed import pack

LONGEST = timedelta(hours=6) * 1.2 + timedelta(minutes=10)
STEP = 397_003
"""Bytes between two places where an upload of ten million bytes is cut: 26 places, none at the border of a part."""

RUBBISH = {
    "nothing": None,
    "seconds": "90",
    "a_date": "DATE",
    "a_date_long_ago": "Sun, 06 Nov 1994 08:49:37 GMT",
    "negative": "-5",
    "too_many": "1000000000",
    "more_digits_than_a_number_has": "9" * 5_000,
    "not_a_number": "NaN",
    "a_fraction": "1.5",
    "words": "in a while, perhaps",
    "other_digits": "１２０",
    "empty": "",
}


@pytest.mark.parametrize("code", [("maintenance", 503), ("rate", 429), ("unavailable", 503)])
@pytest.mark.parametrize("text", RUBBISH)
def test_27_retry_after(desk: Desk, office: Office, store: DraftStore, text: str, code: tuple[str, int]):
    """Whatever it says, the wait is bounded, nothing is refused for it, and the item arrives once."""
    item_id = office.put(store)[0]
    value = RUBBISH[text]
    value = format_datetime(office.clock() + timedelta(minutes=3), usegmt=True) if value == "DATE" else value
    headers = {} if value is None else {"Retry_After": value}
    answer = ways.problem(code[1], code[0], **{name: _sendable(said) for name, said in headers.items()})
    assert desk.sender(office.client(ways.wrap(answer))).forward()
    shown, gate = store.outbox.show(item_id), store.dispatch.gate()
    assert shown.open
    moments = [moment for moment in (shown.not_before, gate.not_before) if moment is not None]
    assert max(moments) <= desk.clock() + LONGEST
    if text == "seconds":
        assert max(moments) >= desk.clock() + timedelta(seconds=90)
    desk.finish()
    desk.arrived_once(item_id)


def _sendable(text: str) -> str:
    """Return header bytes as httpx takes them; what is not Latin-1 stands for itself in UTF-8."""
    return text.encode().decode("latin-1")


# --- 28: what stands between ------------------------------------------------------------------------------------------

STRANGE: dict[str, ways.Answering] = {
    "a_page_of_a_proxy": ways.html,
    "a_gzip_bomb": ways.bomb,
    "a_redirect_to_another_host": ways.elsewhere,
    "an_empty_200": lambda _: httpx.Response(200),
    "another_json": lambda _: httpx.Response(201, json={"reception_number": "MIHON"}),
    "a_cut": ways.cut,
}


@pytest.mark.parametrize("how", ["instead_of_the_portal", "after_the_portal"])
@pytest.mark.parametrize("name", STRANGE)
def test_28_something_else_answers(desk: Desk, office: Office, store: DraftStore, name: str, how: str):
    """It is never believed; where the portal may have had the envelope, it is asked, and has it once."""
    item_id = office.put(store)[0]
    before = office.applications()
    strange = ways.for_envelopes(STRANGE[name])
    way = ways.wrap(strange) if how == "instead_of_the_portal" else ways.wrap(lambda _: None, strange)
    assert desk.sender(office.client(way)).forward()
    shown = store.outbox.show(item_id)
    assert shown.open
    assert shown.number == ""
    assert office.applications() == before + (how == "after_the_portal")
    desk.finish()
    desk.arrived_once(item_id)
    assert office.applications() == before + 1


@pytest.mark.parametrize("name", STRANGE)
def test_28_everything_is_answered_by_something_else_for_days(desk: Desk, office: Office, store: DraftStore, name: str):
    """No number of strange answers on every way makes an item final, as long as it may still arrive."""
    item_id = office.put(store)[0]
    sender = desk.sender(office.client(ways.wrap(STRANGE[name])))
    for _ in range(7):
        sender.forward()
        desk.clock.forward(hours=1)
    assert store.outbox.show(item_id).open
    desk.finish()
    desk.arrived_once(item_id)


class CutUpload:
    """A file of ten million bytes on real sockets to a real portal process, cut once at a byte of its way."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._settings = PortalSettings(origin=office.origin, timeout_seconds=10.0)
        self.file = pack("document", bytes(range(256)) * 39_063)  # a little more than ten million

    def send(self, *upward: int) -> list[int]:
        """Upload it as a new submission's file; return the offsets the portal confirmed on the way."""
        made, held = self._office.deferred([self.file]), list[int]()
        digest, told = self.file.facts.sealed_sha256, held.append
        with (
            cut_way(self._office.port, [*upward], []) as way,
            DeferredClient(self._settings, way, pause=lambda _: way.reconnect()) as client,
        ):
            client.upload(made.submission_id, digest, self.file.data, lambda offset, _: told(offset))
        return held


@pytest.fixture(scope="module")
def upload(office: Office) -> Iterator[CutUpload]:
    with office.serving():
        yield CutUpload(office)


@pytest.mark.timeout(300)
def test_28_a_connection_cut_after_every_kth_byte(upload: CutUpload):
    """From wherever it was cut, it goes on where the portal stands, and arrives whole: the portal checks its digest."""
    size = len(upload.file.data)
    for place in range(STEP, size, STEP):
        held = upload.send(place)
        assert held[-1] == size
        assert held == sorted(held), "the portal went back"


def test_28_a_connection_cut_again_and_again(upload: CutUpload):
    size = len(upload.file.data)
    held = upload.send(*[1_500_000] * 6)
    assert held[-1] == size
    assert held == sorted(held)


# --- 29: a portal that forgot -----------------------------------------------------------------------------------------


class Forgetful:
    """An office whose data can be put back to an earlier moment."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def keep(self) -> None:
        self.office.world.portal.database.close()  # the last connection brings everything into the one file
        shutil.copy(self._file, self._copy)

    def forget(self) -> None:
        self.office.world.portal.database.close()
        shutil.copy(self._copy, self._file)

    @property
    def _file(self) -> Path:
        return self.office.folder / "portal.sqlite"

    @property
    def _copy(self) -> Path:
        return self.office.folder / "earlier.sqlite"


@pytest.fixture
def forgetful(loop: BlockingPortal, tmp_path: Path) -> Iterator[Forgetful]:
    made = Office(tmp_path / "forgetful", loop)
    yield Forgetful(made)
    made.close()


@pytest.mark.parametrize("files", ["kept", "lost"])
def test_29_the_portal_has_forgotten(forgetful: Forgetful, store: DraftStore, clock: SettableClock, files: str):
    """It took the item and forgot it before the station heard: the same id goes again, with its files."""
    office = forgetful.office
    desk = Desk(store, office, clock)
    item_id = office.put(store)[0]
    forgetful.keep()
    assert desk.sender(office.client(ways.wrap(lambda _: None, ways.for_envelopes(ways.cut)))).forward()
    assert desk.state(item_id)[0] == "uncertain"
    assert office.applications() == 1
    forgetful.forget()
    if files == "lost":
        for file in [path for path in (office.folder / "attachments").rglob("*") if path.is_file()]:
            file.unlink()
    assert office.applications() == 0
    desk.finish()
    desk.arrived_once(item_id)
    assert office.applications() == 1


@pytest.mark.parametrize(
    "code", [("in-progress", 409), ("state", 409), ("locked", 423), ("too-early", 425)], ids=lambda code: code[0]
)
def test_29_conflict_for_ever(desk: Desk, office: Office, store: DraftStore, code: tuple[str, int]):
    """It is neither given up nor in anybody's way; when the portal comes to itself, it arrives once."""
    stuck = office.put(store)[0]
    same_person, other_person = office.put(store)[0], office.put(store, key=b"KAKUU TANIN public key")[0]
    conflict = ways.problem(code[1], code[0], Retry_After="5")

    def answers(request: httpx.Request) -> httpx.Response | None:
        about = request.url.path + (request.headers.get("idempotency-key") or "")
        return conflict(request) if stuck in about else None

    sender = desk.sender(office.client(ways.wrap(answers)))
    for _ in range(40):
        while sender.forward():
            pass
        desk.clock.forward(minutes=30)
    assert store.outbox.show(stuck).open
    assert store.outbox.show(stuck).attempts > 10
    desk.arrived_once(same_person, other_person)
    desk.finish()
    desk.arrived_once(stuck)

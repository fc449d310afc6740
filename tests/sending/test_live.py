"""The real sender process against the real portal process, killed in between."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.clock import japan_date, utc_now
from kiosk.filing.documents import required_documents
from kiosk.filing.facts import Facts
from kiosk.portal.contract import ApplicationContent
from tests.offline_queue.support import all_bytes, wait_until
from tests.portal.conftest import Office
from tests.sending.sending_station import SendingStation, end, files_of


@pytest.fixture
def station(tmp_path: Path, office: Office) -> SendingStation:
    return SendingStation(tmp_path / "station", office)


@pytest.fixture(scope="module")
def content(office: Office) -> ApplicationContent:
    with office.logged_in() as portal:
        return office.content(portal.account())


def required() -> tuple[str, ...]:
    found = required_documents("applicant", "extension", "gijinkoku", Facts(japan_date(utc_now())))
    return tuple(document for document in found if document != "photo")


def _filed(office: Office) -> list[str]:
    with office.logged_in() as portal:
        return [item.reception_number for item in portal.all_applications() if item.reception_number]


def test_a_sealed_application_arrives_once_although_the_sender_is_killed(
    station: SendingStation, office: Office, content: ApplicationContent, photo: bytes
):
    before = _filed(office)
    services = station.services()
    item = station.seal(services.store, content, files_of(photo, required()))
    for _ in range(3):
        sender = station.sender()
        wait_until(lambda: services.store.outbox.show(item.id).attempts > 0)
        sender.kill()
        sender.communicate()
    sender = station.sender()
    wait_until(lambda: not services.store.outbox.show(item.id).open)
    assert end(sender) == 0
    shown = services.store.outbox.show(item.id)
    assert (shown.state, shown.reason) == ("accepted", "")
    assert [number for number in _filed(office) if number not in before] == [shown.number]
    services.close()
    assert list((station.folder / "store" / "files").iterdir()) == []
    left = all_bytes(station.folder)
    for marker in ("KAKUU MIHON", "架空見本", office.authentication_id, "kakuu.mihon@example.com"):
        assert marker.encode() not in left


def test_without_a_portal_it_waits_and_goes_when_it_is_back(
    station: SendingStation, office: Office, content: ApplicationContent, photo: bytes
):
    services, port = station.services(), office.port
    item = station.seal(services.store, content, files_of(photo, required()))
    office.process.stop_portal()
    sender = station.sender()
    wait_until(lambda: services.store.outbox.show(item.id).reason == "unreachable")
    assert services.store.outbox.show(item.id).state == "waiting"
    office.process.start_portal(port)
    services.store.outbox.send_now(item.id)
    wait_until(lambda: services.store.outbox.show(item.id).state == "accepted")
    assert end(sender) == 0
    services.close()


def test_the_portals_no_reaches_the_person(
    station: SendingStation, office: Office, content: ApplicationContent, photo: bytes
):
    services = station.services()
    item = station.seal(services.store, content, files_of(photo, ()))
    sender = station.sender()
    wait_until(lambda: not services.store.outbox.show(item.id).open)
    sender.terminate()
    assert sender.wait(60) == 0
    sender.communicate()
    shown = services.store.outbox.show(item.id)
    assert (shown.state, shown.reason) == ("needs_user", "incomplete")
    services.close()


def test_two_senders_take_turns(station: SendingStation, content: ApplicationContent, photo: bytes):
    services = station.services()
    first, second = station.sender(), station.sender()
    item = station.seal(services.store, content, files_of(photo, required()))
    wait_until(lambda: not services.store.outbox.show(item.id).open)
    assert services.store.outbox.show(item.id).attempts == 1
    assert [end(first), end(second)] == [0, 0]
    services.close()


def test_queue_send_does_it_where_no_sender_runs(station: SendingStation, content: ApplicationContent, photo: bytes):
    services = station.services()
    item = station.seal(services.store, content, files_of(photo, required()))
    services.close()
    command = ["-m", "kiosk", "queue", "send", item.id, "--json", "--settings", str(station.settings_file)]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True, timeout=60)
    assert [said["state"] for said in json.loads(done.stdout)] == ["accepted"]
    assert done.stderr == ""

"""After a whole filing in a real terminal: no secret is left anywhere, and nothing personal where it is not encrypted.

The PIN has four digits, which stand in any file and any memory by chance; it is looked for in the forms in which a log,
a command line or JSON would hold it. It takes the same way through the program as the two longer secrets.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.card.virtual.holder import demo_holder
from tests.secrets.processes import count_in_memory, family, surroundings
from tests.support.modules import ROOT
from tests.support.terminal import Terminal
from tests.terminal.person import PAGES, Person
from tests.terminal.station import PASSPORT, PASSWORD, RESIDENCE_CARD, Station, make_station, secrets, write_settings

pytestmark = [pytest.mark.terminal, pytest.mark.timeout(400)]

PIN, SIGNING = secrets()
LONG = (SIGNING, PASSWORD)
PIN_ALONE = re.compile(rb"[\x22\x27=: ]" + PIN.encode() + rb"(?![0-9a-zA-Z.])")
HOLDER = demo_holder()
FREED = 2
"""So many copies of a secret may lie in memory that a library has given back and nobody has written over yet."""

PERSONAL = (HOLDER.name, HOLDER.address, "霞が関", RESIDENCE_CARD, PASSPORT, "架空見本株式会社", "Kakuu City")


@dataclass
class Looks:
    """What was seen of a filing from outside, while it went on and afterwards."""

    folder: Path
    screen: str = ""
    output: str = ""
    surroundings: list[bytes] = field(default_factory=list[bytes])
    memory: dict[bytes, int] = field(default_factory=dict[bytes, int])

    def files(self, *parts: str) -> dict[str, bytes]:
        """Return the files below one place of the station's folder."""
        top = self.folder.joinpath(*parts)
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def found(content: bytes, words: tuple[str, ...]) -> list[str]:
    """Return which words stand in ``content``, in UTF-8 or UTF-16."""
    return [word for word in words if word.encode() in content or word.encode("utf-16-le") in content]


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    made = make_station(tmp_path_factory.mktemp("station"))
    (made.folder / "tmp").mkdir()
    log = os.open(made.folder / "portal.log", os.O_WRONLY | os.O_CREAT, 0o600)
    kept = os.dup(2)
    os.dup2(log, 2)  # the portal's own log goes to standard error
    try:
        with made.portal:
            os.dup2(kept, 2)
            write_settings(made, reader=False)
            yield made
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(log)


@pytest.fixture(scope="module")
def looks(station: Station) -> Looks:
    """File an application, looking from outside after the log-in and at the end."""
    seen = Looks(station.folder)
    with Terminal(station.folder / "tmp") as terminal:
        person = Person(terminal)
        terminal.run(["env", f"TMPDIR={station.folder / 'tmp'}", *station.command], ROOT)
        person.choose_english()
        person.begin_registration()
        person.enter_contact()
        person.sign_registration()
        authentication_id = station.authentication_id()
        terminal.press("1")
        person.log_in(authentication_id)
        terminal.settled()
        seen.surroundings = [surroundings(pid) for pid in family(terminal.pid)]
        if os.geteuid() == 0:
            (session,) = (pid for pid in family(terminal.pid) if b"\0kiosk.session\0" in surroundings(pid))
            seen.memory = count_in_memory(session, [word.encode() for word in (*LONG, HOLDER.name)])
        person.begin_extension()
        person.answer(PAGES)
        person.attach()
        person.send()
        seen.screen = terminal.everything()
        person.leave()
        terminal.wait_for(lambda: terminal.status is not None, "the program to end")
        seen.output = terminal.everything()
    return seen


def test_no_secret_is_in_any_file(looks: Looks, station: Station) -> None:
    files = looks.files()
    assert len(files) > 20
    own = {"card.json"}  # the card itself holds its secrets, as a card does
    left = {name: found(content, LONG) for name, content in files.items() if name not in own}
    assert {name: words for name, words in left.items() if words} == {}
    texts = {
        name: content
        for name, content in files.items()
        if name.endswith((".log", ".toml", ".json")) and name not in own
    }
    assert [name for name, content in texts.items() if PIN_ALONE.search(content)] == []


def test_the_looking_finds_what_is_there(looks: Looks) -> None:
    assert found(looks.files()["card.json"], (SIGNING,)) == [SIGNING]
    assert PIN_ALONE.search(looks.files()["card.json"])
    assert found(b"".join(looks.files("portal").values()), (HOLDER.name,)) == [HOLDER.name]


def test_nothing_personal_is_in_logs_kiosk_files_and_temporary_files(looks: Looks) -> None:
    places = {**looks.files("store"), **looks.files("tmp")}
    places |= {name: content for name, content in looks.files().items() if name.endswith(".log")}
    assert any(name.startswith("store") for name in places)
    assert {name: words for name, content in places.items() if (words := found(content, PERSONAL))} == {}


def test_nothing_is_left_on_the_terminal(looks: Looks) -> None:
    assert found(looks.screen.encode(), LONG) == []
    assert found(looks.output.encode(), (*LONG, *PERSONAL)) == []


def test_no_command_line_and_no_environment_holds_any(looks: Looks) -> None:
    assert len(looks.surroundings) >= 2
    assert [found(place, (*LONG, *PERSONAL)) for place in looks.surroundings] == [[] for _ in looks.surroundings]
    assert not any(PIN_ALONE.search(place) for place in looks.surroundings)


@pytest.mark.skipif(os.geteuid() != 0, reason="the super-user alone may look into memory")
def test_no_secret_gathers_in_memory_after_the_log_in(looks: Looks) -> None:
    """Ours are wiped. The invented card's own file and the request's body were text once: freed, not written over."""
    assert looks.memory.pop(HOLDER.name.encode()) > 0, "the looking finds what is there"
    assert max(looks.memory.values()) <= FREED, looks.memory

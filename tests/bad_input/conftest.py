"""One real portal for all bad input, and people who come to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.card.virtual.store import CardContent
from tests.bad_input.parts import Desk
from tests.support.cards import authority, holder, issue
from tests.support.portal import PortalProcess

_numbers = itertools.count(1)


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Generator[PortalProcess]:
    """A portal that trusts the test run's authority."""
    folder = tmp_path_factory.mktemp("bad_input")
    issue()  # an authority that has issued nothing has no revocation lists
    authority().write_trust(folder / "trust")
    with PortalProcess(folder, folder / "trust") as process:
        yield process


@pytest.fixture
def make_desk(portal: PortalProcess, tmp_path: Path) -> Generator[Callable[..., Desk]]:
    """Make a station; each has a card, a store and an e-mail address of its own."""
    made: list[Desk] = []

    def make(content: CardContent | None = None, **options: Any) -> Desk:
        number = next(_numbers)
        # Elliptic keys are made at once; RSA ones are used where a test is about them.
        card = content or authority().issue(somebody(number), datetime.now(UTC), key_type="secp384r1")
        made.append(Desk(tmp_path / f"station-{number}", portal, card, f"kakuu{number}@example.com", **options))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


def somebody(number: int) -> Any:
    """Return an invented person unlike all others of this run."""
    return holder(name=f"KAKUU MIHON {number}")


@pytest.fixture(scope="package")
def member(portal: PortalProcess, tmp_path_factory: pytest.TempPathFactory) -> Generator[Desk]:
    """A station with somebody who is registered; each test takes programs of its own from it."""
    card = authority().issue(somebody(0), datetime.now(UTC), key_type="secp384r1")
    desk = Desk(tmp_path_factory.mktemp("member"), portal, card, "kakuu0@example.com").register()
    yield desk
    desk.close()

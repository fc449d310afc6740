"""One real portal for the journeys of the sending area; started when the first test asks for it."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.journeys import Station, Town, open_town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Generator[Town]:
    """A portal, and somebody registered there."""
    with open_town(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture
def station(town: Town, tmp_path: Path) -> Generator[Station]:
    """A kiosk at which they have signed in."""
    station = Station(town, tmp_path)
    yield station
    station.close()

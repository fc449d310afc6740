"""The parts of a station that are not a room's own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiosk.services import Services
from kiosk.settings import Settings, StoreSettings


def services(folder: Path) -> Services:
    return Services(Settings(store=StoreSettings(folder=str(folder), key_source="file")))


def test_everybody_has_the_same_device_id_from_the_first_start_on(tmp_path: Path) -> None:
    def found_by(_: int) -> str:
        return services(tmp_path).device_id

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(found_by, range(8)))
    assert len(found) == 1
    assert services(tmp_path).device_id in found


@pytest.mark.parametrize("spoilt", [b"", b"\n", bytes(36), b"\xff\xfe"])
def test_a_spoilt_device_id_is_made_anew(tmp_path: Path, spoilt: bytes) -> None:
    (tmp_path / "device-id").write_bytes(spoilt)
    made = services(tmp_path).device_id
    assert len(made) == 36
    assert services(tmp_path).device_id == made

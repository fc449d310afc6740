"""The station's settings: what the operator may write, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.errors import SettingsError
from kiosk.settings import PREVIEWS, load_settings


def written(folder: Path, text: str) -> Path:
    path = folder / "station.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("way", PREVIEWS)
def test_how_a_photo_is_shown_can_be_set(tmp_path: Path, way: str) -> None:
    assert load_settings(written(tmp_path, f'[attachments]\npreview = "{way}"\n')).attachments.preview == way


@pytest.mark.parametrize("value", ['"ascii"', '""', "true", "1"])
def test_a_way_that_there_is_not_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(written(tmp_path, f"[attachments]\npreview = {value}\n"))
    assert refused.value.params == {"name": "attachments.preview"}

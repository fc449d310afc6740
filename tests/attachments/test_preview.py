"""The small picture by which a person knows a file again."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.attachments import preview as previewing
from kiosk.attachments.errand import Errand
from kiosk.attachments.errors import CheckGaveUp, CheckStopped, DocumentTypeWrong, FileTooLarge
from kiosk.attachments.photo_crop import Raster
from kiosk.attachments.preview import SIDE, preview
from tests.attachments import in_process, make, papers

RED, BLUE = (200, 0, 0), (0, 0, 200)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw in this process."""
    monkeypatch.setattr(previewing, "examine", in_process.run)


def halves(kind: str, **options: Any) -> bytes:
    """Return a picture that is red above and blue below."""
    picture = Image.new("RGB", (800, 1_200), RED)
    picture.paste(BLUE, (0, 600, 800, 1_200))
    content = io.BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


def near(raster: Raster, column: int, row: int) -> tuple[int, ...]:
    place = 3 * (row * raster.width + column)
    return tuple(round(value, -2) for value in raster.pixels[place : place + 3])


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "HEIF", "PDF"])
def test_every_kind_is_drawn(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(halves(kind))
    raster = preview(path)
    assert max(raster.width, raster.height) == SIDE
    assert near(raster, raster.width // 2, 10) == RED
    assert near(raster, raster.width // 2, raster.height - 10) == BLUE


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("mode", ["I;16", "I;16B", "LA", "CMYK"])
def test_colours_that_no_screen_has_are_shown_as_on_paper(mode: str, tmp_path: Path) -> None:
    shown = {
        "I;16": Image.new("I;16", (80, 120), 0x8000),
        "I;16B": Image.new("I", (80, 120), 0x8000).convert("I;16B"),
        "LA": Image.new("LA", (80, 120), (0, 127)),
        "CMYK": Image.new("CMYK", (80, 120), (127, 127, 127, 0)),
    }
    path = tmp_path / "file"
    shown[mode].save(path, "PNG" if mode == "LA" else "TIFF")
    raster = preview(path)
    assert raster.pixels[:3] == pytest.approx((128, 128, 128), abs=3)


@pytest.mark.usefixtures("here")
def test_a_photo_held_sideways_is_shown_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the first row is the right side
    path = tmp_path / "photo.jpg"
    path.write_bytes(halves("JPEG", exif=exif))
    raster = preview(path)
    assert raster.width > raster.height
    assert near(raster, raster.width - 10, raster.height // 2) == RED


@pytest.mark.usefixtures("here")
def test_what_is_no_paper_or_too_large_is_not_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(DocumentTypeWrong):
        preview(path)
    path.write_bytes(papers.written("x"))
    monkeypatch.setattr(previewing, "MOST_BYTES", 100)
    with pytest.raises(FileTooLarge):
        preview(path)


@pytest.mark.parametrize(
    "content",
    [make.locked(), b"%PDF-1.7 nothing", b"\xff\xd8\xff nothing"],
    ids=["locked PDF", "broken PDF", "broken JPEG"],
)
def test_what_can_not_be_drawn_has_no_picture(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(CheckGaveUp):
        preview(path)


def test_it_is_drawn_in_the_worker_and_can_be_stopped(tmp_path: Path) -> None:
    path = tmp_path / "file.heic"
    path.write_bytes(halves("HEIF"))
    assert preview(path).width
    errand = Errand()
    errand.stop()
    with errand, pytest.raises(CheckStopped):
        preview(path)

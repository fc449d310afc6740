from __future__ import annotations

import hashlib
import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from kiosk.attachments import errors
from kiosk.attachments.checks import Attached, CheckedPhoto, check_photo
from kiosk.attachments.limits import load_limits
from kiosk.errors import AttachmentError
from tests.attachments import make
from tests.attachments.messages import assert_message

NOW = load_limits("rasens")
BEFORE = load_limits("ras")


def _check(tmp_path: Path, content: bytes, name: str = "photo.jpg") -> CheckedPhoto:
    return check_photo(make.saved(tmp_path / name, content), NOW)


def _opened(checked: CheckedPhoto) -> Image.Image:
    image = Image.open(io.BytesIO(checked.content), formats=["JPEG"])
    image.load()
    return image


def test_a_good_photo_stays_as_it_is(tmp_path: Path):
    content = make.picture()
    checked = _check(tmp_path, content, "見本.JPEG")
    assert (checked.content, checked.converted, checked.orientation) == (content, False, 1)
    assert (checked.name, checked.media_type) == ("見本.jpg", "image/jpeg")
    assert (checked.width, checked.height, checked.size) == (600, 800, len(content))
    assert checked.sha256 == hashlib.sha256(content).hexdigest()
    assert (checked.coarse, checked.taken) == (False, None)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_photo_is_turned_upright(tmp_path: Path, orientation: int):
    size = (800, 600) if orientation >= 5 else (600, 800)
    checked = _check(tmp_path, make.picture(size, exif=make.exif(orientation)))
    assert (checked.width, checked.height, checked.orientation, checked.converted) == (600, 800, orientation, True)
    assert _opened(checked).size == (600, 800)
    assert len(_opened(checked).getexif()) == 0
    assert checked.sha256 == hashlib.sha256(checked.content).hexdigest()


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("CMYK", "JPEG"), ("RGB", "PNG"), ("RGBA", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("1", "PNG"), ("I;16", "PNG")],
)
def test_other_colours_become_a_plain_jpeg(tmp_path: Path, mode: str, kind: str):
    checked = _check(tmp_path, make.picture(mode=mode, kind=kind), "photo.png")
    assert (checked.converted, checked.name) == (True, "photo.jpg")
    assert _opened(checked).mode in ("RGB", "L")


def test_sixteen_bits_keep_their_brightness(tmp_path: Path):
    buffer = io.BytesIO()
    Image.new("I;16", (600, 800), 0x8000).save(buffer, "PNG")
    assert _opened(_check(tmp_path, buffer.getvalue())).getpixel((5, 5)) == pytest.approx(128, abs=2)


def test_what_is_transparent_becomes_white(tmp_path: Path):
    buffer = io.BytesIO()
    Image.new("RGBA", (600, 800), (255, 0, 0, 0)).save(buffer, "PNG")
    assert _opened(_check(tmp_path, buffer.getvalue())).getpixel((5, 5)) == (255, 255, 255)


def test_the_day_the_camera_noted_is_told(tmp_path: Path):
    assert _check(tmp_path, make.picture(exif=make.exif(1, "2026:11:01 09:00:00"))).taken == date(2026, 11, 1)


@pytest.mark.parametrize("noted", ["2026:13:45 00:00:00", "yesterday", "\x1b[31m2026:1", "0000:00:00 00:00:00"])
def test_a_day_that_does_not_exist_is_no_day(tmp_path: Path, noted: str):
    assert _check(tmp_path, make.picture(exif=make.exif(1, noted))).taken is None


def _animated() -> bytes:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (600, 800), (n * 90, 0, 0)) for n in range(3)]
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


REFUSED: dict[str, tuple[bytes, type[AttachmentError]]] = {
    "nothing": (b"", errors.FileEmpty),
    "a PDF": (make.pdf(), errors.PhotoTypeWrong),
    "a GIF": (make.picture(mode="P", kind="GIF"), errors.PhotoTypeWrong),
    "a telephone's HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", errors.PhotoTypeWrong),
    "square": (make.picture((600, 600)), errors.PhotoRatio),
    "lying": (make.picture((800, 600)), errors.PhotoRatio),
    "turned to lie": (make.picture((600, 800), exif=make.exif(6)), errors.PhotoRatio),
    "a little too wide": (make.picture((613, 800)), errors.PhotoRatio),
    "50,000 by 50,000": (make.huge_png(50_000, 50_000), errors.PhotoPixels),
    "cut off": (make.picture()[:-2_000], errors.PhotoBroken),
    "head alone": (b"\xff\xd8\xff\xe0", errors.PhotoBroken),
    "a PNG that is not": (make.huge_png(600, 800), errors.PhotoBroken),
    "moving": (_animated(), errors.PhotoAnimated),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_photo_is_refused_by_name(tmp_path: Path, name: str):
    content, expected = REFUSED[name]
    with pytest.raises(AttachmentError) as caught:
        _check(tmp_path, content)
    assert type(caught.value) is expected
    assert_message(caught.value)


@pytest.mark.parametrize("width", [588, 600, 612])
def test_within_the_tolerance_the_shape_is_taken(tmp_path: Path, width: int):
    assert _check(tmp_path, make.picture((width, 800))).width == width


def test_a_small_photo_is_taken_with_a_hint(tmp_path: Path):
    assert _check(tmp_path, make.picture((300, 400))).coarse


@pytest.mark.parametrize("size", [51_200, 51_201])
def test_the_old_system_takes_fifty_kilobytes(tmp_path: Path, size: int):
    path = make.saved(tmp_path / "a.jpg", make.picture() + bytes(size - len(make.picture())))
    if size <= 51_200:
        assert check_photo(path, BEFORE).size == size
        return
    with pytest.raises(errors.PhotoTooLarge) as caught:
        check_photo(path, BEFORE)
    assert caught.value.params == {"limit": "50"}


def test_a_photo_counts_in_the_total(tmp_path: Path):
    path = make.saved(tmp_path / "a.jpg", make.picture())
    with pytest.raises(errors.TotalTooLarge):
        check_photo(path, NOW, Attached(1, 26_214_400 - path.stat().st_size + 1))

"""What the worker opens as a photo, what it refuses, and what goes into the JPEG."""

from __future__ import annotations

import io
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from kiosk.attachments import errors
from kiosk.errors import AttachmentError
from tests.attachments import make, photos, profiles
from tests.attachments.messages import assert_message


def test_a_plain_photo_stays_as_it_is() -> None:
    content = make.picture()
    facts, (sent, _raster) = photos.examined(content)
    assert sent == content
    assert (facts["kept"], facts["shape"], facts["made"], facts["box"]) == (True, True, [600, 800], [0, 0, 600, 800])
    assert (facts["format"], facts["orientation"], facts["taken"]) == ("JPEG", 1, "")


def _with_place(**more: Any) -> Image.Exif:
    notes = make.exif(**more)
    notes.get_ifd(0x8825)[2] = (35.0, 41.0, 22.0)
    notes[0x8825] = {1: "N", 2: (35.0, 41.0, 22.0), 29: "2026:11:01"}
    notes[0x0110] = "MIHON CAMERA"
    return notes


NOTED: dict[str, bytes] = {
    "place and camera": make.picture(exif=_with_place()),
    "a comment": make.picture(comment=b"MIHON CAMERA"),
    "an editor's notes": make.picture(xmp=b"<x>MIHON CAMERA</x>"),
    "something behind its end": make.picture() + b"PK\x03\x04MIHON CAMERA",
    "a note within the picture": make.picture().replace(b"\xff\xda", b"\xff\xfe\x00\x0eMIHON CAMERA\xff\xda"),
    "a progressive one": make.picture(progressive=True, comment=b"MIHON CAMERA"),
}


@pytest.mark.parametrize("name", NOTED)
def test_nothing_but_the_picture_is_sent(name: str) -> None:
    content = NOTED[name]
    assert b"MIHON CAMERA" in content
    facts, (sent, _raster) = photos.examined(content)
    assert not facts["kept"]
    assert b"MIHON" not in sent
    assert b"\xff\xe1" not in sent
    image = Image.open(io.BytesIO(sent))
    assert (image.size, dict(image.getexif())) == ((600, 800), {})


@pytest.mark.parametrize("frame", [b"\xff\xc9", b"\xff\xc1"], ids=["arithmetic", "extended"])
def test_a_jpeg_that_not_everything_reads_is_made_a_common_one(frame: bytes) -> None:
    facts, (sent, _raster) = photos.examined(make.picture().replace(b"\xff\xc0", frame, 1))
    assert not facts["kept"]
    assert b"\xff\xc0" in sent


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_photo_is_turned_upright(orientation: int) -> None:
    upright = photos.portrait()
    # What the camera has to be told so that the picture comes out as drawn.
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = upright.transpose(Image.Transpose(undo[orientation]))
    facts, (sent, _raster) = photos.examined(photos.jpeg(stored, exif=make.exif(orientation)))
    assert (facts["width"], facts["height"], facts["orientation"], facts["kept"]) == (600, 800, orientation, False)
    image = Image.open(io.BytesIO(sent)).convert("RGB")
    for place in ((300, 130), (300, 400), (20, 20)):
        found, drawn = image.getpixel(place), upright.getpixel(place)
        assert isinstance(found, tuple)
        assert isinstance(drawn, tuple)
        assert photos.near(found, drawn, 12), (place, found, drawn)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        *((mode, "PNG") for mode in ("RGB", "RGBA", "P", "LA", "1", "I;16")),
        *((mode, "TIFF") for mode in ("RGB", "CMYK", "L")),
        ("CMYK", "JPEG"),
    ],
)
def test_other_colours_and_kinds_become_a_plain_jpeg(mode: str, kind: str) -> None:
    content = make.picture(mode=mode, kind=kind)
    assert photos.examined(content)[0]["format"] == kind
    assert photos.made(content).mode in ("RGB", "L")


def test_a_telephones_picture_is_read() -> None:
    content = photos.heic(photos.portrait(), exif=_with_place(taken="2026:11:01 09:00:00"))
    facts, (sent, _raster) = photos.examined(content)
    assert (facts["format"], facts["made"], facts["taken"]) == ("HEIC", [600, 800], "2026-11-01")
    assert b"MIHON" not in sent
    colour = photos.made(content).getpixel((300, 130))
    assert isinstance(colour, tuple)
    assert photos.near(colour, (0x20, 0x18, 0x10), 12)


@pytest.mark.parametrize(("mode", "kind"), [("I;16", "PNG"), ("I;16", "TIFF"), ("I;16B", "TIFF")])
def test_sixteen_bits_keep_their_brightness(mode: str, kind: str) -> None:
    content = photos.saved(Image.new("I", (600, 800), 0x8000).convert(mode), kind)
    assert photos.made(content).getpixel((5, 5)) == pytest.approx(128, abs=2)


def test_what_is_transparent_becomes_white() -> None:
    content = photos.saved(Image.new("RGBA", (600, 800), (255, 0, 0, 0)), "PNG")
    assert photos.made(content).getpixel((5, 5)) == (255, 255, 255)


def test_colours_of_a_profile_become_those_of_a_screen() -> None:
    # A profile that swaps light and dark would show at once; the one of XYZ makes plain grey another colour.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    broken = make.picture(icc_profile=profile)
    assert photos.made(broken).getpixel((5, 5)) == Image.open(io.BytesIO(broken)).getpixel((5, 5))
    fitting = make.picture(icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    facts, (sent, _raster) = photos.examined(fitting)
    assert not facts["kept"]
    assert b"ICC_PROFILE" not in sent


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "JPEG"), ("RGB", "PNG"), ("RGBA", "PNG"), ("P", "PNG")])
def test_wide_colours_of_a_telephone_become_those_of_every_screen(mode: str, kind: str) -> None:
    colour = Image.new("RGB", (600, 800), (200, 100, 80)).convert(mode)
    sent = photos.made(photos.saved(colour, kind, icc_profile=profiles.wide()))
    assert photos.near(cast("tuple[int, ...]", sent.getpixel((300, 400))), (217, 92, 72), 12)


@pytest.mark.parametrize(("mode", "white"), [("I", 255), ("I", 65_535), ("F", 1.0), ("F", 255.0)])
def test_a_picture_of_numbers_is_as_bright_as_it_was(mode: str, white: float) -> None:
    numbers = Image.new(mode, (600, 800), white)
    numbers.paste(white / 2 if mode == "F" else white // 2, (0, 0, 300, 800))
    sent = photos.made(photos.saved(numbers, "TIFF"))
    assert sent.mode == "L"
    assert photos.near(
        (cast("float", sent.getpixel((100, 400))), cast("float", sent.getpixel((500, 400)))), (127, 255), 2
    )


def test_the_day_the_camera_noted_is_told() -> None:
    assert photos.examined(make.picture(exif=make.exif(1, "2026:11:01 09:00:00")))[0]["taken"] == "2026-11-01"


@pytest.mark.parametrize("noted", ["yesterday", "\x1b[31m2026:1"])
def test_a_day_that_is_none_is_not_told(noted: str) -> None:
    assert photos.examined(make.picture(exif=make.exif(1, noted)))[0]["taken"] == ""


def _animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (600, 800), (n * 90, 0, 0)) for n in range(3)]
    return photos.saved(frames[0], kind, save_all=True, append_images=frames[1:])


REFUSED: dict[str, tuple[bytes, type[AttachmentError]]] = {
    "50,000 by 50,000": (make.huge_png(50_000, 50_000), errors.PhotoPixels),
    "cut off": (make.picture()[:-2_000], errors.PhotoBroken),
    "head alone": (b"\xff\xd8\xff\xe0", errors.PhotoBroken),
    "a PNG that is not": (make.huge_png(600, 800), errors.PhotoBroken),
    "a HEIC's head alone": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", errors.PhotoBroken),
    "a HEIC cut off": (photos.heic(photos.portrait())[:-500], errors.PhotoBroken),
    "a TIFF cut off": (make.picture(kind="TIFF")[:4_000], errors.PhotoBroken),
    "a GIF": (make.picture(mode="P", kind="GIF"), errors.PhotoBroken),
    "moving": (_animated("PNG"), errors.PhotoAnimated),
    "several": (_animated("TIFF"), errors.PhotoSeveral),
    "tiny": (make.picture((89, 120)), errors.PhotoSmall),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_photo_is_refused_by_name(name: str) -> None:
    content, expected = REFUSED[name]
    facts, blobs = photos.examined(content)
    assert facts.pop("problem") == expected.key
    assert blobs == ()
    assert_message(expected(**facts))


NOISE = Image.effect_noise((930, 1240), 90).convert("RGB")


@pytest.mark.parametrize("most", [26_214_400, 200_000, 51_200])
def test_it_is_made_as_small_as_the_system_wants(most: int) -> None:
    facts, (sent, _raster) = photos.examined(photos.jpeg(NOISE), max_bytes=most)
    assert len(sent) <= most
    width, height = facts["made"]
    assert Image.open(io.BytesIO(sent)).size == (width, height)
    assert 354 <= width <= 900
    assert abs(width * 4 - height * 3) <= 4


def test_what_cannot_be_made_so_small_is_said() -> None:
    facts, blobs = photos.examined(photos.jpeg(NOISE), max_bytes=5_120)
    assert (facts, blobs) == ({"problem": "photo_too_large", "limit": "5"}, ())


def test_a_small_photo_is_not_made_larger() -> None:
    facts, (sent, _raster) = photos.examined(photos.saved(photos.portrait((150, 200)), "PNG"))
    assert (facts["made"], Image.open(io.BytesIO(sent)).size) == ([150, 200], (150, 200))


def test_the_small_picture_for_the_screen() -> None:
    facts, (_sent, raster) = photos.examined(photos.jpeg(photos.portrait((3000, 2000))))
    assert facts["raster"] == [480, 320]
    assert len(raster) == 3 * 480 * 320
    assert photos.near(tuple(raster[:3]), (0xE8, 0xEE, 0xF4), 4)


WHOLE = {
    "JPEG": photos.jpeg(photos.portrait((120, 160)), exif=make.exif(6, "2026:11:01 09:00:00")),
    "PNG": photos.saved(photos.portrait((120, 160)), "PNG"),
    "HEIC": photos.heic(photos.portrait((120, 160))),
}
PLACES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8)


@given(st.sampled_from(sorted(WHOLE)), PLACES, st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_a_damaged_picture_is_a_photo_or_a_problem(kind: str, places: list[tuple[float, int]], share: float) -> None:
    content = bytearray(WHOLE[kind])
    for place, value in places:
        # The first half of the damage is in the head, where it says what the rest is.
        content[int(place * (len(content) if value % 2 else min(len(content), 400)))] = value
    facts, blobs = photos.examined(bytes(content[: int(len(content) * min(1.0, share + 0.3))]))
    if "problem" in facts:
        assert blobs == ()
        return
    sent = Image.open(io.BytesIO(blobs[0]), formats=["JPEG"])
    sent.load()
    assert list(sent.size) == facts["made"]
    assert len(blobs[1]) == 3 * facts["raster"][0] * facts["raster"][1]

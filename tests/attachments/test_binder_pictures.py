"""Photos of papers as PDF pages: upright, whole, without what the camera noted."""

from __future__ import annotations

import io
import struct
from typing import Any, NamedTuple

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import IFD, Base

from kiosk.attachments.binder.jpeg import bare
from kiosk.attachments.binder.pictures import picture_pdf
from kiosk.reports.page import HEIGHT, WIDTH
from tests.attachments.binder_papers import OPTIONS, encoded, is_red, noisy, paper, quiet, rendered
from tests.attachments.make import huge_png

_TURN = Image.Transpose
# What a camera held so stores of an upright paper, by the orientation it notes.
_HELD = {
    1: None, 2: _TURN.FLIP_LEFT_RIGHT, 3: _TURN.ROTATE_180, 4: _TURN.FLIP_TOP_BOTTOM, 5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_90, 7: _TURN.TRANSVERSE, 8: _TURN.ROTATE_270,
}  # fmt: skip


def _made(content: bytes, kind: str, **other: Any) -> tuple[dict[str, Any], bytes]:
    facts, blobs = picture_pdf([content], {**OPTIONS, "kind": kind, **other}, quiet)
    return facts, blobs[0] if blobs else b""


class _Stored(NamedTuple):
    size: tuple[int, int]
    colours: str
    coding: str
    data: bytes


def _image(content: bytes) -> _Stored:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        image = pdf.pages[0].obj.Resources.XObject.P
        size = int(image.Width), int(image.Height)
        return _Stored(size, str(image.ColorSpace), str(image.Filter), image.read_raw_bytes())


def _held(orientation: int) -> bytes:
    turn, notes = _HELD[orientation], Image.Exif()
    notes[Base.Orientation] = orientation
    notes[Base.Model] = "MIHON CAMERA"
    notes.get_ifd(IFD.GPSInfo)[1] = "N"
    image = paper() if turn is None else paper().transpose(turn)
    return encoded(image, exif=notes, comment=b"MIHON COMMENT")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_and_its_picture_is_untouched(orientation: int) -> None:
    facts, made = _made(_held(orientation), "jpeg")
    seen = rendered(made)
    assert facts == {"pages": 1, "lossless": True}
    assert seen.size == (round(HEIGHT + 0.4), round(WIDTH + 0.4))
    assert is_red(seen, (200, 150))
    assert not is_red(seen, (640, 150))
    assert not is_red(seen, (200, 450))
    assert _image(made).data == bare(_held(orientation))[0]


def test_what_the_camera_noted_is_gone() -> None:
    content = _held(6) + b"a film that a phone puts behind its photo"
    _, made = _made(content, "jpeg")
    for noted in (b"Exif", b"MIHON CAMERA", b"MIHON COMMENT", b"a film"):
        assert noted in content
        assert noted not in made


def test_the_stripped_photo_has_the_same_pixels() -> None:
    content = _held(1)
    before, after = Image.open(io.BytesIO(content)), Image.open(io.BytesIO(bare(content)[0]))
    assert before.tobytes() == after.tobytes()


@pytest.mark.parametrize(
    ("mode", "kind", "options", "coding"),
    [
        ("L", "JPEG", {}, "/DCTDecode"),
        ("RGB", "JPEG", {"progressive": True}, "/DCTDecode"),
        ("CMYK", "JPEG", {}, None),
        ("RGB", "PNG", {}, None),
        ("P", "PNG", {}, None),
        ("1", "PNG", {}, "/CCITTFaxDecode"),
        ("1", "TIFF", {"compression": "group4"}, "/CCITTFaxDecode"),
        ("CMYK", "TIFF", {}, None),
        ("L", "TIFF", {"compression": "tiff_lzw"}, None),
    ],
)
def test_every_way_of_storing_colours(mode: str, kind: str, options: dict[str, Any], coding: str | None) -> None:
    _, made = _made(encoded(paper().convert(mode), kind, **options), kind.lower())
    seen = rendered(made)
    assert is_red(seen, (200, 150)) == (mode not in ("L", "1"))
    assert seen.getpixel((640, 150))[0] > 250  # type: ignore[index]  # a pixel of an RGB picture
    assert _image(made).colours in ("/DeviceRGB", "/DeviceGray")
    assert coding is None or _image(made).coding == coding


def test_sixteen_bits_become_eight() -> None:
    grey = paper().convert("L").convert("I").point(lambda value: value * 256).convert("I;16")
    seen = rendered(_made(encoded(grey, "PNG"), "png")[1])
    assert seen.getpixel((640, 150))[0] > 250  # type: ignore[index]  # a pixel of an RGB picture
    assert seen.getpixel((200, 150))[0] < 128  # type: ignore[index]  # a pixel of an RGB picture


def test_what_is_transparent_is_white() -> None:
    clear = paper().convert("RGBA")
    clear.putalpha(0)
    assert rendered(_made(encoded(clear, "PNG"), "png")[1]).getextrema() == ((255, 255),) * 3


def test_a_heic_photo() -> None:
    import pillow_heif

    buffer = io.BytesIO()
    pillow_heif.from_pillow(paper()).save(buffer)
    facts, made = _made(buffer.getvalue(), "heic")
    assert facts["pages"] == 1
    assert is_red(rendered(made), (200, 150))


def test_all_pages_of_a_tiff() -> None:
    content = encoded(paper(), "TIFF", save_all=True, append_images=[paper((200, 300)), paper().convert("1")])
    facts, made = _made(content, "tiff")
    assert facts["pages"] == 3
    assert [rendered(made, page).width for page in range(3)] == [842, 596, 842]
    assert is_red(rendered(made, 1), (150, 200))


def test_more_pages_than_anybody_examines() -> None:
    content = encoded(paper((9, 9)), "TIFF", save_all=True, append_images=[paper((9, 9))] * 3)
    assert _made(content, "tiff", max_pages=3)[0] == {"problem": "pdf_too_many_pages", "pages": 4, "limit": 3}
    assert _made(content, "tiff", max_pages=4)[0]["pages"] == 4


def test_more_pixels_than_needed_are_not_kept_where_the_picture_is_coded_anew() -> None:
    _, made = _made(encoded(paper((900, 600)), "PNG"), "png", dpi=72)
    assert _image(made).size == (842, 561)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(huge_png(60_000, 60_000), "png"), (encoded(paper((3000, 2000))), "jpeg")],
)
def test_too_many_pixels_are_counted_before_they_are_decoded(content: bytes, kind: str) -> None:
    facts, made = _made(content, kind)
    assert facts["problem"] == "picture_pixels"
    assert not made


@pytest.mark.parametrize("cut", [1, 300, 2000])
def test_a_photo_that_is_cut_off_is_refused(cut: int) -> None:
    content = encoded(noisy((120, 120)))
    assert _made(content[:-cut], "jpeg")[0] == {"problem": "picture_broken"}


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert _made(_held(6), "jpeg") == _made(_held(6), "jpeg")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_picture_is_a_page_or_a_reason(data: st.DataObject) -> None:
    kind, content = data.draw(
        st.sampled_from([("jpeg", _held(6)), ("png", encoded(paper(), "PNG")), ("tiff", encoded(paper(), "TIFF"))])
    )
    broken = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    facts, made = _made(bytes(broken), kind)
    assert bool(made) != ("problem" in facts)
    if made:
        with pikepdf.open(io.BytesIO(made)) as pdf:
            assert len(pdf.pages) == facts["pages"]


def test_a_fax_has_the_shape_of_its_paper() -> None:
    # 204 dots across, 98 lines down an inch: A4 lies on its side in pixels.
    _, made = _made(encoded(paper((1728, 1145)).convert("1"), "TIFF", dpi=(204, 98), compression="group4"), "tiff")
    assert rendered(made).height > rendered(made).width


def test_sixteen_bits_in_the_other_order_of_bytes() -> None:
    grey = paper().convert("L")
    samples = b"".join(bytes((value, value)) for value in grey.tobytes())
    width, height = grey.size
    tags = (
        (256, 4, width), (257, 4, height), (258, 3, 16 << 16), (259, 3, 1 << 16), (262, 3, 1 << 16), (273, 4, 8),
        (277, 3, 1 << 16), (278, 4, height), (279, 4, len(samples)),
    )  # fmt: skip
    table = b"".join(struct.pack(">HHII", tag, kind, 1, value) for tag, kind, value in tags)
    head = b"MM\0*" + struct.pack(">I", 8 + len(samples))
    seen = rendered(_made(head + samples + struct.pack(">H", len(tags)) + table + bytes(4), "tiff")[1])
    assert seen.getpixel((640, 150))[0] > 250  # type: ignore[index]  # a pixel of an RGB picture
    assert seen.getpixel((200, 150))[0] < 128  # type: ignore[index]  # a pixel of an RGB picture


@pytest.mark.parametrize("junk", [b"\0\0", b"xx"])
def test_what_other_programs_show_is_no_broken_photo(junk: bytes) -> None:
    content = encoded(paper())
    place = content.index(b"\xff\xdb")
    facts, made = _made(content[:place] + junk + content[place:], "jpeg")
    assert facts == {"pages": 1, "lossless": False}
    assert is_red(rendered(made), (200, 150))

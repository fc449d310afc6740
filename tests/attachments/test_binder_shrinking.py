"""Pictures made smaller: as little as needed, never below the least dpi, and only those that may be touched."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, NamedTuple

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from kiosk.attachments.binder.bind import bind_documents
from kiosk.attachments.binder.contents import front_room
from kiosk.attachments.binder.placing import placed_sizes
from kiosk.attachments.binder.rules import load_binder_rules
from kiosk.attachments.binder.shrinking import pictures_of
from tests.attachments.binder_papers import bind_options, encoded, is_red, noisy, paper, picture_pdf, quiet, rendered

_ROOMY = 10_000_000


class _Found(NamedTuple):
    size: tuple[int, int]
    colours: str
    data: bytes


def _images(content: bytes) -> list[_Found]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = [
            item for item in pdf.objects if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == Name.Image
        ]
        return [
            _Found((int(item.Width), int(item.Height)), str(item.get("/ColorSpace")), item.read_raw_bytes())
            for item in found
        ]


def _bound(blob: bytes, limit: int, **other: Any) -> tuple[dict[str, Any], bytes]:
    facts, blobs = bind_documents([blob], bind_options([("一", 1)], limit, **other), quiet)
    return facts, blobs[0] if blobs else b""


def _squeezed(blob: bytes) -> tuple[dict[str, Any], bytes]:
    """Bind with room for a little less than the file has, so that only the gentlest steps that gain are taken."""
    return _bound(blob, len(blob) + front_room(["一"], bind_options([], 0)["words"]))


def test_what_fits_is_not_touched() -> None:
    blob = picture_pdf(noisy((400, 400)), (100, 100))
    facts, made = _bound(blob, _ROOMY)
    assert [image.data for image in _images(made)] == [image.data for image in _images(blob)]
    assert facts["changes"] == []


def test_the_gentlest_step_that_fits_is_taken_and_told() -> None:
    blob = picture_pdf(noisy((600, 600)), (144, 144))  # 300 dpi
    sizes = dict[int, tuple[int, int]]()
    for limit in (len(blob) * 9 // 10, len(blob) * 2 // 5):
        facts, made = _bound(blob, limit)
        (told,) = facts["changes"]
        assert told["code"] == "smaller"
        assert told["after"] < told["before"]
        assert len(made) <= limit
        sizes[told["dpi"]] = _images(made)[0].size
    assert sizes == {300: (600, 600), 200: (400, 400)}


@pytest.mark.parametrize("points", [(72.0, 72.0), (36.0, 144.0), (200.0, 100.0)])
def test_no_direction_has_less_than_the_least_dpi(points: tuple[float, float]) -> None:
    blob = picture_pdf(noisy((500, 500)), points)
    _, made = _bound(blob, 150_000, steps=[[200, 30]])
    (width, height) = _images(made)[0].size
    assert min(width / points[0], height / points[1]) * 72 >= min(200, 500 / max(points) * 72)


def test_a_picture_that_is_coarse_already_keeps_its_pixels() -> None:
    _, made = _squeezed(picture_pdf(noisy((200, 200)), (400, 400)))
    assert _images(made)[0].size == (200, 200)


def test_a_picture_that_is_drawn_often_counts_where_it_is_largest_and_is_there_once() -> None:
    def often(pdf: pikepdf.Pdf, stream: Any) -> None:
        page = pdf.add_blank_page(page_size=(595, 842))
        form = pdf.make_stream(b"q 3 0 0 3 0 0 cm /P Do Q")
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 600, 600])
        form.Matrix = Array([100, 0, 0, 100, 0, 0])
        form.Resources = Dictionary(XObject=Dictionary(P=stream))
        page.obj.Resources = Dictionary(XObject=Dictionary(F=form, P=stream))
        page.obj.Contents = pdf.make_stream(b"q 9 0 0 9 0 0 cm /P Do Q /F Do")

    blob = picture_pdf(noisy((300, 300)), (50, 50), often, times=2)
    with pikepdf.open(io.BytesIO(blob)) as pdf:
        assert list(placed_sizes(pdf).values()) == [(300.0, 300.0)]
    _, made = _squeezed(blob)
    assert [image.size for image in _images(made)] == [(300, 300)]  # 72 dpi where it is largest


def test_grey_pictures_become_grey_and_a_seal_stays_red() -> None:
    _, made = _squeezed(picture_pdf(noisy((300, 300), grey=True), (300, 300)))
    assert _images(made)[0].colours == "/DeviceGray"
    sealed = noisy((300, 300), grey=True)
    sealed.paste((230, 20, 20), (100, 100, 130, 130))
    _, made = _squeezed(picture_pdf(sealed, (300, 300)))
    assert _images(made)[0].colours == "/DeviceRGB"
    assert is_red(rendered(made, 1), (40 + 115, 842 - 40 - 300 + 115))


def _bitonal(pdf: pikepdf.Pdf, stream: Any) -> None:
    bits = noisy((400, 400)).convert("1")
    stream.write(bits.tobytes())
    stream.BitsPerComponent, stream.ColorSpace = 1, Name.DeviceGray


def _stencil(pdf: pikepdf.Pdf, stream: Any) -> None:
    _bitonal(pdf, stream)
    del stream.ColorSpace
    stream.ImageMask = True


def _keyed(pdf: pikepdf.Pdf, stream: Any) -> None:
    stream.Mask = Array([0, 10, 0, 10, 0, 10])


def _inverted(pdf: pikepdf.Pdf, stream: Any) -> None:
    stream.Decode = Array([1, 0, 1, 0, 1, 0])


def _matted(pdf: pikepdf.Pdf, stream: Any) -> None:
    soft = pdf.make_stream(noisy((400, 400)).convert("L").tobytes())
    soft.Type, soft.Subtype, soft.Width, soft.Height = Name.XObject, Name.Image, 400, 400
    soft.ColorSpace, soft.BitsPerComponent, soft.Matte = Name.DeviceGray, 8, Array([0, 0, 0])
    stream.SMask = soft


@pytest.mark.parametrize("change", [_bitonal, _stencil, _keyed, _inverted, _matted])
def test_pictures_that_would_suffer_are_left_alone(change: Callable[[pikepdf.Pdf, Any], None]) -> None:
    blob = picture_pdf(noisy((400, 400)), (72, 72), change)
    with pikepdf.open(io.BytesIO(blob)) as pdf:
        assert pictures_of(pdf, 10_000_000) == []


def test_a_soft_mask_stays_and_its_picture_is_made_smaller() -> None:
    def soft(pdf: pikepdf.Pdf, stream: Any) -> None:
        _matted(pdf, stream)
        del stream.SMask["/Matte"]

    blob = picture_pdf(noisy((400, 400)), (72, 72), soft)
    _, made = _bound(blob, len(blob) * 9 // 10, steps=[[200, 45]])
    assert sorted(image.size for image in _images(made)) == [(200, 200), (400, 400)]


@pytest.mark.parametrize("indexed", [False, True])
def test_pictures_without_loss_are_coded_as_photos(indexed: bool) -> None:
    def flat(pdf: pikepdf.Pdf, stream: Any) -> None:
        image = noisy((400, 400))
        if indexed:
            image = image.convert("P", palette=Image.Palette.ADAPTIVE, colors=256)
            palette = bytes(image.getpalette() or [])
            stream.ColorSpace = Array([Name.Indexed, Name.DeviceRGB, len(palette) // 3 - 1, pikepdf.String(palette)])
        stream.write(image.tobytes())

    blob = picture_pdf(noisy((400, 400)), (144, 144), flat)
    before = rendered(blob)
    facts, made = _bound(blob, len(blob) * 9 // 10)
    assert [change["code"] for change in facts["changes"]] == ["smaller"]
    assert _images(made)[0].colours == "/DeviceRGB"
    inside = (50, 842 - 180, 180, 842 - 50)
    for old, new in zip(_mean(before, inside), _mean(rendered(made, 1), inside), strict=True):
        assert abs(old - new) < 6


def _inks(pdf: pikepdf.Pdf, stream: Any) -> None:
    stream.write(_dark().convert("CMYK").tobytes())
    stream.ColorSpace = Name.DeviceCMYK


def _inks_as_photo(pdf: pikepdf.Pdf, stream: Any) -> None:
    stream.write(encoded(_dark().convert("CMYK"), quality=95), filter=Name.DCTDecode)
    stream.ColorSpace = Name.DeviceCMYK


def _inks_as_photo_turned(pdf: pikepdf.Pdf, stream: Any) -> None:
    _inks_as_photo(pdf, stream)
    stream.Decode = Array([1, 0] * 4)


def _wide(pdf: pikepdf.Pdf, stream: Any) -> None:
    stream.write(b"".join(bytes((value, 7)) for value in _dark().tobytes()))
    stream.BitsPerComponent = 16


def _wavelet(pdf: pikepdf.Pdf, stream: Any) -> None:
    stream.write(encoded(_dark(), "JPEG2000"), filter=Name.JPXDecode)
    del stream.ColorSpace
    del stream.BitsPerComponent


def _dark() -> Image.Image:
    return noisy((400, 400)).point(lambda value: value * (1 / 3))


@pytest.mark.parametrize("change", [_inks, _inks_as_photo, _inks_as_photo_turned, _wide, _wavelet])
def test_other_ways_of_storing_colours_are_made_smaller_and_look_the_same(
    change: Callable[[pikepdf.Pdf, Any], None],
) -> None:
    blob = picture_pdf(noisy((400, 400)), (144, 144), change)
    facts, made = _bound(blob, len(blob) * 9 // 10)
    assert [found["code"] for found in facts["changes"]] == ["smaller"]
    inside = (50, 842 - 180, 180, 842 - 50)
    for old, new in zip(_mean(rendered(blob), inside), _mean(rendered(made, 1), inside), strict=True):
        assert abs(old - new) < 6


def _mean(image: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, ...]:
    found: Any = image.crop(box).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return found


def test_a_page_that_draws_itself_in_circles_is_left_alone() -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 200))
        form = pdf.make_stream(b"/F Do /F Do")
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
        form.Resources = Dictionary(XObject=Dictionary(F=form))
        page.obj.Resources = Dictionary(XObject=Dictionary(F=form))
        page.obj.Contents = pdf.make_stream(b"/F Do")
        assert placed_sizes(pdf) == {}


def test_inline_pictures_do_not_disturb() -> None:
    def inline(pdf: pikepdf.Pdf, stream: Any) -> None:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(XObject=Dictionary(P=stream))
        page.obj.Contents = pdf.make_stream(
            b"q 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID q EI Q q 80 0 0 80 0 0 cm /P Do Q"
        )

    with pikepdf.open(io.BytesIO(picture_pdf(paper(), (50, 50), inline))) as pdf:
        assert list(placed_sizes(pdf).values()) == [(80.0, 80.0)]


def test_no_step_of_ours_goes_below_two_hundred_dpi() -> None:
    steps = load_binder_rules().steps
    assert min(dpi for dpi, _ in steps) == 200
    assert list(steps) == sorted(steps, reverse=True)

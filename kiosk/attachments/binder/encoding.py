"""A decoded picture as the stream of a PDF: bitonal, lossless or JPEG, whichever keeps it and is small."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any, Literal

import pikepdf
from PIL import Image

from kiosk.attachments.wide_grey import is_wide_grey, narrowed

_GREY_TOLERANCE = 10
"""How far a colour difference of a grey scan may lie from grey, of 128. A red seal lies far beyond it."""

_GREY_SHARE = 0.0002
"""A seal of 5 mm is 0.0004 of an A4 page; less than this of other colour is noise."""

_DRAWN_GREYS, _DRAWN_COLOURS = 64, 1024
"""What a program drew has no more than these."""


Colours = Literal[1, 3, 4]
_SPACES = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
_BANDS: dict[str, Colours] = {"L": 1, "RGB": 3, "CMYK": 4}


@dataclass(frozen=True, slots=True)
class Encoded:
    """The data of an image XObject.

    Attributes:
        data: as the filter has it.
        width, height: pixels.
        colours: 1 (grey or bitonal), 3 or 4 (printing inks, stored as Adobe does: 0 is full).
        bits: of one colour.
        filter: the PDF's name of the coding, without the slash.
        parameters: of the filter, by name.
    """

    data: bytes = field(repr=False)
    width: int
    height: int
    colours: Colours
    bits: int
    filter: str
    parameters: dict[str, int | bool] = field(default_factory=dict[str, int | bool])


def fill_image(stream: pikepdf.Object, encoded: Encoded) -> None:
    """Make ``stream`` the picture ``encoded``; what else it says (masks, rendering) stays."""
    name = pikepdf.Name
    stream.write(
        encoded.data,
        filter=name(f"/{encoded.filter}"),
        decode_parms=pikepdf.Dictionary({f"/{key}": value for key, value in encoded.parameters.items()})
        if encoded.parameters
        else None,
    )
    stream.Type, stream.Subtype = name.XObject, name.Image
    stream.Width, stream.Height = encoded.width, encoded.height
    stream.ColorSpace = name(_SPACES[encoded.colours])
    stream.BitsPerComponent = encoded.bits
    if encoded.colours == 4:
        stream.Decode = pikepdf.Array([1, 0] * 4)
    elif "/Decode" in stream:
        del stream["/Decode"]


def plain_colours(image: Image.Image) -> Image.Image:
    """Return ``image`` as bitonal, grey or RGB, 8 bits a colour, what is transparent on white paper."""
    if image.has_transparency_data:
        colour = image.convert("RGBA")
        paper = Image.new("RGB", colour.size, "white")
        paper.paste(colour, mask=colour.getchannel("A"))
        return paper
    if image.mode in ("1", "L", "RGB"):
        return image
    if is_wide_grey(image):
        return narrowed(image)
    return image.convert("RGB")


def grey_if_grey(image: Image.Image) -> Image.Image:
    """Return an RGB picture as grey where all of it is."""
    if image.mode != "RGB":
        return image
    coloured = 0
    _, blue, red = image.convert("YCbCr").split()
    for difference in (blue, red):
        counts = difference.histogram()
        coloured += sum(counts[: 128 - _GREY_TOLERANCE]) + sum(counts[129 + _GREY_TOLERANCE :])
    return image.convert("L") if coloured <= image.width * image.height * _GREY_SHARE else image


def jpeg(image: Image.Image, quality: int) -> Encoded:
    """Return a grey, RGB or CMYK picture as JPEG without any notes."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, optimize=True)
    return Encoded(buffer.getvalue(), image.width, image.height, _BANDS[image.mode], 8, "DCTDecode")


def smallest(image: Image.Image, quality: int) -> Encoded:
    """Return a picture of ``plain_colours``: bitonal as fax, drawn things lossless where that is smaller, or JPEG."""
    if image.mode == "1":
        return _fax(image)
    lossy = jpeg(image, quality)
    # A photo has many colours and takes ten seconds to be packed without loss, for nothing.
    if image.getcolors(_DRAWN_GREYS if image.mode == "L" else _DRAWN_COLOURS) is None:
        return lossy
    lossless = _flate(image)
    return lossless if len(lossless.data) <= len(lossy.data) else lossy


def _fax(image: Image.Image) -> Encoded:
    buffer = io.BytesIO()
    # The whole picture in one strip, so that the strip is the stream.
    image.save(buffer, "TIFF", compression="group4", strip_size=1 << 30)
    with Image.open(buffer, formats=["TIFF"]) as written:
        tags: Any = written.tag_v2  # type: ignore[attr-defined]  # a TIFF has it
        offsets, lengths, black_is_1 = tags[273], tags[279], tags[262] == 1
    if len(offsets) != 1:
        return _flate(image)
    data = buffer.getvalue()[offsets[0] : offsets[0] + lengths[0]]
    parameters: dict[str, int | bool] = {"K": -1, "Columns": image.width, "Rows": image.height, "BlackIs1": black_is_1}
    return Encoded(data, image.width, image.height, 1, 1, "CCITTFaxDecode", parameters)


def _flate(image: Image.Image) -> Encoded:
    """A PNG's data is a Flate stream with the PNG predictors (ISO 32000-1, 7.4.4.4)."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=6)
    colours: Colours = 3 if image.mode == "RGB" else 1
    bits = 1 if image.mode == "1" else 8
    parameters: dict[str, int | bool] = {
        "Predictor": 15, "Colors": colours, "BitsPerComponent": bits, "Columns": image.width,
    }  # fmt: skip
    return Encoded(_idat(buffer.getvalue()), image.width, image.height, colours, bits, "FlateDecode", parameters)


def _idat(png: bytes) -> bytes:
    place, found = 8, list[bytes]()
    while place < len(png):
        length = int.from_bytes(png[place : place + 4], "big")
        if png[place + 4 : place + 8] == b"IDAT":
            found.append(png[place + 8 : place + 8 + length])
        place += length + 12
    return b"".join(found)

"""Invented papers with text, scans, forms and signatures for the tests."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

from tests.attachments import make

NUMBER = "123456789018"
"""Twelve digits with a right check digit: an Individual Number that nobody has."""

GROUPED = "1234 5678 9018"


def text_page(made: pikepdf.Pdf, content: bytes, **entries: pikepdf.Object) -> pikepdf.Object:
    """Make the first page show ``content``, in which ``/F`` is Helvetica; return the page."""
    page = made.pages[0].obj
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page[Name.Resources] = Dictionary(Font=Dictionary(F=made.make_indirect(font)))
    page[Name.Contents] = made.make_stream(content)
    for name, value in entries.items():
        page[f"/{name}"] = value
    return page


def lines(*texts: str) -> bytes:
    """Return the drawing of lines of text, 20 points apart."""
    return b"BT /F 10 Tf 20 TL 20 180 Td " + b"".join(f"({text}) Tj T* ".encode() for text in texts) + b"ET"


def written(*texts: str, pages: int = 1, change: Callable[[pikepdf.Pdf], None] | None = None) -> bytes:
    """Return a PDF whose first page says ``texts``."""

    def write(made: pikepdf.Pdf) -> None:
        text_page(made, lines(*texts))
        if change is not None:
            change(made)

    return make.pdf(write, pages)


def font_elsewhere(text: str) -> bytes:
    """Return a PDF with Japanese text whose font is not in the file: readers bring it."""

    def write(made: pikepdf.Pdf) -> None:
        page = text_page(made, b"BT /F 14 Tf 60 150 Td <" + text.encode("utf-16-be").hex().encode() + b"> Tj ET")
        glyphs = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name("/HeiseiKakuGo-W5"), DW=1000,
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Japan1", Supplement=4),
            FontDescriptor=Dictionary(
                Type=Name.FontDescriptor, FontName=Name("/HeiseiKakuGo-W5"), Flags=4, ItalicAngle=0, StemV=114,
                FontBBox=Array([-92, -250, 1010, 922]), Ascent=752, Descent=-221, CapHeight=737,
            ),
        )  # fmt: skip
        page[Name.Resources].Font.F = Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/HeiseiKakuGo-W5-UniJIS-UTF16-H"),
            Encoding=Name("/UniJIS-UTF16-H"), DescendantFonts=Array([made.make_indirect(glyphs)]),
        )  # fmt: skip

    return make.pdf(write)


def scanned(picture: Image.Image, layer: bytes = b"", size: tuple[float, float] = (595, 842)) -> bytes:
    """Return a PDF of one page that is a picture, with a layer over it that is not seen."""
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=90)

    def change(made: pikepdf.Pdf) -> None:
        image = made.make_stream(
            jpeg.getvalue(),
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=picture.width,
            Height=picture.height,
            ColorSpace=Name.DeviceGray if picture.mode == "L" else Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=Name.DCTDecode,
        )
        drawn = f"q {size[0]} 0 0 {size[1]} 0 0 cm /I Do Q ".encode()
        page = text_page(made, drawn + layer, MediaBox=Array([0, 0, *size]))
        page[Name.Resources][Name.XObject] = Dictionary(I=image)

    return make.pdf(change)


def paper(width: int = 1_654, height: int = 2_339, light: int = 255, ink: int = 0) -> Image.Image:
    """Return a sheet with writing on it: A4 at 200 dpi unless told otherwise."""
    sheet = Image.new("L", (width, height), light)
    pen = ImageDraw.Draw(sheet)
    for row in range(height // 8, height * 7 // 8, max(height // 30, 2)):
        pen.rectangle((width // 8, row, width * 7 // 8, row + max(height // 100, 1)), fill=ink)
    return sheet


def form(*, filled: bool, shown: bool = True, signed: bool = False, ask: bool = False) -> bytes:
    """Return a PDF with one field.

    Args:
        filled: it says ``KAKUU``.
        shown: the field brings its picture along.
        signed: a signature stands beside it.
        ask: the reader is asked to draw the fields itself.
    """

    def change(made: pikepdf.Pdf) -> None:
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=make.text("name"), Rect=Array([20, 20, 180, 40]), F=4
        )
        if filled:
            field[Name.V] = make.text("KAKUU")
        if shown:
            field[Name.AP] = Dictionary(N=_picture(made))
        fields: list[pikepdf.Object] = [made.make_indirect(field)]
        if signed:
            value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=make.text("x"))
            fields.append(made.make_indirect(Dictionary(FT=Name.Sig, T=make.text("sign"), V=value)))
        made.pages[0].obj[Name.Annots] = Array(fields[:1])
        made.Root[Name.AcroForm] = Dictionary(Fields=Array(fields), NeedAppearances=ask)

    return make.pdf(change)


def _picture(made: pikepdf.Pdf) -> pikepdf.Object:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    return made.make_stream(
        b"/Tx BMC BT /F 10 Tf 2 5 Td (KAKUU) Tj ET EMC",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 160, 20]),
        Resources=Dictionary(Font=Dictionary(F=font)),
    )


def everything_in(content: bytes) -> Sequence[bytes]:
    """Return what can be read in a PDF: the file, every stream as it is and unpacked, every object written out."""
    found = [content]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        # What can't be read comes as None, which the types don't say.
        for item in list[Any]([*pdf.objects, pdf.trailer]):
            if isinstance(item, pikepdf.Stream):
                found.append(item.read_raw_bytes())
                if "/DCTDecode" not in str(item.get("/Filter", "")):
                    found.append(item.read_bytes())
            if isinstance(item, pikepdf.Object):
                found.append(item.unparse(resolved=True))
    return found

"""Invented papers for the binder's tests: photos, scans, PDFs with pictures, forms, signatures, layers."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw

from kiosk.i18n import translator
from kiosk.reports.page import Face, Paper

RED = (230, 20, 20)
OPTIONS: dict[str, Any] = {"max_pixels": 4_000_000, "max_pages": 20, "dpi": 300, "quality": 90}
"""Of the task ``picture``, but for the kind."""

WORDS = (
    "title", "contents", "contents.title", "contents.page", "declaration", "declaration.form", "declaration.to",
    "declaration.lead", "declaration.more", "declaration.asked", "declaration.applicant", "declaration.reception",
    "declaration.day", "declaration.attached", "declaration.following", "declaration.pages", "declaration.none",
    "declaration.note",
)  # fmt: skip


def quiet(done: int, total: int) -> None:
    """Take progress and say nothing."""
    del done, total


def paper(size: tuple[int, int] = (300, 200)) -> Image.Image:
    """Return a white paper with a red mark in its upper left quarter and some grey writing."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.rectangle((width * 0.1, height * 0.1, width * 0.4, height * 0.4), fill=RED)
    for line in range(6, 9):
        draw.line((width * 0.1, height * line / 10, width * 0.9, height * line / 10), fill=(60, 60, 60), width=3)
    return image


def noisy(size: tuple[int, int], *, grey: bool = False, seed: int = 0) -> Image.Image:
    """Return a picture that packs as badly as a photo; the same for the same ``seed``."""
    width, height = size
    image = Image.frombytes("RGB", size, random.Random(seed).randbytes(width * height * 3))
    return image.convert("L").convert("RGB") if grey else image


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """Return ``image`` as a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def text_pdf(
    text: str = "KAKUU MIHON 架空見本の証明書です。", pages: int = 1, rotate: int = 0, matrix: bytes = b""
) -> bytes:
    """Return a PDF with searchable text; ``rotate`` is the page's, ``matrix`` how the text is turned on it."""
    sheet = Paper("見本", "ja")
    for _ in range(4):
        sheet.write(text, Face(12), 64, 420)
    with pikepdf.open(io.BytesIO(sheet.pdf())) as pdf:
        page = pdf.pages[0]
        page.obj.Contents = pdf.make_stream(matrix + page.obj.Contents.read_bytes())
        page.obj.Rotate = rotate
        for _ in range(pages - 1):
            pdf.pages.append(page)
        return _saved(pdf)


def picture_pdf(
    image: Image.Image,
    points: tuple[float, float] = (500.0, 500.0),
    change: Callable[[pikepdf.Pdf, Any], None] | None = None,
    times: int = 1,
) -> bytes:
    """Return a PDF that draws one JPEG at ``points`` on each of ``times`` pages."""
    with pikepdf.new() as pdf:
        stream = pdf.make_stream(b"")
        stream.write(encoded(image, quality=95), filter=Name.DCTDecode)
        stream.Type, stream.Subtype, stream.BitsPerComponent = Name.XObject, Name.Image, 8
        stream.Width, stream.Height = image.size
        stream.ColorSpace = Name.DeviceRGB
        if change is not None:
            change(pdf, stream)
        for _ in range(times):
            page = pdf.add_blank_page(page_size=(595, 842))
            page.obj.Resources = Dictionary(XObject=Dictionary(P=stream))
            page.obj.Contents = pdf.make_stream(b"q %.2f 0 0 %.2f 40 40 cm /P Do Q" % points)
        return _saved(pdf)


def form_pdf(*, drawn: bool) -> bytes:
    """Return a PDF with one text field that holds a word; ``drawn`` says whether it has a picture of it."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(300, 300))
        box = Array([20, 20, 120, 60])
        entries = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("a"), V=String("MIHON"), F=4, Rect=box
        )
        field = pdf.make_indirect(entries)
        if drawn:
            look = pdf.make_stream(b"1 0 0 rg 0 0 100 40 re f")
            look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 40])
            field.AP = Dictionary(N=look)
        page.obj.Annots = Array([field])
        pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array([field])))
        return _saved(pdf)


def signed_pdf() -> bytes:
    """Return a PDF with what a digital signature looks like from outside; nobody signed it."""
    with pikepdf.open(io.BytesIO(text_pdf())) as pdf:
        value = Dictionary(
            Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String(b"\0" * 32), ByteRange=Array([0, 1, 2, 3])
        )
        signature, nowhere = pdf.make_indirect(value), Array([0, 0, 0, 0])
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String("s"), Rect=nowhere, F=132, V=signature
        )
        widget = pdf.make_indirect(field)
        pdf.pages[0].obj.Annots = Array([widget])
        pdf.Root.AcroForm = Dictionary(Fields=Array([widget]), SigFlags=3)
        return _saved(pdf)


def layered_pdf() -> bytes:
    """Return a PDF whose page is red on a layer that is not shown."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 200))
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("draft")))
        page.obj.Resources = Dictionary(Properties=Dictionary(L=layer))
        page.obj.Contents = pdf.make_stream(b"/OC /L BDC 1 0 0 rg 0 0 200 200 re f EMC")
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
        return _saved(pdf)


def bind_options(items: Sequence[tuple[str, int]], limit: int, *, apart: bool = False, **other: Any) -> dict[str, Any]:
    """Return the options of the task ``bind`` for ``items`` (title, number of files)."""
    t = translator("ja")
    said: dict[str, Any] = {
        "items": [{"title": title, "names": [f"{n}.pdf" for n in range(files)]} for title, files in items],
        "apart": apart, "rooms": [limit, limit], "document": limit, "limit": "10", "max_pixels": 4_000_000,
        "steps": [[300, 85], [200, 75], [200, 45]], "words": {word: t(f"binder.{word}") for word in WORDS},
        "applicant": "", "reception": "", "day": "", "asked": False, "front": True,
    }  # fmt: skip
    return said | other


def rendered(content: bytes, number: int = 0) -> Image.Image:
    """Return a page as people see it, a pixel a point."""
    import pypdfium2

    with pypdfium2.PdfDocument(content) as pdf:
        return pdf[number].render(scale=1).to_pil().convert("RGB")


def reading(content: bytes, number: int) -> str:
    """Return the text of a page."""
    import pypdfium2

    with pypdfium2.PdfDocument(content) as pdf:
        return str(pdf[number].get_textpage().get_text_bounded())


def is_red(image: Image.Image, place: tuple[int, int]) -> bool:
    """Say whether ``image`` is red there."""
    found: Any = image.getpixel(place)
    return found[0] > 200 and found[1] < 80 and found[2] < 80


def _saved(pdf: pikepdf.Pdf) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer, deterministic_id=True)
    return buffer.getvalue()

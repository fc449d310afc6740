"""Invented PDFs and pictures for the tests, good and bad."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name, Permissions, String
from PIL import Image

LINE = b"20 100 m 180 100 l S "
"""What is drawn on a page so that it is not blank."""


def saved(path: Path, content: bytes) -> Path:
    """Write ``content`` and return the path."""
    path.write_bytes(content)
    return path


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **options: object) -> bytes:
    """Return a PDF of pages with a line on each after ``change``; ``options`` go to ``save``."""
    made, buffer = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        page = made.add_blank_page(page_size=(200, 200))
        page.obj[Name.Contents] = made.make_stream(LINE)
    if change is not None:
        change(made)
    made.save(buffer, **options)  # type: ignore[arg-type]  # passed on as they are
    return buffer.getvalue()


def sized(size: int) -> bytes:
    """Return a good PDF of exactly ``size`` bytes."""

    def fill(made: pikepdf.Pdf, amount: int) -> None:
        made.pages[0].obj[Name.Contents] = made.make_stream(LINE + b"%" + b" " * (amount - 2) + b"\n")

    amount = size - len(pdf(lambda made: fill(made, 2), compress_streams=False))
    while (found := len(pdf(lambda made, amount=amount: fill(made, amount), compress_streams=False))) != size:
        amount += size - found
    return pdf(lambda made: fill(made, amount), compress_streams=False)


def encrypted(**allowed: bool) -> bytes:
    """Return a PDF that opens without a password, with the given permissions."""
    return pdf(encryption=Encryption(owner="mihon", user="", R=6, allow=Permissions(**allowed)))


def locked() -> bytes:
    """Return a PDF that opens with a password only."""
    return pdf(encryption=Encryption(owner="mihon", user="mihon"))


def with_root(name: str, value: object, **options: object) -> bytes:
    """Return a PDF with one more entry in its catalogue; ``options`` go to ``save``."""

    def change(made: pikepdf.Pdf) -> None:
        made.Root[name] = made.make_indirect(value) if isinstance(value, Dictionary) else value  # type: ignore[arg-type]  # an object of the library

    return pdf(change, 1, **options)


def with_annotation(**entries: pikepdf.Object) -> bytes:
    """Return a PDF whose page has one annotation."""

    def change(made: pikepdf.Pdf) -> None:
        note = Dictionary({"/Type": Name.Annot, "/Rect": Array([0, 0, 9, 9])})
        for name, value in entries.items():
            note[f"/{name}"] = value
        made.pages[0].obj[Name.Annots] = Array([made.make_indirect(note)])

    return pdf(change)


def with_embedded_file() -> bytes:
    """Return a PDF with another file inside."""
    return pdf(lambda made: made.attachments.__setitem__("mihon.txt", b"inside"))


def bomb() -> bytes:
    """Return a PDF of less than a megabyte whose page inflates to 800 MB."""
    once, size = 10_000_000, 800_000_000
    inner = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    # After a full flush nothing refers back, so that the same compressed bytes can follow one another.
    part = inner.compress(bytes(once)) + inner.flush(zlib.Z_FULL_FLUSH)
    checksum = (size % 65_521 << 16 | 1).to_bytes(4, "big")  # Adler-32 of nothing but zeros
    whole = b"\x78\x9c" + part * (size // once) + inner.flush() + checksum

    def change(made: pikepdf.Pdf) -> None:
        stream = made.make_stream(b"")
        stream.write(whole, filter=Name.FlateDecode)
        made.pages[0].obj[Name.Contents] = stream

    return pdf(change)


def raw(objects: str, trailer: str = "/Root 1 0 R") -> bytes:
    """Return a PDF written by hand: ``objects`` one a line (¶ for a line's end), numbered from 1, places all right."""
    body, places = b"%PDF-1.4\n", list[int]()
    for number, line in enumerate(objects.strip().splitlines(), 1):
        places.append(len(body))
        body += f"{number} 0 obj {line} endobj\n".replace("¶", "\n").encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(places) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer <</Size {size} {trailer}>>\n"
    return body + f"{end}startxref\n{len(body)}\n%%EOF\n".encode()


def looping() -> bytes:
    """Return a PDF whose page tree holds itself."""
    return raw("<</Type/Catalog/Pages 2 0 R>>\n<</Type/Pages/Count 1/Kids[2 0 R]>>")


def self_referencing() -> bytes:
    """Return a PDF whose last table names itself as the one before."""
    made = raw("<</Type/Catalog/Pages 2 0 R>>\n<</Type/Pages/Count 0/Kids[]>>", "/Root 1 0 R /Prev 000000")
    return made.replace(b"/Prev 000000", b"/Prev %06d" % made.index(b"xref"))


def nested(depth: int) -> bytes:
    """Return a PDF with arrays in arrays."""
    return raw(
        "<</Type/Catalog/Pages 2 0 R/X 4 0 R>>\n<</Type/Pages/Count 1/Kids[3 0 R]>>\n"
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>/Contents 5 0 R>>\n"
        f"{'[' * depth}{']' * depth}\n<</Length {len(LINE)}>>stream¶{LINE.decode()}¶endstream"
    )


def text(value: str) -> String:
    """Return a PDF string."""
    return String(value)


def picture(size: tuple[int, int] = (600, 800), mode: str = "RGB", kind: str = "JPEG", **options: object) -> bytes:
    """Return a plain picture."""
    buffer = io.BytesIO()
    Image.new(mode, size, 128 if mode in ("L", "I;16") else None).save(buffer, kind, **options)
    return buffer.getvalue()


def exif(orientation: int = 1, taken: str = "") -> Image.Exif:
    """Return a camera's notes."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    if taken:
        notes[0x0132] = taken
    return notes


def huge_png(width: int, height: int) -> bytes:
    """Return a PNG of few bytes that says it is huge, with a sound head."""
    small = bytearray(picture((1, 1), "L", "PNG"))
    small[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    small[29:33] = zlib.crc32(bytes(small[12:29])).to_bytes(4, "big")
    return bytes(small)

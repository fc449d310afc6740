"""Hostile pictures, made here and now, and one honest picture that says where it was taken."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image

from tests.attachments import make
from tests.attachments.papers import paper

Maker = Callable[[], bytes]
PLACE = b"KAKUU-PLACE-35.6"
"""Stands in the notes of the camera that took ``noted``."""


def noted(kind: str = "JPEG") -> bytes:
    """Return a picture whose camera noted its place, its name and a small picture of the scene."""
    notes = make.exif(6, "2026:11:01 09:00:00")
    notes[0x010F] = PLACE.decode()
    notes.get_ifd(0x8825)[29] = PLACE.decode()
    buffer = io.BytesIO()
    # As large and as plain as a page: writing that can be read.
    paper(2_339, 1_654).convert("RGB").save(buffer, kind, exif=notes)
    return buffer.getvalue()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def _png(*chunks: bytes, size: tuple[int, int] = (8, 8)) -> bytes:
    head = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + b"".join(chunks) + _chunk(b"IEND", b"")


def _rows(size: int = 9 * 8) -> bytes:
    return _chunk(b"IDAT", zlib.compress(bytes(size), 9))


def _tiff(*entries: tuple[int, int, int, int], following: int = 0) -> bytes:
    body = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 8) + body + struct.pack("<I", following)


def _tiff_strips(width: int, height: int, offset: int, length: int, following: int = 0) -> bytes:
    plain = ((256, 3, 1, width), (257, 3, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1))
    return _tiff(*plain, (273, 4, 1, offset), (278, 3, 1, height), (279, 4, 1, length), following=following)


def _jpeg(marker: bytes, length: int, content: bytes = b"") -> bytes:
    whole = _readable()
    return whole[:2] + marker + length.to_bytes(2, "big") + content + whole[2:]


def _readable() -> bytes:
    buffer = io.BytesIO()
    paper().save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def _heic(box: bytes) -> bytes:
    return b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + box


def _profile_bomb() -> bytes:
    return _png(_chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(60_000_000), 9)), _rows())


def _many_tiffs() -> bytes:
    buffer = io.BytesIO()
    frames = [Image.new("1", (8, 8)) for _ in range(300)]
    frames[0].save(buffer, "TIFF", save_all=True, append_images=frames[1:])
    return buffer.getvalue() + bytes(8)


PICTURES: dict[str, Maker] = {
    "TIFF that goes on with itself": lambda: _tiff_strips(8, 8, 8, 64, following=8),
    "TIFF of nothing": lambda: _tiff(),
    "TIFF with its table far away": lambda: b"II*\0" + (2**31).to_bytes(4, "little"),
    "TIFF with a strip far away": lambda: _tiff_strips(8, 8, 2**31, 64),
    "TIFF with a strip without end": lambda: _tiff_strips(8, 8, 8, 2**32 - 1),
    "TIFF of ten thousand million": lambda: _tiff((256, 4, 1, 100_000), (257, 4, 1, 100_000), (258, 3, 1, 8)),
    "TIFF with a million entries": lambda: _tiff((256, 3, 2**31, 8)),
    "TIFF of rubbish": lambda: b"MM\0*" + bytes(range(256)) * 20,
    "HEIC of rubbish": lambda: _heic(bytes(range(256)) * 20),
    "HEIC head alone": lambda: _heic(b""),
    "HEIC with a box without end": lambda: _heic(b"\xff\xff\xff\xffmeta" + bytes(100)),
    "HEIC with a box in itself": lambda: _heic(b"\0\0\0\x10meta\0\0\0\0" * 500),
    "PNG of ten thousand million": lambda: make.huge_png(100_000, 100_000),
    "PNG with a bomb as profile": _profile_bomb,
    "PNG that grows": lambda: _png(_rows(100_000_000)),
    "PNG without rows": lambda: _png(),
    "PNG of no size": lambda: _png(_rows(), size=(0, 0)),
    "PNG with a text bomb": lambda: _png(_chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(60_000_000), 9)), _rows()),
    "PNG cut off": lambda: make.picture(kind="PNG")[:-60],
    "JPEG head alone": lambda: b"\xff\xd8\xff\xe0",
    "JPEG with a length of nothing": lambda: _jpeg(b"\xff\xe1", 0),
    "JPEG with a length too long": lambda: _jpeg(b"\xff\xe1", 65_535),
    "JPEG with endless notes": lambda: _jpeg(
        b"\xff\xe1", 40, b"Exif\0\0" + _tiff_strips(8, 8, 8, 64, following=8)[:32]
    ),
    "JPEG of the largest size": lambda: make.picture((64, 64)).replace(b"\0\x40\0\x40", b"\xff\xff\xff\xff", 1),
    "JPEG cut off": lambda: make.picture()[:-2_000],
    "JPEG that is HTML": lambda: _jpeg(b"\xff\xfe", 60, b"<html><script>alert(1)</script></html>".ljust(58)),
    "JPEG that is a PDF": lambda: _readable() + make.pdf(),
    "JPEG that is a ZIP": lambda: _readable() + b"PK\x03\x04<script>alert(1)</script>",
    "GIF": lambda: make.picture(mode="P", kind="GIF"),
    "BMP": lambda: make.picture(kind="BMP"),
    "ZIP": lambda: b"PK\x03\x04" + bytes(100),
    "Word": lambda: b"\xd0\xcf\x11\xe0" + bytes(100),
    "HTML": lambda: b"<html><script>alert(1)</script></html>",
    "SVG": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "many TIFF pages": _many_tiffs,
}

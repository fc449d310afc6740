"""What repairing a damaged PDF may lose, and what it can save. Runs in the worker process alone."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf

from kiosk.attachments.pdf_objects import name_of

_REFERENCE = re.compile(rb"(?:/([A-Za-z]+)\s*)?(?<![0-9])([0-9]{1,8}) ([0-9]{1,5}) R(?![A-Za-z0-9])")
_DISPENSABLE = frozenset(
    (b"Length", b"Metadata", b"Info", b"Outlines", b"StructTreeRoot", b"ParentTree", b"IDTree", b"RoleMap", b"ClassMap",
     b"PieceInfo", b"Thumb", b"PageLabels", b"Popup", b"Dest", b"Parent", b"P", b"Pg")
)  # fmt: skip
"""Entries whose object nobody sees on a page; a stream's length is found by its end."""

_SYNC_FLUSH = b"\x00\x00\xff\xff"


def something_missing(pdf: pikepdf.Pdf, content: bytes) -> bool:
    """Say whether something refers to an object that is not there: then repairing would drop it without a word.

    Args:
        pdf: ``content``, opened with recovery.
        content: the file's bytes; the library leaves a reference to nothing out of what it shows.
    """
    parts = (content, *_packed(pdf))
    wanted = {
        (int(found[2]), int(found[3])) for part in parts for found in _REFERENCE.finditer(part)
        if found[1] not in _DISPENSABLE
    }  # fmt: skip
    present = {item.objgen for item in list[Any](pdf.objects) if isinstance(item, pikepdf.Object)}
    # A plain value (a number) comes as Python's own and does not know its place; what is not there comes as None.
    others: list[Any] = [pdf.get_object(place) for place in wanted - present]
    return any(value is None for value in others)


def _packed(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    for item in list[Any](pdf.objects):
        if isinstance(item, pikepdf.Stream) and name_of(item, "/Type") == "/ObjStm":
            yield item.read_bytes()


def mend_streams(pdf: pikepdf.Pdf) -> None:
    """Pack anew what is whole but for the mark of its end or its checksum; no byte of what is in it is lost."""
    for item in list[Any](pdf.objects):
        if isinstance(item, pikepdf.Stream) and _is_flate(item):
            plain = _whole_though_marked_wrong(item.read_raw_bytes())
            if plain is not None:
                parameters: Any = item.get("/DecodeParms")
                item.write(zlib.compress(plain), filter=pikepdf.Name.FlateDecode, decode_parms=parameters)


def _is_flate(item: pikepdf.Stream) -> bool:
    coding = item.get("/Filter")
    if isinstance(coding, pikepdf.Array) and len(coding) == 1:
        coding = coding[0]
    return coding == pikepdf.Name.FlateDecode


def _whole_though_marked_wrong(packed: bytes) -> bytes | None:
    """Return what is packed, if all of it is there and yet the end is not as it should be."""
    unpacking = zlib.decompressobj()
    try:
        plain = unpacking.decompress(packed)
    except zlib.error:
        return _without_checksum(packed)
    return plain if not unpacking.eof and packed.endswith(_SYNC_FLUSH) else None


def _without_checksum(packed: bytes) -> bytes | None:
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = unpacking.decompress(packed[2:])
    except zlib.error:
        return None
    return plain if unpacking.eof else None

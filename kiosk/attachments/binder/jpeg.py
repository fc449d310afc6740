"""A JPEG without what the camera noted in it, its picture untouched (ITU-T T.81, annex B)."""

from __future__ import annotations

_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_APP0, _APP14, _APP15 = 0xE0, 0xEE, 0xEF
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_FRAMES = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)))
PLAIN_FRAMES = frozenset((0xC0, 0xC1, 0xC2))
"""Baseline, extended and progressive Huffman coding: what ISO 32000-1, 7.4.8 asks of every reader."""


def bare(content: bytes) -> tuple[bytes, int]:
    """Return ``content`` without notes, previews and whatever follows the picture, and the marker of its frame.

    JFIF's density and Adobe's note of the colour transform stay; EXIF, XMP, place, comments, profiles, further
    pictures and films go.

    Raises:
        ValueError: it is no whole JPEG.
    """
    if content[:2] != b"\xff\xd8":
        raise ValueError("no start")
    kept, place, frame = [b"\xff\xd8"], 2, 0
    while True:
        marker, place = _marker(content, place)
        if marker == _EOI:
            return b"".join((*kept, b"\xff\xd9")), frame
        if marker in _ALONE:
            continue
        end = _segment_end(content, place)
        if marker in _FRAMES:
            frame = marker
        if marker == _SOS:
            end = _scan_end(content, end)
        if not _is_note(marker):
            kept.append(b"\xff" + bytes([marker]) + content[place:end])
        place = end


def _is_note(marker: int) -> bool:
    return marker == _COM or (_APP0 < marker <= _APP15 and marker != _APP14)


def _marker(content: bytes, place: int) -> tuple[int, int]:
    """Return the marker at ``place`` and where it ends; it may be filled up with further FF."""
    if content[place : place + 1] != b"\xff":
        raise ValueError("no marker")
    while content[place : place + 1] == b"\xff":
        place += 1
    if place >= len(content) or content[place] == 0:
        raise ValueError("no marker")
    return content[place], place + 1


def _segment_end(content: bytes, place: int) -> int:
    length = int.from_bytes(content[place : place + 2], "big")
    if length < 2 or place + length > len(content):
        raise ValueError("a segment is cut off")
    return place + length


def _scan_end(content: bytes, place: int) -> int:
    """Return where the coded data ends: at the next marker that is neither a stuffed FF nor a restart."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0 or place + 1 >= len(content):
            raise ValueError("the picture is cut off")
        following = content[place + 1]
        if following != 0 and following not in _ALONE and following != 0xFF:
            return place
        place += 1 if following == 0xFF else 2

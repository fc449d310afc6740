"""File names from a stranger's stick: how they are shown, and what they are called when they are sent."""

from __future__ import annotations

import unicodedata
from pathlib import PurePath

MAX_SHOWN = 120
MAX_SENT = 100
_MAX_BYTES = 220
"""Of UTF-8: file systems take 255, and something may be put in front."""


_RESERVED = frozenset(
    {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³")}
)
_FORBIDDEN = frozenset('<>:"/\\|?*')


def shown_name(name: str) -> str:
    r"""Return ``name`` as it may go to a screen: nothing in it moves the cursor, turns the text or hides.

    Control, format (bidi, zero width), unassigned and undecodable characters stand as ``\xNN`` or ``\uNNNN``; a
    name longer than ``MAX_SHOWN`` characters loses its middle.
    """
    shown = "".join(_escaped(character) for character in unicodedata.normalize("NFC", name))
    if len(shown) <= MAX_SHOWN:
        return shown
    half = (MAX_SHOWN - 1) // 2
    return f"{shown[:half]}…{shown[-half:]}"


def sent_name(name: str, suffix: str) -> str:
    """Return a plain name for what was chosen as ``name``: no path, no odd characters, the ending of its real type.

    Args:
        name: the file's name as found.
        suffix: the ending that its content calls for, such as ``.pdf``.
    """
    stem = name.removesuffix(PurePath(name).suffix) if len(PurePath(name).suffix) <= 6 else name
    plain = "".join(_plain(character) for character in unicodedata.normalize("NFC", stem))
    plain = plain.strip(" ._")[: MAX_SENT - len(suffix)]
    plain = plain.encode()[: _MAX_BYTES - len(suffix)].decode(errors="ignore").rstrip(" .")
    if not plain or plain.split(".")[0].strip().upper() in _RESERVED:
        plain = f"file_{plain}".rstrip("_")
    return plain + suffix


def _harmless(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] != "C" and category not in ("Zl", "Zp")


def _escaped(character: str) -> str:
    if _harmless(character):
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not of the file system's encoding
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _plain(character: str) -> str:
    return character if _harmless(character) and character not in _FORBIDDEN else "_"

"""What a card's answer to reset (ISO 7816-3) declares. Used for one hint alone: whether extended length works."""

from __future__ import annotations

_CAPABILITIES_TAG = 0x7
_EXTENDED_LENGTH = 0x40


def declares_extended_length(atr: bytes) -> bool | None:
    """Return what the card-capabilities object of the ATR says about extended Lc and Le; None where it says nothing.

    Contactless readers build the ATR themselves and mostly say nothing.
    """
    historical = _historical_bytes(atr)
    if not historical or historical[0] != 0x80:
        return None
    position = 1
    while position < len(historical):
        tag, length = historical[position] >> 4, historical[position] & 0x0F
        value = historical[position + 1 : position + 1 + length]
        if tag == _CAPABILITIES_TAG and length == 3 and len(value) == 3:
            return bool(value[2] & _EXTENDED_LENGTH)
        position += 1 + length
    return None


def _historical_bytes(atr: bytes) -> bytes:
    if len(atr) < 2:
        return b""
    count = atr[1] & 0x0F
    position, indicator = 2, atr[1] >> 4
    while True:
        # A, B, C, D of this group, in order, as the four bits say; D tells whether another group follows.
        position += bin(indicator & 0b0111).count("1")
        if not indicator & 0b1000:
            break
        if position >= len(atr):
            return b""
        indicator = atr[position] >> 4
        position += 1
    return atr[position : position + count]

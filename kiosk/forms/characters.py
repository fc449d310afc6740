"""Characters: which a box of the official form takes, and how one width becomes the other. Pure.

The agency's own tool knows these classes (bulk registration tool, editions 2026-02-27 and 2026-04-01): "full width" is
kana, kanji U+4E00 to U+9FFF, full-width letters and digits and a fixed set of signs, with the hyphen U+FF0D and the
bars U+2015 and U+2010 but without U+2212. Of the set itself only that much is published; here it is rows 1 and 2 of
JIS X 0208 in their Windows mapping, which agrees with it.
"""

from __future__ import annotations

import re
import unicodedata

ASCII_PRINTABLE = frozenset(chr(code) for code in range(0x20, 0x7F))
HALF_KANA = frozenset(chr(code) for code in range(0xFF61, 0xFFA0))
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_DIGITS = frozenset("0123456789")
_NAME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ .,'-/()")
_FULL_ALPHANUMERIC = frozenset(chr(ord(char) + 0xFEE0) for char in _LETTERS | _DIGITS)
_KANA = frozenset(chr(code) for code in (*range(0x3041, 0x3097), *range(0x30A1, 0x30FB)))


def _signs() -> frozenset[str]:
    rows = "".join(bytes((0x81, trail)).decode("cp932", "ignore") for trail in range(0x40, 0xFD) if trail != 0x7F)
    return frozenset(rows) - HALF_KANA | {"\u2010"}


FULLWIDTH_SIGNS = _signs()
_FULLWIDTH = _KANA | _FULL_ALPHANUMERIC | FULLWIDTH_SIGNS
_SIMPLE_SETS = {
    "ascii": ASCII_PRINTABLE,
    "alphanumeric": _LETTERS | _DIGITS,
    "letters": _LETTERS,
    "digits": _DIGITS,
    "latin_name": _NAME,
}

# What stands for the same sign in other fonts and keyboards.
_SIGN_VARIANTS = {
    "\u2212": "－", "\u2013": "－", "\u2011": "－", "\u2014": "―", "\u301c": "～", "\u2016": "∥", "\u00a5": "￥",
    "\u00a2": "￠", "\u00a3": "￡", "\u00ac": "￢", "\u00b7": "・", "\u2022": "・", "\u00a0": "\u3000",
}  # fmt: skip
_TO_FULL = str.maketrans(
    {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
    | {" ": "\u3000", '"': "”", "'": "’", "＂": "”", "＇": "’"}
    | _SIGN_VARIANTS
)
_HYPHENS = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\uff70\uff0d", "-")
_TO_HALF = str.maketrans(
    {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
    | {"\u3000": " ", "\u00a0": " ", "”": '"', "“": '"', "’": "'", "‘": "'", "、": ",", "，": ",", "￥": "\\"}
    | _HYPHENS
)
_HALF_KANA_RUN = re.compile("[\uff61-\uff9f]+")

# One-character words and numbers of Japanese keyboards that the official classes do not hold: ㈱ ① Ⅱ № ㍻ …
_COMPACT_RUN = re.compile("[\u2116\u2121\u2160-\u217f\u2460-\u24ff\u3200-\u33ff]+")

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset("\u00ad\u180e\u200b\u2060\ufeff")
# ESC begins a terminal sequence, and so do the single characters of C1 that stand for ESC and a letter.
_ESCAPES = frozenset("\x1b\x90\x9b\x9d\x9e\x9f\x98")


def has_escape(text: str) -> bool:
    """Say whether the text tries to speak to a terminal (ESC, or the one-byte beginnings of its sequences)."""
    return any(char in _ESCAPES for char in text)


def is_control(char: str) -> bool:
    """Say whether a character must never stand in an answer: controls but line break, bidi marks, surrogates …"""
    if char in _BIDI or char in _INVISIBLE or char in "\u2028\u2029":
        return True
    return char != "\n" and unicodedata.category(char) in {"Cc", "Cs"}


def is_private(char: str) -> bool:
    """Say whether nobody else can know what the character means: private use (外字) or not assigned."""
    return unicodedata.category(char) in {"Co", "Cn"}


def is_kanji(char: str, repertoire: str) -> bool:
    """Say whether the system takes this Chinese character (``unicode`` or ``jis_x_0208``)."""
    if not "\u4e00" <= char <= "\u9fff":
        return False
    return repertoire != "jis_x_0208" or _in_jis_x_0208(char)


def _in_jis_x_0208(char: str) -> bool:
    try:
        return len(char.encode("euc_jp")) == 2
    except UnicodeEncodeError:
        return False


def has_accent(char: str) -> bool:
    """Say whether the character is a Latin letter with a mark, which the official system refuses."""
    parts = unicodedata.normalize("NFD", char)
    return len(parts) > 1 and parts[0] in _LETTERS


def allowed(char: str, charset: str, kanji: str = "unicode") -> bool:
    """Say whether a box of class ``charset`` (see ``model.Charset``) takes ``char``.

    Args:
        char: one character, NFC.
        charset: the class.
        kanji: the repertoire of Chinese characters, from the system's profile.
    """
    simple = _SIMPLE_SETS.get(charset)
    if simple is not None:
        return char in simple
    if charset == "any":
        return not is_private(char)
    if char in _FULLWIDTH or is_kanji(char, kanji):
        return True
    return charset == "japanese_and_ascii" and (char in ASCII_PRINTABLE or char in HALF_KANA)


def to_full(text: str) -> str:
    """Return ``text`` with half-width letters, digits, signs and kana made full width."""
    text = _HALF_KANA_RUN.sub(lambda run: unicodedata.normalize("NFKC", run.group()), to_japanese(text))
    return unicodedata.normalize("NFC", text.translate(_TO_FULL))


def to_japanese(text: str) -> str:
    """Return ``text`` for a box of both widths: signs that only look like an allowed one, and ㈱ ① Ⅱ, made plain."""
    plain = _COMPACT_RUN.sub(lambda run: unicodedata.normalize("NFKC", run.group()), text)
    return unicodedata.normalize("NFC", plain.translate(str.maketrans(_SIGN_VARIANTS)))


def to_half(text: str) -> str:
    """Return ``text`` with full-width letters, digits and signs made half width, and hyphens made one."""
    return unicodedata.normalize("NFC", ascii_digits(text).translate(_TO_HALF))


def ascii_digits(text: str) -> str:
    """Return ``text`` with the decimal digits of every script written 0 to 9."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 units, as the agency's tool counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_TWELVE = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){11}(?![0-9])")


def holds_individual_number(text: str) -> bool:
    """Say whether the text holds 12 digits with the check digit of an Individual Number (マイナンバー).

    The check digit is that of the ordinance: 11 minus the weighted sum modulo 11, where 10 and 11 become 0.
    """
    if sum(map(str.isdecimal, text)) < 12:
        return False
    return any(is_individual_number(found.group()) for found in _TWELVE.finditer(to_half(text)))


def is_individual_number(text: str) -> bool:
    """Say whether the twelve ASCII digits in ``text``, whatever stands between them, end with the right check digit."""
    digits = [int(char) for char in text if char in _DIGITS]
    if not any(digits):
        return False  # twelve zeros stand for "no number" in examples
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(weight * digit for weight, digit in zip(weights, digits[:11], strict=True)) % 11
    return digits[11] == (0 if rest <= 1 else 11 - rest)

"""Commands and responses of ISO 7816-4, and the words for their status.

Bodies never show in a ``repr`` or a log: a command's body may be a secret, a response's a certificate.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from enum import IntEnum

TRAFFIC = 5
"""Log level of card traffic, below DEBUG. It is off unless somebody sets this very level on ``traffic_log``."""

logging.addLevelName(TRAFFIC, "TRAFFIC")
traffic_log = logging.getLogger("kiosk.card.traffic")

MAX_SHORT_LE = 256
MAX_EXTENDED_LE = 65536
MAX_SHORT_LC = 255
MAX_EXTENDED_LC = 65535


class Instruction(IntEnum):
    """The instruction bytes this program uses or its virtual card understands."""

    VERIFY = 0x20
    CHANGE_REFERENCE_DATA = 0x24
    PERFORM_SECURITY_OPERATION = 0x2A
    GET_CHALLENGE = 0x84
    SELECT = 0xA4
    READ_BINARY = 0xB0
    GET_RESPONSE = 0xC0


class StatusWord(IntEnum):
    """Status words with one fixed meaning (63Cx, 61xx and 6Cxx carry a number: see ``Response``)."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    VERIFICATION_FAILED = 0x6300
    WRONG_LENGTH = 0x6700
    CHANNEL_NOT_SUPPORTED = 0x6881
    SECURE_MESSAGING_NOT_SUPPORTED = 0x6882
    INCOMPATIBLE_FILE = 0x6981
    SECURITY_STATUS_NOT_SATISFIED = 0x6982
    AUTHENTICATION_BLOCKED = 0x6983
    REFERENCE_LOCKED = 0x6984
    CONDITIONS_NOT_SATISFIED = 0x6985
    NO_CURRENT_FILE = 0x6986
    WRONG_DATA = 0x6A80
    FILE_NOT_FOUND = 0x6A82
    WRONG_PARAMETERS = 0x6A86
    REFERENCE_NOT_FOUND = 0x6A88
    OFFSET_OUTSIDE_FILE = 0x6B00
    INSTRUCTION_NOT_SUPPORTED = 0x6D00
    CLASS_NOT_SUPPORTED = 0x6E00
    UNKNOWN = 0x6F00


BLOCKED = frozenset({StatusWord.AUTHENTICATION_BLOCKED, StatusWord.REFERENCE_LOCKED})
"""Real cards say 6984 where ISO 7816-4 says 6983: both mean blocked."""


class ApduError(ValueError):
    """Bytes are not a command or a response of ISO 7816-4. The text names the rule, never the bytes."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Args:
        cla: class byte.
        ins: instruction byte.
        p1: first parameter.
        p2: second parameter.
        data: the body; a secret is given as ``bytearray`` so that its owner can wipe it.
        le: how many bytes are wanted at most, 1 to 65536; None for none. Above 256, or with a body above 255 bytes, the
            command is written in extended length.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes | bytearray = field(default=b"", repr=False)
    le: int | None = None

    @property
    def extended(self) -> bool:
        """Whether it needs extended length."""
        return len(self.data) > MAX_SHORT_LC or (self.le is not None and self.le > MAX_SHORT_LE)

    def encode(self) -> bytearray:
        """Return the bytes to send, wipeable.

        Raises:
            ApduError: a number is out of range.
        """
        if len(self.data) > MAX_EXTENDED_LC or not (self.le is None or 1 <= self.le <= MAX_EXTENDED_LE):
            raise ApduError("length out of range")
        try:
            out = bytearray((self.cla, self.ins, self.p1, self.p2))
        except ValueError:
            raise ApduError("header byte out of range") from None
        if self.extended:
            out += b"\x00"
        width = 2 if self.extended else 1
        if self.data:
            out += len(self.data).to_bytes(width, "big")
            out += self.data
        if self.le is not None:
            out += (self.le % (1 << (8 * width))).to_bytes(width, "big")
        return out

    def summary(self) -> str:
        """Return header and lengths for the log; the body of a SELECT is a name and is shown."""
        head = f"{self.cla:02X} {self.ins:02X} {self.p1:02X} {self.p2:02X}"
        body = bytes(self.data).hex().upper() if self.ins == Instruction.SELECT else "*" * bool(self.data)
        return f"{head} Lc={len(self.data)} {body} Le={self.le}"


def decode_command(raw: bytes | bytearray) -> Command:
    """Read a command in short or extended length (ISO 7816-3, cases 1 to 4).

    Raises:
        ApduError: the bytes are no command.
    """
    if len(raw) < 4:
        raise ApduError("shorter than a header")
    cla, ins, p1, p2 = raw[:4]
    body = raw[4:]
    if not body:
        return Command(cla, ins, p1, p2)
    width = 2 if len(body) >= 3 and body[0] == 0 else 1
    if width == 2:
        body = body[1:]
    if len(body) == width:
        return Command(cla, ins, p1, p2, le=_le(body, width))
    length = int.from_bytes(body[:width], "big")
    data, rest = body[width : width + length], body[width + length :]
    if length == 0 or len(data) != length or len(rest) not in {0, width}:
        raise ApduError("lengths do not fit")
    return Command(cla, ins, p1, p2, data, _le(rest, width) if rest else None)


def is_extended(raw: bytes | bytearray) -> bool:
    """Say whether an encoded command is written in extended length."""
    return len(raw) >= 7 and raw[4] == 0


def _le(raw: bytes | bytearray, width: int) -> int:
    return int.from_bytes(raw, "big") or 1 << (8 * width)


@dataclass(frozen=True, slots=True)
class Response:
    """One response: its data (hidden from ``repr``) and its status word."""

    data: bytes = field(repr=False)
    sw: int

    @property
    def ok(self) -> bool:
        """Whether all was done."""
        return self.sw == StatusWord.OK

    @property
    def more(self) -> int | None:
        """How many bytes GET RESPONSE can fetch (61xx), 256 for 6100; None for any other status."""
        return (self.sw & 0xFF or MAX_SHORT_LE) if self.sw >> 8 == 0x61 else None

    @property
    def right_le(self) -> int | None:
        """The Le that the card wants instead (6Cxx), 256 for 6C00; None for any other status."""
        return (self.sw & 0xFF or MAX_SHORT_LE) if self.sw >> 8 == 0x6C else None

    @property
    def tries_left(self) -> int | None:
        """The counter in 63Cx; None for any other status."""
        return self.sw & 0x0F if self.sw & 0xFFF0 == 0x63C0 else None

    @property
    def blocked(self) -> bool:
        """Whether the status says that the secret is blocked."""
        return self.sw in BLOCKED or self.tries_left == 0

    @property
    def hex(self) -> str:
        """The status word as four hexadecimal digits."""
        return f"{self.sw:04X}"

    @property
    def name(self) -> str:
        """The status in words."""
        try:
            return StatusWord(self.sw).name
        except ValueError:
            return self.hex


def decode_response(raw: bytes | bytearray) -> Response:
    """Split what a reader returned into data and status word.

    Raises:
        ApduError: there are fewer than two bytes.
    """
    if len(raw) < 2:
        raise ApduError("a response without a status word")
    return Response(bytes(raw[:-2]), int.from_bytes(raw[-2:], "big"))

"""Reading a card's files with as few commands as the card allows.

A file is read by its short id, so it never has to be selected. A certificate's file is longer than the certificate,
so the DER header is read first and then exactly what it says. Extended length is used where the card declares it or
has shown that it takes it; 6700, or a reader that fails on it, makes the reader fall back to 256 bytes a command.
"""

from __future__ import annotations

from kiosk.card.apdu import MAX_SHORT_LE, Command, Instruction, Response, StatusWord
from kiosk.card.channel import Channel
from kiosk.card.der import MAX_HEADER, DerError, is_blank, total_length
from kiosk.card.errors import CardCommunication

_BY_SHORT_ID = 0x80
_HAS_DATA = frozenset({StatusWord.OK, StatusWord.END_OF_FILE})


class FileRefused(Exception):
    """The card did not give a file; ``sw`` says why. Caught by the session, which knows what the file is for."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.hex)
        self.sw = response.sw


class FileReader:
    """Reads files of the current application.

    Args:
        channel: the way to the card.
        extended: whether extended length works; None where nobody knows yet: then the first large read finds out.
    """

    def __init__(self, channel: Channel, extended: bool | None) -> None:
        self._channel = channel
        self.extended = extended

    def read_start(self, short_id: int, length: int) -> bytes:
        """Return the first ``length`` bytes (at most 256) of a file, or all of it where it is shorter.

        Raises:
            FileRefused: the card did not give it.
        """
        return self._read(_BY_SHORT_ID + short_id, 0, length)

    def read_der(self, short_id: int, expected: int, limit: int) -> bytes:
        """Return the one DER object a file begins with; no bytes where the file is blank.

        Args:
            short_id: the file.
            expected: how much to ask for at once in extended length, before the length is known.
            limit: the longest object that is believed, in bytes.

        Raises:
            FileRefused: the card did not give it.
            DerError: it is no DER object, or shorter than it says.
        """
        data = bytearray(self._read_head(short_id, expected))
        if is_blank(bytes(data[:MAX_HEADER])):
            return b""
        total = total_length(bytes(data[:MAX_HEADER]), limit)
        while len(data) < total:
            wanted = total - len(data)
            offset = len(data)
            part = self._read(offset >> 8, offset & 0xFF, wanted if self.extended else min(wanted, MAX_SHORT_LE))
            if not part:
                raise DerError("shorter than it says")
            data += part
        return bytes(data[:total])

    def _read_head(self, short_id: int, expected: int) -> bytes:
        if self.extended is not False and expected > MAX_SHORT_LE:
            head = self._probe_extended(short_id, expected)
            if head is not None:
                return head
        return self._read(_BY_SHORT_ID + short_id, 0, MAX_SHORT_LE)

    def _probe_extended(self, short_id: int, expected: int) -> bytes | None:
        try:
            head = self._read(_BY_SHORT_ID + short_id, 0, expected)
        except CardCommunication:
            # Many readers take short commands alone and fail here instead of asking the card.
            if self.extended:
                raise
            head = None
        except FileRefused as refused:
            if refused.sw != StatusWord.WRONG_LENGTH:
                raise
            head = None
        self.extended = head is not None
        return head

    def _read(self, p1: int, p2: int, length: int) -> bytes:
        response = self._channel.send(Command(0x00, Instruction.READ_BINARY, p1, p2, le=length))
        if response.sw == StatusWord.OFFSET_OUTSIDE_FILE:
            return b""
        if response.sw not in _HAS_DATA:
            raise FileRefused(response)
        return response.data[:length]

"""The one door through which every command leaves the program.

Here stands the list of card applications that may be selected. The Individual Number (個人番号) and the card-face
applications are not on it, and nothing can send a command past this door.
"""

from __future__ import annotations

from kiosk.card.apdu import (
    MAX_EXTENDED_LE,
    TRAFFIC,
    ApduError,
    Command,
    Instruction,
    Response,
    StatusWord,
    decode_command,
    decode_response,
    traffic_log,
)
from kiosk.card.errors import ApplicationForbidden, CardCommunication
from kiosk.card.transport import Connection

JPKI_APPLICATION = bytes.fromhex("D392F000260100000001")
RESIDENCE_APPLICATION = bytes.fromhex("D392F0004F0100000000000000000000")

ALLOWED_APPLICATIONS = frozenset({JPKI_APPLICATION, RESIDENCE_APPLICATION})
"""Full names only: a card also takes the beginning of a name, and that could be another application's."""

_SELECT_BY_NAME = 0x04
_SELECT_FILE_IN_APPLICATION = 0x02
_FIRST_OCCURRENCE_NO_DATA = 0x0C
_MAX_GET_RESPONSES = 300


def check_allowed(raw: bytes | bytearray) -> None:
    """Refuse a SELECT of anything but an allowed application or a file below it.

    Raises:
        ApplicationForbidden: before anything was sent.
    """
    if len(raw) < 2 or raw[1] != Instruction.SELECT:
        return
    try:
        command = decode_command(raw)
    except ApduError:
        raise ApplicationForbidden from None
    by_name = command.p1 == _SELECT_BY_NAME and bytes(command.data) in ALLOWED_APPLICATIONS
    in_application = command.p1 == _SELECT_FILE_IN_APPLICATION and len(command.data) == 2
    if command.cla != 0x00 or command.p2 != _FIRST_OCCURRENCE_NO_DATA or not (by_name or in_application):
        raise ApplicationForbidden


class Channel:
    """Sends commands over a connection and settles what ISO 7816-4 leaves to the transport.

    61xx is followed by GET RESPONSE, 6Cxx repeats the command with the right length once, and a first command answered
    6F00 (seen right after power-up) is sent once more. The encoded bytes are wiped after use.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._first = True

    @property
    def reader(self) -> str:
        """Name of the reader that the card lies on."""
        return self._connection.reader

    @property
    def atr(self) -> bytes:
        """The card's ATR."""
        return self._connection.atr

    def send(self, command: Command) -> Response:
        """Send ``command`` and return the whole response.

        Raises:
            ApplicationForbidden: it would select what must not be selected; nothing was sent.
            CardRemoved: the card is gone.
            CardCommunication: the answer is no response, or never ends.
        """
        response = self._exchange(command)
        if self._first and response.sw == StatusWord.UNKNOWN:
            response = self._exchange(command)
        self._first = False
        if response.right_le is not None and command.le is not None:
            response = self._exchange(
                Command(command.cla, command.ins, command.p1, command.p2, command.data, response.right_le)
            )
        return self._completed(response)

    def select_application(self, name: bytes) -> Response:
        """Select an application by its full name, asking for no data."""
        return self.send(Command(0x00, Instruction.SELECT, _SELECT_BY_NAME, _FIRST_OCCURRENCE_NO_DATA, name))

    def select_file(self, short_id: int) -> Response:
        """Select the file 00xx of the current application."""
        file_id = short_id.to_bytes(2, "big")
        return self.send(
            Command(0x00, Instruction.SELECT, _SELECT_FILE_IN_APPLICATION, _FIRST_OCCURRENCE_NO_DATA, file_id)
        )

    def _completed(self, response: Response) -> Response:
        data = bytearray(response.data)
        for _ in range(_MAX_GET_RESPONSES):
            if response.more is None:
                return Response(bytes(data), response.sw)
            response = self._exchange(Command(0x00, Instruction.GET_RESPONSE, 0x00, 0x00, le=response.more))
            if response.right_le is not None:
                response = self._exchange(Command(0x00, Instruction.GET_RESPONSE, 0x00, 0x00, le=response.right_le))
            data += response.data
            if len(data) > MAX_EXTENDED_LE:
                break
        raise CardCommunication(sw=response.hex)

    def _exchange(self, command: Command) -> Response:
        raw = command.encode()
        try:
            check_allowed(raw)
            response = decode_response(self._connection.transmit(raw))
        except ApduError:
            raise CardCommunication(sw="----") from None
        finally:
            raw[:] = bytes(len(raw))
        if traffic_log.isEnabledFor(TRAFFIC):
            traffic_log.log(TRAFFIC, "%s -> %d bytes %s", command.summary(), len(response.data), response.hex)
        return response

"""A connection whose answers a test writes down."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.card.errors import CardCommunication

Answer = bytes | str | Exception


def _bytes(answer: Answer) -> bytes:
    if isinstance(answer, Exception):
        raise answer
    return bytes.fromhex(answer) if isinstance(answer, str) else answer


class Scripted:
    """Answers in the order written (text is hexadecimal) and keeps what was sent."""

    def __init__(self, *answers: Answer, atr: str = "3BE000FF8131FE4514") -> None:
        self.answers = list(answers)
        self.sent: list[bytes] = []
        self.atr = bytes.fromhex(atr)
        self.reader = "scripted"

    def transmit(self, command: bytes | bytearray) -> bytes:
        self.sent.append(bytes(command))
        if not self.answers:
            raise CardCommunication(sw="none")
        return _bytes(self.answers.pop(0))

    def close(self) -> None:
        self.answers.clear()


class Computed(Scripted):
    """Answers with a function of the command."""

    def __init__(self, answer: Callable[[bytes], Answer], atr: str = "3BE000FF8131FE4514") -> None:
        super().__init__(atr=atr)
        self._answer = answer

    def transmit(self, command: bytes | bytearray) -> bytes:
        self.sent.append(bytes(command))
        return _bytes(self._answer(bytes(command)))

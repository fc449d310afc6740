"""A virtual My Number card: a command goes in, a response comes out, the counters remember.

Behaves as real cards were seen to (soltia48/myna-card) and as OpenSC's jpki driver expects. It signs with whatever
key it holds; its certificates' files are longer than the certificates, as on real cards.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable

from kiosk.card.apdu import ApduError, Command, Instruction, StatusWord, decode_command, is_extended
from kiosk.card.channel import JPKI_APPLICATION, RESIDENCE_APPLICATION
from kiosk.card.profile import CardProfile, KeyFiles, KeyUse, profile_table
from kiosk.card.virtual.keys import sign
from kiosk.card.virtual.store import CardContent, StoredSecret

_FILE_BYTES = 2048
_FILLER = 0xFF
_PRESENT = 0x8F
_MANUFACTURER = "JPKI"
_MAX_EXTENDED_RESPONSE = 65_533
"""vpcd's message length has two bytes, and the status word takes two of them."""

Answer = tuple[bytes, int]


class VirtualCard:
    """One virtual card under power.

    Args:
        content: what is on it; counters and secrets are changed in place.
        changed: called after a counter or a secret has changed (to save it).
    """

    def __init__(self, content: CardContent, changed: Callable[[CardContent], None] | None = None) -> None:
        self.content = content
        self._changed = changed
        self._profile: CardProfile = profile_table().profiles[0]
        self._files = _certificate_files(content, self._profile)
        self.power_off()

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self.content.atr

    def power_off(self) -> None:
        """Forget everything that power held: the application, the current file, shown secrets."""
        self._application: bytes | None = None
        self._current: int | None = None
        self._shown: set[KeyUse] = set()
        self._fresh = True

    def transmit(self, raw: bytes | bytearray) -> bytes:
        """Answer one command. Never raises for anything a reader can send."""
        data, word = self._answer(raw)
        return data + word.to_bytes(2, "big")

    def _answer(self, raw: bytes | bytearray) -> Answer:
        fresh, self._fresh = self._fresh, False
        if fresh and self.content.quirks.unknown_at_power_up:
            return b"", StatusWord.UNKNOWN
        try:
            command = decode_command(raw)
        except ApduError:
            return b"", StatusWord.WRONG_LENGTH
        if is_extended(raw) and not self.content.quirks.extended_length:
            return b"", StatusWord.WRONG_LENGTH
        if command.cla not in {0x00, 0x80}:
            return b"", StatusWord.CHANNEL_NOT_SUPPORTED if command.cla & 0x03 else StatusWord.CLASS_NOT_SUPPORTED
        return self._dispatch(command)

    def _dispatch(self, command: Command) -> Answer:
        handlers: dict[tuple[int, int], Callable[[Command], Answer]] = {
            (0x00, Instruction.SELECT): self._select,
            (0x00, Instruction.READ_BINARY): self._read,
            (0x00, Instruction.VERIFY): self._verify,
            (0x00, Instruction.CHANGE_REFERENCE_DATA): self._change,
            (0x00, Instruction.GET_CHALLENGE): self._challenge,
            (0x80, Instruction.PERFORM_SECURITY_OPERATION): self._sign,
        }
        handler = handlers.get((command.cla, command.ins))
        if handler is None:
            return b"", StatusWord.INSTRUCTION_NOT_SUPPORTED
        return handler(command)

    def _select(self, command: Command) -> Answer:
        if command.p1 == 0x04:
            return self._select_application(bytes(command.data))
        if command.p1 == 0x02 and len(command.data) == 2:
            return self._select_file(int.from_bytes(command.data, "big"))
        if command.p1 == 0x00 and command.data:
            return b"", StatusWord.FILE_NOT_FOUND
        return b"", StatusWord.WRONG_PARAMETERS

    def _select_application(self, name: bytes) -> Answer:
        # The beginning of a name is enough for a real card.
        if name and self.content.jpki and JPKI_APPLICATION.startswith(name):
            if self.content.quirks.reselect_forgets:
                self._shown.clear()
            self._application = JPKI_APPLICATION
        elif name and self.content.specified_residence_card and RESIDENCE_APPLICATION.startswith(name):
            self._shown.clear()
            self._application = RESIDENCE_APPLICATION
        else:
            return b"", StatusWord.FILE_NOT_FOUND
        self._current = None
        return b"", StatusWord.OK

    def _select_file(self, file_id: int) -> Answer:
        if self._application != JPKI_APPLICATION or file_id not in self._known_files():
            return b"", StatusWord.FILE_NOT_FOUND
        self._current = file_id
        return b"", StatusWord.OK

    def _known_files(self) -> set[int]:
        uses = [self._profile.files(use) for use in KeyUse]
        return {*self._files, *(files.key for files in uses), *(files.secret for files in uses)}

    def _read(self, command: Command) -> Answer:
        if command.p1 & 0x80:
            if command.p1 & 0x60:
                return b"", StatusWord.WRONG_PARAMETERS
            _, word = self._select_file(command.p1 & 0x1F)
            if word != StatusWord.OK:
                return b"", word
            offset = command.p2
        else:
            offset = command.p1 << 8 | command.p2
        if self._current is None:
            return b"", StatusWord.NO_CURRENT_FILE
        if self._current not in self._files:
            return b"", StatusWord.INCOMPATIBLE_FILE
        if not self._may_read(self._current):
            return b"", StatusWord.SECURITY_STATUS_NOT_SATISFIED
        return self._part(self._files[self._current], offset, command.le)

    def _may_read(self, file_id: int) -> bool:
        if file_id == self._profile.signing.certificate:
            return KeyUse.SIGNING in self._shown
        if file_id == self._profile.authentication.certificate:
            locked = self.content.quirks.secret_for_authentication_certificate
            return not locked or KeyUse.AUTHENTICATION in self._shown
        return True

    def _part(self, content: bytes, offset: int, le: int | None) -> Answer:
        if le is None:
            return b"", StatusWord.WRONG_LENGTH
        if offset >= len(content):
            return b"", StatusWord.OFFSET_OUTSIDE_FILE
        return content[offset : offset + min(le, _MAX_EXTENDED_RESPONSE)], StatusWord.OK

    def _referenced(self, reference: int, kind: Callable[[KeyFiles], int]) -> KeyUse | None:
        """Return whose secret or key ``reference`` (P2) means: 80 the current file, 80 + short id that file."""
        file_id = self._current if reference == 0x80 else reference - 0x80
        uses = (use for use in KeyUse if kind(self._profile.files(use)) == file_id)
        use = next(uses, None) if self._application == JPKI_APPLICATION else None
        if use is not None:
            self._current = file_id
        return use

    def _verify(self, command: Command) -> Answer:
        use = self._referenced(command.p2, lambda files: files.secret)
        stored = self.content.secrets.get(use) if use is not None else None
        if command.p1 != 0x00 or use is None or stored is None:
            return b"", StatusWord.REFERENCE_NOT_FOUND if command.p2 != 0x80 else StatusWord.NO_CURRENT_FILE
        if not command.data:
            return b"", self._counter(stored) if command.le is None else StatusWord.WRONG_LENGTH
        if stored.tries_left == 0:
            return b"", self.content.quirks.blocked_word
        if hmac.compare_digest(bytes(command.data), stored.value.encode()):
            self._shown.add(use)
            self._count(stored, self._start(use))
            return b"", StatusWord.OK
        self._shown.discard(use)
        self._count(stored, stored.tries_left - 1)
        return b"", 0x63C0 | stored.tries_left

    def _counter(self, stored: StoredSecret) -> int:
        return 0x63C0 | stored.tries_left if stored.tries_left else self.content.quirks.blocked_word

    def _change(self, command: Command) -> Answer:
        use = self._referenced(command.p2, lambda files: files.secret)
        if command.p1 != 0x01 or use is None or use not in self.content.secrets:
            return b"", StatusWord.WRONG_PARAMETERS
        if use not in self._shown:
            return b"", StatusWord.SECURITY_STATUS_NOT_SATISFIED
        files = self._profile.files(use)
        text = bytes(command.data).decode("ascii", "replace")
        allowed = text.isdigit() if files.digits_only else text.isalnum() and text == text.upper()
        if not (text.isascii() and allowed and files.minimum <= len(text) <= files.maximum):
            return b"", StatusWord.WRONG_DATA
        self.content.secrets[use].value = text
        self._tell()
        return b"", StatusWord.OK

    def _start(self, use: KeyUse) -> int:
        return self._profile.files(use).tries

    def _count(self, stored: StoredSecret, tries: int) -> None:
        if stored.tries_left != tries:
            stored.tries_left = tries
            self._tell()

    def _tell(self) -> None:
        if self._changed is not None:
            self._changed(self.content)

    def _challenge(self, command: Command) -> Answer:
        if command.p1 or command.p2:
            return b"", StatusWord.WRONG_PARAMETERS
        if command.le is None or command.data or command.le > 256:
            return b"", StatusWord.CONDITIONS_NOT_SATISFIED
        return secrets.token_bytes(command.le), StatusWord.OK

    def _sign(self, command: Command) -> Answer:
        use = self._referenced(command.p2, lambda files: files.key)
        if use is None or use not in self.content.keys:
            return b"", StatusWord.REFERENCE_NOT_FOUND if command.p2 != 0x80 else StatusWord.NO_CURRENT_FILE
        if command.p1 not in {0x00, 0x02, 0x03}:
            return b"", StatusWord.WRONG_PARAMETERS
        if use not in self._shown:
            return b"", StatusWord.SECURITY_STATUS_NOT_SATISFIED
        signature = sign(self.content.keys[use].private_key, command.p1, bytes(command.data))
        return (signature, StatusWord.OK) if signature else (b"", StatusWord.CONDITIONS_NOT_SATISFIED)


def _certificate_files(content: CardContent, profile: CardProfile) -> dict[int, bytes]:
    presence = bytearray(3)
    files = {profile.token_info: _token_info(content), profile.presence: b""}
    for place, use in enumerate((KeyUse.SIGNING, KeyUse.AUTHENTICATION)):
        key, ids = content.keys.get(use), profile.files(use)
        presence[place] = _PRESENT if key is not None else 0x00
        files[ids.certificate] = _filled(key.certificate if key is not None else b"")
        files[ids.authority] = _filled(key.authority if key is not None else b"")
    files[profile.presence] = bytes(presence)
    return files


def _filled(certificate: bytes) -> bytes:
    return certificate.ljust(max(_FILE_BYTES, len(certificate) + 64), bytes((_FILLER,)))


def _token_info(content: CardContent) -> bytes:
    """Return a CK_TOKEN_INFO of PKCS#11: texts padded with spaces, numbers as 32 bits big-endian, 160 bytes in all."""
    serial = hashlib.sha256(b"".join(key.certificate for key in content.keys.values())).hexdigest()[:16]
    texts = ((content.label, 32), (_MANUFACTURER, 32), ("VIRTUAL", 16), (serial.upper(), 16))
    head = b"".join(text.encode("ascii").ljust(size)[:size] for text, size in texts)
    return head.ljust(160, b"\x00")

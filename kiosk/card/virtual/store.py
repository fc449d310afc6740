"""What is on a virtual card, and its file: JSON, readable by its owner alone."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from kiosk.card.errors import VirtualCardFile

_FORMAT = "residence-filing-kiosk virtual card"
_VERSION = 1

ATR_CONTACT = bytes.fromhex("3BDA13FF8131FB468012392F31C173C601C03B")
"""Contact interface of a card generation that declares extended length."""
ATR_CONTACT_SHORT = bytes.fromhex("3BC5FF8131FB458073C6010000")
"""Contact interface of a generation that declares none."""
ATR_CONTACTLESS = bytes.fromhex("3B888001000005E0B381A1007F")
"""What contactless readers make up: it declares nothing."""


@dataclass(frozen=True, slots=True)
class Quirks:
    """How a virtual card differs from the plain one.

    Attributes:
        unknown_at_power_up: the first command after power-up is answered 6F00.
        blocked_word: status word for a blocked secret; 0x6984 as real cards, 0x6983 as ISO 7816-4 words it.
        extended_length: whether extended length is taken.
        reselect_forgets: whether selecting the application forgets that a secret was shown.
        contactless: the ATR of a contactless reader, which declares nothing.
        secret_for_authentication_certificate: the authentication certificate needs its secret, as on Android.
        bits_per_second: rate of the modelled link, 10 bits a byte; 0 for no delay.
        command_seconds: time per command of the modelled link.
    """

    unknown_at_power_up: bool = False
    blocked_word: int = 0x6984
    extended_length: bool = True
    reselect_forgets: bool = True
    contactless: bool = False
    secret_for_authentication_certificate: bool = False
    bits_per_second: int = 0
    command_seconds: float = 0.0

    def delay(self, transferred: int) -> float:
        """Return the seconds that a command with ``transferred`` bytes in both directions takes on the link."""
        wire = transferred * 10 / self.bits_per_second if self.bits_per_second else 0.0
        return wire + self.command_seconds


@dataclass(slots=True)
class StoredSecret:
    """One secret on a card and its counter."""

    value: str = field(repr=False)
    tries_left: int


@dataclass(slots=True)
class StoredKey:
    """One key on a card: private key (PKCS#8 DER), its certificate and that of its CA (DER)."""

    private_key: bytes = field(repr=False)
    certificate: bytes = field(repr=False)
    authority: bytes = field(repr=False)


@dataclass(slots=True)
class CardContent:
    """Everything on one virtual card.

    ``keys`` and ``secrets`` go by ``authentication`` and ``signing``; a child's card has no signing key.
    """

    keys: dict[str, StoredKey] = field(repr=False)
    secrets: dict[str, StoredSecret] = field(repr=False)
    label: str = "JPKIAPICCTOKEN2"
    specified_residence_card: bool = False
    jpki: bool = True
    """False: a card without the JPKI application."""
    quirks: Quirks = field(default_factory=Quirks)

    @property
    def atr(self) -> bytes:
        """The answer to reset that goes with the quirks."""
        if self.quirks.contactless:
            return ATR_CONTACTLESS
        return ATR_CONTACT if self.quirks.extended_length else ATR_CONTACT_SHORT

    def with_quirks(self, **changes: Any) -> CardContent:
        """Return the same card (same keys, same counters) with other quirks."""
        return replace(self, quirks=replace(self.quirks, **changes))


def save_card(content: CardContent, path: Path) -> None:
    """Write a card's file whole, mode 0600; an older one is replaced at once."""
    keys = {use: {name: _text(value) for name, value in asdict(key).items()} for use, key in content.keys.items()}
    data = {
        "format": _FORMAT,
        "version": _VERSION,
        "label": content.label,
        "specified_residence_card": content.specified_residence_card,
        "jpki": content.jpki,
        "quirks": asdict(content.quirks),
        "secrets": {use: asdict(secret) for use, secret in content.secrets.items()},
        "keys": keys,
    }
    write_private(path, json.dumps(data, ensure_ascii=False, indent=1))


def load_card(path: Path) -> CardContent:
    """Read a card's file.

    Raises:
        VirtualCardFile: it is missing or not such a file.
    """
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        _check_format(data)
        return CardContent(
            keys={
                use: StoredKey(**{name: base64.b64decode(value, validate=True) for name, value in key.items()})
                for use, key in data["keys"].items()
            },
            secrets={use: StoredSecret(**secret) for use, secret in data["secrets"].items()},
            label=str(data["label"]),
            specified_residence_card=bool(data["specified_residence_card"]),
            jpki=bool(data["jpki"]),
            quirks=Quirks(**data["quirks"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise VirtualCardFile(file=path.name) from error


def _check_format(data: dict[str, Any]) -> None:
    if (data["format"], data["version"]) != (_FORMAT, _VERSION):
        raise ValueError("another format")


def write_private(path: Path, text: str) -> None:
    """Write ``text`` to a new file of mode 0600 and move it to ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")

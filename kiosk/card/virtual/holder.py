"""The invented holder of a virtual card, from a TOML file (``config/demo/holder.toml`` shows every name)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from kiosk.card.errors import VirtualCardFile
from kiosk.paths import config_dir


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a virtual card is made for. The secrets are those of the new card."""

    name: str = field(repr=False)
    birth_date: str = field(repr=False)
    """``YYYY-MM-DD``, zeros for unknown parts."""
    sex: str = field(repr=False)
    """1 male, 2 female, 3 unknown."""
    address: str = field(repr=False)
    authentication_secret: str = field(repr=False)
    signing_secret: str = field(repr=False)
    birth_era: str = "0"
    prefecture: str = "Tokyo-to"
    municipality: str = "Chiyoda-ku"
    municipality_code: str = "13101"
    name_substituted: str = field(default="", repr=False)
    address_substituted: str = field(default="", repr=False)
    signing_certificate: bool = True
    specified_residence_card: bool = False

    @property
    def birth_attribute(self) -> str:
        """The birth date as the certificate has it, ``EYYYYMMDD``."""
        return self.birth_era + self.birth_date.replace("-", "")

    def flags(self, marks: str, text: str) -> str:
        """Return one digit a character of ``text``: ``marks``, filled up with 0."""
        return marks.ljust(len(text), "0")[: len(text)]


def demo_holder() -> Holder:
    """Return the holder of the demo."""
    return load_holder(config_dir() / "demo" / "holder.toml")


def load_holder(path: Path) -> Holder:
    """Read a holder.

    Raises:
        VirtualCardFile: the file is missing, or a name is missing or unknown.
    """
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        secrets: dict[str, Any] = raw.pop("secrets")
        values = {
            **raw,
            "authentication_secret": secrets["authentication"],
            "signing_secret": secrets["signing"],
        }
        _check_kinds(values)
        return Holder(**values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise VirtualCardFile(file=path.name) from error


def _check_kinds(values: dict[str, Any]) -> None:
    kinds = {item.name: bool if "bool" in str(item.type) else str for item in fields(Holder)}
    if any(type(value) is not kinds[name] for name, value in values.items()):
        raise TypeError("a value of another kind")

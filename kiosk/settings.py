"""The station's settings: ``config/kiosk.toml`` laid under a file of the operator's.

The file named by ``--settings`` (or ``KIOSK_SETTINGS``) overrides single values. Unknown names are refused, so that
a slip of the pen does not silently leave a default in force.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, cast

from kiosk.errors import SettingsError
from kiosk.paths import config_dir

PREVIEWS = ("auto", "blocks", "sixel", "kitty")
"""How a photo is shown: as the terminal says that it can, or in one way whatever the terminal says."""


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """The portal this station talks to.

    ``sealing_pin`` is the portal's Ed25519 key (base64) that signs its sealing keys; without it nothing can be signed
    while the portal is away.
    """

    origin: str = "http://127.0.0.1:8471"
    sealing_pin: str = ""
    timeout_seconds: float = 10.0
    status_interval_seconds: float = 15.0


@dataclass(frozen=True, slots=True)
class CardSettings:
    """Where a card is looked for.

    ``source`` is ``pcsc`` or ``virtual``; a virtual card is read from ``virtual_card`` and runs in process.
    """

    source: str = "pcsc"
    virtual_card: str = ""
    poll_seconds: float = 0.5
    trust_anchors: str = "trust"


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """The encrypted store. An empty ``folder`` means the operating system's place for this user's data.

    Documents that did not fit are kept for ``rest_days``, untouched or not: the bureau asks for them after months.
    """

    folder: str = ""
    key_source: str = "auto"
    drafts_idle_days: int = 7
    rest_days: int = 120


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """How long the outbox keeps what is over, and its backups. Drafts: ``StoreSettings.drafts_idle_days``.

    ``backup_folder`` should lie on another disk; empty means beside the store.
    """

    number_days: int = 30
    failed_days: int = 30
    backup_folder: str = ""
    backup_minutes: float = 60.0
    backup_hours: float = 48.0


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """How long a person may be away, in seconds, and how long an application usually takes, in minutes.

    A closing of the portal that begins within ``filing_minutes`` is said plainly before a person begins.
    """

    idle_warning_seconds: float = 180.0
    idle_end_seconds: float = 300.0
    filing_minutes: float = 60.0


@dataclass(frozen=True, slots=True)
class AttachmentSettings:
    """Where a person's files are looked for, and how a photo is shown.

    Empty ``folders`` mean the home folder and mounted removable drives. ``preview`` is one of ``PREVIEWS``.
    """

    folders: tuple[str, ...] = ()
    preview: str = "auto"


@dataclass(frozen=True, slots=True)
class DemoSettings:
    """Set only by ``kiosk demo``: the invented card's holder, its mailbox, and the file that switches the portal."""

    holder: str = ""
    mailbox: str = ""
    switch: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one station. With ``staff_view`` staff work here: they see what of a form is not certain."""

    system: str = "rasens"
    language: str = "ja"
    languages: tuple[str, ...] = ("ja", "en")
    device_id: str = ""
    log_file: str = ""
    staff_view: bool = False
    portal: PortalSettings = field(default_factory=PortalSettings)
    card: CardSettings = field(default_factory=CardSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    queue: QueueSettings = field(default_factory=QueueSettings)
    session: SessionSettings = field(default_factory=SessionSettings)
    attachments: AttachmentSettings = field(default_factory=AttachmentSettings)
    demo: DemoSettings = field(default_factory=DemoSettings)

    def trust_anchor_dir(self) -> Path:
        """Return the folder of CA certificates this station trusts (relative names lie in ``config/``)."""
        return config_dir() / self.card.trust_anchors


def load_settings(override: Path | None = None) -> Settings:
    """Read ``config/kiosk.toml`` and, over it, ``override``.

    Raises:
        SettingsError: a file cannot be read, or holds an unknown name or a value that is none of those possible.
    """
    settings = _overlay(Settings(), _read(config_dir() / "kiosk.toml"), "")
    if override is not None:
        settings = _overlay(settings, _read(override), "")
    if settings.attachments.preview not in PREVIEWS:
        raise SettingsError(name="attachments.preview")
    return settings


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(file=path.name) from error


def _overlay(base: Any, values: dict[str, Any], prefix: str) -> Any:
    known = {item.name for item in fields(base)}
    changes: dict[str, Any] = {}
    for name, value in values.items():
        label = f"{prefix}{name}"
        if name not in known:
            raise SettingsError(name=label)
        changes[name] = _converted(getattr(base, name), value, label)
    return replace(base, **changes)


def _converted(current: Any, value: Any, label: str) -> Any:
    if hasattr(current, "__dataclass_fields__") and isinstance(value, dict):
        return _overlay(current, cast("dict[str, Any]", value), f"{label}.")
    if isinstance(current, tuple) and isinstance(value, list):
        return tuple(str(item) for item in cast("list[Any]", value))
    if isinstance(current, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not type(current):
        raise SettingsError(name=label)
    return value

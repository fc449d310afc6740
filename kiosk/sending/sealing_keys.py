"""The portal's sealing keys, learned while it is open and kept for the time when it is not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from kiosk.clock import Clock
from kiosk.offline_queue.durable import write_private
from kiosk.portal.contract import SealingKey, SealingKeys
from kiosk.portal.errors import NotSealable, SealingKeysUntrusted
from kiosk.portal.sealing import key_in_force, verified_keys

KEYS_FILE = "sealing-keys.json"

_AHEAD = timedelta(days=1)  # so far may this station's clock be behind


class Source(Protocol):
    """The part of ``DeferredClient`` that is used."""

    def sealing_keys(self) -> SealingKeys:
        """See ``DeferredClient.sealing_keys``."""
        ...


class SealingKeyFile:
    """The keys as they are kept beside the store. What is read is verified again each time: the file is only a file.

    Args:
        folder: of the station's own data.
        pin: the portal's Ed25519 key, base64 (``portal.sealing_pin``); empty where nothing is to be sealed.
        clock: the present moment.
    """

    def __init__(self, folder: Path, pin: str, clock: Clock) -> None:
        self._path = folder / KEYS_FILE
        self._pin = pin
        self._clock = clock

    def learn(self, portal: Source) -> None:
        """Ask the portal for its keys and keep them; older ones than those kept are left aside.

        Raises:
            NotSealable: the station has no pin.
            SealingKeysUntrusted: not signed by the pinned portal. What was kept stays.
            PortalError: no answer.
            StoreError: they can't be kept.
        """
        if not self._pin:
            raise NotSealable
        said = portal.sealing_keys()
        verified_keys(said, self._pin)
        kept = self._kept()
        # Keys of a moment that is still to come were said by a portal whose clock was wrong: they rule nobody out.
        if kept is None or kept.issued_at < said.issued_at or kept.issued_at > self._clock() + _AHEAD:
            write_private(self._path, said.model_dump_json().encode())

    def current(self) -> SealingKey:
        """Return the key to seal to now.

        Raises:
            NotSealable: none is known that is in force: then only a draft can be kept.
        """
        kept = self._kept()
        if kept is None:
            raise NotSealable
        return key_in_force(kept.keys, self._clock())

    def _kept(self) -> SealingKeys | None:
        """Return what is kept, if it is still believed under the present pin."""
        try:
            kept = SealingKeys.model_validate_json(self._path.read_bytes())
            verified_keys(kept, self._pin)
        except (OSError, ValidationError, SealingKeysUntrusted):
            return None
        return kept

"""The trust folder: CA certificates and revocation lists as files, read again when a file changes.

Several generations of a CA share one name; every file counts, and which one issued a certificate is decided by its
signature. Test policies are accepted only from a CA that is not of the organisation JPKI.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import crl, pem, x509
from pyhanko_certvalidator.context import ValidationContext

_CERTIFICATES = frozenset({".pem", ".crt", ".cer", ".der"})
_LISTS = frozenset({".crl"})


@dataclass(frozen=True)
class TrustState:
    """What the folder held at one moment."""

    roots: tuple[Any, ...] = ()
    lists: tuple[Any, ...] = ()

    def context(self, certificate: Any, moment: datetime) -> ValidationContext:
        """Return a fresh pyHanko context for one certificate (asn1crypto).

        Nothing is fetched, and without a revocation list nothing is trusted. The JPKI has a list per municipality and
        generation; those of other places are left out, since looking through thousands takes long.
        """
        places = _places(certificate.crl_distribution_points_value or ())
        return ValidationContext(
            trust_roots=list(self.roots),
            crls=[item for item in self.lists if _may_concern(item, places)],
            moment=moment,
            allow_fetching=False,
            revocation_mode="require",
        )


class TrustStore:
    """The trust folder of a portal.

    Args:
        folder: where certificates (``.pem``, ``.crt``, ``.cer``, ``.der``) and revocation lists (``.crl``) lie, each
            PEM or DER. It may be missing or empty: then nobody is trusted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._state = TrustState()

    def state(self) -> TrustState:
        """Return what the folder holds now.

        Raises:
            ValueError: a file is not what its name says.
        """
        paths = sorted(self._folder.iterdir()) if self._folder.is_dir() else []
        files = [path for path in paths if path.suffix.lower() in _CERTIFICATES | _LISTS]
        stats = [(path, path.stat()) for path in files]
        seen = tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)
        with self._lock:
            if seen != self._seen:
                self._state = _read(files)
                self._seen = seen
            return self._state


def _may_concern(revocation_list: Any, places: set[str]) -> bool:
    """Tell whether a list may be the one of ``places``: it names one of them, or none at all."""
    issued_for = revocation_list.issuing_distribution_point_value
    named = _places([issued_for] if issued_for is not None else [])
    return not named or bool(named & places)


def _places(points: Any) -> set[str]:
    """Return the directory names that distribution points lead to."""
    chosen = [point["distribution_point"] for point in points]
    full = [item.chosen for item in chosen if item.name == "full_name"]
    return {name.chosen.hashable for names in full for name in names if name.name == "directory_name"}


def _read(files: list[Path]) -> TrustState:
    lists = [der for path in files if path.suffix.lower() in _LISTS for der in _ders(path)]
    roots = [der for path in files if path.suffix.lower() in _CERTIFICATES for der in _ders(path)]
    return TrustState(
        roots=tuple(_parsed(x509.Certificate, der) for der in roots),
        lists=tuple(_parsed(crl.CertificateList, der) for der in lists),
    )


def _parsed(kind: Any, der: bytes) -> Any:
    """Parse every part now. The parser is lazy and not made for threads: two that shared a half-read revocation list
    could miss an entry.
    """
    value = kind.load(der, strict=True)
    _ = value.native
    return value


def _ders(path: Path) -> list[bytes]:
    data = path.read_bytes()
    if not pem.detect(data):
        return [data]
    blocks: Any = pem.unarmor(data, multiple=True)
    return [bytes(der) for _kind, _headers, der in blocks]

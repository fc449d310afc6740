"""A test CA with the shape of the JPKI: self-signed roots per use, several generations under one name.

Everything it makes says ``JPKI-TEST``; its policies are the test ones. It lives in memory, or in a file of its own
(mode 0600) so that a demo started again knows its cards.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from kiosk.card.errors import VirtualCardFile
from kiosk.card.profile import KeyUse
from kiosk.card.virtual.extensions import ca_name, holder_extensions, partition_name, subject_name
from kiosk.card.virtual.holder import Holder
from kiosk.card.virtual.store import CardContent, Quirks, StoredKey, StoredSecret, write_private
from kiosk.clock import JAPAN, utc_now

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Partition = tuple[str, str]

_START_TRIES = {KeyUse.AUTHENTICATION: 3, KeyUse.SIGNING: 5}
_ROOT_LIFE = timedelta(days=3653)
_GENERATION_GAP = timedelta(days=4 * 365)
_CLOCK_SLACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Root:
    """One generation of one CA."""

    key: PrivateKey
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class Revocation:
    """One revoked certificate: which list it belongs to, its serial number, and when."""

    use: KeyUse
    generation: int
    partition: Partition
    serial_number: int
    at: datetime


class TestAuthority:
    """Issues invented cards and their revocation lists.

    Args:
        roots: per use, the generations from the oldest to the one that issues now.
    """

    __test__: ClassVar[bool] = False
    """Its name begins like a test's; pytest shall not collect it."""

    def __init__(self, roots: dict[KeyUse, list[Root]]) -> None:
        self._roots = roots
        self._partitions: list[Partition] = []
        self._revoked: list[Revocation] = []

    @classmethod
    def create(cls, now: datetime, *, key_type: str = "rsa", generations: int = 2) -> TestAuthority:
        """Make new roots: ``generations`` of each, four years apart, the newest a day old at ``now``.

        Args:
            now: aware of its zone.
            key_type: ``rsa`` (2048 bits) or ``secp384r1``.
            generations: at least 1; all share one name.
        """
        starts = [now - timedelta(days=1) - _GENERATION_GAP * back for back in reversed(range(generations))]
        return cls({use: [_root(use, start, key_type) for start in starts] for use in KeyUse})

    def issue(
        self,
        holder: Holder,
        now: datetime,
        *,
        key_type: str = "rsa",
        not_after: datetime | None = None,
        generation: int = -1,
        quirks: Quirks | None = None,
    ) -> CardContent:
        """Make a card.

        Args:
            holder: whose card.
            now: when it is made; validity begins an hour before. A card of the past or the future is made by giving
                another moment.
            key_type: of the card's keys, ``rsa`` (2048 bits) or ``secp384r1``.
            not_after: end of validity instead of the fifth birthday after ``now``.
            generation: which generation of roots signs; the newest unless said.
            quirks: how the card behaves.
        """
        uses = [use for use in KeyUse if use is KeyUse.AUTHENTICATION or holder.signing_certificate]
        self._remember((holder.prefecture, holder.municipality))
        end = not_after or _fifth_birthday(holder, now)
        values = {KeyUse.AUTHENTICATION: holder.authentication_secret, KeyUse.SIGNING: holder.signing_secret}
        return CardContent(
            keys={use.value: self._key(use, holder, (now - _CLOCK_SLACK, end), key_type, generation) for use in uses},
            secrets={use.value: StoredSecret(values[use], _START_TRIES[use]) for use in uses},
            specified_residence_card=holder.specified_residence_card,
            quirks=quirks or Quirks(),
        )

    def revoke(self, certificate: bytes, at: datetime) -> None:
        """Put a certificate (DER) of this authority on its list; ``write_trust`` publishes it.

        Raises:
            ValueError: it is of another CA.
        """
        revoked = x509.load_der_x509_certificate(certificate)
        use, generation = self._issuer(revoked)
        points = revoked.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        for partition in self._partitions:
            wanted = x509.DirectoryName(partition_name(use, partition))
            if any(wanted in (point.full_name or ()) for point in points):
                self._revoked.append(Revocation(use, generation, partition, revoked.serial_number, at))
                return
        raise ValueError("no list of this authority")

    def write_trust(self, folder: Path, now: datetime | None = None, lifetime: timedelta = timedelta(days=7)) -> None:
        """Write anchors (``*.pem``) and revocation lists (``*.crl``, DER) as of ``now``, good for ``lifetime``."""
        now = now or utc_now()
        folder.mkdir(parents=True, exist_ok=True)
        for use, generation, root in self._all_roots():
            stem = f"test-{use}-{generation + 1}"
            (folder / f"{stem}.pem").write_bytes(root.certificate.public_bytes(Encoding.PEM))
            for number, partition in enumerate(self._partitions, 1):
                crl = self._crl(use, generation, partition, (now - _CLOCK_SLACK, now + lifetime))
                (folder / f"{stem}-{number}.crl").write_bytes(crl.public_bytes(Encoding.DER))

    def save(self, path: Path) -> None:
        """Write the authority with its private keys to a file of mode 0600."""
        data = {
            "roots": {use: [_root_text(root) for root in roots] for use, roots in self._roots.items()},
            "partitions": self._partitions,
            "revoked": [
                [item.use, item.generation, item.partition, item.serial_number, item.at.isoformat()]
                for item in self._revoked
            ],
        }
        write_private(path, json.dumps(data, ensure_ascii=False, indent=1))

    @classmethod
    def load(cls, path: Path) -> TestAuthority:
        """Read what ``save`` wrote.

        Raises:
            VirtualCardFile: the file is missing or not such a file.
        """
        try:
            data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            made = cls({use: [_root_from(text) for text in data["roots"][use.value]] for use in KeyUse})
            for prefecture, municipality in data["partitions"]:
                made._remember((prefecture, municipality))
            for use, generation, (prefecture, municipality), serial, at in data["revoked"]:
                moment = datetime.fromisoformat(at)
                made._revoked.append(Revocation(KeyUse(use), generation, (prefecture, municipality), serial, moment))
            return made
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise VirtualCardFile(file=path.name) from error

    def _remember(self, partition: Partition) -> None:
        if partition not in self._partitions:
            self._partitions.append(partition)

    def _all_roots(self) -> Iterable[tuple[KeyUse, int, Root]]:
        for use, roots in self._roots.items():
            for generation, root in enumerate(roots):
                yield use, generation, root

    def _issuer(self, issued: x509.Certificate) -> tuple[KeyUse, int]:
        for use, generation, root in self._all_roots():
            try:
                issued.verify_directly_issued_by(root.certificate)
            except (ValueError, TypeError, InvalidSignature):
                continue
            return use, generation
        raise ValueError("a certificate of another CA")

    def _key(
        self, use: KeyUse, holder: Holder, validity: tuple[datetime, datetime], key_type: str, generation: int
    ) -> StoredKey:
        root = self._roots[use][generation]
        key = _new_key(key_type)
        opaque = f"{validity[0]:%Y%m%d%H%M%S}{secrets.randbelow(10_000):04}{holder.municipality_code}"
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject_name(use, holder, opaque))
            .issuer_name(root.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(validity[0])
            .not_valid_after(validity[1])
            .add_extension(_authority_id(root), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        for extension, critical in holder_extensions(use, holder):
            builder = builder.add_extension(extension, critical)
        return StoredKey(
            private_key=key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
            certificate=builder.sign(root.key, _digest(root.key)).public_bytes(Encoding.DER),
            authority=root.certificate.public_bytes(Encoding.DER),
        )

    def _crl(
        self, use: KeyUse, generation: int, partition: Partition, validity: tuple[datetime, datetime]
    ) -> x509.CertificateRevocationList:
        root = self._roots[use][generation]
        point = x509.IssuingDistributionPoint(
            full_name=[x509.DirectoryName(partition_name(use, partition))],
            relative_name=None,
            only_contains_user_certs=False,
            only_contains_ca_certs=False,
            only_some_reasons=None,
            indirect_crl=False,
            only_contains_attribute_certs=False,
        )
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(root.certificate.subject)
            .last_update(validity[0])
            .next_update(validity[1])
            .add_extension(_authority_id(root), critical=False)
            .add_extension(x509.CRLNumber(int(validity[0].timestamp())), critical=False)
            .add_extension(point, critical=True)
        )
        for item in self._revoked:
            if (item.use, item.generation, item.partition) == (use, generation, partition):
                entry = x509.RevokedCertificateBuilder().serial_number(item.serial_number).revocation_date(item.at)
                builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(root.key, _digest(root.key))


def _new_key(key_type: str) -> PrivateKey:
    if key_type == "secp384r1":
        return ec.generate_private_key(ec.SECP384R1())
    if key_type == "rsa":
        return rsa.generate_private_key(65537, 2048)
    raise ValueError("unknown key type")


def _digest(key: PrivateKey) -> hashes.SHA256 | hashes.SHA384:
    return hashes.SHA256() if isinstance(key, rsa.RSAPrivateKey) else hashes.SHA384()


def _root(use: KeyUse, start: datetime, key_type: str) -> Root:
    key = _new_key(key_type)
    usage = {name: name in {"key_cert_sign", "crl_sign"} for name in _KEY_USAGES}
    builder = (
        x509.CertificateBuilder()
        .subject_name(ca_name(use))
        .issuer_name(ca_name(use))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + _ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Root(key, builder.sign(key, _digest(key)))


_KEY_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def _authority_id(root: Root) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())


def _fifth_birthday(holder: Holder, now: datetime) -> datetime:
    """Return the end, in Japan, of the holder's fifth birthday after ``now`` (J-LIS profile: end of validity)."""
    today = now.astimezone(JAPAN).date()
    _, month, day = (int(part) for part in holder.birth_date.split("-"))
    month, day = month or today.month, min(day or today.day, 28 if month == 2 else 30)
    passed = date(today.year, month, day) <= today
    last = date(today.year + (5 if passed else 4), month, day)
    return datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=JAPAN).astimezone(UTC)


def _root_text(root: Root) -> list[str]:
    key = root.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return [key.decode("ascii"), root.certificate.public_bytes(Encoding.PEM).decode("ascii")]


def _root_from(text: list[str]) -> Root:
    key = load_pem_private_key(text[0].encode("ascii"), None)
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise TypeError("another kind of key")
    return Root(key, x509.load_pem_x509_certificate(text[1].encode("ascii")))

"""From a finished draft to a sealed item in the outbox, without the portal: encrypt, sign, seal, keep, in one job.

The files are encrypted first, since the statement names their encrypted form; then the card signs the statement in one
session; then everything is sealed to the portal; then one durable act puts the item into the outbox and erases the
draft. Whatever fails before that act, the draft is as it was.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kiosk.card.errors import SignerDiffers
from kiosk.forms.model import PersonFacts

if TYPE_CHECKING:
    from kiosk.card.certificates import Attributes
    from kiosk.delivery import ParcelFile
    from kiosk.offline_queue.keys import Owner
    from kiosk.offline_queue.outbox_model import ItemSummary
    from kiosk.portal.contract import ApplicationContent, DeferredFile, SealingKey
    from kiosk.sending.sealer import Signatory
    from kiosk.services import Services

Progress = Callable[[str, float], None]
"""Told the message key of the step that begins, and the share done."""


@dataclass(frozen=True, slots=True, repr=False)
class Order:
    """What is to be signed, sealed and kept.

    Attributes:
        owner: whose draft it is.
        draft_id: the draft, which is erased when the item is kept.
        submission_id: UUIDv7; the portal accepts it once.
        who: the account that it is filed under.
        not_after: the portal takes it until then; at most ``MAX_HOURS`` from now.
        ahead: how much the portal's clock is ahead of this machine's, as far as is known.
        files: photo and documents.
        content: called once with what the signing certificate says; gives what is filed, or raises.
        rest_until: until when documents are kept that did not fit and follow later.
    """

    owner: Owner
    draft_id: str
    submission_id: str
    who: Signatory
    not_after: datetime
    ahead: timedelta
    files: tuple[ParcelFile, ...]
    content: Callable[[Attributes], ApplicationContent]
    rest_until: datetime


def latest_end(moment: datetime) -> datetime:
    """Return until when something signed at ``moment`` or later may wait at most: a whole minute, UTC."""
    from kiosk.portal.contract import MAX_HOURS

    return moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(hours=MAX_HOURS)


def sealing_key(services: Services) -> SealingKey:
    """Return the portal's key that something may be sealed to now.

    Raises:
        NotSealable: this station knows none that is in force.
    """
    from kiosk.sending.sealing_keys import SealingKeyFile

    return SealingKeyFile(services.data_dir, services.settings.portal.sealing_pin, services.clock).current()


def facts_in(attributes: Attributes) -> PersonFacts:
    """Return what a signing certificate says of its holder, as the form engine takes it."""
    return PersonFacts(
        name=attributes.name,
        birth_date=attributes.birth_date_text,
        sex=attributes.sex,
        address=attributes.address,
        name_substituted=bool(attributes.name_substituted),
        address_substituted=bool(attributes.address_substituted),
    )


def require_same_person(known: PersonFacts, attributes: Attributes) -> None:
    """Refuse a certificate of somebody else than the draft is about: the portal would.

    Raises:
        SignerDiffers: name, birth date or sex are not the same.
    """
    said = (attributes.name, attributes.birth_date_text, attributes.sex)
    if _folded(said) != _folded((known.name, known.birth_date, known.sex)):
        raise SignerDiffers


def _folded(parts: Sequence[str]) -> tuple[str, ...]:
    return tuple("".join(unicodedata.normalize("NFKC", part).casefold().split()) for part in parts)


def defer(services: Services, reader: str | None, password: bytearray, order: Order, progress: Progress) -> ItemSummary:
    """Sign, seal and keep an application, and erase its draft. Durable when it returns.

    Args:
        services: the adapters.
        reader: the reader the card lies on.
        password: the signing password; wiped, whatever happens.
        order: what is signed.
        progress: told how far it is.

    Returns:
        The item as the outbox has it.

    Raises:
        CardError: from the card, ``SignerDiffers`` among them.
        DraftNotYours: another card than the one that opened the draft.
        NotSealable, SigningImpossible: it cannot be sealed or signed.
        StoreError: it could not be kept. Where it was kept all the same, ``Outbox.show`` finds it.
    """
    from kiosk.remainder import rest_of
    from kiosk.sending.sealer import Sealing

    try:
        key, outbox = sealing_key(services), services.store.outbox
        with Sealing(outbox) as sealing:
            progress("outage.work.files", 0.1)
            for file in order.files:
                sealing.add(file.meta, io.BytesIO(file.read()))
            progress("outage.work.card", 0.4)
            statement, signature = _signed(services, reader, password, order, sealing.files, progress)
            progress("outage.work.keep", 0.8)
            stored = services.store.load(order.owner, order.draft_id)
            # The application will be another one than a draft that may be at the portal now.
            rest = rest_of(stored.header, stored.attachments, order.rest_until, portal_id="")
            return outbox.put(order.owner, sealing.close(statement, signature, key), order.draft_id, rest)
    finally:
        password[:] = bytes(len(password))
        password.clear()


def _signed(
    services: Services,
    reader: str | None,
    password: bytearray,
    order: Order,
    files: tuple[DeferredFile, ...],
    progress: Progress,
) -> tuple[bytes, bytes]:
    """Return the statement's exact bytes and their signature, both made in one session with the card."""
    from kiosk.identity import require_card_of, signing_key
    from kiosk.portal.canonical import canonical_json
    from kiosk.portal.cms import sign_detached
    from kiosk.portal.statements import Station
    from kiosk.portal.wire import checked_origin
    from kiosk.sending.sealer import statement_of

    station = Station(checked_origin(services.settings.portal.origin), services.device_id)
    with services.cards.open(reader) as session:
        require_card_of(services, session, order.owner)
        signer, certificate, attributes = signing_key(services, session, password)
        content = order.content(attributes)
        moment = (services.clock() + order.ahead).astimezone(UTC).replace(microsecond=0)
        # The portal looks at the certificate when it receives: what outlives it would be refused.
        not_after = min(order.not_after, certificate.not_after.astimezone(UTC))
        made = statement_of(station, order.submission_id, order.who, content, files, moment)
        statement = canonical_json(made.model_copy(update={"not_after": not_after}).model_dump(mode="json"))
        progress("outage.work.sign", 0.6)
        return statement, sign_detached(statement, signer, moment)

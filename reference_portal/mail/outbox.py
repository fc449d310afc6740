"""Queue a mail in the transaction of the change it tells of."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from reference_portal.database.office import MailRow
from reference_portal.ids import uuid7

_TEXTS = Path(__file__).resolve().parent.parent / "data" / "mails.toml"


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(_TEXTS.read_text(encoding="utf-8"))


def queue_mail(db: Session, moment: datetime, template: str, to: Iterable[str], **fields: str | int) -> None:
    """Queue one mail per address: Japanese first, English below.

    Args:
        db: the transaction of the change.
        moment: now; the mail is due at once.
        template: name of a table in ``data/mails.toml``.
        to: addresses; each gets its own mail, doubles are dropped.
        **fields: what the text of the template names.
    """
    text = _texts()[template]
    body = f"{text['ja']}\n\n--\n\n{text['en']}\n".format(**fields)
    for address in dict.fromkeys(to):
        payload = {"to": address, "subject": text["subject"], "text": body}
        db.add(MailRow(id=uuid7(moment), payload=payload, attempts=0, due_at=moment))

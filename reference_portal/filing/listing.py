"""The list of a person's applications: newest change first, searched, page by page."""

from __future__ import annotations

import base64
import json
import unicodedata
from datetime import datetime

from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.orm import Session

from kiosk.portal.canonical import canonical_json
from kiosk.portal.contract import ApplicationPage, ApplicationState, ProblemCode
from reference_portal.database.filing import ApplicationRow
from reference_portal.errors import Refusal
from reference_portal.filing.store import summary_of

MAX_LIMIT = 100


def page(
    db: Session, account_id: str, limit: int, cursor: str, state: ApplicationState | None, text: str
) -> ApplicationPage:
    """Return one page of the applications of an account.

    Args:
        db: the transaction.
        account_id: whose.
        limit: rows, 1 to 100.
        cursor: ``next_cursor`` of the page before, or empty.
        state: only this state.
        text: part of the reception number, procedure or status; any width, any case.

    Raises:
        Refusal: ``malformed`` for a cursor that is not ours.
    """
    query = _filtered(select(ApplicationRow).where(ApplicationRow.account_id == account_id), state, text)
    if cursor:
        moment, last_id = _position(cursor)
        query = query.where(tuple_(ApplicationRow.updated_at, ApplicationRow.id) < tuple_(moment, last_id))
    order = (ApplicationRow.updated_at.desc(), ApplicationRow.id.desc())
    rows = db.scalars(query.order_by(*order).limit(limit + 1)).all()
    items = tuple(summary_of(row) for row in rows[:limit])
    return ApplicationPage(items=items, next_cursor=_cursor(rows[limit - 1]) if len(rows) > limit else "")


def _filtered(query: Select[ApplicationRow], state: ApplicationState | None, text: str) -> Select[ApplicationRow]:
    if state is not None:
        query = query.where(ApplicationRow.state == state.value)
    for word in text.split():
        folded = unicodedata.normalize("NFKC", word)
        # Reception numbers hold full-width capitals; a person may type them in either width.
        wide = "".join(
            chr(ord(letter) + 0xFEE0) if letter.isascii() and letter.isalpha() else letter for letter in folded
        )
        columns = (ApplicationRow.procedure, ApplicationRow.status_of_residence, ApplicationRow.reception_number)
        query = query.where(
            or_(
                *(
                    column.icontains(form, autoescape=True)
                    for column in columns
                    for form in {folded, wide, wide.upper()}
                )
            )
        )
    return query


def _cursor(row: ApplicationRow) -> str:
    return base64.urlsafe_b64encode(canonical_json([row.updated_at.isoformat(), row.id])).decode()


def _position(cursor: str) -> tuple[datetime, str]:
    try:
        moment, last_id = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        position = datetime.fromisoformat(moment), str(last_id)
    except (ValueError, TypeError) as error:
        raise Refusal(ProblemCode.MALFORMED, ("/cursor", "cursor")) from error
    if position[0].tzinfo is None:
        raise Refusal(ProblemCode.MALFORMED, ("/cursor", "cursor"))
    return position

"""Accounts as the contract shows them, and who is the same person."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import date

from kiosk.portal.contract import Account, Person
from reference_portal.database.people import AccountRow
from reference_portal.people.passwords import expires_on


def identity_of(name: str, birth_date_text: str, sex: str) -> str:
    """Return a key that is the same for the same person on an old and a new card: name, birth date and sex, folded."""
    folded = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    return hashlib.sha256("\0".join((folded, birth_date_text, sex)).encode()).hexdigest()


def email_hint(email: str) -> str:
    """Return an address with its middle hidden: ``k…k@example.com``."""
    local, _, domain = email.partition("@")
    return f"{local[0]}…{local[-1]}@{domain}"


def account_of(row: AccountRow) -> Account:
    """Return the account as its owner sees it. The row must be active (a password is set)."""
    assert row.password_set_at is not None
    return Account.model_validate(
        {
            "authentication_id": row.authentication_id,
            "user_kind": row.user_kind,
            "person": person_of(row),
            "email": row.email,
            "phone": row.phone,
            "nationality": row.nationality,
            "residence_card_number": row.residence_card_number,
            "password_expires_on": expires_on(row.password_set_at),
            "organisation": row.organisation,
        }
    )


def person_of(row: AccountRow) -> Person:
    """Return the four attributes of the card."""
    return Person.model_validate(
        {
            "name": row.name,
            "birth_date": birth_date(row.birth_date_text),
            "birth_date_text": row.birth_date_text,
            "sex": row.sex,
            "address": row.address,
            "name_substituted": tuple(row.name_substituted),
            "address_substituted": tuple(row.address_substituted),
        }
    )


def birth_date(text: str) -> date | None:
    """Return the day of ``YYYY-MM-DD``, or None where parts are unknown (zeros)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

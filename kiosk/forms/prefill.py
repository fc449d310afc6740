"""First values: what the card and the registration already say, so that nobody types it again. Pure."""

from __future__ import annotations

import re

from kiosk.forms.addresses import split_address
from kiosk.forms.characters import to_half
from kiosk.forms.load import codes
from kiosk.forms.model import Answers, Context, Form, PersonFacts
from kiosk.forms.normalise import normalise
from kiosk.forms.values import flaw

_BEHIND_LATIN = re.compile("[(\u3040-\u30ff\u3400-\u9fff]")
APPLICANT = "applicant"
BUREAU_AREAS = "C619"
_ROLES = {APPLICANT: "person", "legal_representative": "representative"}
"""Kinds of user and whose sources speak of them; all others are agents."""
_MOBILE = re.compile(r"0[5-9]0[0-9]{8}")


def prefill(form: Form, person: PersonFacts, user_kind: str = APPLICANT) -> dict[str, str]:
    """Return the first answers, by field id: only values that their boxes accept.

    ``person`` is who files: the applicant (sources ``person.*``), else the legal representative
    (``representative.*``) or the agent (``agent.*``), of whose block it then fills the boxes.

    Name, birth date, sex and address come from the certificate, the address split by the municipality list and its
    street made full width; nationality, card number, telephone and e-mail from the registration.
    """
    known = _known(form, person, user_kind)
    raw = {item.id: known[item.source] for item in form.fields.values() if item.source}
    values: dict[str, str] = {}
    for field_id, text in raw.items():
        item = form.fields[field_id]
        value = normalise(item, text, form.system).value
        if value and flaw(item, value, form.system, values.get(item.parent, "")) is None:
            values[field_id] = value
    return values


def fixed_values(form: Form, context: Context) -> dict[str, str]:
    """Return the answers that the person cannot change, by field id.

    A field marked ``fixed`` is not in it where the certificate has no value that the box accepts (an unknown birth
    date, a character that could not be written): then the person answers.
    """
    person = context.person or PersonFacts()
    values = prefill(form, person, context.user_kind)
    unsure = {"name": person.name_substituted, "address": person.address_substituted}
    return {
        field_id: value
        for field_id, value in values.items()
        if form.fields[field_id].fixed and not unsure.get(_subject(form.fields[field_id].source), False)
    }


def merge_fixed(form: Form, answers: Answers, context: Context) -> dict[str, object]:
    """Return ``answers`` with the values of the card laid over them."""
    return {**answers, **fixed_values(form, context)}


def awaited(form: Form, context: Context) -> frozenset[str]:
    """Return the fields that the card will answer, by id, as long as nobody has read it."""
    if context.person is not None:
        return frozenset()
    return frozenset(item.id for item in form.fields.values() if item.fixed and item.source.startswith("person."))


def _subject(source: str) -> str:
    return source.removeprefix("person.").partition("_")[0]


def _latin_part(name: str) -> str:
    """Return the Latin part of a name: registers may write Chinese characters or an alias behind it."""
    return _BEHIND_LATIN.split(to_half(name), maxsplit=1)[0].strip()


def _known(form: Form, person: PersonFacts, user_kind: str) -> dict[str, str]:
    role = _ROLES.get(user_kind, "agent")
    here = _facts(person)
    return {
        **{source: here[source.partition(".")[2]] if source.startswith(f"{role}.") else "" for source in _OF_PERSONS},
        "account.email": person.email,
        "form.status_code": form.status_code,
        "form.purpose_code": form.purpose_code,
    }


def _facts(person: PersonFacts) -> dict[str, str]:
    address = split_address(person.address)
    mobile = bool(_MOBILE.fullmatch(person.phone))
    return {
        "name": _latin_part(person.name),
        "birth_date": person.birth_date,
        "sex": person.sex,
        "address_prefecture": address.prefecture,
        "address_city": address.city,
        "address_street": address.street,
        # Some towns go to another office than their prefecture and have an entry of their own.
        "bureau_area": address.city if address.city in codes(BUREAU_AREAS) else address.prefecture,
        "nationality": person.nationality,
        "has_residence_card": "1" if person.residence_card_number else "",
        "residence_card_number": person.residence_card_number,
        "phone": "" if mobile else person.phone,
        "mobile_phone": person.phone if mobile else "",
        "any_phone": person.phone,
        "email": person.email,
        "organisation": person.organisation,
    }


_OF_PERSONS = tuple(
    f"{role}.{fact}" for role in ("person", "representative", "agent") for fact in _facts(PersonFacts())
)
SOURCES = frozenset(_known(Form.model_construct(status_code="", purpose_code=""), PersonFacts(), APPLICANT))
"""The names a field's ``source`` may have."""

"""An invented applicant, answers and an open draft, for tests of the screens that work on one application."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kiosk.filing.application import new_draft
from kiosk.forms.load import load_form
from kiosk.forms.model import Context, Form, PersonFacts
from kiosk.forms.prefill import prefill
from kiosk.offline_queue.model import StoredDraft
from kiosk.portal.contract import Account, Person, UserKind
from kiosk.screens.asking import AnswerMap, PageAsking, Value
from kiosk.screens.drafting import Drafting
from kiosk.services import Services
from kiosk.settings import StoreSettings
from tests.support.screens import NOON, settings_for_tests

TODAY = date(2026, 11, 24)

FACTS = PersonFacts(
    name="KAKUU MIHON",
    birth_date="1990-05-05",
    sex="2",
    address="東京都千代田区霞が関１丁目１－１",
    nationality="608",
    residence_card_number="XX00000000XX",
    phone="09000000000",
    email="mihon@example.com",
)

PARTLY: dict[str, Value] = {
    "part1.postal_code": "1000013",
    "part1.marital_status": "0",
    "part1.occupation": "会社員",
    "part1.home_town_city": "Ｋａｋｕｕ",
    "part1.passport_number": "XX0000000",
    "part1.passport_expiration_date": "2026-01-31",
    "part1.current_period_of_stay": "0100000",
    "part1.current_period_expiration_date": "2027-01-31",
    "part1.has_residence_card": "1",
    "part1.criminal_record": "0",
    "part1.has_family_in_japan": "1",
    "part1.family_in_japan": [{"relationship": "07", "name": "ＭＩＨＯＮ　ＴＡＲＯ", "date_birth": "2015-05-00"}],
}
"""A form half filled in, with a passport that has expired and a relative of whom much is missing."""


def account() -> Account:
    """Return the invented applicant's account at the portal."""
    return Account(
        authentication_id="XX00000000",
        user_kind=UserKind.APPLICANT,
        person=Person(
            name=FACTS.name,
            birth_date=date(1990, 5, 5),
            birth_date_text=FACTS.birth_date,
            sex="2",
            address=FACTS.address,
        ),
        email=FACTS.email,
        phone=FACTS.phone,
        nationality=FACTS.nationality,
        residence_card_number=FACTS.residence_card_number,
        password_expires_on=date(2027, 11, 1),
    )


def services_in(folder: Path) -> Services:
    """Return services with a real store in ``folder`` and a clock that stands still."""
    store = StoreSettings(folder=str(folder), key_source="file")
    return Services(settings_for_tests(store=store), lambda: NOON)


def form() -> Form:
    """Return the form of the extension for 技術・人文知識・国際業務."""
    return load_form("extension", "gijinkoku")


def context() -> Context:
    """Return who asks."""
    return Context("applicant", TODAY, FACTS)


def asking(page_id: str, answers: Mapping[str, Value] | None = None) -> PageAsking:
    """Return one page of the form, prefilled from the card, with ``answers`` laid over."""
    known: AnswerMap = {**prefill(form(), FACTS), **(answers or {})}
    pages = (*form().pages, *form().receipt.pages)
    return PageAsking(form(), next(page for page in pages if page.id == page_id), known, context())


class Shelf:
    """A store in memory that holds one draft and can be told to fail."""

    def __init__(self, stored: StoredDraft) -> None:
        self.stored = stored
        self.headers: list[dict[str, Any]] = []

    def create(self, owner: Any, header: dict[str, Any], answers: dict[str, Any], draft_id: str) -> str:
        """Take a new draft."""
        self.stored = stored_draft(header, answers, draft_id)
        return draft_id

    def save_header(self, owner: Any, draft_id: str, header: dict[str, Any]) -> datetime:
        """Take a header."""
        self.headers.append(header)
        return NOON

    def load(self, owner: Any, draft_id: str) -> StoredDraft:
        """Return the draft."""
        return self.stored


class Saved:
    """A saver that keeps what it was given."""

    def __init__(self) -> None:
        self.put_in: list[tuple[str, Any]] = []

    def put(self, draft_id: str, field: str, value: Any) -> None:
        """Take an answer."""
        self.put_in.append((field, value))

    def flush(self, timeout: float) -> bool:
        """Return that all is durable."""
        return True

    def close(self, timeout: float) -> bool:
        """Return that all is durable."""
        return True


def stored_draft(header: dict[str, Any], answers: dict[str, Any], draft_id: str) -> StoredDraft:
    """Return a draft as a store gives it back."""
    return StoredDraft(draft_id, header, answers, (), 1, datetime(2026, 11, 20, tzinfo=UTC), NOON)


def drafting(
    answers: Mapping[str, Value] | None = None,
    seen: tuple[str, ...] = (),
    *,
    procedure: str = "extension",
    status: str = "gijinkoku",
) -> Drafting:
    """Return an open draft in memory, of which the pages ``seen`` were visited."""
    base = new_draft(procedure, status, "applicant", "rasens", NOON)
    header: dict[str, Any] = {
        "version": 1,
        "submission_id": base.submission_id,
        "procedure": base.procedure,
        "status": base.status,
        "user_kind": base.user_kind,
        "system": base.system,
        "portal_id": "",
        "etag": "",
        "page": "",
        "seen": list(seen),
        "person": None,
    }
    known = {**prefill(form(), FACTS), **(answers or {})}
    stored = stored_draft(header, known, base.draft_id)
    return Drafting(Shelf(stored), _NOBODY, stored, Saved(), lambda: NOON, FACTS)


_NOBODY: Any = object()
"""An owner that nothing in memory looks at."""

"""Every procedure × status × kind of user that the rules do not refuse: opened, filled, checked, filed and listed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from kiosk.filing.catalogue import procedure
from kiosk.filing.eligibility import Decision, decide
from kiosk.filing.known import known_facts
from kiosk.forms.engine import check, check_receipt
from kiosk.forms.load import FormKey, load_form
from kiosk.forms.model import Form
from kiosk.portal.canonical import canonical_json
from kiosk.portal.contract import ApplicationContent, ApplicationState, AttachmentDigest, ProblemCode, SubmissionRequest
from reference_portal.config import PasswordCost, PortalConfig
from reference_portal.database.engine import Database
from reference_portal.database.people import AccountRow
from reference_portal.errors import Refusal
from reference_portal.filing import drafts, listing, store, submission
from reference_portal.ids import uuid7
from reference_portal.portal import Portal
from tests.reference_portal.combinations import (
    FORMS,
    KINDS,
    NOON,
    TODAY,
    account,
    complete_answers,
    content,
    context,
    files,
    name_of,
)
from tests.reference_portal.world import HandClock
from tests.support.answers import INVENTED, valid_receipt

Office = tuple[Portal, dict[str, AccountRow]]


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Office]:
    """One portal for all, with an account of each kind of user."""
    folder = tmp_path_factory.mktemp("every_combination")
    shutil.copy(sqlite_template, folder / "portal.sqlite")
    database = Database(f"sqlite:///{folder / 'portal.sqlite'}")
    config = PortalConfig(
        "http://portal.example.com", folder, folder, folder / "keys", password_cost=PasswordCost.fast()
    )
    portal = Portal.build(config, database, HandClock(NOON))
    accounts = {kind: account(kind) for kind in KINDS}
    with database.write() as db:
        db.add_all(accounts.values())
    yield portal, accounts
    database.close()


@pytest.mark.parametrize("key", FORMS, ids=name_of)
def test_it_is_filled_checked_filed_and_listed_or_refused_by_both(office: Office, key: FormKey):
    portal, accounts = office
    form = load_form(*key)
    filed = 0
    with portal.database.write() as db:
        for seed, kind in enumerate(KINDS):
            told = _filled(form, kind, seed)
            decision = _kiosk_decides(kind, told)
            if decision.refused:
                _refused(db, portal, accounts[kind], told, decision)
            else:
                _listed(db, accounts[kind], told, _file(db, portal, accounts[kind], told))
                filed += 1
    assert bool(filed) is (procedure(key.procedure).online == "alone")


def _filled(form: Form, kind: str, seed: int) -> ApplicationContent:
    receipt = valid_receipt(form, context(kind), seed)
    told = content(form, kind, complete_answers(form, kind, seed), receipt)
    assert check(form, told.answers, context(kind)) == []
    assert check_receipt(form, receipt, context(kind)) == []
    return told


def _kiosk_decides(kind: str, told: ApplicationContent) -> Decision:
    facts = known_facts(kind, told.procedure, INVENTED.birth_date, told.answers, TODAY)
    return decide(kind, told.procedure, told.status_of_residence, facts)


def _refused(db: Session, portal: Portal, owner: AccountRow, told: ApplicationContent, decision: Decision) -> None:
    with pytest.raises(Refusal) as refusal:
        _file(db, portal, owner, told)
    assert refusal.value.code == ProblemCode.NOT_ELIGIBLE
    assert {code for _, code in refusal.value.errors} == {reason.key for reason in decision.reasons}


def _file(db: Session, portal: Portal, owner: AccountRow, told: ApplicationContent) -> str:
    """File it as the route does, and return its reception number."""
    row = drafts.create(db, portal, owner, told)
    held = files(owner, told, row.id)
    db.add_all(held)
    db.flush()
    named = ("kind", "filename", "size", "sha256")
    request = SubmissionRequest(
        submission_id=uuid7(portal.clock()),
        content_sha256=hashlib.sha256(canonical_json(told.model_dump(mode="json"))).hexdigest(),
        attachments=tuple(
            AttachmentDigest.model_validate({name: getattr(item, name) for name in named}) for item in held
        ),
    )
    return submission.submit(db, portal, owner, row.id, store.etag(row), request).reception_number


def _listed(db: Session, owner: AccountRow, told: ApplicationContent, number: str) -> None:
    found = listing.page(db, owner.id, 10, "", ApplicationState.SUBMITTED, number).items
    assert [(item.procedure, item.status_of_residence, item.reception_number) for item in found] == [
        (told.procedure, told.status_of_residence, number)
    ]

"""What may be filed: the kiosk's own rules, run again over what the portal holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kiosk.clock import japan_date
from kiosk.filing.documents import required_documents
from kiosk.filing.eligibility import decide
from kiosk.filing.errors import UnknownNameError
from kiosk.filing.facts import Facts
from kiosk.filing.known import known_facts
from kiosk.forms.engine import Context, check, check_receipt, errors
from kiosk.forms.errors import FormUnknownError
from kiosk.forms.load import load_form
from kiosk.forms.model import Form, Issue, PersonFacts
from kiosk.portal.contract import ApplicationContent, AttachmentKind, ProblemCode, ReceiptMethod
from reference_portal.data import file_limits
from reference_portal.database.filing import AttachmentRow
from reference_portal.database.people import AccountRow
from reference_portal.errors import Refusal

_PHOTO = "photo"


def check_draft(content: ApplicationContent, system: str) -> None:
    """Check lightly what is saved: the form exists and has these fields. Half-finished answers are fine.

    Raises:
        Refusal: ``not-eligible`` or ``invalid-answers``.
    """
    form = _form(content, system)
    unknown = [field for field in content.answers if field not in form.fields]
    if unknown:
        raise Refusal(ProblemCode.INVALID_ANSWERS, *((f"/answers/{_escaped(field)}", "unknown") for field in unknown))


def check_complete(
    content: ApplicationContent, account: AccountRow, files: list[AttachmentRow], moment: datetime, system: str
) -> None:
    """Check everything that filing needs.

    Raises:
        Refusal: ``not-eligible``, ``invalid-answers`` with every place, ``incomplete`` (receipt method, photo,
            required documents by their keys).
    """
    today = japan_date(moment)
    form = _form(content, system)
    check_eligible(content, account, today)
    context = _context(account, today, system)
    issues = errors(check(form, content.answers, context))
    if content.receipt is not None:
        issues += errors(check_receipt(form, {**content.answers, **_receipt_answers(content.receipt)}, context))
    if issues:
        raise Refusal(ProblemCode.INVALID_ANSWERS, *((_pointer(issue), issue.code) for issue in issues))
    missing = [("/receipt", "receipt")] if content.receipt is None else []
    missing += [
        ("/attachments", key) for key in needed_files(content, account, today) if not is_held(key, files, system)
    ]
    if missing:
        raise Refusal(ProblemCode.INCOMPLETE, *missing)


def check_eligible(content: ApplicationContent, account: AccountRow, today: date) -> None:
    """Check that this account may file this on ``today``, by the rules and the facts that the kiosk goes by.

    Raises:
        Refusal: ``not-eligible`` with every reason.
    """
    try:
        decision = decide(*_subject(content, account), _facts(content, account, today))
    except UnknownNameError:
        raise Refusal(ProblemCode.NOT_ELIGIBLE, ("/procedure", "no-form")) from None
    if decision.refused:
        raise Refusal(ProblemCode.NOT_ELIGIBLE, *(("/procedure", reason.key) for reason in decision.reasons))


def needed_files(content: ApplicationContent, account: AccountRow, today: date) -> tuple[str, ...]:
    """Return the keys of photo and documents without which the application is incomplete on ``today``."""
    return required_documents(*_subject(content, account), _facts(content, account, today))


def is_held(key: str, files: Sequence[AttachmentRow], system: str) -> bool:
    """Say whether a document or the photo is there, or covered by the document that this generation has for that."""
    if key == _PHOTO:
        return any(item.kind == AttachmentKind.PHOTO for item in files)
    keys = {key, file_limits(system).covering_document}
    return any(item.kind == AttachmentKind.DOCUMENT and item.document in keys for item in files)


def _subject(content: ApplicationContent, account: AccountRow) -> tuple[str, str, str]:
    return account.user_kind, content.procedure, content.status_of_residence


def _facts(content: ApplicationContent, account: AccountRow, today: date) -> Facts:
    return known_facts(account.user_kind, content.procedure, account.birth_date_text, content.answers, today)


def _receipt_answers(receipt: ReceiptMethod) -> dict[str, str]:
    """Return the receipt method as answers to the official receipt sheet."""
    return {
        "receipt.card_receiving_method": receipt.method,
        "receipt.applicant_prefecture_for_bureau": receipt.prefecture,
        "receipt.receiving_bureau": receipt.bureau,
        "receipt.notification_email": receipt.notification_email,
    }


def _form(content: ApplicationContent, system: str) -> Form:
    try:
        return load_form(content.procedure, content.status_of_residence, system)
    except FormUnknownError:
        raise Refusal(ProblemCode.NOT_ELIGIBLE, ("/procedure", "no-form")) from None


def _context(account: AccountRow, today: date, system: str) -> Context:
    person = PersonFacts(
        name=account.name,
        birth_date=account.birth_date_text,
        sex=account.sex,
        address=account.address,
        name_substituted=bool(account.name_substituted),
        address_substituted=bool(account.address_substituted),
        nationality=account.nationality,
        residence_card_number=account.residence_card_number,
        phone=account.phone,
        email=account.email,
        organisation=account.organisation,
    )
    return Context(user_kind=account.user_kind, today=today, person=person, system=system)


def _pointer(issue: Issue) -> str:
    parts = [issue.field, *([] if issue.row is None else [str(issue.row)]), *([issue.column] if issue.column else [])]
    return "/answers/" + "/".join(_escaped(part) for part in parts)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")

"""Everything the rules say of one application, in one answer: for the command, the interview and the screens. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.filing.catalogue import base_status, is_built, variants
from kiosk.filing.deadlines import Ending
from kiosk.filing.documents import Needed, whole_checklist
from kiosk.filing.eligibility import Decision, decide
from kiosk.filing.facts import Facts
from kiosk.filing.fees import Fee, Reduction, reduction, whole_fee
from kiosk.filing.filing_days import FilingDays, Notice, filing_days, notices, stay_endings
from kiosk.filing.receipt import Receipt, receipts
from kiosk.filing.requirements import Requirement, requirements
from kiosk.forms.errors import FormUnknownError
from kiosk.forms.load import load_form
from kiosk.forms.model import Context
from kiosk.forms.view import View


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """One official sheet: ``filled_by`` is ``form`` for one that is asked here, else who fills and signs it."""

    id: str
    title: dict[str, str]
    filled_by: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the rules say. Everything is given, allowed or not, so that a person sees what it would take.

    ``variants`` are the ids that have forms of their own for the procedure; where there are any, the sheets depend on
    which is meant.
    """

    user_kind: str
    procedure: str
    status: str
    decision: Decision
    sheets: tuple[SheetInfo, ...]
    variants: tuple[str, ...]
    documents: tuple[Needed, ...]
    days: FilingDays
    endings: tuple[Ending, ...]
    notices: tuple[Notice, ...]
    requirements: tuple[Requirement, ...]
    fee: Fee | None
    reduction: Reduction | None
    receipts: tuple[Receipt, ...]


def answer(user_kind: str, procedure: str, status: str, facts: Facts, system: str = "rasens") -> Answer:
    """Return everything the rules say of one application.

    Args:
        user_kind: id in ``config/user_kinds.toml``.
        procedure: id in ``config/procedures.toml``.
        status: id in ``config/statuses.toml``: the one applied for, or held where the procedure does not change it.
        facts: what is known.
        system: generation of the government's system, whose forms are meant.

    Raises:
        UnknownNameError: one of the three ids is unknown.
        ValueError: a period of stay is no code.
    """
    now = facts.current_status or base_status(status).id
    return Answer(
        user_kind=user_kind,
        procedure=procedure,
        status=status,
        decision=decide(user_kind, procedure, status, facts),
        sheets=sheets(user_kind, procedure, status, facts, system),
        variants=tuple(entry.id for entry in variants(status) if is_built(procedure, entry.id)),
        documents=whole_checklist(user_kind, procedure, status, facts),
        days=filing_days(procedure, facts),
        endings=stay_endings(user_kind, now, facts),
        notices=notices(now, facts),
        requirements=requirements(user_kind, procedure, status, facts),
        fee=application_fee(procedure, facts),
        reduction=reduction(procedure, facts.today),
        receipts=receipts(user_kind, procedure, status, facts),
    )


def application_fee(procedure: str, facts: Facts) -> Fee | None:
    """Return the fee of an application with what is filed together with it; None where none is known.

    Raises:
        ValueError: the period granted is no code.
    """
    together = (procedure, *facts.filed_with)
    return whole_fee(together, facts.today, facts.granted or "", facts.channel or "online", facts.reentry_kind or "")


def sheets(user_kind: str, procedure: str, status: str, facts: Facts, system: str = "rasens") -> tuple[SheetInfo, ...]:
    """Return the sheets of the form for this user, in the order they are asked; none where there is no form."""
    try:
        form = load_form(procedure, status, system)
    except FormUnknownError:
        return ()
    view = View(form, {}, Context(user_kind=user_kind, today=facts.today, system=system))
    asked = {page.id for page in view.pages()}
    here = [sheet for sheet in form.sheets if any(page.id in asked for page in sheet.pages)]
    others = [sheet for sheet in form.attached if view.holds(sheet.visible)]
    return (
        *(SheetInfo(sheet.id, sheet.title, "form") for sheet in (*here, form.receipt)),
        *(SheetInfo(sheet.id, sheet.title, sheet.filled_by) for sheet in others),
    )

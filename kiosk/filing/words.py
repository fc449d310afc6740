"""The answer of the rules in words of one language, as JSON values. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kiosk.filing import catalogue
from kiosk.filing.answer import Answer
from kiosk.filing.documents import Circumstance, Needed
from kiosk.filing.errors import UnknownNameError
from kiosk.filing.fees import Fee, Reduction
from kiosk.filing.opening import next_open_day
from kiosk.filing.receipt import Receipt
from kiosk.filing.requirements import Requirement
from kiosk.i18n import Translator

_ALLOWED: dict[str, bool | str] = {"yes": True, "no": False, "ask": "ask"}


def as_json(answer: Answer, today: date, t: Translator, held: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the answer as JSON values; days are ``YYYY-MM-DD``, what is not known is null.

    Args:
        answer: what the rules say.
        today: the day of filing in Japan.
        t: the words.
        held: ids of documents that are at hand.
    """
    days = answer.days
    decision = answer.decision
    at_the_office = decision.allowed != "yes"
    return {
        "user": answer.user_kind,
        "procedure": answer.procedure,
        "status": answer.status,
        "allowed": _ALLOWED[decision.allowed],
        "built": decision.built,
        "reasons": [
            {"code": reason.key, "text": t(f"eligibility.{reason.key}"), **_sourced(reason)}
            for reason in decision.reasons
        ],
        "sheets": [
            {"id": sheet.id, "title": t.pick(sheet.title), "filled_by": sheet.filled_by} for sheet in answer.sheets
        ],
        "variants": list(answer.variants),
        "documents": [document_json(item, t, held) for item in answer.documents],
        "earliest": _day(days.earliest),
        "latest": _day(days.latest),
        "days": _days_json(answer, today, at_the_office=at_the_office),
        "endings": [
            {"code": end.key, "text": t(f"ending.{end.key}", date=end.last_day), "last_day": _day(end.last_day),
             "soon": end.soon}
            for end in answer.endings
        ],
        "notices": [
            {"code": item.key, "text": t(f"notice.{item.key}"), "where": t(f"notice.where.{item.where}"),
             "latest": _day(item.latest), "overdue": item.overdue, "source": item.source}
            for item in answer.notices
        ],
        "requirements": [_requirement_json(item, t) for item in answer.requirements],
        "fee": fee_json(answer.fee, answer.reduction, t),
        "receipt": [_receipt_json(item, t) for item in answer.receipts],
    }  # fmt: skip


def document_json(item: Needed, t: Translator, held: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return one line of the checklist; ``state`` is have, needed, depends or not_needed, ``why`` says why."""
    document = item.document
    has = document.key in held and item.state != "not_needed"
    return {
        "id": document.key,
        "name": t.pick(document.name),
        "names": dict(document.name),
        "hint": t.pick(document.hint),
        "need": item.need,
        "state": "have" if has else item.state,
        "why": because(item, t),
        "condition": condition(item.conditions, t),
        "issued_by": document.who,
        "months": item.months,
        "translation": document.translation,
        "form": document.form,
        **_sourced(item),
    }


def because(item: Needed, t: Translator) -> str:
    """Return why a document is not needed, or under which circumstances it is; empty where it is needed anyway."""
    if item.state == "not_needed":
        return t("fact.and").join(_statement(part.name, part.value, t) for part in item.why)
    return condition(item.why, t)


def condition(parts: Sequence[Circumstance], t: Translator) -> str:
    """Return circumstances as "if ..."; empty where there are none."""
    return t("fact.if", what=t("fact.and").join(_wanted(part, t) for part in parts)) if parts else ""


def _wanted(part: Circumstance, t: Translator) -> str:
    values = part.wanted if isinstance(part.wanted, tuple) else (part.wanted,)
    what = t("fact.or").join(_statement(part.name, value, t) for value in values if value != "")
    return t("fact.not", what=what) if part.excluded else what


def _statement(name: str, value: Any, t: Translator) -> str:
    """Return what it means that a value is this, such as "the employer changed"."""
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    key = f"fact.{name}.{shown}"
    if t(key) != key:
        return t(key)
    return t(f"fact.{name}", value=_status_name(shown, t) if name == "status" else shown)


def _status_name(status_id: str, t: Translator) -> str:
    try:
        return t.pick(catalogue.status(status_id).name)
    except UnknownNameError:
        return status_id


def fee_json(fee: Fee | None, lower: Reduction | None, t: Translator) -> dict[str, Any] | None:
    """Return the fee in yen with all amounts that are possible; None where none is known."""
    if fee is None:
        return None
    return {
        "currency": "JPY",
        "lowest": fee.lowest,
        "highest": fee.highest,
        "lowest_charge": fee.lowest_charge,
        "highest_charge": fee.highest_charge,
        "payment": fee.payment,
        "payment_text": t(f"payment.{fee.payment}"),
        "amounts": [item.model_dump(exclude_none=True, exclude_defaults=True) for item in fee.amounts],
        "reduced_at_counter": None if lower is None else lower.yen,
        **_sourced(fee),
    }


def _days_json(answer: Answer, today: date, *, at_the_office: bool) -> dict[str, Any]:
    days = answer.days
    return {
        "special_until": _day(days.special_until),
        "counter_until": _day(days.counter_until),
        "without_status_until": _day(days.without_status_until),
        "usable_until": _day(days.usable_until),
        "return_by": _day(days.return_by),
        "card_until": _day(days.card_until),
        "days_left": None if days.latest is None else (days.latest - today).days,
        "bureau_opens": _day(next_open_day(today)) if at_the_office else None,
        **_sourced(days),
    }


def _requirement_json(item: Requirement, t: Translator) -> dict[str, Any]:
    return {"code": item.id, "text": t.pick(item.text), "state": item.state, **_sourced(item)}


def _receipt_json(item: Receipt, t: Translator) -> dict[str, Any]:
    doubts = [{"code": key, "text": t(f"receipt.reason.{key}")} for key in item.doubts]
    return {"method": item.method, "code": item.code, "text": t(f"receipt.{item.method}"), "doubts": doubts,
            **_sourced(item)}  # fmt: skip


def _sourced(item: Any) -> dict[str, str]:
    return {"source": item.source, "certainty": item.certainty}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

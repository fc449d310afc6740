"""Invented messages of the portal, as screens are given them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from kiosk.portal import contract as c

START = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
NUMBER = "東オンＥＮ26000123"
APPLICATION_ID = "019a9b1c-0000-7000-8000-000000000001"

_STEPS = ("draft", "attached", "submitted", "examining", "decided", "mail_in", "dispatched", "received")


def application(
    state: str,
    decision: c.Decision | None = None,
    mail_in: c.MailIn | None = None,
    requested: tuple[str, ...] = (),
) -> c.Application:
    """Return an invented application that has come to ``state`` on the usual way."""
    steps = _STEPS[: _STEPS.index(state) + 1] if state in _STEPS else (*_STEPS[:4], state)
    history = tuple(
        c.StateChange(state=c.ApplicationState(step), at=START + timedelta(days=n)) for n, step in enumerate(steps)
    )
    content = c.ApplicationContent(procedure="extension", status_of_residence="gijinkoku", answers={})
    return c.Application(
        application_id=APPLICATION_ID,
        state=c.ApplicationState(state),
        content=content,
        created_at=START,
        updated_at=history[-1].at,
        reception_number="" if state in {"draft", "attached"} else NUMBER,
        requested_documents=requested,
        decision=decision,
        mail_in=mail_in,
        history=history,
        version=3,
    )


GRANTED = c.Decision(outcome="granted", decided_at=START, period_of_stay="3年", new_expiry=date(2030, 1, 31))
REFUSED = c.Decision(outcome="refused", decided_at=START, reason="架空の理由（見本）")
MAIL_IN = c.MailIn(
    address=("〒135-0064", "東京都江東区青海2-7-11 東京港湾合同庁舎9階", "オンライン申請手続班（おだいば分室）"),
    items=("residence_card", "return_envelope"),
    fee_yen=27000,
    charge_yen=330,
    payment="convenience_store_or_bank",
    deadline=date(2026, 12, 14),
)

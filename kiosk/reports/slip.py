"""The slip of an application that was signed while the portal was away: no reception number, nothing personal.

It says in Japanese, and in the person's language beside it, that the application is signed and not yet received, until
when it is valid, what happens next and how to take it back. A language that no font sets is given in English.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.clock import JAPAN
from kiosk.forms.summary import display_date
from kiosk.i18n import Translator
from kiosk.reports.page import WIDTH, Face, Paper
from kiosk.reports.voices import voices

_LEFT, _MEASURE = 56.0, WIDTH - 112
_HEAD, _LARGE, _TEXT, _LABEL = Face(20, bold=True), Face(13, bold=True), Face(10.5), Face(9)
_QR_SIDE, _QR_QUIET = 96.0, 4
_LEADS = {"sending": "slip.lead.sending", "uncertain": "slip.lead.uncertain"}
_LEFT_KEYS = ("slip.left", "slip.late", "slip.no_reception")
_WAITING_KEYS = ("slip.next", "slip.late", "slip.cancel", "slip.no_reception")


@dataclass(frozen=True, slots=True)
class Slip:
    """What a slip says.

    Attributes:
        submission_id: of the signed application.
        subject: procedure and status of residence by language; empty where they are sealed already.
        signed_at: when it was signed.
        not_after: the portal takes it until then.
        station: this station's id.
        state: of the item, one of ``OPEN``: what is on its way can't be taken back here.
        rest_until: until when documents that did not fit are kept here; None where there are none, or it is not known.
    """

    submission_id: str
    subject: dict[str, str]
    signed_at: datetime
    not_after: datetime
    station: str
    state: str = "waiting"
    rest_until: date | None = None

    @property
    def lead(self) -> str:
        """Message key of where it stands."""
        return _LEADS.get(self.state, "slip.lead")

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Message keys of what happens next, the last one saying that this is no reception number."""
        return _LEFT_KEYS if self.state in _LEADS else _WAITING_KEYS


def slip_paper(slip: Slip, language: str) -> Paper:
    """Return the slip laid out on one page of A4.

    Args:
        slip: what it says.
        language: of the person; beside Japanese, where it is another one.

    Raises:
        FontMissing: a font's file is not there.
    """
    spoken = voices(language, lambda t: map(t, (slip.lead, *slip.paragraphs)))
    page = Paper(spoken[-1](slip.lead), spoken[-1].language)
    for t in spoken:
        page.write(t(slip.lead), _HEAD, _LEFT, _MEASURE)
    page.space(10)
    for t in spoken:
        page.write(t("slip.valid", until=moment(slip.not_after, t)), _LARGE, _LEFT, _MEASURE)
    page.space(16)
    _facts(page, slip, spoken)
    for t in spoken:
        page.space(12)
        for key in slip.paragraphs:
            page.write(t(key), _TEXT, _LEFT, _MEASURE)
            page.space(4)
        if slip.rest_until is not None:
            day = display_date(slip.rest_until.isoformat(), t)
            page.write(t("reception.follows", day=day), _TEXT, _LEFT, _MEASURE)
    return page


def slip_name(slip: Slip) -> str:
    """Return the name of the file: it says what it is, and not whose."""
    return f"signed-not-received-{slip.submission_id[-12:]}.pdf"


def moment(when: datetime, t: Translator) -> str:
    """Return a moment in words: the day and the time in Japan."""
    there = when.astimezone(JAPAN)
    return f"{display_date(there.date().isoformat(), t)} {there:%H:%M}"


def _facts(page: Paper, slip: Slip, spoken: tuple[Translator, ...]) -> None:
    """Write what it is about, the code beside it."""
    top = page.y
    width = _MEASURE - _QR_SIDE - 24
    for key, values in _rows(slip, spoken):
        page.write(" / ".join(t(key) for t in spoken), _LABEL, _LEFT, width)
        for value in values:
            page.write(value, _TEXT, _LEFT, width)
        page.space(5)
    _code(page, slip.submission_id, top - 6)
    page.y = min(page.y, top - 6 - _QR_SIDE)


def _rows(slip: Slip, spoken: tuple[Translator, ...]) -> list[tuple[str, list[str]]]:
    subjects = list(dict.fromkeys(t.pick(slip.subject) for t in spoken)) if slip.subject else []
    return [
        *([("slip.fact.subject", subjects)] if subjects else []),
        ("slip.fact.number", [slip.submission_id]),
        ("slip.fact.signed", [moment(slip.signed_at, t) for t in spoken]),
        ("slip.fact.station", [slip.station]),
    ]


def _code(page: Paper, text: str, top: float) -> None:
    import segno

    code = segno.make(text, error="m", micro=False)
    rows = [[bool(module) for module in row] for row in code.matrix_iter(border=_QR_QUIET)]
    page.squares(rows, _LEFT + _MEASURE - _QR_SIDE, top, _QR_SIDE)

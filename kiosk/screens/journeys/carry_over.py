"""Offering the answers of an earlier application for a new one, before its first question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from kiosk.errors import PortalError, StoreError
from kiosk.portal.errors import SessionEnded
from kiosk.screens.base import Nav
from kiosk.screens.journeys.choose import user_kind
from kiosk.screens.journeys.portal_steps import signed_in_again

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.filing.carry_over import Relation
    from kiosk.forms.model import Answers, Context, Form, SummarySection
    from kiosk.screens.carry_over import Earlier
    from kiosk.screens.drafting import Value
    from kiosk.screens.journeys.choose import Chosen

_RELATIONS = {"applicant": (), "legal_representative": ("family", "same"), "relative": ("family", "same")}
"""For whom a new application may be, by kind of user; all others file for clients and employees."""


async def with_earlier_answers(app: KioskApp, chosen: Chosen) -> Chosen | None:
    """Return what was chosen with the answers taken over; as it is where there are none, None for going back."""
    from kiosk.screens.carry_over import NONE, EarlierScreen

    earlier = await _earlier(app)
    while earlier:
        picked = await app.ask(EarlierScreen(earlier))
        if isinstance(picked, Nav):
            return None
        if picked == NONE:
            break
        taken = await _taken(app, chosen, picked)
        if taken is not None:
            return chosen._replace(answers={**taken, **chosen.answers})
    return chosen


async def _earlier(app: KioskApp) -> list[Earlier]:
    """Return the person's drafts and what the portal holds; what cannot be had is not offered."""
    found: list[Earlier] = []
    for look in (_drafts, _filed):
        while True:
            try:
                found += await app.do("carry.title", lambda _report, look=look: look(app))
            except SessionEnded as error:
                if await signed_in_again(app, error):
                    continue
            except (StoreError, PortalError) as error:
                app.log_problem(error)
            break
    return sorted(found, key=lambda item: item.changed, reverse=True)


def _drafts(app: KioskApp) -> list[Earlier]:
    from kiosk.screens.carry_over import Earlier
    from kiosk.screens.journeys.documents import owner_of
    from kiosk.screens.shelves import is_draft
    from kiosk.screens.subject import subject_of

    drafts = app.services.store.list(owner_of(app))
    return [
        Earlier(f"draft:{draft.id}", subject_of(*_names(draft.header)), draft.updated)
        for draft in drafts
        if not draft.needs_card and is_draft(draft.header)
    ]


def _names(header: dict[str, Any]) -> tuple[str, str]:
    return str(header.get("procedure", "")), str(header.get("status", ""))


def _filed(app: KioskApp) -> list[Earlier]:
    from kiosk.screens.carry_over import Earlier
    from kiosk.screens.subject import subject_of

    if app.visit.account is None:
        return []
    return [
        Earlier(f"portal:{item.application_id}", subject_of(item.procedure, item.status_of_residence), item.updated_at)
        for item in app.services.portal.all_applications()
        if item.reception_number
    ]


async def _taken(app: KioskApp, chosen: Chosen, picked: str) -> dict[str, Value] | None:
    """Ask for whom it is and show what is taken; None for another choice."""
    from kiosk.errors import KioskError
    from kiosk.filing.carry_over import carry_over
    from kiosk.forms.load import load_form
    from kiosk.screens.carry_over import TAKE, TakenScreen

    relation = await _relation(app)
    if relation is None:
        return None
    try:
        old, answers = await app.do("carry.title", lambda _report: _answers(app, picked))
    except KioskError as error:
        await app.problem(error, "choice.back")
        return None
    new, context = load_form(chosen.procedure, chosen.status, app.services.settings.system), _context(app)
    taken = carry_over(old, answers, new, context, relation)
    screen = TakenScreen(lambda language: taken_sections(new, taken, context, language))
    return taken if await app.ask(screen) == TAKE else None


async def _relation(app: KioskApp) -> Relation | None:
    from kiosk.screens.message import MessageScreen

    offered = _RELATIONS.get(user_kind(app), ("filer", "family", "same"))
    if not offered:
        return "same"
    answer = await app.ask(MessageScreen("carry.title", "carry.who", (), [f"carry.{name}" for name in offered]))
    return None if isinstance(answer, Nav) else cast("Relation", answer)


def _answers(app: KioskApp, picked: str) -> tuple[Form, Answers]:
    """Return the form and the answers of an earlier application; waits for disk or portal."""
    from kiosk.forms.load import load_form
    from kiosk.screens.journeys.documents import owner_of

    kind, _, name = picked.partition(":")
    if kind == "draft":
        stored = app.services.store.load(owner_of(app), name)
        return load_form(*_names(stored.header), str(stored.header.get("system", ""))), stored.answers
    content = app.services.portal.application(name).application.content
    form = load_form(content.procedure, content.status_of_residence, app.services.settings.system)
    return form, cast("Answers", content.answers)


def _context(app: KioskApp) -> Context:
    from kiosk.clock import japan_date
    from kiosk.forms.model import Context
    from kiosk.screens.drafting import facts_of

    account, services = app.visit.account, app.services
    facts = facts_of(account) if account is not None else None
    return Context(user_kind(app), japan_date(services.clock()), facts, services.settings.system)


def taken_sections(form: Form, taken: dict[str, Value], context: Context, language: str) -> list[SummarySection]:
    """Return what is taken, in words; what the card says is not shown again."""
    from kiosk.forms.summary import summary

    made: list[SummarySection] = []
    for section in summary(form, cast("Answers", taken), context, language):
        rows = tuple(row for row in section.rows if row.value and row.field in taken)
        if rows:
            made.append(type(section)(section.page, section.title, rows))
    return made

"""From "which procedure do I need?" to "this is what it takes": nothing is stored on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kiosk.filing.told import NOTHING, Told, filled_in, told_by
from kiosk.screens.base import Nav

if TYPE_CHECKING:
    from datetime import date

    from kiosk.app import KioskApp
    from kiosk.filing.answer import Answer
    from kiosk.filing.deadlines import Window
    from kiosk.filing.facts import Facts
    from kiosk.filing.interview import Outcome
    from kiosk.forms.model import Context, Form
    from kiosk.screens.drafting import Value
    from kiosk.screens.eligibility import Needs

STATUS_NOW = "part1.current_status_of_residence"
PERIOD = "part1.current_period_of_stay"
EXPIRY = "part1.current_period_expiration_date"
BIRTH = "part1.date_of_birth"
CAUSE, CAUSE_DATE = "part1.acquisition_cause", "part1.acquisition_cause_date"
FIRST_FIELDS = {"acquisition": ((BIRTH,), (CAUSE, CAUSE_DATE))}
"""Questions that are asked before the rules are, a tuple a page, by procedure; ``STAY_FIELDS`` for the others."""
STAY_FIELDS = (STATUS_NOW, PERIOD, EXPIRY)
"""What the days are counted from, and where a change leads from; asked first where the form has them."""

ABOUT_THE_APPLICANT = {"legal_representative": ("representative", "age"), "relative": ("relation", "age", "unable")}
"""Questions of the interview that decide, by kind of user, whether somebody may file for another person."""


class Chosen(NamedTuple):
    """What is to be filed, the answers given on the way, and what was told beside them."""

    procedure: str
    status: str
    answers: dict[str, Value]
    told: Told = NOTHING


class _Choosing:
    """The steps, and what was chosen so far, so that going back finds it again."""

    def __init__(self, app: KioskApp) -> None:
        self._app = app
        self._kind = user_kind(app)
        self._procedure = ""
        self._status = ""
        self._variant = ""
        self._answers: dict[str, Any] = {}
        self._told: dict[str, str] = {}
        self._facts_told: dict[str, Any] = {}

    # Each step gives 1 to go on, -1 to go back, 0 to be asked again, or a larger step.

    async def procedure(self) -> int:
        from kiosk.filing.catalogue import procedure
        from kiosk.screens.procedure_choice import UNSURE, ProcedureScreen

        answer = await self._app.ask(ProcedureScreen(self._procedure))
        if isinstance(answer, Nav):
            return -1
        if answer == UNSURE:
            return await self._interview()
        if procedure(answer).online == "with":
            return await self._together(answer)
        self._take(answer, self._status if answer == self._procedure else "")
        return 1

    async def _together(self, wanted: str) -> int:
        """Say with what it is filed; the choice leads on to that."""
        from kiosk.filing.catalogue import procedure
        from kiosk.screens.together import TogetherScreen

        answer = await self._app.ask(TogetherScreen(procedure(wanted)))
        if isinstance(answer, Nav):
            return 0
        self._take(answer, "")
        self._answers[f"simultaneous.{wanted}"] = "1"
        return 1

    async def _interview(self) -> int:
        from kiosk.screens.journeys.interview import interview

        outcome = await interview(self._app)
        if outcome is None:
            return 0
        if outcome.user_kind != self._kind:
            return await self._other_kind(outcome)
        if outcome.procedure in {"reentry", "other_activity"}:
            together = outcome.facts.together_with
            if together in {None, "none"}:
                return await self._together(outcome.procedure)
            self._take(str(together), "")
            self._answers[f"simultaneous.{outcome.procedure}"] = "1"
            return 1
        self._take(outcome.procedure, outcome.status)
        self._keep(outcome.facts)
        return 2

    def _keep(self, facts: Facts) -> None:
        """Keep what the interview was told, as facts and as first answers."""
        from kiosk.filing.catalogue import status

        self._facts_told = dict(told_by(facts))
        if facts.stay_ends is not None:
            self._answers[EXPIRY] = facts.stay_ends.isoformat()
        if self._procedure == "change" and facts.current_status and facts.current_status not in NOT_LISTED:
            self._answers[STATUS_NOW] = status(facts.current_status).code

    async def _other_kind(self, outcome: Outcome) -> int:
        """Say that somebody else has to sign in for this."""
        from kiosk.filing.catalogue import user_kind as kind_named
        from kiosk.screens.message import MessageScreen

        names = {"mine": self._app.t.pick(kind_named(self._kind).name)}
        names["needed"] = self._app.t.pick(kind_named(outcome.user_kind).name)
        lines = ("interview.other_kind.now", f"interview.other_kind.{kind_named(outcome.user_kind).entrance}")
        screen = MessageScreen(
            "interview.title", "interview.other_kind", lines, ("choice.back",), params={**names}, tone="attention"
        )
        await self._app.ask(screen)
        return 0

    def _take(self, procedure: str, status: str) -> None:
        if (procedure, status) != (self._procedure, self._status):
            self._answers.clear()
            self._facts_told.clear()
            self._variant = ""
        self._procedure, self._status = procedure, status

    async def status(self) -> int:
        from kiosk.screens.message import MessageScreen
        from kiosk.screens.status_choice import NOT_ONLINE, StatusScreen

        answer = await self._app.ask(StatusScreen(self._procedure, self._status))
        if isinstance(answer, Nav):
            return -1
        if answer == NOT_ONLINE:
            lines = ("choose.never.which", "choose.never.next")
            screen = MessageScreen(
                "choose.status.title", "choose.never.lead", lines, ("choice.back",), tone="attention"
            )
            await self._app.ask(screen)
            return 0
        if answer != self._status:
            kept = {name: text for name, text in self._answers.items() if name.startswith("simultaneous.")}
            self._take(self._procedure, answer)
            self._answers.update(kept)
        return 1

    def asks_variant(self) -> bool:
        """Say whether the status has forms by activity."""
        return bool(self._variants())

    def _variants(self) -> tuple[str, ...]:
        """Return the ids that may be chosen: those that have a form, the status itself where it has one too."""
        from kiosk.filing.catalogue import is_built, variants

        found = tuple(item.id for item in variants(self._status) if is_built(self._procedure, item.id))
        return (self._status, *found) if found and self._has_form(self._status) else found

    def _has_form(self, status: str) -> bool:
        from kiosk.forms.errors import FormUnknownError
        from kiosk.forms.load import load_form

        try:
            load_form(self._procedure, status, self._app.services.settings.system)
        except FormUnknownError:
            return False
        return True

    async def variant(self) -> int:
        from kiosk.screens.status_choice import VariantScreen

        answer = await self._app.ask(VariantScreen(self._status, self._variants(), self._variant))
        if isinstance(answer, Nav):
            return -1
        self._variant = answer
        return 1

    def asks_about_applicant(self) -> bool:
        """Say whether somebody files for a member of the family."""
        return self._kind in ABOUT_THE_APPLICANT

    async def about_applicant(self) -> int:
        from kiosk.filing.interview import question
        from kiosk.screens.journeys.interview import ask_question

        names = ABOUT_THE_APPLICANT[self._kind]
        if self._procedure == "certificate_of_eligibility":
            names = tuple(name for name in names if name != "unable")  # who is abroad cannot file for themselves anyway
        place = 0
        while place < len(names):
            answer = await ask_question(self._app, question(names[place]), self._told.get(names[place], ""))
            if answer is None and place == 0:
                return -1
            if answer is not None:
                self._told[names[place]] = answer
            place += -1 if answer is None else 1
        return 1

    def asks_first(self) -> bool:
        """Say whether the form has questions that the rules need."""
        return self._has_form(self._form_status()) and bool(self._first_pages())

    def _first_pages(self) -> tuple[tuple[str, ...], ...]:
        """Return what is asked before the rules, a tuple a page; what the card or the form says is left out."""
        from kiosk.forms.prefill import fixed_values

        form = self._form()
        fixed = fixed_values(form, self._context())
        wanted = FIRST_FIELDS.get(self._procedure, (STAY_FIELDS,))
        asked = (tuple(name for name in group if name in form.fields and name not in fixed) for group in wanted)
        return tuple(group for group in asked if group)

    async def first(self) -> int:
        """Ask what the rules need."""
        from kiosk.forms.prefill import merge_fixed
        from kiosk.screens.asking import PageAsking
        from kiosk.screens.question_page import QuestionPage

        form, context, pages, place = self._form(), self._context(), self._first_pages(), 0
        self._answers.update(merge_fixed(form, {}, context))
        while 0 <= place < len(pages):
            asking = PageAsking(form, form.page_of[pages[place][0]], self._answers, context, only=pages[place])
            # Nothing is stored yet: the answers stay with this journey until the application is begun.
            answer = await self._app.ask(QuestionPage(asking, lambda _field, _value: None, stop=False))
            place += -1 if isinstance(answer, Nav) else 1
        return -1 if place < 0 else 1

    async def eligibility(self) -> int:
        from kiosk.filing.opening import next_open_day
        from kiosk.screens.eligibility import GO_ON, EligibilityScreen

        found = self._answer()
        # The stay itself is told above, and its card ends with it.
        endings = [end for end in found.endings if end.key == "my_number_card" or (end.soon and end.key in _TOLD_SOON)]
        screen = EligibilityScreen(found.decision, self._window(), found.days, next_open_day(self._today()), endings)
        answer = await self._app.ask(screen)
        if answer == GO_ON:
            return 1
        return -1 if isinstance(answer, Nav) else -BACK_TO_START

    async def needs(self) -> int:
        from kiosk.screens.eligibility import GO_ON, NeedsScreen
        from kiosk.screens.journeys.letters import show_letter

        answer = await self._app.ask(NeedsScreen(self._needed()))
        if isinstance(answer, str) and answer.startswith("letter:"):
            await show_letter(self._app, self._answer(), answer.removeprefix("letter:"))
            return 0
        return 1 if answer == GO_ON else -1

    def chosen(self) -> Chosen:
        """Return what was chosen."""
        given: dict[str, Value] = {name: str(text) for name, text in self._answers.items() if text}
        return Chosen(self._procedure, self._form_status(), given, self._told_facts())

    # --- what the rules say ------------------------------------------------------------------------------------------

    def _form_status(self) -> str:
        return self._variant or self._status

    def _form(self) -> Form:
        from kiosk.forms.load import load_form

        return load_form(self._procedure, self._form_status(), self._app.services.settings.system)

    def _context(self) -> Context:
        from kiosk.forms.model import Context
        from kiosk.screens.drafting import facts_of

        account = self._app.visit.account
        facts = facts_of(account) if account is not None else None
        return Context(self._kind, self._today(), facts, self._app.services.settings.system)

    def _today(self) -> date:
        from kiosk.clock import japan_date

        return japan_date(self._app.services.clock())

    def _facts(self) -> Facts:
        from kiosk.filing.known import known_facts

        account = self._app.visit.account
        born = account.person.birth_date_text if account is not None else ""
        known = known_facts(self._kind, self._procedure, born, self._answers, self._today())
        return filled_in(known, self._told_facts(), self._form_status())

    def _told_facts(self) -> Told:
        from kiosk.filing.interview import told

        return {**self._facts_told, **told(self._told)}

    def _answer(self) -> Answer:
        from kiosk.filing.answer import answer

        return answer(
            self._kind, self._procedure, self._form_status(), self._facts(), self._app.services.settings.system
        )

    def _window(self) -> Window | None:
        from kiosk.filing.deadlines import extension_window
        from kiosk.forms.dates import latest

        expires, period = latest(str(self._answers.get(EXPIRY, ""))), str(self._answers.get(PERIOD, ""))
        if self._procedure != "extension" or expires is None:
            return None
        try:
            return extension_window(expires, period, self._today())
        except ValueError:
            # A period set case by case has no length in its code: then no days can be told.
            return None

    def _needed(self) -> Needs:
        from kiosk.filing.request import recipients
        from kiosk.forms.view import View
        from kiosk.screens.eligibility import Needs

        form, context, found = self._form(), self._context(), self._answer()
        view = View(form, self._answers, context)
        return Needs(
            sheets=tuple(sheet.title for sheet in form.attached if view.holds(sheet.visible)),
            documents=tuple(item for item in found.documents if item.state != "not_needed"),
            fee=found.fee,
            questions=sum(item.type != "info" for page in view.pages() for item in view.fields(page)),
            requirements=found.requirements,
            receipts=found.receipts,
            letters=recipients(found),
        )


_TOLD_SOON = frozenset({"certificate", "passport"})

NOT_LISTED = frozenset({"diplomat", "visitor", "permanent", "departure", "none"})
"""What one may hold that is in no list of statuses."""

BACK_TO_START = 10
"""More than there are steps before: from the first one it begins again."""


def user_kind(app: KioskApp) -> str:
    """Return the kind of user who is here; the applicant while the portal is away."""
    account = app.visit.account
    return account.user_kind.value if account is not None else "applicant"


async def choose(app: KioskApp) -> Chosen | None:
    """Ask what is to be filed; None when the person goes back before the first question."""
    way = _Choosing(app)
    steps = (
        (way.procedure, _always), (way.status, _always), (way.variant, way.asks_variant),
        (way.about_applicant, way.asks_about_applicant), (way.first, way.asks_first),
        (way.eligibility, _always), (way.needs, _always),
    )  # fmt: skip
    place, direction = 0, 1
    while 0 <= place < len(steps):
        step, applies = steps[place]
        if not applies():
            place += direction
            continue
        moved = await step()
        direction = 1 if moved > 0 else -1
        place = 0 if moved == -BACK_TO_START else place + moved
    return way.chosen() if place >= len(steps) else None


def _always() -> bool:
    return True

"""From "which procedure do I need?" to "this is what it takes": nothing is stored on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from kiosk.screens.base import Nav

if TYPE_CHECKING:
    from datetime import date

    from kiosk.app import KioskApp
    from kiosk.filing.deadlines import Window
    from kiosk.filing.eligibility import Decision
    from kiosk.filing.facts import Facts
    from kiosk.forms.model import Context, Form
    from kiosk.screens.eligibility import Needs

PERIOD = "part1.current_period_of_stay"
EXPIRY = "part1.current_period_expiration_date"
STAY_FIELDS = (PERIOD, EXPIRY)
"""What the days are counted from; asked first where the form has them."""

T = TypeVar("T")


class Chosen(NamedTuple):
    """What is to be filed, and the answers given on the way."""

    procedure: str
    status: str
    answers: dict[str, str]


class _Choosing:
    """The steps, and what was chosen so far, so that going back finds it again."""

    def __init__(self, app: KioskApp) -> None:
        self._app = app
        self._procedure = ""
        self._status = ""
        self._answers: dict[str, Any] = {}

    async def procedure(self) -> int:
        from kiosk.screens.procedure_choice import ProcedureScreen

        answer = await self._app.ask(ProcedureScreen(self._procedure))
        if isinstance(answer, Nav):
            return -1
        self._procedure = answer
        return 1

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
            self._answers.clear()
        self._status = answer
        return 1

    def asks_stay(self) -> bool:
        return all(name in self._form().fields for name in STAY_FIELDS)

    async def stay(self) -> int:
        from kiosk.forms.prefill import merge_fixed
        from kiosk.screens.asking import PageAsking
        from kiosk.screens.question_page import QuestionPage

        form, context = self._form(), self._context()
        self._answers.update(merge_fixed(form, {}, context))
        asking = PageAsking(form, form.page_of[EXPIRY], self._answers, context, only=STAY_FIELDS)
        # Nothing is stored yet: the answers stay with this journey until the application is begun.
        answer = await self._app.ask(QuestionPage(asking, lambda _field, _value: None, stop=False))
        return -1 if isinstance(answer, Nav) else 1

    async def eligibility(self) -> int:
        from kiosk.screens.eligibility import GO_ON, EligibilityScreen

        answer = await self._app.ask(EligibilityScreen(self._decision(), self._window()))
        if answer == GO_ON:
            return 1
        return -1 if isinstance(answer, Nav) else -3

    async def needs(self) -> int:
        from kiosk.screens.eligibility import GO_ON, NeedsScreen

        answer = await self._app.ask(NeedsScreen(self._needed()))
        return 1 if answer == GO_ON else -1

    def chosen(self) -> Chosen:
        return Chosen(self._procedure, self._status, {name: str(text) for name, text in self._answers.items() if text})

    # --- what the rules say ------------------------------------------------------------------------------------------

    def _form(self) -> Form:
        from kiosk.forms.load import load_form

        return load_form(self._procedure, self._status, self._app.services.settings.system)

    def _context(self) -> Context:
        from kiosk.forms.model import Context
        from kiosk.screens.drafting import facts_of

        account = self._app.visit.account
        facts = facts_of(account) if account is not None else None
        return Context(user_kind(self._app), self._today(), facts, self._app.services.settings.system)

    def _today(self) -> date:
        from kiosk.clock import japan_date

        return japan_date(self._app.services.clock())

    def _facts(self) -> Facts:
        from kiosk.filing.known import known_facts

        account = self._app.visit.account
        born = account.person.birth_date_text if account is not None else ""
        return known_facts(user_kind(self._app), born, self._answers, self._today())

    def _expires(self) -> date | None:
        from kiosk.forms.dates import latest

        return latest(str(self._answers.get(EXPIRY, "")))

    def _decision(self) -> Decision:
        from kiosk.filing.eligibility import decide

        return decide(user_kind(self._app), self._procedure, self._status, self._facts())

    def _window(self) -> Window | None:
        from kiosk.filing.deadlines import extension_window

        expires, period = self._expires(), str(self._answers.get(PERIOD, ""))
        if self._procedure != "extension" or expires is None:
            return None
        try:
            return extension_window(expires, period, self._today())
        except ValueError:
            # A period set case by case has no length in its code: then no days can be told.
            return None

    def _needed(self) -> Needs:
        from kiosk.filing.documents import checklist
        from kiosk.filing.fees import fee
        from kiosk.forms.view import View
        from kiosk.screens.eligibility import Needs

        form, context = self._form(), self._context()
        view = View(form, self._answers, context)
        sheets = tuple(sheet.title for sheet in form.attached if view.holds(sheet.visible))
        questions = sum(item.type != "info" for page in view.pages() for item in view.fields(page))
        documents = checklist(user_kind(self._app), self._procedure, self._status, self._facts())
        return Needs(sheets, documents, fee(self._procedure, self._today()), questions)


def user_kind(app: KioskApp) -> str:
    """Return the kind of user who is here; the applicant while the portal is away."""
    account = app.visit.account
    return account.user_kind.value if account is not None else "applicant"


async def choose(app: KioskApp) -> Chosen | None:
    """Ask what is to be filed; None when the person goes back before the first question."""
    choosing = _Choosing(app)
    steps = (choosing.procedure, choosing.status, choosing.stay, choosing.eligibility, choosing.needs)
    place, direction = 0, 1
    while 0 <= place < len(steps):
        if steps[place] == choosing.stay and not choosing.asks_stay():
            place += direction
            continue
        moved = await steps[place]()
        direction = 1 if moved > 0 else -1
        place += moved
    return choosing.chosen() if place >= len(steps) else None

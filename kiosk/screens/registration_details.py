"""What a person enters to register: nationality, residence card, telephone, e-mail twice."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from kiosk.forms.load import choices, load_sheet
from kiosk.forms.model import Context, Form, Issue, Labels
from kiosk.i18n import Translator
from kiosk.screens.asking import AnswerMap, PageAsking, Value
from kiosk.screens.base import Rail
from kiosk.screens.question_page import QuestionPage

EMAIL, EMAIL_AGAIN = "registration.email", "registration.email_again"
NATIONALITY = "registration.nationality"
ASKED = (NATIONALITY, "registration.residence_card_number", "registration.phone", EMAIL)
"""What is registered; the second e-mail is there only to be compared."""


class DetailsAsking(PageAsking):
    """The page of details; the second e-mail must be the first one again.

    Args:
        answers: what was typed so far; changed in place.
        user_kind: a value of the contract's ``UserKind``.
        today: the day in Japan.
        system: generation of the government's system.
    """

    def __init__(self, answers: AnswerMap, user_kind: str, today: date, system: str) -> None:
        form = _form(system)
        super().__init__(form, form.pages[0], answers, Context(user_kind, today, system=system))

    def help(self, t: Translator) -> str:
        """Return the page's help: whoever registers answers for themselves."""
        return t.pick(self.page.help)

    def issues(self) -> list[Issue]:
        """Return what is wrong: the form's own findings, and e-mails that differ."""
        found = super().issues()
        first, again = self.text(EMAIL), self.text(EMAIL_AGAIN)
        if first and again and first != again and not any(issue.field == EMAIL_AGAIN for issue in found):
            found.append(Issue(EMAIL_AGAIN, "email_differs"))
        return found

    def registered(self) -> tuple[tuple[Labels, Labels], ...]:
        """Return label and value of what will be registered, in every language."""
        return tuple((self.field(name).label, self._labels(name)) for name in ASKED)

    def _labels(self, name: str) -> Labels:
        text = self.text(name)
        return nationality_labels(text) if name == NATIONALITY else {"ja": text, "en": text}


def nationality_labels(code: str) -> Labels:
    """Return the names of a nationality; the code itself where the list does not have it."""
    return next((entry.labels for entry in choices("CA61") if entry.code == code), {"ja": code, "en": code})


def _form(system: str) -> Form:
    sheet, receipt = load_sheet("registration"), load_sheet("receipt")
    return Form(
        procedure="registration", status="", status_code="", file_code="",
        system=system, sheets=(sheet,), receipt=receipt,
    )  # fmt: skip


class RegistrationDetailsScreen(QuestionPage):
    """The page of details; ends with ``NEXT`` when nothing is wrong.

    Args:
        asking: what is asked.
    """

    title_key: ClassVar[str] = "details.title"
    help_key: ClassVar[str] = "help.register"
    rail: ClassVar[Rail | None] = Rail.REGISTRATION
    step: ClassVar[int] = 1

    def __init__(self, asking: DetailsAsking) -> None:
        super().__init__(asking, _keep, stop=False)


def _keep(_field_id: str, _value: Value) -> None:
    """Nothing is stored before registration: the answers live in the visit alone."""

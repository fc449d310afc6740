"""What an application is about, in every language: for titles, lists and the last look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.i18n import Translator

Names = dict[str, str]
"""One name by language."""

PRINCIPAL = "ja"
"""The language in which applications are filed; its names stand first."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Procedure and status of residence by their names."""

    procedure: Names
    status: Names

    def words(self, t: Translator) -> str:
        """Return both in the person's language."""
        return " · ".join(name for name in (t.pick(self.procedure), t.pick(self.status)) if name)

    def title(self, t: Translator) -> str:
        """Return the procedure for the title bar: in Japanese, then in the person's language."""
        names = dict.fromkeys((self.procedure.get(PRINCIPAL, ""), t.pick(self.procedure)))
        return "  ".join(name for name in names if name)

    def searched(self) -> str:
        """Return all names, for a search that need not know the language."""
        return " ".join((*self.procedure.values(), *self.status.values()))


def subject_of(procedure: str, status: str) -> Subject:
    """Return the names behind two ids; an id that is in no list stands for itself."""
    from kiosk.filing import catalogue
    from kiosk.filing.errors import UnknownNameError

    try:
        return Subject(catalogue.procedure(procedure).name, catalogue.status(status).name)
    except UnknownNameError:
        return Subject({PRINCIPAL: procedure}, {PRINCIPAL: status})


def period_names(status: str, label: str) -> Names:
    """Return a period of stay in every language.

    Args:
        status: id of the status of residence.
        label: the period's official Japanese label; one that is not in the official list stands for itself.
    """
    from kiosk.filing import catalogue
    from kiosk.filing.errors import UnknownNameError
    from kiosk.forms.load import choices

    try:
        known = choices("CB20", catalogue.status(status).code)
    except UnknownNameError:
        known = ()
    return next((choice.labels for choice in known if choice.labels[PRINCIPAL] == label), {PRINCIPAL: label})


def office_names(prefecture: str, office: str) -> Names:
    """Return the office where a card is handed over (codes of lists C619 and CB52); empty where none was chosen."""
    from kiosk.forms.load import choices

    return next((choice.labels for choice in choices("CB52", prefecture) if choice.code == office), {})

"""One clear sentence in large space, what happens next, and at most three things to do, with digits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from kiosk.errors import KioskError
from kiosk.screens.base import KioskScreen
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.rows import NAME_CELLS, shortened
from kiosk.widgets.text import Line

SIGNS = {"plain": "", "done": "✓ ", "attention": "! ", "error": "✗ "}
"""A sign for each tone, since colour is never the only one."""


class MessageScreen(KioskScreen[str]):
    """A sentence and choices.

    Args:
        title_key: message key of the title.
        lead_key: message key of the one sentence.
        line_keys: message keys of what happens next, a paragraph each.
        choice_keys: message keys of the choices; the key's last part is the result.
        params: parameters of all texts.
        tone: ``plain``, ``done``, ``attention`` or ``error``; each has its sign as well as its colour.
    """

    def __init__(
        self,
        title_key: str,
        lead_key: str,
        line_keys: Sequence[str] = (),
        choice_keys: Sequence[str] = ("choice.continue",),
        *,
        params: dict[str, str | int] | None = None,
        tone: str = "plain",
    ) -> None:
        super().__init__()
        self._title_key = title_key
        self._lead_key = lead_key
        self._line_keys = tuple(line_keys)
        self._choice_keys = tuple(choice_keys)
        self._params = params or {}
        self._tone = tone

    def title_text(self) -> str:
        """Return the title in the person's language."""
        return self.t(self._title_key)

    def body(self) -> Iterable[Widget]:
        """Yield the sentence, the paragraphs and the choices."""
        yield Line(SIGNS[self._tone] + self.t(self._lead_key, **self._params), classes=f"lead -{self._tone}", id="lead")
        for key in self._line_keys:
            yield Line(self.t(key, **self._params), classes="paragraph")
        yield from self.extra()
        yield ChoiceList([Choice(key.rsplit(".", 1)[-1], self.t(key)) for key in self._choice_keys])

    def extra(self) -> Iterable[Widget]:
        """Yield more widgets between text and choices."""
        return ()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)


class ProblemScreen(MessageScreen):
    """An error for a person: what happened, what to do next, and the code for staff.

    Args:
        error: what went wrong.
        choice_keys: what can be done, ``choice.again`` and ``choice.back`` where nothing else is said.
    """

    def __init__(self, error: KioskError, choice_keys: Sequence[str] = ("choice.again", "choice.back")) -> None:
        super().__init__(
            "problem.title",
            f"error.{error.key}",
            (f"error.{error.key}.next",),
            choice_keys,
            params={**error.params, "code": error.code},
            tone="error",
        )
        self._code = error.code

    def extra(self) -> Iterable[Widget]:
        """Yield the code, so that it can be read out to staff."""
        yield Line(self.t("problem.code", code=self._code), classes="quiet space")


class FileProblemScreen(ProblemScreen):
    """An error about one of the person's files, with its name.

    Args:
        name: of the file, made safe.
        error: what is wrong with it.
        choice_keys: what can be done.
    """

    def __init__(self, name: str, error: KioskError, choice_keys: Sequence[str]) -> None:
        super().__init__(error, choice_keys)
        self._name = name

    def extra(self) -> Iterable[Widget]:
        """Yield the file's name before the code."""
        yield Line(shortened(self._name, NAME_CELLS), classes="space", id="name")
        yield from super().extra()

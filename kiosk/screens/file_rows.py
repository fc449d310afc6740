"""The rows of the file chooser: a tap says another thing than Enter, and a mark is drawn without drawing the rest."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from kiosk.widgets.choices import Choice, ChoiceList


class FileRows(ChoiceList):
    """Folders and files. Enter is told as ``Chosen``; a tap, and a digit, which means the same, as ``Touched``."""

    class Touched(Message):
        """A row was tapped; ``twice`` where this is the second tap of a double one."""

        def __init__(self, choice_id: str, *, twice: bool) -> None:
            super().__init__()
            self.choice_id = choice_id
            self.twice = twice

    @property
    def here(self) -> str:
        """The id of the row under the highlight, or empty."""
        number = self.highlighted
        return self.choices[number].id if number is not None and number < len(self.choices) else ""

    def show(self, choices: Sequence[Choice]) -> None:
        """Draw the rows that are other than before; their number and ids are the same."""
        for number, (old, new) in enumerate(zip(self.choices, choices, strict=True)):
            if old != new:
                self.replace_option_prompt_at_index(number, self._option(number + 1, new).prompt)
        self.choices = tuple(choices)

    def action_choose(self, digit: int) -> None:
        """Take a digit as a tap."""
        if digit <= len(self.choices):
            self.highlighted = digit - 1
            self.post_message(self.Touched(self.choices[digit - 1].id, twice=False))

    def on_click(self, event: events.Click) -> None:
        """Tell of a tap instead of choosing the row at once."""
        event.prevent_default()
        number = event.style.meta.get("option")
        if number is not None and number < len(self.choices):
            self.highlighted = number
            self.post_message(self.Touched(self.choices[number].id, twice=event.chain == 2))

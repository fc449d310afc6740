"""The kiosk with a page of twelve boxes. ``page.py`` saves nothing; ``page.py FOLDER`` saves every key there."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from kiosk.app import KioskApp
from kiosk.forms.load import load_form
from kiosk.forms.model import Context, Field, Form, Page, PersonFacts, Sheet
from kiosk.ids import uuid7
from kiosk.screens.asking import PageAsking
from kiosk.screens.drafting import Value
from kiosk.screens.question_page import QuestionPage
from kiosk.services import Services
from kiosk.settings import Settings, StoreSettings

BOXES = 12
"""The most a page may have."""

Save = Callable[[str, Value], None]


class PageApp(KioskApp):
    """The kiosk, going straight to one page of questions."""

    async def _route(self) -> None:
        form, page = _form()
        context = Context("applicant", date(2026, 11, 24), PersonFacts())
        folder = sys.argv[1] if len(sys.argv) > 1 else ""
        save = _saver(Path(folder)) if folder else _nothing
        await self.ask(QuestionPage(PageAsking(form, page, {}, context), save))
        self.exit(0)

    def _watch(self) -> None:
        """Watch nothing, so that a key alone is measured."""


def _form() -> tuple[Form, Page]:
    form = load_form("extension", "gijinkoku")
    text = next(item for item in form.fields.values() if item.id == "part1.home_town_city")
    same = text.model_dump(by_alias=True)
    fields = tuple(Field.model_validate({**same, "id": f"part1.box{number}"}) for number in range(BOXES))
    page = Page(id="benchmark", title={"en": "Twelve boxes", "ja": "12"}, fields=fields)
    sheet = form.sheets[0]
    bigger = Sheet.model_validate({**sheet.model_dump(by_alias=True), "pages": (*sheet.pages, page)})
    return Form.model_validate({**form.model_dump(by_alias=True), "sheets": (bigger, *form.sheets[1:])}), page


def _nothing(_field_id: str, _value: Value) -> None:
    """Save nothing."""


def _saver(folder: Path) -> Save:
    from kiosk.offline_queue.autosave import Autosave
    from kiosk.offline_queue.drafts import DraftStore

    store = DraftStore.open(folder, StoreSettings(key_source="file"), lambda: datetime.now(UTC))
    owner = store.owner(os.urandom(294), os.urandom(256))
    draft = store.create(owner, {"procedure": "extension"}, {}, uuid7())
    saver = Autosave(store, owner, lambda _moment: None, lambda _error: None)
    return lambda field_id, value: saver.put(draft, field_id, value)


if __name__ == "__main__":
    PageApp(Services(Settings(language="en"))).run()

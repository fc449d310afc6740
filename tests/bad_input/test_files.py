"""Files that cannot be sent: refused when they are chosen, each in its own words; nothing else of the draft changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.app import KioskApp
from kiosk.screens.documents import DocumentsScreen
from kiosk.screens.drafting import Drafting
from kiosk.screens.file_chooser import FileChooserScreen
from kiosk.screens.journeys.documents import documents
from kiosk.screens.message import MessageScreen
from kiosk.widgets.choices import ChoiceList
from tests.attachments import make
from tests.bad_input.parts import Desk
from tests.bad_input.person import reads
from tests.support.screens import ScreenApp, until

LIMIT = 80 * 1024 * 1024
"""What is taken in; binding makes it smaller."""

FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "0 bytes": (lambda: b"", "error.file_empty"),
    "one byte too many": (lambda: b"%PDF-1.7\n" + bytes(LIMIT), "error.file_too_large"),
    "locked": (make.locked, "error.pdf_password"),
    "print forbidden": (lambda: make.encrypted(print_lowres=False, print_highres=False), "error.pdf_print_forbidden"),
    "a GIF called PDF": (lambda: make.picture(mode="P", kind="GIF"), "error.document_type_wrong"),
    "a bomb": (make.bomb, "error.pdf_broken"),
    "pointing at itself": (make.self_referencing, "error.pdf_broken"),
}


async def choose(pilot: Pilot[Any], screen: type[Any], words: str) -> None:
    await until(pilot, screen)
    rows = pilot.app.screen.query_one(ChoiceList)
    rows.focus()
    rows.highlighted = next(n for n, choice in enumerate(rows.choices) if words in (choice.id, choice.label))
    await pilot.press("enter")


def at_documents(desk: Desk, kept: list[Drafting]) -> ScreenApp:
    async def route(app: KioskApp, drafting: Drafting) -> bool:
        kept.append(drafting)
        return await documents(app, drafting)

    return desk.with_draft(route, desk.station())


@pytest.mark.parametrize("name", FILES)
async def test_a_file_that_cannot_be_sent(name: str, member: Desk) -> None:
    content, key = FILES[name]
    folder = member.folder / "files"
    folder.mkdir(exist_ok=True)
    (folder / "見本.pdf").write_bytes(content())
    kept: list[Drafting] = []
    app = at_documents(member, kept)
    async with app.run_test() as pilot:
        await choose(pilot, DocumentsScreen, "tax_certificates")
        await choose(pilot, FileChooserScreen, "見本.pdf")
        await until(pilot, MessageScreen)
        before = {file.slot for file in kept[0].attachments()}
        params = {"limit": "80", "found": "gif"}
        await reads(pilot, key, f"{key}.next", **params)
        await pilot.press("1")
        await until(pilot, FileChooserScreen)
        assert before == {"photo", "organisation_sheets", "category_proof"}
        assert len(kept[0].attachments()) == 3

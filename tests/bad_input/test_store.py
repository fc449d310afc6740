"""The store that cannot be used as usual: another program has the draft, a newer one wrote it, the disk is read-only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.app import KioskApp
from kiosk.screens.drafting import Drafting
from kiosk.screens.journeys.answers import answers, resume
from kiosk.screens.message import MessageScreen
from kiosk.screens.task_list import TaskListScreen
from tests.bad_input.parts import Desk
from tests.bad_input.person import reads
from tests.support.screens import until

Make = Callable[..., Desk]
OCCUPATION = "part1.occupation"


async def test_a_draft_that_is_open_in_another_program_is_not_opened_twice(member: Desk) -> None:
    drafts: list[str] = []

    async def first(app: KioskApp, drafting: Drafting) -> Any:
        drafts.append(drafting.draft_id)
        await answers(app, drafting)
        drafting.close()

    async def second(app: KioskApp) -> Any:
        drafting = await resume(app, drafts[0])
        return None if drafting is None else await answers(app, drafting)

    one = member.with_draft(first, member.station())
    async with one.run_test() as pilot:
        await until(pilot, TaskListScreen)
        two = member.signed_in(second, member.station())
        async with two.run_test() as other:
            await reads(other, "error.draft_open_elsewhere", "error.draft_open_elsewhere.next")
            await other.press("1")
            await until(other, MessageScreen)
            await pilot.press("escape")
            await one.finished()
            await other.press("1")
            await until(other, TaskListScreen)

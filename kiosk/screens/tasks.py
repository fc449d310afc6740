"""What stands on the list of tasks: the pages of the form, then files, receipt, check and sending. No Textual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.screens.drafting import Drafting, TaskState

if TYPE_CHECKING:
    from kiosk.offline_queue.model import StoredAttachment

DOCUMENTS, CHECK, SEND = "documents", "check", "send"


@dataclass(frozen=True, slots=True)
class Task:
    """One row: its id, its words by language or a message key, how far it is, and a remark beside the state."""

    id: str
    label: dict[str, str] | str
    state: TaskState
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading."""

    title: dict[str, str] | str
    tasks: tuple[Task, ...]


def sections(drafting: Drafting, attachments: Sequence[StoredAttachment]) -> tuple[Section, ...]:
    """Return the rows of one application: a section for each official sheet, then what comes after the questions."""
    made: list[Section] = []
    for part in drafting.tasks():
        row = Task(part.page.id, part.page.title, part.state)
        if made and made[-1].title == part.sheet:
            made[-1] = Section(part.sheet, (*made[-1].tasks, row))
        else:
            made.append(Section(part.sheet, (row,)))
    return (*made, Section("tasks.after", _after(drafting, attachments)))


def _after(drafting: Drafting, attachments: Sequence[StoredAttachment]) -> tuple[Task, ...]:
    receipt = drafting.form.receipt.pages[0]
    complete = not drafting.problems()
    return (
        _documents(drafting, attachments),
        Task(receipt.id, receipt.title, drafting.receipt_state()),
        Task(CHECK, "tasks.check", TaskState.DONE if complete else TaskState.TODO),
        Task(SEND, "tasks.send", TaskState.TODO),
    )


def _documents(drafting: Drafting, attachments: Sequence[StoredAttachment]) -> Task:
    needed = [item for item in drafting.needed_documents() if item.need == "required"]
    slots = {item.slot for item in attachments}
    there = sum(item.document.key in slots for item in needed)
    state = TaskState.DONE if there == len(needed) else TaskState.STARTED if slots else TaskState.TODO
    return Task(DOCUMENTS, "tasks.documents", state, f"{there}/{len(needed)}")

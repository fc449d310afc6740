"""One application while a person works on it: form, answers, where they are, and the store behind. No Textual.

The store holds a header (which application, where the person left it, what the card said) and the answers by field
id, those of the receipt sheet among them. Answers go to the store one by one through ``Autosave``; the header is
written when the person moves on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, cast

from kiosk.clock import Clock, japan_date
from kiosk.filing.answer import Answer, answer
from kiosk.filing.application import APPLICANT_NAME, Draft, DraftFile
from kiosk.filing.documents import Needed, draft_checklist
from kiosk.filing.eligibility import Decision, decide
from kiosk.filing.facts import Facts
from kiosk.filing.known import known_facts
from kiosk.filing.told import NOTHING, Told, filled_in
from kiosk.forms.check import check, check_receipt, errors
from kiosk.forms.engine import blank_hidden
from kiosk.forms.load import load_form
from kiosk.forms.model import Answers, Context, Form, Issue, Page, PersonFacts
from kiosk.forms.prefill import awaited, fixed_values, merge_fixed, prefill
from kiosk.forms.view import View
from kiosk.screens.drafting_header import Header, read_header
from kiosk.screens.drafting_store import Saver, Store
from kiosk.screens.papers import BOUND_SLOT, Papers

if TYPE_CHECKING:
    from kiosk.offline_queue.keys import Owner
    from kiosk.offline_queue.model import StoredAttachment, StoredDraft
    from kiosk.portal.contract import Account

Value = str | list[dict[str, str]]
"""One answer: text, or the rows of a table."""

PHOTO_SLOT = "photo"
"""The store's slot of the photo; a document lies in the slot of its key."""
FLUSH_SECONDS = 3.0  # how long the end of a visit waits for the last answers


class TaskState(Enum):
    """How far one page is."""

    TODO = "todo"
    STARTED = "started"
    ATTENTION = "attention"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PageTask:
    """One page of the form in the list of tasks."""

    page: Page
    sheet: dict[str, str]
    """The title of the official sheet it belongs to, by language."""
    state: TaskState


def facts_of(account: Account) -> PersonFacts:
    """Return what the portal knows of the person as the form engine takes it."""
    person = account.person
    return PersonFacts(
        name=person.name,
        birth_date=person.birth_date_text,
        sex=person.sex,
        address=person.address,
        name_substituted=bool(person.name_substituted),
        address_substituted=bool(person.address_substituted),
        nationality=account.nationality,
        residence_card_number=account.residence_card_number,
        phone=account.phone,
        email=account.email,
        organisation=account.organisation,
    )


def create_draft(
    store: Store,
    owner: Owner,
    base: Draft,
    facts: PersonFacts | None,
    given: Mapping[str, Value] | None = None,
    *,
    page: str = "",
    authentication_id: str = "",
    told: Told = NOTHING,
) -> str:
    """Make a new draft in the store, prefilled from the card, and return its id. Waits for the disk.

    Args:
        store: where it goes.
        owner: whose it is.
        base: an empty draft with its ids (``filing.application.new_draft``).
        facts: what card and registration say; None while the portal is away.
        given: answers that were asked before (the last day of the stay).
        page: where the person begins.
        authentication_id: of the person's account, so that it may be signed later without the portal.
        told: what the person told while they chose, beside those answers.

    Raises:
        StoreError: it could not be stored.
        FormUnknownError, FormDefinitionError: there is no such form.
    """
    form = load_form(base.procedure, base.status, base.system)
    answers = {**(prefill(form, facts, base.user_kind) if facts is not None else {}), **(given or {})}
    name = str(answers.get(APPLICANT_NAME, ""))
    header = Header(base, facts, page, frozenset(), authentication_id, told, name)
    return store.create(owner, header.as_dict(), dict(answers), base.draft_id)


class Drafting:
    """An open draft.

    Args:
        store: where it is.
        owner: whose it is.
        stored: as loaded.
        saver: writes answers in the background.
        clock: the present moment.
        facts: what the portal says of the person now; None takes what the draft was made with.
        authentication_id: of the person's account, where it is known now; else what the draft was made with.
        release: called when the draft is closed, to let other programs open it.

    Raises:
        DraftFormatError: the header is not of the shape this version writes.
        FormUnknownError, FormDefinitionError: there is no such form any more.
    """

    def __init__(
        self,
        store: Store,
        owner: Owner,
        stored: StoredDraft,
        saver: Saver,
        clock: Clock,
        facts: PersonFacts | None = None,
        authentication_id: str = "",
        release: Callable[[], object] = lambda: None,
    ) -> None:
        header = read_header(stored, japan_date(clock()))
        self._store = store
        self._owner = owner
        self._saver = saver
        self._clock = clock
        self._release = release
        self._base = header.base
        self._told = header.told
        self._facts = facts or header.facts
        self.page_id: str = header.page
        self._seen: set[str] = set(header.seen)
        self.papers: Papers = header.papers
        self.authentication_id: str = authentication_id or header.authentication_id
        self.form: Form = load_form(self._base.procedure, self._base.status, self._base.system)
        self.answers: dict[str, Value] = cast("dict[str, Value]", dict(stored.answers))
        self.answers.update(cast("dict[str, Value]", merge_fixed(self.form, {}, self.context)))

    def __repr__(self) -> str:
        return f"<Drafting {self.draft_id}>"

    @property
    def draft_id(self) -> str:
        """The draft's id, which the store knows it by."""
        return self._base.draft_id

    @property
    def procedure(self) -> str:
        """Id of the procedure."""
        return self._base.procedure

    @property
    def status(self) -> str:
        """Id of the status of residence."""
        return self._base.status

    @property
    def context(self) -> Context:
        """Who asks and when: today is the day in Japan now."""
        return Context(self._base.user_kind, japan_date(self._clock()), self._facts, self._base.system)

    # --- saving ------------------------------------------------------------------------------------------------------

    def put(self, field_id: str, value: Value) -> None:
        """Take a changed answer: it is in ``answers`` at once and durable soon."""
        self.answers[field_id] = value
        self._saver.put(self.draft_id, field_id, value)

    def at(self, page_id: str) -> None:
        """Note where the person is ("" is the list of tasks). Waits for the disk; raises ``StoreError``."""
        if page_id == self.page_id and (not page_id or page_id in self._seen):
            return
        self.page_id = page_id
        if page_id:
            self._seen.add(page_id)
        self._save_header()

    def at_portal(self, portal_id: str, etag: str) -> None:
        """Note the portal's copy. Waits for the disk; raises ``StoreError``."""
        self._base = replace(self._base, portal_id=portal_id, etag=etag)
        self._save_header()

    def know(self, facts: PersonFacts | None, authentication_id: str) -> None:
        """Note what was not known at the beginning (None: is not yet). Waits for the disk; raises ``StoreError``."""
        self._facts, self.authentication_id = facts or self._facts, authentication_id
        self.answers.update(cast("dict[str, Value]", merge_fixed(self.form, {}, self.context)))
        self._save_header()

    def keep_papers(self, papers: Papers) -> None:
        """Note what is known of the files. Waits for the disk; raises ``StoreError``."""
        self.papers = papers
        self._save_header()

    def _save_header(self) -> None:
        seen, name = frozenset(self._seen), str(self.answers.get(APPLICANT_NAME, ""))
        header = Header(
            self._base, self._facts, self.page_id, seen, self.authentication_id, self._told, name, self.papers
        )
        self._store.save_header(self._owner, self.draft_id, header.as_dict())

    def attachments(self) -> tuple[StoredAttachment, ...]:
        """Return the files that the person chose, in their order. Waits for the disk; raises ``StoreError``."""
        return self.papers.ordered(
            [file for file in self._store.load(self._owner, self.draft_id).attachments if file.slot != BOUND_SLOT]
        )

    def flush(self, timeout: float = FLUSH_SECONDS) -> bool:
        """Wait up to ``timeout`` seconds and return whether every answer is durable."""
        return self._saver.flush(timeout)

    def close(self, timeout: float = FLUSH_SECONDS) -> bool:
        """Flush, stop saving, and return whether every answer is durable. Safe to call twice."""
        durable = self._saver.close(timeout)
        self._release()
        return durable

    # --- where things stand ------------------------------------------------------------------------------------------

    def pages(self) -> tuple[Page, ...]:
        """Return the pages that apply now."""
        return self._view().pages()

    def page(self, page_id: str) -> Page | None:
        """Return a page that applies now (of the receipt sheet too), or None."""
        return next((page for page in (*self.pages(), *self.form.receipt.pages) if page.id == page_id), None)

    def following(self, page_id: str) -> Page | None:
        """Return the page after ``page_id`` that applies, or None at the end."""
        order = [page.id for page in self.form.pages]
        after = set(order[order.index(page_id) + 1 :]) if page_id in order else set[str]()
        return next((page for page in self.pages() if page.id in after), None)

    def span(self, page_id: str) -> tuple[int, int, int] | None:
        """Return which questions of how many stand on a page, from 1; None where none are counted."""
        view = self._view()
        first, total, found = 1, 0, None
        for page in view.pages():
            count = sum(item.type != "info" for item in view.fields(page))
            if page.id == page_id and count:
                found = (first + total, first + total + count - 1)
            total += count
        return None if found is None else (*found, total)

    def tasks(self) -> tuple[PageTask, ...]:
        """Return every page that applies, with how far it is."""
        wrong: dict[str, list[Issue]] = {}
        for issue in self.problems():
            wrong.setdefault(self.form.page_of[issue.field].id, []).append(issue)
        shown = {page.id for page in self.pages()}
        return tuple(
            PageTask(page, sheet.title, self._state(page, wrong.get(page.id, [])))
            for sheet in self.form.sheets
            for page in sheet.pages
            if page.id in shown
        )

    def receipt_state(self) -> TaskState:
        """Return how far the receipt method is."""
        return self._state(self.form.receipt.pages[0], self._receipt_problems())

    def receipt_done(self) -> bool:
        """Say whether nothing about the receipt method stands in the way of filing."""
        return not self._receipt_problems()

    def _receipt_problems(self) -> list[Issue]:
        return errors(check_receipt(self.form, self._read(), self.context))

    def _state(self, page: Page, wrong: Sequence[Issue]) -> TaskState:
        fixed = {*fixed_values(self.form, self.context), *awaited(self.form, self.context)}
        if page.id not in self._seen:
            own = [item.id for item in self._view().fields(page) if item.type != "info"]
            return TaskState.DONE if not wrong and all(name in fixed for name in own) else TaskState.TODO
        if not wrong:
            return TaskState.DONE
        missing = all(issue.code in {"required", "no_rows"} for issue in wrong)
        return TaskState.STARTED if missing else TaskState.ATTENTION

    def issues(self) -> list[Issue]:
        """Return everything that is wrong or doubtful in the form, in page order."""
        later = awaited(self.form, self.context)
        found = check(self.form, self._read(), self.context)
        return [issue for issue in found if issue.code != "required" or issue.field not in later]

    def problems(self) -> list[Issue]:
        """Return what stands in the way of filing."""
        return errors(self.issues())

    def needed_documents(self) -> tuple[Needed, ...]:
        """Return the checklist of photo and documents for this application."""
        return draft_checklist(self.context.user_kind, self.procedure, self.status, self.known(), self._answered())

    def decision(self) -> Decision:
        """Return whether it may be filed, as things are now: the portal will ask the same rules of the answers."""
        return decide(self.context.user_kind, self.procedure, self.status, self.known())

    def answer(self) -> Answer:
        """Return everything the rules say of it, as things are now."""
        context = self.context
        return answer(context.user_kind, self.procedure, self.status, self.known(), context.system)

    def known(self) -> Facts:
        """Return what card and answers say, and where they say nothing what was told while choosing."""
        return filled_in(self._answered(), self._told, self.status)

    def _answered(self) -> Facts:
        """Return what card and answers say: what the portal will know."""
        context = self.context
        born = context.person.birth_date if context.person is not None else ""
        return known_facts(context.user_kind, self.procedure, born, self.answers, context.today)

    def snapshot(self, attachments: Sequence[StoredAttachment] = ()) -> Draft:
        """Return the application as it would be filed now: hidden and empty answers left out.

        Args:
            attachments: the draft's files as the store lists them.
        """
        kept = blank_hidden(self.form, self._read(), self.context)
        receipt = {item.id for page in self.form.receipt.pages for item in page.fields}
        return replace(
            self._base,
            updated_at=self._clock(),
            answers={name: value for name, value in kept.items() if name not in receipt},
            receipt={name: value for name, value in kept.items() if name in receipt and isinstance(value, str)},
            files=tuple(_file(item) for item in attachments),
        )

    def _view(self) -> View:
        return View(self.form, self._read(), self.context)

    def _read(self) -> Answers:
        return cast("Answers", self.answers)


def _file(item: StoredAttachment) -> DraftFile:
    photo = item.slot == PHOTO_SLOT
    return DraftFile(
        file_id=item.id,
        kind="photo" if photo else "document",
        document="" if photo else item.slot,
        filename=item.name,
        media_type=item.media_type,
        size=item.size,
        sha256=item.sha256,
    )

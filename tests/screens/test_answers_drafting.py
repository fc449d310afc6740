"""One application kept together: what is saved, what is done, what is next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any, cast

import pytest

from kiosk.filing.application import from_dict, new_draft, to_dict
from kiosk.filing.errors import DraftFormatError
from kiosk.forms.model import PersonFacts
from kiosk.offline_queue.model import StoredAttachment
from kiosk.screens.checking import sections
from kiosk.screens.drafting import Drafting, TaskState, create_draft, facts_of
from kiosk.screens.tasks import sections as task_sections
from tests.support.answers import valid_answers, valid_receipt
from tests.support.filing import FACTS, PARTLY, TODAY, Saved, Shelf, account, context, drafting, form, stored_draft
from tests.support.screens import NOON

OWNER: Any = object()


def _complete() -> Drafting:
    answers = {**valid_answers(form(), context()), **valid_receipt(form(), context())}
    return drafting(answers, seen=tuple(page.id for page in (*form().pages, *form().receipt.pages)))


def _states(open_draft: Drafting) -> dict[str, TaskState]:
    return {task.page.id: task.state for task in open_draft.tasks()}


def test_the_account_says_what_the_card_said() -> None:
    assert facts_of(account()) == FACTS


def test_a_new_draft_holds_what_is_known_already() -> None:
    shelf = Shelf(stored_draft({}, {}, ""))
    base = new_draft("extension", "gijinkoku", "applicant", "rasens", NOON)
    create_draft(shelf, OWNER, base, FACTS, {"part1.current_period_expiration_date": "2027-01-31"})
    answers = shelf.stored.answers
    assert answers["part1.name"] == FACTS.name
    assert answers["part1.current_period_expiration_date"] == "2027-01-31"
    header = shelf.stored.header
    assert (header["procedure"], header["status"], header["page"]) == ("extension", "gijinkoku", "")
    assert header["submission_id"] != base.draft_id


def test_an_answer_is_there_at_once_and_handed_to_the_saver() -> None:
    shelf = Shelf(stored_draft(_header(), {}, "d"))
    saver = Saved()
    open_draft = Drafting(shelf, OWNER, shelf.stored, saver, lambda: NOON, FACTS)
    open_draft.put("part1.occupation", "会社員")
    assert open_draft.answers["part1.occupation"] == "会社員"
    assert saver.put_in == [("part1.occupation", "会社員")]


def _header() -> dict[str, Any]:
    shelf = Shelf(stored_draft({}, {}, ""))
    create_draft(shelf, OWNER, new_draft("extension", "gijinkoku", "applicant", "rasens", NOON), FACTS)
    return shelf.stored.header


def test_the_place_is_noted_once_and_found_again() -> None:
    shelf = Shelf(stored_draft(_header(), {}, "d"))
    open_draft = Drafting(shelf, OWNER, shelf.stored, Saved(), lambda: NOON, FACTS)
    open_draft.at("home")
    open_draft.at("home")
    assert [header["page"] for header in shelf.headers] == ["home"]
    again = Drafting(shelf, OWNER, stored_draft(shelf.headers[-1], {}, "d"), Saved(), lambda: NOON)
    assert again.page_id == "home"
    assert again.context.person == FACTS, "without the portal the draft itself says what the card said"


def test_what_was_told_while_choosing_is_known_when_the_draft_is_opened_again() -> None:
    shelf = Shelf(stored_draft({}, {}, ""))
    told: dict[str, Any] = {
        "relationship": "spouse",
        "age": 40,
        "unable_to_file": False,
        "stay_ends": date(2027, 1, 31),
    }
    base = new_draft("extension", "gijinkoku", "relative", "rasens", NOON)
    create_draft(shelf, OWNER, base, FACTS, told=told)
    open_draft = Drafting(shelf, OWNER, shelf.stored, Saved(), lambda: NOON)
    assert open_draft.decision().refused
    open_draft.at("home")
    again = Drafting(shelf, OWNER, stored_draft(shelf.headers[-1], {}, "d"), Saved(), lambda: NOON)
    assert [reason.key for reason in again.decision().reasons] == ["relative_only_for_child_or_ill"]
    assert again.known().stay_ends == date(2027, 1, 31)
    again.put("part1.date_of_birth", "2015-04-01")
    assert (again.known().age, again.decision().allowed) == (11, "yes")


def test_the_checklist_knows_what_was_told() -> None:
    def states(told: dict[str, Any]) -> dict[str, str]:
        shelf = Shelf(stored_draft({}, {}, ""))
        base = new_draft("extension", "gijinkoku", "applicant", "rasens", NOON)
        create_draft(shelf, OWNER, base, FACTS, told=told)
        open_draft = Drafting(shelf, OWNER, shelf.stored, Saved(), lambda: NOON)
        return {item.document.key: item.state for item in open_draft.needed_documents()}

    told = states({"changed_employer": True, "category": "3"})
    assert told["employment_contract"] == "needed"
    assert states({"changed_employer": False}).get("employment_contract") != "needed"


def test_a_draft_without_what_was_told_still_opens() -> None:
    header = {name: value for name, value in _header().items() if name != "told"}
    stored = stored_draft(header, {}, "d")
    assert Drafting(Shelf(stored), OWNER, stored, Saved(), lambda: NOON).decision().allowed == "yes"


@pytest.mark.parametrize("change", [{"version": 2}, {"procedure": 7}, {"submission_id": None}])
def test_a_header_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    stored = stored_draft({**_header(), **change}, {}, "d")
    with pytest.raises(DraftFormatError):
        Drafting(Shelf(stored), OWNER, stored, Saved(), lambda: NOON)


def test_the_portals_copy_is_noted() -> None:
    shelf = Shelf(stored_draft(_header(), {}, "d"))
    open_draft = Drafting(shelf, OWNER, shelf.stored, Saved(), lambda: NOON, FACTS)
    open_draft.at_portal("p", '"1"')
    assert (shelf.headers[-1]["portal_id"], shelf.headers[-1]["etag"]) == ("p", '"1"')
    assert open_draft.snapshot().portal_id == "p"


def test_what_the_card_says_wins_over_what_is_stored() -> None:
    open_draft = drafting({"part1.name": "SOMEBODY ELSE"})
    assert open_draft.answers["part1.name"] == FACTS.name


def test_states_of_pages() -> None:
    open_draft = drafting(
        {**PARTLY, "part1.passport_expiration_date": "2027-02-30"}, seen=("home", "family", "passport")
    )
    states = _states(open_draft)
    assert states["person"] is TaskState.DONE, "all of it is from the card"
    assert states["background"] is TaskState.TODO, "not visited, though nothing is missing"
    assert states["home"] is TaskState.DONE
    assert states["family"] is TaskState.STARTED
    assert states["passport"] is TaskState.ATTENTION


def test_questions_are_counted_over_the_pages_that_apply() -> None:
    open_draft = drafting()
    spans = [open_draft.span(page.id) for page in open_draft.pages()]
    counted = [span for span in spans if span is not None]
    assert counted[0][0] == 1
    assert counted[-1][1] == counted[-1][2]
    assert all(later[0] == earlier[1] + 1 for earlier, later in pairwise(counted))


def test_pages_follow_each_other_to_the_end() -> None:
    open_draft = drafting()
    walked = [open_draft.pages()[0].id]
    while (page := open_draft.following(walked[-1])) is not None:
        walked.append(page.id)
    assert walked == [page.id for page in open_draft.pages()]
    assert open_draft.following("receipt") is None


def test_a_complete_form_has_nothing_left_but_sending() -> None:
    open_draft = _complete()
    assert open_draft.problems() == []
    assert open_draft.receipt_done()
    assert set(_states(open_draft).values()) == {TaskState.DONE}
    files = tuple(_attached(item.document.key) for item in open_draft.needed_documents() if item.need == "required")
    left = [task.id for part in task_sections(open_draft, files) for task in part.tasks if task.state != TaskState.DONE]
    assert left == ["send"]


def _attached(slot: str) -> StoredAttachment:
    return StoredAttachment("f", slot, f"{slot}.pdf", "application/pdf", 9, "0" * 64)


def test_documents_are_counted() -> None:
    part = task_sections(drafting(), (_attached("photo"),))[-1]
    files = next(task for task in part.tasks if task.id == "documents")
    assert files.state is TaskState.STARTED
    assert files.remark.startswith("1/")


def test_the_snapshot_is_what_is_filed() -> None:
    open_draft = _complete()
    open_draft.put("part1.has_family_in_japan", "0")
    draft = open_draft.snapshot((_attached("photo"), _attached("tax_certificates")))
    assert "part1.family_in_japan" not in draft.answers, "a hidden question is not filed"
    assert not any(name.startswith("receipt.") for name in draft.answers)
    assert draft.receipt["receipt.notification_email"]
    assert [(item.kind, item.document) for item in draft.files] == [("photo", ""), ("document", "tax_certificates")]
    assert from_dict(to_dict(draft)) == draft


def test_all_answers_in_words_with_what_is_filed_beside() -> None:
    parts = sections(drafting(PARTLY), "en")
    rows = {row.place or row.label: row for part in parts for row in part.rows}
    assert rows["Name"].place == "", "from the card: nothing to change"
    assert (rows["background|part1.nationality_region"].filed, rows["background|part1.marital_status"].value) == (
        "南スーダン共和国",
        "No",
    )
    assert rows["passport|part1.passport_expiration_date"].warnings
    assert rows["family|part1.family_in_japan|0|nationality_region"].errors
    assert rows["request|part1.reason_for_extension"].value == ""
    assert {row.filed for part in sections(drafting(PARTLY), "ja") for row in part.rows} == {""}


def test_a_table_without_a_row_is_said_to_be_missing() -> None:
    parts = sections(drafting({**PARTLY, "part1.family_in_japan": []}), "en")
    rows = {row.place: row for part in parts for row in part.rows}
    assert rows["family|part1.family_in_japan"].errors


def test_every_problem_stands_in_the_list() -> None:
    open_draft = drafting(PARTLY)
    shown = sum(len(row.errors) for part in sections(open_draft, "ja") for row in part.rows)
    assert shown == len(open_draft.problems())


def test_a_person_without_a_known_birth_date_can_still_work() -> None:
    stored = stored_draft(_header(), {}, "d")
    facts = replace(FACTS, birth_date="0000-00-00")
    open_draft = Drafting(Shelf(stored), OWNER, stored, Saved(), lambda: NOON, facts)
    assert open_draft.needed_documents()
    assert open_draft.context.today == TODAY


def test_nothing_personal_is_in_a_repr() -> None:
    open_draft = drafting(PARTLY)
    shown = repr(open_draft) + repr(sections(open_draft, "ja")) + repr(open_draft.context.person)
    assert "KAKUU" not in shown
    assert "XX0000000" not in shown


def test_facts_survive_the_store() -> None:
    assert PersonFacts(**cast("dict[str, Any]", _header()["person"])) == FACTS

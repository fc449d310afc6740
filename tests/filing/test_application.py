"""The draft of an application, and the ids it carries."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.filing import application
from kiosk.filing.application import Draft, DraftFile
from kiosk.filing.errors import DraftFormatError
from kiosk.ids import uuid7

NOW = datetime(2026, 11, 22, 5, 2, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
PHOTO = DraftFile("f1", "photo", "", "photo.jpg", "image/jpeg", 40_000, "0" * 64)
PAPER = DraftFile("f2", "document", "organisation_sheets", "sheets.pdf", "application/pdf", 90_000, "1" * 64)


def _draft() -> Draft:
    draft = application.new_draft("extension", "gijinkoku", "applicant", "rasens", NOW)
    draft = application.with_answer(draft, "part1.occupation", "会社員", LATER)
    return application.with_answer(draft, "part1.family_in_japan", [{"name": "架空見本"}], LATER)


def test_answers_come_and_go():
    draft = _draft()
    assert draft.answers["part1.occupation"] == "会社員"
    assert draft.updated_at == LATER
    assert "part1.occupation" not in application.with_answer(draft, "part1.occupation", "", LATER).answers
    more = application.with_answers(draft, {"part1.phone": "0300000000"}, LATER)
    assert set(more.answers) == {"part1.occupation", "part1.family_in_japan", "part1.phone"}


def test_files_come_and_go_and_one_photo_stays():
    draft = application.with_file(application.with_file(_draft(), PHOTO, LATER), PAPER, LATER)
    other = DraftFile("f3", "photo", "", "new.jpg", "image/jpeg", 41_000, "2" * 64)
    replaced = application.with_file(draft, other, LATER)
    assert [item.file_id for item in replaced.files] == ["f2", "f3"]
    assert [item.file_id for item in application.without_file(replaced, "f2", LATER).files] == ["f3"]


def test_it_survives_the_store():
    draft = application.with_receipt(application.with_file(_draft(), PHOTO, LATER), {"receipt.method": "01"}, LATER)
    draft = application.at_portal(draft, uuid7(), '"3"')
    assert application.from_dict(json.loads(json.dumps(application.to_dict(draft)))) == draft


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"surprise": 1},
        {"draft_id": 5},
        {"answers": []},
        {"receipt": None},
        {"files": [{"file_id": "x"}]},
        {"files": 3},
        {"created_at": "yesterday"},
        {"updated_at": None},
    ],
)
def test_what_is_not_of_its_shape_is_refused(change: dict[str, object]):
    with pytest.raises(DraftFormatError):
        application.from_dict({**application.to_dict(_draft()), **change})
    with pytest.raises(DraftFormatError):
        application.from_dict({})


def test_a_copy_is_a_draft_of_its_own():
    draft = application.at_portal(application.with_file(_draft(), PHOTO, LATER), uuid7(), '"1"')
    copy = application.copied(draft, LATER)
    assert copy.answers == draft.answers
    assert {copy.draft_id, copy.submission_id}.isdisjoint({draft.draft_id, draft.submission_id})
    assert (copy.files, copy.portal_id, copy.etag) == ((), "", "")


def test_a_repr_shows_no_answers():
    draft = application.with_file(_draft(), PAPER, LATER)
    assert "会社員" not in repr(draft)
    assert "sheets.pdf" not in repr(draft.files)


@given(moment=st.integers(0, 2**48 - 1))
def test_ids_are_uuids_that_sort_by_time(moment: int):
    made = uuid.UUID(uuid7(moment))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == moment


def test_ids_differ_and_odd_moments_are_refused():
    assert len({uuid7() for _ in range(1000)}) == 1000
    assert uuid7(1) < uuid7(2)
    for moment in (-1, 2**48):
        with pytest.raises(ValueError):
            uuid7(moment)

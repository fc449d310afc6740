"""The declaration of a part that follows is written anew when the bureau has asked: number and day are known then."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest

from kiosk.attachments.binder.bind import bind_documents
from kiosk.attachments.binder.declaring import declare
from tests.attachments.binder_papers import bind_options, noisy, picture_pdf, quiet, reading


def parts() -> tuple[list[dict[str, Any]], list[bytes], dict[str, Any]]:
    """Return what is said of two or more parts, the parts, and the options they were bound with."""
    blobs = [picture_pdf(noisy((280, 280), seed=number), (100, 100)) for number in range(4)]
    options = bind_options([(f"資料{letter}", 1) for letter in "甲乙丙丁"], 120_000, applicant="KAKUU MIHON")
    facts, made = bind_documents(blobs, options, quiet)
    assert len(made) > 1
    return facts["files"], made, options


def asked(said: list[dict[str, Any]], options: dict[str, Any], **other: Any) -> dict[str, Any]:
    following = [row for file in said[2:] for row in file["holds"]]
    about = {"reception": "東オンＥＮ26000123", "day": "2027年1月15日", "following": following}
    return {**options, "front": said[1]["front"], "attached": said[1]["holds"], **about, **other}


def marks(content: bytes) -> list[tuple[str, int]]:
    """Return the bookmarks, each with its page."""
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        found: list[Any] = list(outline.root)
        return [(mark.title, pages[mark.destination[0].objgen]) for mark in found]


def test_it_names_the_application_and_all_else_stays() -> None:
    said, made, options = parts()
    facts, (again,) = declare([made[1]], asked(said, options), quiet)
    assert facts == {}
    front = reading(again, 0)
    for words in (
        "■ 出入国在留管理局から依頼",
        "□ 添付資料が10MB",
        "東オンＥＮ26000123",
        "2027年1月15日",
        "KAKUU MIHON",
    ):
        assert words in front
    assert marks(again) == marks(made[1])
    assert reading(again, 1) == reading(made[1], 1)  # the contents
    assert marks(again)[0] == ("資料添付に係る申告書", 0)
    with pikepdf.open(io.BytesIO(made[1])) as old, pikepdf.open(io.BytesIO(again)) as new:
        assert len(old.pages) == len(new.pages)
        for before, after in zip(list(old.pages)[2:], list(new.pages)[2:], strict=True):
            assert before.Contents.read_bytes() == after.Contents.read_bytes()
        assert not new.check_pdf_syntax()
    assert declare([made[1]], asked(said, options), quiet) == (facts, [again])
    assert len(again) < len(made[1]) + 8_192


def test_a_declaration_of_another_length_is_refused() -> None:
    said, made, options = parts()
    with pytest.raises(ValueError, match="length"):
        declare([made[1]], asked(said, options, following=[[f"資料{n}", 1] for n in range(99)]), quiet)


def test_what_the_bureau_asked_for_says_so_from_its_first_part() -> None:
    blobs = [picture_pdf(noisy((280, 280), seed=number), (100, 100)) for number in range(4)]
    options = bind_options([(title, 1) for title in "一二三四"], 120_000, asked=True, reception="東オンＥＮ26000123")
    _facts, made = bind_documents(blobs, options, quiet)
    assert "■ 出入国在留管理局から依頼" in reading(made[0], 0)
    assert "26000123" in reading(made[0], 0)

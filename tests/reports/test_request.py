"""The letter as PDF: the words of the text, on as many pages as it takes, in languages that the fonts can write."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner

from kiosk.filing.answer import Answer, answer
from kiosk.filing.commands import filing
from kiosk.filing.facts import Facts
from kiosk.filing.request import Recipient, letter
from kiosk.i18n import translator
from kiosk.reports.errors import PlaceGone
from kiosk.reports.page import HEIGHT, WIDTH
from kiosk.reports.request import request_name, request_paper, request_voices
from tests.support.papers import inked, pages_of, squeezed, text_of

TODAY = date(2026, 11, 22)
WHO = ("request", "--user", "applicant", "--procedure", "extension", "--status", "gijinkoku")


def found() -> Answer:
    """Return what the rules say of an extension."""
    return answer("applicant", "extension", "gijinkoku", Facts(TODAY, stay_ends=date(2027, 1, 31)))


def long() -> Answer:
    """Return an answer with more papers than one page holds."""
    return replace(found(), documents=found().documents * 8)


def request_pdf(answer: Answer, recipient: Recipient, language: str) -> bytes:
    """Return the letter as PDF."""
    return request_paper(answer, recipient, language).pdf()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_paper_says_what_the_text_says(language: str):
    pdf = request_pdf(found(), "organisation", language)
    pages = 1 if language == "ja" else 2
    said = squeezed(text_of(pdf))
    assert len(pages_of(pdf)) == pages
    assert ("1/2" in said) is (pages == 2)
    assert squeezed(letter(found(), "organisation", language)) == said.replace("1/2", "").replace("2/2", "")


def test_a_long_letter_goes_on_over_pages_and_nothing_leaves_them():
    made = request_pdf(long(), "organisation", "en")
    pages = inked(made)
    assert len(pages) > 3
    for left, bottom, right, top in pages:
        assert 54 < left < right < WIDTH - 54
        assert 20 < bottom < top < HEIGHT - 60
    said = squeezed(text_of(made))
    assert f"{len(pages)}/{len(pages)}" in said
    assert said.count("□") == letter(long(), "organisation", "en").count("□")


def test_the_same_letter_gives_the_same_bytes_and_is_in_japanese():
    first = request_pdf(found(), "organisation", "en")
    assert first == request_pdf(found(), "organisation", "en")
    with pikepdf.open(io.BytesIO(first)) as document:
        assert str(document.Root.Lang) == "ja"


def test_a_language_that_no_font_can_write_is_said_and_given_in_english(monkeypatch: pytest.MonkeyPatch):
    assert [t.language for t in request_voices(found(), "organisation", "en")] == ["ja", "en"]

    def never(_text: str) -> bool:
        return False

    def there(language: str) -> tuple[Path, ...]:
        return (Path(language),)

    monkeypatch.setattr("kiosk.reports.voices.catalogue_files", there)
    monkeypatch.setattr("kiosk.reports.voices.writable", never)
    said = squeezed(text_of(request_pdf(found(), "organisation", "my")))
    assert squeezed(translator("en")("paper.no_font")) in said
    assert squeezed(translator("ja")("request.lead")) in said
    assert squeezed(translator("en")("request.lead")) in said


def test_the_name_says_what_it_is_and_not_whose():
    assert request_name(found(), "organisation") == "request-organisation-extension-gijinkoku.pdf"


def test_the_command_saves_it_and_leaves_what_is_there(tmp_path: Path):
    there = tmp_path / "letter.pdf"
    there.write_text("mine", encoding="utf-8")
    for target, name in ((there, "letter-2.pdf"), (tmp_path, request_name(found(), "organisation"))):
        result = CliRunner().invoke(filing, [*WHO, "--out", str(target)])
        assert (result.exit_code, result.stdout.strip()) == (0, str(tmp_path / name))
        assert (tmp_path / name).read_bytes().startswith(b"%PDF")
    assert there.read_text(encoding="utf-8") == "mine"


def test_the_command_says_that_a_language_is_not_on_the_paper(tmp_path: Path):
    for language, said in (("en", ""), ("my", translator("en")("paper.no_font"))):
        result = CliRunner().invoke(filing, [*WHO, "--out", str(tmp_path), "--language", language])
        assert (result.exit_code, result.stderr.strip()) == (0, said)
        assert len(pages_of(Path(result.stdout.strip()).read_bytes())) == 2


def test_a_folder_that_is_not_there_is_said(tmp_path: Path):
    result = CliRunner().invoke(filing, [*WHO, "--out", str(tmp_path / "none" / "letter.pdf")])
    assert isinstance(result.exception, PlaceGone)


def test_nothing_to_ask_for_makes_no_file(tmp_path: Path):
    options = [*WHO[:-1], "sp_jp", "--out", str(tmp_path)]
    assert CliRunner().invoke(filing, options).exit_code == 4
    assert not list(tmp_path.iterdir())

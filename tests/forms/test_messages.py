"""Every code that the engine can give has its words in every language, and every word has a code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kiosk.forms
from kiosk.forms.load import all_forms, load_form
from kiosk.i18n import translator

PARAMS: dict[str, object] = dict.fromkeys(("max", "length", "exact", "character", "earliest", "before", "after"), 1)

# Codes that are made from the type of a box.
_SHAPES = {"email", "residence_card_number", "passport_number", "phone", "postal_code", "year_month", "year", "integer"}


def _source() -> str:
    folder = Path(kiosk.forms.__file__).parent
    return "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.stem != "commands")


def _issue_codes() -> set[str]:
    source = _source()
    found = set(re.findall(r'(?:Issue\([^,]+, |Flaw\()"([a-z_]+)"', source))
    found |= set(re.findall(r'"(not_[a-z_]+)"', source)) - {"not_future", "not_past"}
    found |= set(re.findall(r'"(differs_from_[a-z]+)"', source))
    found |= {"not_a_date", "incomplete_date", "no_such_date", "year_out_of_range"} | _SHAPES
    rules = {rule.code for key in all_forms() for sheet in load_form(*key).sheets for rule in sheet.rules}
    return found | rules


def _notice_codes() -> set[str]:
    source = (Path(kiosk.forms.__file__).parent / "normalise.py").read_text(encoding="utf-8")
    made = set(re.findall(r'"(to_[a-z]+|signs|date_read|phone_of_japan|digits_alone)"', source))
    return made | set(re.findall(r'Notice\("([a-z_]+)"', source))


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("prefix", "codes"), [("issue", _issue_codes()), ("notice", _notice_codes())])
def test_every_code_has_words_and_nothing_is_left_over(language: str, prefix: str, codes: set[str]):
    say = translator(language)
    for code in codes:
        assert say.has(f"{prefix}.{code}"), code
        assert "{" not in say(f"{prefix}.{code}", **PARAMS)
    file = Path(kiosk.forms.__file__).parents[1] / "i18n" / language / "forms.po"
    said = set(re.findall(rf'^msgid "{prefix}\.([a-z_]+)"', file.read_text(encoding="utf-8"), re.MULTILINE))
    assert said == codes

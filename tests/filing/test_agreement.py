"""``kiosk forms`` and ``kiosk filing`` speak of the same forms: every procedure × status × kind of user."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner

from kiosk.filing import catalogue
from kiosk.filing.answer import sheets
from kiosk.filing.facts import Facts
from kiosk.filing.receipt import receipts
from kiosk.forms.commands import forms
from kiosk.forms.engine import Context, visible_pages
from kiosk.forms.load import FormKey, all_forms, load_form

TODAY = date(2026, 11, 23)
FORMS = [key for key in all_forms() if key.system == "rasens"]
KINDS = [kind.id for kind in catalogue.user_kinds()]


@pytest.mark.parametrize("procedure", sorted({key.procedure for key in FORMS}))
def test_the_sheets_of_the_rules_are_those_of_the_form(procedure: str):
    for key in (key for key in FORMS if key.procedure == procedure):
        form = load_form(*key)
        sheet_of = {page.id: sheet.id for sheet in form.sheets for page in sheet.pages}
        for kind in KINDS:
            context = Context(kind, TODAY)
            asked = dict.fromkeys(sheet_of[page.id] for page in visible_pages(form, {}, context))
            told = sheets(kind, key.procedure, key.status, Facts(TODAY))
            assert [sheet.id for sheet in told if sheet.filled_by == "form"] == [*asked, form.receipt.id]
            attached = {sheet.id for sheet in told if sheet.filled_by != "form"}
            assert attached <= {sheet.id for sheet in form.attached}


@pytest.mark.parametrize("procedure", sorted({key.procedure for key in FORMS}))
def test_the_ways_of_receipt_of_the_rules_are_those_of_the_form(procedure: str):
    for key in (key for key in FORMS if key.procedure == procedure):
        question = load_form(*key).fields["receipt.card_receiving_method"]
        for kind in KINDS:
            ways = receipts(kind, key.procedure, key.status, Facts(TODAY))
            assert {way.code for way in ways} == set(question.codes)


@pytest.mark.parametrize("key", {key.procedure: key for key in FORMS}.values(), ids=lambda key: key.procedure)
def test_the_command_shows_each_procedure(key: FormKey):
    options = ["show", "--procedure", key.procedure, "--status", key.status, "--user", "scrivener", "--json"]
    result = CliRunner().invoke(forms, options)
    assert result.exit_code == 0, result.output
    shown = [sheet["id"] for sheet in json.loads(result.output)["sheets"]]
    assert shown == [sheet.id for sheet in sheets("scrivener", key.procedure, key.status, Facts(TODAY))]

"""What did not fit into an application that is signed while the portal is away: the slip says that it stays."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.attachments import limits as limits_module
from kiosk.attachments.binder import service
from kiosk.clock import japan_date, utc_now
from kiosk.forms.model import PersonFacts
from kiosk.offline_queue.keys import Owner
from kiosk.remainder import read
from kiosk.screens.bound_files import BoundFilesScreen
from kiosk.screens.moments import day_words
from kiosk.screens.slip import SlipScreen
from tests.attachments.binder_papers import noisy, picture_pdf
from tests.bad_input.parts import SIGNING
from tests.bad_input.person import give_pin
from tests.support.cards import issue
from tests.support.journeys import shown
from tests.support.outage import OutageStation
from tests.support.outage_steps import done, to_password
from tests.support.screens import until

LIMIT = 210_000
"""Bytes of everything that is sent at once."""


async def test_the_slip_says_what_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = limits_module.load_limits

    def small(system: str) -> limits_module.Limits:
        return dataclasses.replace(real(system), max_document_bytes=LIMIT, max_total_bytes=LIMIT)

    monkeypatch.setattr(service, "load_limits", small)
    station = OutageStation(tmp_path, issue())
    whole = station.whole_draft

    def large(owner: Owner, facts: PersonFacts | None, answers: dict[str, object]) -> str:
        draft_id = whole(owner, facts, answers)
        for number in range(8):
            heavy = picture_pdf(noisy((280, 280), seed=number), (100, 100))
            name = f"{number}.pdf"
            station.services.store.attach(owner, draft_id, "category_proof", name, "application/pdf", heavy)
        return draft_id

    monkeypatch.setattr(station, "whole_draft", large)
    app = station.sending()
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, BoundFilesScreen)
        await pilot.press("f10")
        await to_password(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, SlipScreen)
        last = japan_date(utc_now() + timedelta(days=station.services.settings.store.rest_days))
        assert f"They stay on this kiosk until {day_words(last, app.t)}" in " ".join(shown(pilot).split())
        await done(pilot, app)
    left = read(station.services.store, station.owner(), station.draft_id)
    assert left is not None
    assert (left.part, left.until) == (1, last)
    station.services.close()

"""Is everything ready? Each thing in order, missing, and about to end, with a virtual card."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.card.profile import KeyUse
from kiosk.i18n import translator
from kiosk.portal.errors import PortalUnreachable
from kiosk.preparation import Check, check_all, clock_check
from kiosk.services import Services
from tests.support import cards
from tests.support.station import Station


def looked(station: Station) -> dict[str, Check]:
    steps: list[tuple[str, float]] = []
    rows = check_all(station.services, lambda key, share: steps.append((key, share)))
    assert [share for _, share in steps] == sorted(share for _, share in steps)
    for row in rows:
        for language in ("ja", "en"):
            speak = translator(language)
            for key in filter(None, (row.key, row.advice_key)):
                assert speak.has(key), key
                assert speak(key, **dict(row.params))
    return {row.key: row for row in rows}


def test_everything_is_ready(tmp_path: Path) -> None:
    found = looked(Station(tmp_path, cards.issue()))
    assert {row.tone for row in found.values()} == {"done", "attention"}
    assert [key for key, row in found.items() if row.tone == "attention"] == ["preparation.trust_test"]
    assert found["preparation.signing"].advice_key == "preparation.signing.dates"


def test_no_card(tmp_path: Path) -> None:
    station = Station(tmp_path, cards.issue())
    station.reader.remove()
    assert looked(station)["preparation.no_card"].tone == "error"


def test_a_childs_card(tmp_path: Path) -> None:
    found = looked(Station(tmp_path, cards.issue(who=cards.holder(signing_certificate=False))))
    assert found["preparation.signing_missing"].tone == "error"


def test_a_certificate_that_ends_soon(tmp_path: Path) -> None:
    station = Station(tmp_path, cards.issue())
    facts = looked(station)["preparation.authentication"]
    ends = dict(facts.params)["date"]
    with station.services.cards.open() as session:
        from kiosk.card.certificates import parse

        not_after = parse(session.read_certificate(KeyUse.AUTHENTICATION)).not_after
    portal = station.portal
    station.services = Services(station.services.settings, lambda: not_after - timedelta(days=30))
    station.services.__dict__["portal"] = portal
    found = looked(station)
    assert found["preparation.ends_soon"].tone == "attention"
    assert dict(found["preparation.ends_soon"].params)["date"] == ends
    assert found["preparation.clock_wrong"].tone == "error"
    station.services = Services(station.services.settings, lambda: not_after + timedelta(days=1))
    station.services.__dict__["portal"] = portal
    assert looked(station)["error.certificate_expired_authentication"].tone == "error"


@pytest.mark.parametrize("use", KeyUse)
def test_a_blocked_secret(tmp_path: Path, use: KeyUse) -> None:
    content = cards.issue()
    content.secrets[use].tries_left = 0
    assert looked(Station(tmp_path, content))[f"error.secret_blocked_{use}"].tone == "error"


def test_a_phone_that_hides_its_certificate(tmp_path: Path) -> None:
    found = looked(Station(tmp_path, cards.issue(secret_for_authentication_certificate=True)))
    assert found["preparation.authentication_hidden"].tone == "attention"


def test_no_trust_and_no_portal(tmp_path: Path) -> None:
    station = Station(tmp_path, cards.issue())
    for anchor in (tmp_path / "trust").iterdir():
        anchor.unlink()
    station.portal.refusals = [PortalUnreachable()]
    found = looked(station)
    assert found["preparation.no_trust"].tone == "error"
    assert found["error.portal_unreachable"].tone == "error"
    assert "preparation.clock" not in found


@pytest.mark.parametrize(
    ("seconds", "tone"),
    [(0, "done"), (59, "done"), (60, "attention"), (-61, "attention"), (299, "attention"), (-300, "error")],
)
def test_the_clock(seconds: int, tone: str) -> None:
    check = clock_check(timedelta(seconds=seconds))
    assert check.tone == tone
    assert dict(check.params)["seconds"] == abs(seconds)

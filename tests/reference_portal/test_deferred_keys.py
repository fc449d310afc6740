"""The portal's own keys: made once, rotated with overlap, erased when nobody needs them."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.portal.contract import SealingKeys
from kiosk.portal.errors import SealingKeysUntrusted
from kiosk.portal.sealing import HYBRID, key_in_force, verified_keys
from reference_portal import office
from reference_portal.deferred.keys import KeyFolder
from tests.reference_portal.people import Person
from tests.reference_portal.sealed import signed
from tests.reference_portal.world import World, code

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    made = KeyFolder(tmp_path / "own")
    made.prepare(NOW)
    return made


def test_a_first_start_makes_them_and_a_second_leaves_them(keys: KeyFolder, tmp_path: Path) -> None:
    before, pin = keys.pairs(), keys.pin()
    KeyFolder(tmp_path / "own").prepare(NOW + timedelta(days=19))
    assert (keys.pairs(), keys.pin()) == (before, pin)
    assert {pair.public.suite for pair in before} == {"mlkem768-x25519", "x25519"}
    assert stat.S_IMODE((tmp_path / "own").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "own").iterdir()} == {0o600}
    assert "private" not in repr(before[0].private)


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    def start(_number: int) -> str:
        made = KeyFolder(tmp_path / "own")
        made.prepare(NOW)
        return made.pin()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(8)))) == 1


def test_a_rotation_adds_and_what_was_published_stays_true(keys: KeyFolder) -> None:
    old = verified_keys(keys.published(NOW), keys.pin())
    later = NOW + timedelta(days=5)
    keys.rotate(later)
    new = verified_keys(keys.published(later), keys.pin())
    assert set(old) < set(new)
    chosen = key_in_force(new, later)
    assert chosen not in old
    assert (chosen.suite, chosen.valid_until) == (HYBRID, later + timedelta(days=30))
    assert key_in_force(new, later - timedelta(minutes=30)) == chosen  # a station whose clock is behind


def test_old_keys_open_72_hours_longer_and_are_erased_then(keys: KeyFolder) -> None:
    end = max(pair.public.valid_until for pair in keys.pairs())
    old = set(keys.private_keys(NOW))
    just_before = end + timedelta(hours=72) - timedelta(seconds=1)
    keys.prepare(just_before)
    assert old < set(keys.private_keys(just_before))
    assert old.isdisjoint(key.key_id for key in keys.published(end).keys)
    after = end + timedelta(hours=72)
    assert old.isdisjoint(keys.private_keys(after))
    keys.prepare(after)
    assert old.isdisjoint(pair.public.key_id for pair in keys.pairs())


def test_there_is_always_a_key_as_long_as_somebody_looks_after_them(keys: KeyFolder) -> None:
    pin = keys.pin()
    for day in range(0, 200, 5):
        moment = NOW + timedelta(days=day)
        keys.prepare(moment)
        chosen = key_in_force(verified_keys(keys.published(moment), pin), moment)
        assert chosen.suite == HYBRID
        assert chosen.valid_until - moment > timedelta(days=4)
        assert len(keys.pairs()) <= 6


def test_keys_are_given_in_maintenance_too(world: World) -> None:
    moment = world.clock()
    office.schedule(world.portal, moment, moment + timedelta(hours=1))
    assert code(world.request("GET", "/terms")) == "maintenance"
    answer = SealingKeys.model_validate(world.request("GET", "/sealing-keys").json())
    assert key_in_force(verified_keys(answer, world.pin), moment + timedelta(seconds=1)).suite == HYBRID
    with pytest.raises(SealingKeysUntrusted):
        verified_keys(SealingKeys.model_validate({**answer.model_dump(), "issued_at": moment}), world.pin)


def test_in_maintenance_nothing_sealed_is_taken(world: World, arrived: Person) -> None:
    made = signed(arrived)
    made.upload()
    moment = world.clock()
    office.schedule(world.portal, moment, moment + timedelta(hours=1))
    answer = made.post()
    assert code(answer) == "maintenance"
    assert int(answer.headers["retry-after"]) > 3590
    office.reopen(world.portal)
    assert made.post().status_code == 201


def test_what_was_sealed_before_a_rotation_is_opened_after_it(world: World, arrived: Person) -> None:
    made = signed(arrived)
    envelope = made.envelope()
    world.portal.keys.rotate(world.clock())
    made.upload()
    assert signed(arrived).sealing_key().key_id != envelope["key_id"]
    assert made.post(envelope).status_code == 201


def test_a_key_that_has_run_out_is_known_no_more(world: World, arrived: Person) -> None:
    key = signed(arrived).sealing_key()
    world.clock.forward(days=33, minutes=1)
    world.publish()
    world.portal.keys.prepare(world.clock())
    answer = signed(arrived).send(key=key)
    assert answer.json()["errors"] == [{"pointer": "/key_id", "code": "unknown"}]

"""One line of address into the official codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.forms.addresses import split_address
from kiosk.forms.load import choices, load_form, parents
from kiosk.forms.model import PersonFacts
from kiosk.forms.prefill import prefill

PLACES = [(parent, place.code, place.labels["ja"]) for parent in parents("CA69") for place in choices("CA69", parent)]
PREFECTURES = {place.code: place.labels["ja"] for place in choices("CA69_1")}


@pytest.mark.parametrize(
    ("text", "prefecture", "city", "street"),
    [
        ("東京都千代田区架空町1-1-1", "130001", "131016", "架空町１－１－１"),
        ("北海道札幌市中央区架空1条2丁目", "010006", "011011", "架空１条２丁目"),
        ("東京都　千代田区 架空町０－０", "130001", "131016", "架空町０－０"),
        ("神奈川県横浜市中区架空町1", "140007", "141046", "架空町１"),
        ("横浜市中区架空町1", "140007", "141046", "架空町１"),
        ("茨城県龍ヶ崎市架空町1", "080004", "082082", "架空町１"),
        ("茨城県龍ケ崎市架空町1", "080004", "082082", "架空町１"),
        ("北海道石狩郡当別町架空1", "010006", "013030", "架空１"),
        ("東京都架空町1", "130001", "", "架空町１"),
        ("どこかの国の町", "", "", "どこかの国の町"),
        ("", "", "", ""),
    ],
)
def test_split(text: str, prefecture: str, city: str, street: str):
    assert split_address(text) == (prefecture, city, street)


@given(place=st.sampled_from(PLACES))
def test_every_municipality_is_found(place: tuple[str, str, str]):
    prefecture, city, name = place
    assert split_address(f"{PREFECTURES[prefecture]}{name}架空０－０") == (prefecture, city, "架空０－０")


@given(text=st.text())
def test_no_text_upsets_it(text: str):
    split_address(text)


def test_a_street_that_does_not_fit_is_left_to_the_person():
    form = load_form("extension", "gijinkoku")
    person = PersonFacts(address="東京都千代田区" + "架" * 86)
    values = prefill(form, person)
    assert values["part1.address_in_japan_city"] == "131016"
    assert "part1.address_in_japan_street" not in values


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("東京都千代田区架空町1", "130001"),
        ("東京都町田市架空町1", "132098"),
        ("北海道札幌市中央区架空1", "010006"),
        ("", None),
    ],
)
def test_the_area_of_the_office(address: str, area: str | None):
    values = prefill(load_form("extension", "gijinkoku"), PersonFacts(address=address))
    assert values.get("receipt.applicant_prefecture_for_bureau") == area

"""Registration: what has to be proved, and what happens when it is not."""

from __future__ import annotations

from tests.reference_portal.people import Person
from tests.reference_portal.world import World


def test_a_person_registers_activates_and_logs_in(world: World, person: Person) -> None:
    answer = person.register()
    assert answer.status_code == 202
    assert answer.json()["outcome"] == "created"
    assert answer.json()["email_hint"] == "k…n@example.com"
    person.activate()
    session = person.login()
    assert session.status_code == 201
    shown = session.json()["account"]["person"]
    assert (shown["name"], shown["birth_date"], shown["sex"]) == ("KAKUU MIHON", "1994-05-17", "1")

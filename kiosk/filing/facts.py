"""The facts that the rules look at: what is known of one person and one application. No I/O.

Every fact may be missing; then a rule that needs it says "ask", or lists a document as needed only in that case. What
each one means is in ``config/facts.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from pydantic import ConfigDict

Category = Literal["", "1", "2", "3", "4"]
"""Category of the employer: 1 listed, 2 large or approved for online use, 3 and 4 the others; empty: not known."""

Relationship = Literal[
    "self", "parent_with_custody", "guardian", "parent", "spouse", "child", "sibling", "other_relative", "none"
]
"""What the person who files is to the applicant."""

Event = Literal["birth", "loss_of_nationality", "other"]
"""Why a status of residence has to be acquired."""


@dataclass(frozen=True, slots=True, repr=False)
class Facts:
    """What is known. ``today`` is the day of filing in Japan; None everywhere else means "not known".

    A repr shows nothing: nationality, birth and card dates are personal.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    today: date
    # --- the applicant and who files
    age: int | None = None
    birth_date: date | None = None
    nationality: str | None = None
    living_in: str | None = None
    in_japan: bool | None = None
    filer_in_japan: bool | None = None
    relationship: Relationship | None = None
    unable_to_file: bool | None = None
    has_my_number_card: bool | None = None
    # --- the stay
    mid_to_long_term: bool | None = None
    current_status: str | None = None
    period_of_stay: str | None = None
    stay_ends: date | None = None
    stay_expired: bool | None = None
    status_since: date | None = None
    applied_on: date | None = None
    left_japan_on: date | None = None
    residence_card_ends: date | None = None
    my_number_card_ends: date | None = None
    certificate_ends: date | None = None
    passport_ends: date | None = None
    event: Event | None = None
    event_date: date | None = None
    certificate_of_eligibility_issued: date | None = None
    moved_on: date | None = None
    organisation_changed_on: date | None = None
    separated_on: date | None = None
    # --- agents and staff
    agent_approved: bool | None = None
    organisation_approved: bool | None = None
    staff_approved: bool | None = None
    pledged: bool | None = None
    supervising_organisation: bool | None = None
    supporter_in_scope: bool | None = None
    # --- the procedure
    together_with: str | None = None
    with_reentry: bool | None = None
    with_other_activity: bool | None = None
    with_authorised_employment: bool | None = None
    designated_number: str | None = None
    channel: Literal["online", "counter"] | None = None
    reentry_kind: Literal["single", "multiple"] | None = None
    granted: str | None = None
    # --- what the documents depend on
    category: Category = ""
    changed_employer: bool | None = None
    dispatched: bool | None = None
    new_business: bool | None = None
    individual_business: bool | None = None
    vocational_diploma: bool | None = None
    language_service: bool | None = None
    licensed_business: bool | None = None
    full_time: bool | None = None
    family_tie: Literal["spouse", "child", "adopted_child", "other"] | None = None
    supporter_has_income: bool | None = None
    japanese_descent: bool | None = None
    asks_five_years: bool | None = None
    host_accepted_this_year: bool | None = None
    school_changed: bool | None = None
    proper_school: bool | None = None
    sponsored: bool | None = None
    criterion: Literal["1", "2", "3"] | None = None
    points: int | None = None
    capital_yen: int | None = None
    full_time_employees: int | None = None
    japanese_b2: bool | None = None
    management_years: int | None = None
    business_degree: bool | None = None
    plan_checked: bool | None = None
    separate_office: bool | None = None
    held: tuple[str, ...] = ()

    @property
    def filed_with(self) -> tuple[str, ...]:
        """Ids of the procedures that are filed together with the one meant; what is not known counts as not filed."""
        asked = {
            "reentry": self.with_reentry,
            "other_activity": self.with_other_activity,
            "certificate_of_authorised_employment": self.with_authorised_employment,
        }
        return tuple(name for name, filed in asked.items() if filed)

    @property
    def happened_on(self) -> date | None:
        """The day of the event for which a status is acquired: a birth's is the birth date."""
        return (self.birth_date if self.event == "birth" else None) or self.event_date

    def __repr__(self) -> str:
        return f"<Facts {self.today}>"

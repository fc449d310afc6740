"""The running sum of the points table of highly skilled professionals. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.forms.load import choices, points_table
from kiosk.forms.model import Answers, Context, Field, Form
from kiosk.forms.points_table import PointsGroup
from kiosk.forms.view import View


@dataclass(frozen=True, slots=True)
class Points:
    """The sum so far, how many are ``needed``, and what each answer counts, by field id.

    Lines that count together (research achievements) have their points at the first of them that was answered yes.
    """

    total: int
    needed: int
    by_field: dict[str, int]


def points(form: Form, answers: Answers, context: Context) -> Points | None:
    """Return the points of the answers given so far; None where the form has no points table.

    Where the special system (J-Skip) is used, no line of the table applies and the sum is 0: points are not needed.
    """
    lines = {name: item for name, item in form.fields.items() if name.startswith("hsp.")}
    if not lines:
        return None
    view = View(form, answers, context)
    found = {name: _of_choice(view, item) for name, item in lines.items() if item.type == "choice"}
    for group in points_table().groups:
        if view.holds(group.when):
            found.update(_of_group(view, group))
    counted = {name: count for name, count in found.items() if count}
    return Points(sum(counted.values()), points_table().needed, counted)


def _of_choice(view: View, item: Field) -> int:
    code = view.text(item.id)
    entries = choices(item.list, view.parent_code(item))
    return next((entry.points for entry in entries if entry.code == code), 0)


def _of_group(view: View, group: PointsGroup) -> dict[str, int]:
    answered = [name for name in group.fields if view.text(name) == "1"]
    return {answered[0]: group.points[min(len(answered), len(group.points)) - 1]} if answered else {}

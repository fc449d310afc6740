"""What can go wrong with the staff code. None of them tells anything of the code.

StaffCodeError
├── StaffCodeUnset StaffCodeBroken          the administrator has to set one
├── StaffCodeWrong StaffCodeWait            what was typed
└── StaffCodeForm StaffCodesDiffer          a new one that is not taken
"""

from __future__ import annotations

from kiosk.errors import KioskError


class StaffCodeError(KioskError):
    """Base of everything about the staff code."""

    code = "K10"
    key = "staff_code"


class StaffCodeUnset(StaffCodeError):
    """No staff code was set on this station, so what needs one is shut."""

    code = "K11"
    key = "staff_code_unset"


class StaffCodeWrong(StaffCodeError):
    """That is not the staff code."""

    code = "K12"
    key = "staff_code_wrong"


class StaffCodeWait(StaffCodeError):
    """Too many wrong codes; params: ``minutes`` and ``seconds`` until the next may be tried."""

    code = "K13"
    key = "staff_code_wait"


class StaffCodeForm(StaffCodeError):
    """What was given can be no staff code."""

    code = "K14"
    key = "staff_code_form"


class StaffCodesDiffer(StaffCodeError):
    """A new code was typed twice and the two are not the same."""

    code = "K15"
    key = "staff_codes_differ"


class StaffCodeBroken(StaffCodeError):
    """The file of the staff code is damaged, or not the kiosk's alone. Until a code is set anew, all is shut."""

    code = "K16"
    key = "staff_code_broken"

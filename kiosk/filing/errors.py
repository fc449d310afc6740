"""What can be wrong with the rules in ``config/``, and with an application that was stored."""

from __future__ import annotations

from kiosk.errors import FormError


class FilingDataError(FormError):
    """A file of rules is missing, unreadable or says something that is not understood (``file``, ``problem``)."""

    code = "F11"
    key = "filing_data"


class UnknownNameError(FormError):
    """There is no such procedure, status of residence or kind of user (``name``)."""

    code = "F12"
    key = "unknown_name"


class DraftFormatError(FormError):
    """A stored draft is not of the shape this version writes (``field``)."""

    code = "F13"
    key = "draft_format"


class MoreAsked(FormError):
    """What the card says of the person calls for answers that are not there yet."""

    code = "F14"
    key = "more_asked"


class FactsError(FormError):
    """A file of facts cannot be read, or says something that is not understood (``problem``)."""

    code = "F15"
    key = "facts"


class InterviewAnswerError(FormError):
    """An answer of the guided interview is none of those possible (``question``)."""

    code = "F16"
    key = "interview_answer"


class RuledOut(FormError):
    """By what the card says of the person the rules refuse the application."""

    code = "F17"
    key = "ruled_out"

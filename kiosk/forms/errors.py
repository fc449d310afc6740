"""What can be wrong with a form's definition. What is wrong with an answer is an ``Issue``, not an error."""

from __future__ import annotations

from kiosk.errors import FormError


class FormDefinitionError(FormError):
    """A file in ``config/forms`` is missing, unreadable or contradicts itself (``file``, ``problem``)."""

    code = "F01"
    key = "form_definition"


class FormUnknownError(FormError):
    """There is no form for this procedure and status of residence (``procedure``, ``status``)."""

    code = "F02"
    key = "form_unknown"


class AnswersFileError(FormError):
    """A file of answers given to ``kiosk forms check`` cannot be read (``file``)."""

    code = "F03"
    key = "answers_file"

"""Every error of the kiosk's own: one small tree.

    KioskError
    ├── CardError          the reader, the card, its secrets, its certificates        (C..)
    ├── PortalError        the portal's answers and the way to it                     (P..)
    ├── StoreError         the encrypted store on this machine                        (S..)
    ├── AttachmentError    photo and documents                                        (A..)
    ├── ReportError        papers for the person, saved to a stick or a folder        (R..)
    ├── FormError          definitions of the forms (answers give ``Issue``s instead) (F..)
    ├── StaffCodeError     the code that staff prove themselves with                  (K1.)
    └── SettingsError      the station's own settings                                 (K..)

An error carries a stable ``code`` for staff and logs, a message key for the person, and parameters that may be
shown. It never carries a secret or personal data, neither in its arguments nor in its text: what is logged is
``str(error)``, which is the code and the parameters alone. The words a person reads are in the catalogues
(``error.<key>`` and ``error.<key>.next``), in every language.
"""

from __future__ import annotations

from typing import ClassVar


class KioskError(Exception):
    """Base of the tree.

    Args:
        **params: small facts that the message may show (numbers, file names already made safe, dates).
    """

    code: ClassVar[str] = "K00"
    key: str = "unexpected"
    """Message key; an error about one of two secrets makes it more exact for its instance."""

    def __init__(self, **params: str | int) -> None:
        self.params: dict[str, str | int] = params
        super().__init__(self.code, params)

    def __str__(self) -> str:
        shown = " ".join(f"{name}={value}" for name, value in sorted(self.params.items()))
        return f"{self.code} {self.key} {shown}".rstrip()


class SettingsError(KioskError):
    """A settings file is missing, unreadable or says something the program does not know."""

    code = "K01"
    key = "settings"


class CardError(KioskError):
    """Base of everything between the reader and the certificates."""

    code = "C00"
    key = "card"


class PortalError(KioskError):
    """Base of everything between this machine and the portal."""

    code = "P00"
    key = "portal"


class StoreError(KioskError):
    """Base of everything in the encrypted store."""

    code = "S00"
    key = "store"


class AttachmentError(KioskError):
    """Base of everything about a photo or a document."""

    code = "A00"
    key = "attachment"


class ReportError(KioskError):
    """Base of everything about a paper that is saved for the person."""

    code = "R00"
    key = "report"


class FormError(KioskError):
    """A form definition in ``config/forms`` is wrong or missing."""

    code = "F00"
    key = "form_definition"

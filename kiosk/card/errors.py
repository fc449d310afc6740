"""What can go wrong between the reader and the certificates, each with its own code and remedy.

Errors about one of the two keys derive from ``UseError``: their message key ends with the use
(``wrong_secret_signing``), so that a person always reads which of the secrets is meant.
"""

from __future__ import annotations

from kiosk.errors import CardError


class NoReaderService(CardError):
    """The operating system's smart-card service does not run."""

    code = "C01"
    key = "no_reader_service"


class NoReader(CardError):
    """No card reader is connected, or the named one is not there."""

    code = "C02"
    key = "no_reader"


class NoCard(CardError):
    """No card lies on the reader."""

    code = "C03"
    key = "no_card"


class CardRemoved(CardError):
    """The card was taken away while it was in use."""

    code = "C04"
    key = "card_removed"


class NotMyNumberCard(CardError):
    """The card has no JPKI application."""

    code = "C05"
    key = "not_my_number_card"


class UseError(CardError):
    """Base of errors about the authentication key or the signing key.

    Args:
        use: ``authentication`` or ``signing``; also the end of the instance's message key.
        **params: further facts that the message shows.
    """

    key = "card"

    def __init__(self, *, use: str, **params: str | int) -> None:
        super().__init__(use=str(use), **params)
        self.use = str(use)
        self.key = f"{type(self).key}_{use}"


class WrongSecret(UseError):
    """The card refused the secret. ``tries_left`` is at least 1: with none left it is ``SecretBlocked``."""

    code = "C06"
    key = "wrong_secret"

    def __init__(self, *, use: str, tries_left: int) -> None:
        super().__init__(use=use, tries_left=tries_left)
        self.tries_left = tries_left


class SecretBlocked(UseError):
    """The secret is blocked; only the municipality (or, for one of them, a convenience store) can reset it."""

    code = "C07"
    key = "secret_blocked"


class NoCertificate(UseError):
    """The card has no such certificate: a child under 15, or the holder did not want one."""

    code = "C08"
    key = "no_certificate"


class CertificateExpired(UseError):
    """The certificate's validity has ended (``not_after``, a day in Japan)."""

    code = "C09"
    key = "certificate_expired"


class CardInUse(CardError):
    """Another program holds the card."""

    code = "C10"
    key = "card_in_use"


class CardCommunication(CardError):
    """The card or the reader answered something unforeseen; ``sw`` is the status word or PC/SC code in hexadecimal."""

    code = "C11"
    key = "card_communication"


class SecretFormat(UseError):
    """The secret cannot be right by its form (length, kinds of characters); no try was spent."""

    code = "C12"
    key = "secret_format"


class CertificateUnreadable(UseError):
    """What the card gave is not a certificate that can be read."""

    code = "C13"
    key = "certificate_unreadable"


class CertificateUntrusted(UseError):
    """The certificate was not issued by a trusted CA for this use; ``reason`` is a short word for staff."""

    code = "C14"
    key = "certificate_untrusted"


class SecretNeeded(UseError):
    """The card wants the secret before it does this."""

    code = "C15"
    key = "secret_needed"


class ReaderLibraryMissing(CardError):
    """The program's PC/SC library (pyscard) is not installed."""

    code = "C16"
    key = "reader_library_missing"


class CardMute(CardError):
    """A card lies on the reader but does not answer: upside down, or not a chip card."""

    code = "C17"
    key = "card_mute"


class CertificateNotYetValid(UseError):
    """The certificate's validity has not begun (``not_before``, a day in Japan): often a wrong clock."""

    code = "C18"
    key = "certificate_not_yet_valid"


class ApplicationForbidden(CardError):
    """The program was about to select a card application that it must never touch. A fault of the program."""

    code = "C19"
    key = "application_forbidden"


class CardProfileError(CardError):
    """``card_profiles.toml`` is missing or says something impossible."""

    code = "C20"
    key = "card_profile"


class VirtualCardFile(CardError):
    """The file of a virtual card or of its holder is missing or cannot be understood."""

    code = "C21"
    key = "virtual_card_file"


class SecretUncounted(UseError):
    """The card refused the secret and did not say how many tries are left."""

    code = "C22"
    key = "secret_uncounted"


class SignerDiffers(CardError):
    """The signing certificate is of another person than the draft is about."""

    code = "C23"
    key = "signer_differs"

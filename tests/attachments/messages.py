"""An error and its words fit each other."""

from __future__ import annotations

from kiosk.errors import KioskError
from kiosk.i18n import translator


def assert_message(error: KioskError) -> None:
    """Fail unless every language has the error's two sentences and the error brings all that they show."""
    for language in ("ja", "en"):
        t = translator(language)
        for key in (f"error.{error.key}", f"error.{error.key}.next"):
            assert t.has(key), key
            assert "{" not in t(key, **error.params)

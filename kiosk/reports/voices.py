"""In which languages a paper is written: what is filed in Japan is read in Japanese, the person reads their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kiosk.i18n import FALLBACK, Translator, catalogue_files, translator
from kiosk.reports.fonts import writable

FILED_IN = "ja"


def voices(language: str, said: Callable[[Translator], Iterable[str]]) -> tuple[Translator, ...]:
    """Return Japanese and, beside it, the person's language; or English in its place: where it
    has no words yet, or no font at hand can set all of them.

    Args:
        language: of the person.
        said: everything that is said in a language.
    """
    own = translator(language)
    if not catalogue_files(language) or not all(writable(text) for text in said(own)):
        own = translator(FALLBACK)
    filed = translator(FILED_IN)
    return (filed,) if own.language == FILED_IN else (filed, own)

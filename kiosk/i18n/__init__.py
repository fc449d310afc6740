"""What is said to a person, in every language.

Catalogues are gettext files ``kiosk/i18n/<language>/<room>.po``; a message id is a key such as ``card.insert``. A
``.mo`` beside a ``.po`` is taken where it is at least as new (``dev.py`` makes them); otherwise the ``.po`` is
compiled in memory, so that a checkout always speaks.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent

FALLBACK = "en"
"""The language asked when a key is missing in another."""


class Translator:
    """The words of one language.

    Args:
        language: an IETF tag with a folder beside this file, such as ``ja``.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogues = _catalogues(language)
        self._fallback = _catalogues(FALLBACK) if language != FALLBACK else ()

    def __call__(self, key: str, **params: object) -> str:
        """Return the message ``key`` with ``params`` filled in; a missing key returns itself."""
        text = self._find(key)
        return text.format(**params) if params else text

    def plural(self, key: str, count: int, **params: object) -> str:
        """Return the form of message ``key`` for ``count``, which is also filled in as ``{count}``."""
        for catalogue in (*self._catalogues, *self._fallback):
            text = catalogue.ngettext(key, key, count)
            if text != key:
                return text.format(count=count, **params)
        return key

    def has(self, key: str) -> bool:
        """Say whether this language itself has ``key``."""
        return any(catalogue.gettext(key) != key for catalogue in self._catalogues)

    def pick(self, texts: dict[str, str]) -> str:
        """Return the entry of this language from data that carries its own translations (form labels)."""
        return texts.get(self.language) or texts.get(FALLBACK) or next(iter(texts.values()), "")

    def together(self, sentences: Iterable[str]) -> str:
        """Return sentences one behind the other, empty ones left out: in Japanese without a blank between them."""
        return ("" if self.language == "ja" else " ").join(sentence for sentence in sentences if sentence)

    def _find(self, key: str) -> str:
        for catalogue in (*self._catalogues, *self._fallback):
            text = catalogue.gettext(key)
            if text != key:
                return text
        return key


@cache
def translator(language: str) -> Translator:
    """Return the translator of ``language``; made once a process."""
    return Translator(language)


def catalogue_files(language: str) -> tuple[Path, ...]:
    """Return the ``.po`` files of ``language`` in a stable order."""
    return tuple(sorted((_FOLDER / language).glob("*.po")))


@cache
def _catalogues(language: str) -> tuple[gettext.GNUTranslations, ...]:
    return tuple(_load(path) for path in catalogue_files(language))


def _load(path: Path) -> gettext.GNUTranslations:
    compiled = path.with_suffix(".mo")
    if compiled.is_file() and compiled.stat().st_mtime >= path.stat().st_mtime:
        return gettext.GNUTranslations(io.BytesIO(compiled.read_bytes()))
    # Imported here because a set-up program has the .mo files and starts 40 ms sooner without babel.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    buffer = io.BytesIO()
    with path.open("rb") as file:
        write_mo(buffer, read_po(file))
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)

"""The languages say the same things: same keys, same fields, nothing empty, and every key that is asked for."""

from __future__ import annotations

from collections import Counter

import pytest

from kiosk.i18n import FALLBACK, translator
from kiosk.settings import load_settings
from tests.support.catalogues import entries, fields, keys_asked, messages

LANGUAGES = load_settings().languages
OTHERS = [language for language in LANGUAGES if language != FALLBACK]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice(language: str) -> None:
    counted = Counter(key for _, key, _ in entries(language))
    twice = {key for key, times in counted.items() if times > 1}
    places = sorted((key, file) for file, key, _ in entries(language) if key in twice)
    assert not places


@pytest.mark.parametrize("language", OTHERS)
def test_languages_have_the_same_keys(language: str) -> None:
    assert messages(language).keys() ^ messages(FALLBACK).keys() == set()


@pytest.mark.parametrize("language", OTHERS)
def test_messages_have_the_same_fields(language: str) -> None:
    ours, theirs = messages(language), messages(FALLBACK)
    differing = [key for key in ours.keys() & theirs.keys() if _all_fields(ours[key]) != _all_fields(theirs[key])]
    assert not sorted(differing)


def _all_fields(texts: tuple[str, ...]) -> frozenset[str]:
    # {count} may be left unsaid in one plural form ("one document").
    return frozenset[str]().union(*(fields(text) for text in texts)) - {"count"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_empty_or_unfinished(language: str) -> None:
    empty = [key for key, texts in messages(language).items() if not texts or not all(map(str.strip, texts))]
    assert not empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_the_source_asks_for_is_there(language: str) -> None:
    asked = keys_asked()
    assert len(asked) > 20
    unknown = {key: place for key, place in asked.items() if key not in messages(language)}
    assert not unknown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_translator_finds_what_the_files_hold(language: str) -> None:
    speak = translator(language)
    for key, texts in messages(language).items():
        if len(texts) == 1 and not fields(texts[0]):
            assert speak(key) == texts[0]


def test_sentences_stand_together_as_their_language_has_it() -> None:
    assert translator("en").together(("It is here.", "", "It was sent.")) == "It is here. It was sent."
    assert translator("ja").together(("届きました。", "", "送りました。")) == "届きました。送りました。"

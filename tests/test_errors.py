"""Every error has a code of its own and says, in every language, what happened and what to do now."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache

import pytest

from kiosk.errors import KioskError
from kiosk.settings import load_settings
from tests.support.catalogues import fields, messages
from tests.support.modules import import_all, syntax_trees

LANGUAGES = load_settings().languages
USES = ("authentication", "signing")


@cache
def error_classes() -> tuple[type[KioskError], ...]:
    """Return the whole tree, after importing every module that may add to it."""
    import_all("kiosk")
    found: list[type[KioskError]] = [KioskError]
    for cls in found:
        found.extend(cls.__subclasses__())
    own = {cls.__qualname__ + cls.__module__: cls for cls in found if cls.__module__.startswith("kiosk.")}
    return tuple(own.values())


def message_keys(cls: type[KioskError]) -> list[str]:
    """Return the message keys an instance of ``cls`` can have: one, or one for each of the card's two secrets."""
    if any(base.__name__ == "UseError" for base in cls.__mro__[1:]):
        return [f"error.{cls.key}_{use}" for use in USES]
    return [f"error.{cls.key}"]


def test_codes_are_unique() -> None:
    declared = [cls for cls in error_classes() if "code" in vars(cls)]
    counted = Counter(cls.code for cls in declared)
    assert len(declared) > 10
    assert not {code: [cls.__name__ for cls in declared if cls.code == code] for code, n in counted.items() if n > 1}


def test_only_bases_lack_a_code_of_their_own() -> None:
    nameless = [cls for cls in error_classes() if "code" not in vars(cls) and not cls.__subclasses__()]
    assert not nameless


def test_a_code_names_its_room() -> None:
    wrong = [cls for cls in error_classes() if not (cls.code[0] in "KCPSAFQR" and cls.code[1:].isdigit())]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_says_what_happened_and_what_to_do(language: str) -> None:
    wanted = {key for cls in error_classes() if "code" in vars(cls) for key in message_keys(cls)}
    wanted |= {f"{key}.next" for key in wanted}
    missing = sorted(wanted - messages(language).keys())
    assert not missing


def test_every_error_that_is_raised_brings_what_its_message_shows() -> None:
    """Where a class takes plain parameters, each place that makes one gives all the fields its messages name."""
    plain = {cls.__name__: cls for cls in error_classes() if cls.__init__ is KioskError.__init__}
    short: list[str] = []
    for path, tree in syntax_trees("kiosk"):
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            cls = plain.get(call.func.id) if isinstance(call.func, ast.Name) else None
            given = {keyword.arg for keyword in call.keywords}
            if cls and None not in given and shown_fields(cls) - given:
                short.append(f"{path.as_posix()}:{call.lineno} {cls.__name__} lacks {shown_fields(cls) - given}")
    assert not short


def shown_fields(cls: type[KioskError]) -> frozenset[str]:
    """Return the fields that the messages of ``cls`` name in any language."""
    keys = [each for key in message_keys(cls) for each in (key, f"{key}.next")]
    texts = [text for language in LANGUAGES for key in keys for text in messages(language).get(key, ())]
    return frozenset[str]().union(*(fields(text) for text in texts))

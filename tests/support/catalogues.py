"""The catalogues as files and the keys the source asks for."""

from __future__ import annotations

import ast
import string
from functools import cache

from babel.messages.pofile import read_po

from kiosk.i18n import catalogue_files
from tests.support.modules import syntax_trees

ASKERS = frozenset({"t", "_", "translate", "plural"})
"""Names under which a translator is called: ``t("key")``, ``self.t("key")``, ``t.plural("key", n)``."""


@cache
def entries(language: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return each entry of ``language`` as file name, key and texts (several where there are plural forms)."""
    found: list[tuple[str, str, tuple[str, ...]]] = []
    for path in catalogue_files(language):
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
        for message in catalogue:
            if message.id:
                key = message.id if isinstance(message.id, str) else message.id[0]
                texts = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
                found.append((path.name, key, texts))
    return tuple(found)


@cache
def messages(language: str) -> dict[str, tuple[str, ...]]:
    """Return every key of ``language`` with its texts."""
    return {key: texts for _, key, texts in entries(language)}


def fields(text: str) -> frozenset[str]:
    """Return the names of the format fields of ``text``.

    Raises:
        ValueError: a brace stands alone.
    """
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def keys_asked() -> dict[str, str]:
    """Return every key that the kiosk's source asks for literally, with the place of one such call."""
    found: dict[str, str] = {}
    for path, tree in syntax_trees("kiosk"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node.func) in ASKERS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found[first.value] = f"{path.as_posix()}:{node.lineno}"
    return found


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""

"""The house's own rules: small files, nothing left open, nothing of one machine, the lock in step with the project."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.support.modules import ROOT, project_files, sources, syntax_trees

MOST_LINES = 400
MOST_FUNCTION_LINES = 50
MEAN_FUNCTION_LINES = 12

LEFT_OPEN = re.compile(r"(?:#|<!--)\s*(?:TO" r"DO|FIX" r"ME)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|farm|root|home/[a-z]+|tmp/helpers)/")
INDEX_HOSTS = re.compile(r"index-url|://[^\s/]+/simple\b|files\.python" r"hosted|registry\.npm" r"js", re.IGNORECASE)


LOCKS = ("requirements-photo.lock", "requirements-pcsc.lock", "requirements.lock")


def _texts() -> list[tuple[Path, str]]:
    found: list[tuple[Path, str]] = []
    for path in project_files():
        data = (ROOT / path).read_bytes()
        if b"\0" not in data[:8_000] and path.name != Path(__file__).name:
            found.append((path, data.decode("utf-8")))
    return found


@pytest.mark.parametrize("pattern", [LEFT_OPEN, MACHINE_PATHS, INDEX_HOSTS], ids=["open", "machine", "index"])
def test_no_file_holds(pattern: re.Pattern[str]) -> None:
    pattern_hits = [
        f"{path.as_posix()}:{number}"
        for path, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line) and "--no-emit-index-url" not in line
    ]
    assert not pattern_hits


def test_no_python_file_is_longer_than_it_should_be() -> None:
    lengths = {path.as_posix(): (ROOT / path).read_bytes().count(b"\n") for path in sources()}
    assert len(lengths) > 50
    assert not {name: lines for name, lines in lengths.items() if lines > MOST_LINES}


def test_functions_are_short() -> None:
    lengths = {
        f"{path.as_posix()}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path, tree in syntax_trees("kiosk", "reference_portal", "dev.py")
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and "migrations" not in path.parts  # a migration is one listing of tables
    }
    assert not {name: lines for name, lines in lengths.items() if lines > MOST_FUNCTION_LINES}
    assert sum(lengths.values()) / len(lengths) < MEAN_FUNCTION_LINES


def test_every_silenced_check_says_why() -> None:
    silent = re.compile(r"#\s*(?:type|pyright):\s*ignore(?:\[[\w,\s-]*\])?\s*$")
    places = [
        f"{path.as_posix()}:{number}"
        for path, text in _texts()
        if path.suffix == ".py"
        for number, line in enumerate(text.splitlines(), 1)
        if silent.search(line)
    ]
    assert not places


def test_the_lock_answers_every_requirement_of_the_project() -> None:
    pins = {name: pin for lock in LOCKS for name, pin in _pins(lock).items()}
    for text in _requirements():
        wanted = Requirement(text)
        assert pins[wanted.name.lower()] in wanted.specifier, text


def test_every_pinned_package_has_hashes() -> None:
    for name in LOCKS:
        blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8"))
        unhashed = [block for block in blocks if not block.startswith("#") and "--hash=sha256:" not in block]
        assert not unhashed


def _requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]


def _pins(file: str) -> dict[str, Version]:
    text = (ROOT / file).read_text(encoding="utf-8")
    return {name: Version(version) for name, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)}

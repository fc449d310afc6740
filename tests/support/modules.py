"""Walks over the project's own source, for the tests that hold for all of it."""

from __future__ import annotations

import ast
import importlib
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


@cache
def project_files() -> tuple[Path, ...]:
    """Return every file git keeps or would keep, as a path from the project's root."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = sorted(set(listing.stdout.decode().split("\0")) - {""})
    return tuple(Path(name) for name in names if (ROOT / name).is_file())


def sources(*folders: str) -> list[Path]:
    """Return the Python files under ``folders`` (all of the project without any)."""
    return [
        path
        for path in project_files()
        if path.suffix == ".py" and (not folders or path.parts[0] in folders or path.as_posix() in folders)
    ]


def module_name(path: Path) -> str:
    """Return the dotted name of the module in ``path``, a path from the project's root."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def import_all(folder: str) -> list[ModuleType]:
    """Import every module under ``folder`` but those that run when imported (``__main__``)."""
    return [importlib.import_module(module_name(path)) for path in sources(folder) if path.stem != "__main__"]


def syntax_trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Yield each Python file under ``folders`` with its syntax tree."""
    for path in sources(*folders):
        yield path, ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))

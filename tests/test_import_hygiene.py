"""Run-time twin of the import contracts in ``pyproject.toml``: a deferred import shows only when it is carried out."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys

import pytest

import dev
from tests.support.modules import ROOT, module_name, sources, syntax_trees

WITH_TEXTUAL = (
    "kiosk.app", "kiosk.screens", "kiosk.widgets", "kiosk.demo.walk", "kiosk.demo.outage", "kiosk.__main__",
)  # fmt: skip
"""Where Textual may be imported. The demo's walks press the keys of the real program."""

HEAVY = {
    "alembic", "argon2", "asn1crypto", "babel", "cryptography", "fastapi", "fpdf", "httpx", "keyring", "pikepdf", "PIL",
    "pydantic", "pyhanko", "smartcard", "sqlalchemy", "sqlcipher3", "sqlite_utils", "uharfbuzz",
}  # fmt: skip
"""Libraries that must wait until they are needed: together they cost more than Textual itself."""

PACKAGE_MODULES = 5
"""``import kiosk`` brings itself and at most a handful."""

FIRST_PAINT_MODULES = 120
"""Modules that the path to the first paint may load beyond those of Textual and its own dependencies."""

SHARED_WITH_PORTAL = (
    "kiosk.card.certificates", "kiosk.card.profile", "kiosk.clock", "kiosk.errors", "kiosk.filing", "kiosk.forms",
    "kiosk.ids", "kiosk.paths", "kiosk.portal.canonical", "kiosk.portal.contract",
    "kiosk.portal.errors", "kiosk.portal.sealed_file", "kiosk.portal.sealing",
)  # fmt: skip
"""All that the portal takes from the kiosk: the contract with its seals, the rules, and what a certificate says."""


def _loaded_by(statement: str) -> set[str]:
    """Return the modules that ``statement`` loads in a Python of its own."""
    told = "print(json.dumps([*set(sys.modules) - before]))"
    program = f"import json, sys; before = set(sys.modules)\n{statement}\n{told}"
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return set(json.loads(answer.stdout.splitlines()[-1]))


def _packages(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def _headless() -> dict[str, list[str]]:
    rooms: dict[str, list[str]] = {}
    for path in sources("kiosk", "reference_portal"):
        name = module_name(path)
        if not name.startswith(WITH_TEXTUAL) and "migrations" not in path.parts and path.stem != "__main__":
            rooms.setdefault(".".join(name.split(".")[:2]), []).append(name)
    return rooms


EACH_ROOM_ALONE = """
import importlib, json, os, sys
for name in heavy:
    importlib.import_module(name)
loaded = {}
for room, names in rooms.items():
    assert "textual" not in sys.modules
    ear, mouth = os.pipe()
    if os.fork() == 0:
        for name in names:
            importlib.import_module(name)
        os.write(mouth, b"loaded" if "textual" in sys.modules else b"free")
        os._exit(0)
    os.close(mouth)
    loaded[room] = os.read(ear, 10).decode()
    os.close(ear)
    os.wait()
print(json.dumps(loaded))
"""
"""Loads each room in a process of its own, forked from one that has the big libraries but nothing of the kiosk."""


@pytest.fixture(scope="module")
def textual_in() -> dict[str, str]:
    """For each room without screens, whether it loads Textual: ``free`` or ``loaded``; nothing where it fails."""
    if not hasattr(os, "fork"):
        ways = {room: _packages(_loaded_by(f"import {', '.join(names)}")) for room, names in _headless().items()}
        return {room: "loaded" if "textual" in packages else "free" for room, packages in ways.items()}
    heavy = sorted(HEAVY - {"smartcard"})  # a machine without the reader's library has the rooms all the same
    program = f"heavy, rooms = {heavy!r}, {_headless()!r}\n{EACH_ROOM_ALONE}"
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    told: dict[str, str] = json.loads(answer.stdout.splitlines()[-1])
    return told


@pytest.mark.parametrize("room", sorted(_headless()))
def test_a_headless_room_loads_no_textual(room: str, textual_in: dict[str, str]) -> None:
    assert textual_in[room] == "free"


def test_the_package_itself_is_nearly_nothing() -> None:
    loaded = _loaded_by("import kiosk")
    assert len(loaded) <= PACKAGE_MODULES, sorted(loaded)


def test_the_command_line_loads_click_alone() -> None:
    loaded = _loaded_by("import kiosk.cli")
    assert not _packages(loaded) & (HEAVY | {"textual", "rich"})
    assert {name for name in loaded if name.startswith("kiosk")} == {"kiosk", "kiosk.cli"}


def test_nothing_heavy_loads_before_the_first_paint() -> None:
    dev.compile_catalogues()  # as every command of dev.py does; without it a checkout compiles them as it speaks
    paint = (
        "import asyncio\n"
        "from kiosk.app import KioskApp\n"
        "from kiosk.services import Services\n"
        "from kiosk.settings import load_settings\n"
        "class Quiet(KioskApp):\n"
        "    def _watch(self): pass\n"
        "async def main():\n"
        "    app = Quiet(Services(load_settings()))\n"
        "    async with app.run_test(size=(80, 24)) as pilot:\n"
        "        await pilot.pause()\n"
        "        app.exit()\n"
        "asyncio.run(main())"
    )
    loaded = _loaded_by(paint)
    assert not _packages(loaded) & HEAVY
    framework = _loaded_by(
        "import asyncio\nfrom textual.app import App\n"
        "async def main():\n"
        "    async with App().run_test() as pilot:\n"
        "        await pilot.pause()\n"
        "asyncio.run(main())"
    )
    own = {name for name in loaded - framework if not name.startswith(("textual.", "rich."))}
    assert len(own) <= FIRST_PAINT_MODULES, sorted(own)


def test_the_portal_takes_only_what_is_shared() -> None:
    taken = {
        (path.as_posix(), name)
        for path, tree in syntax_trees("reference_portal")
        for name in _imported(tree)
        if name.startswith("kiosk")
    }
    foreign = {(path, name) for path, name in taken if not _is_shared(name)}
    assert not foreign


def _imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _is_shared(name: str) -> bool:
    return any(name == shared or name.startswith(f"{shared}.") for shared in SHARED_WITH_PORTAL)

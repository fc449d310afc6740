"""``dev.py``: what it does before anything is installed, and when it knows that nothing is to be done."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import dev
from tests.support.modules import ROOT


def test_it_needs_the_standard_library_alone() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize("arguments", [[], ["fly"], ["lint", "more"], ["setup", "more"]])
def test_wrong_usage_shows_how_it_is_used(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(arguments) == 2
    assert "python3 dev.py demo" in capsys.readouterr().err


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 14, 0)])
def test_another_python_is_refused_in_words(
    version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert dev.main(["demo"]) == 2
    assert "3.11, 3.12 or 3.13" in capsys.readouterr().err


class Installed:
    """A ``dev.py`` whose installation is only counted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.times = 0
        for name in ("requirements.lock", "requirements-pcsc.lock", "pyproject.toml"):
            (folder / name).write_text(name, encoding="utf-8")
        (folder / ".venv").mkdir()
        monkeypatch.setattr(dev, "ROOT", folder)
        monkeypatch.setattr(dev, "LOCK", folder / "requirements.lock")
        monkeypatch.setattr(dev, "CARD_LOCK", folder / "requirements-pcsc.lock")
        monkeypatch.setattr(dev, "STAMP", folder / ".venv" / "stamp")
        monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
        monkeypatch.setattr(dev, "_install", self._count)

    def _count(self) -> None:
        self.times += 1


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Installed:
    return Installed(monkeypatch, tmp_path)


def test_it_is_set_up_once(installed: Installed) -> None:
    dev.set_up(again=False)
    dev.set_up(again=False)
    assert installed.times == 1


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-pcsc.lock", "pyproject.toml"])
def test_a_change_sets_it_up_again(installed: Installed, name: str, tmp_path: Path) -> None:
    dev.set_up(again=False)
    (tmp_path / name).write_text("changed", encoding="utf-8")
    dev.set_up(again=False)
    assert installed.times == 2


def test_it_can_be_told_to(installed: Installed) -> None:
    dev.set_up(again=False)
    dev.set_up(again=True)
    assert installed.times == 2


def test_a_broken_environment_is_made_anew(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    dev.set_up(again=False)
    monkeypatch.setattr(dev, "PYTHON", Path("/nowhere/python"))
    dev.set_up(again=False)
    assert installed.times == 2


def test_the_face_check_is_set_up_once_in_an_environment_that_sees_the_other(
    installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[tuple[tuple[str, ...], Path]] = []

    def pip(*arguments: str, into: Path) -> None:
        runs.append((arguments, into))

    monkeypatch.setattr(dev, "_pip", pip)
    (tmp_path / "requirements-photo.lock").write_text("faces", encoding="utf-8")
    python = tmp_path / "own" / dev.FACES_PYTHON.relative_to(dev.FACES)
    for name, path in {
        "FACES": tmp_path / "own", "FACES_PYTHON": python, "FACES_STAMP": tmp_path / "own" / "stamp",
        "FACES_LOCK": tmp_path / "requirements-photo.lock",
    }.items():  # fmt: skip
        monkeypatch.setattr(dev, name, path)
    assert dev.faces([]) == dev.faces([]) == 0
    assert [into for _, into in runs] == [python]
    assert "--require-hashes" in runs[0][0]
    seen = dev.subprocess.run([python, "-c", "import click; print(click.__file__)"], capture_output=True, text=True)
    assert seen.stdout.strip()
    assert not Path(seen.stdout.strip()).is_relative_to(tmp_path)
    dev.FACES_LOCK.write_text("others", encoding="utf-8")
    dev.faces([])
    assert len(runs) == 2


def test_catalogues_are_compiled_when_they_are_older(
    installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "kiosk" / "i18n" / "en" / "room.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr "b"\n')
    dev.set_up(again=False)
    made = source.with_suffix(".mo")
    assert b"b" in made.read_bytes()
    monkeypatch.setattr(dev, "PYTHON", Path("/nowhere/python"))  # would fail if it were asked again
    dev.compile_catalogues()
    assert installed.times == 1


def test_a_failed_installation_ends_with_one_line(
    installed: Installed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise dev.subprocess.CalledProcessError(1, ["pip", "install", "requirements.lock"])

    monkeypatch.setattr(dev, "_install", fail)
    assert dev.main(["lint"]) == 1
    assert "requirements.lock" in capsys.readouterr().err
    assert not dev.STAMP.exists()
    assert installed.times == 0


def test_one_failed_check_fails_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def run(command: list[str]) -> int:
        ran.append(Path(command[0]).stem)
        return -9 if ran[-1] == "pyright" else 0

    monkeypatch.setattr(dev, "_run", run)
    assert dev.lint([]) == 1
    assert len(ran) == len(dev.CHECKS)

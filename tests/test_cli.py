"""The command line: help without imports, errors as code, message and next step, nothing of a person."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from kiosk import __version__, cli
from kiosk.errors import KioskError, SettingsError
from kiosk.i18n import translator
from tests.support.modules import ROOT

MARKER = "KAKUU MIHON"


def outcome(*arguments: str) -> int:
    """Carry out a command line in this process and return its status."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    return int(ended.value.code or 0)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Make ``kiosk run`` raise what the test puts into the list."""
    raised: list[BaseException] = []

    @click.command()
    @click.option("--settings")
    @click.option("--language")
    def run(settings: str | None, language: str | None) -> None:
        _ = (settings, language)
        raise raised[0]

    def only(_context: click.Context, _name: str) -> click.Command:
        return run

    monkeypatch.setattr(cli.kiosk, "get_command", only)
    return raised


def test_version_and_help_import_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("--version") == 0
    assert __version__ in capsys.readouterr().out
    program = "import sys\nfrom kiosk.cli import main\ntry: main(['--help'])\nfinally: print(sorted(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    for name, (place, line) in cli.COMMANDS.items():
        assert name in answer.stdout
        assert line in answer.stdout
        assert f"'{place.partition(':')[0]}'" not in answer.stdout


@pytest.mark.parametrize("name", sorted(cli.COMMANDS))
def test_every_command_is_there(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(name, "--help") == 0
    assert f"kiosk {name}" in capsys.readouterr().out


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("fly") == 2
    assert "fly" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_error_of_ours_says_code_message_and_next_step(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str], language: str
) -> None:
    failing.append(SettingsError(name="portal.orign"))
    assert outcome("run", "--language", language) == 1
    speak = translator(language)
    first, second = capsys.readouterr().err.splitlines()
    assert first == f"K01 {speak('error.settings')} (name=portal.orign)"
    assert second == speak("error.settings.next")


def test_the_settings_own_language_is_spoken(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = tmp_path / "station.toml"
    own.write_text('language = "en"\n', encoding="utf-8")
    failing.append(KioskError())
    assert outcome("run", f"--settings={own}") == 1
    assert translator("en")("error.unexpected") in capsys.readouterr().err


def test_wrong_settings_do_not_hide_the_message(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    failing.append(SettingsError(file="missing.toml"))
    assert outcome("run", "--settings", str(tmp_path / "missing.toml"), "--language", "xx") == 1
    assert translator("ja")("error.settings") in capsys.readouterr().err


def test_an_unexpected_error_shows_nothing_of_what_it_carries(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(ValueError(MARKER))
    assert outcome("run") == 1
    shown = capsys.readouterr()
    assert "K00" in shown.err
    assert MARKER not in shown.err + shown.out
    assert "Traceback" not in shown.err


def test_a_traceback_is_shown_to_a_developer_who_asks(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_DEBUG", "1")
    failing.append(ValueError("bad"))
    assert outcome("run") == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_ctrl_c_ends_quietly(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str], error: BaseException
) -> None:
    failing.append(error)
    assert outcome("run") == cli.INTERRUPTED
    assert "Traceback" not in capsys.readouterr().err

"""What holds for every test: system parts that are missing, parts that are shared, and no skipped test in CI."""

from __future__ import annotations

import gc
import logging
import os
import sys

import pytest

from tests.support import contexts, stylesheets
from tests.support.idle import waiting
from tests.support.system_parts import PRESENT, SHARED

KILLS = "kills"
"""The property of a crash test's report: how many processes were killed in it."""

FEWEST_KILLS = 500
"""A run without skips must have killed so many, each followed by a look at what was left."""

SNAPSHOT_FOLDER = "TEXTUAL_SNAPSHOT_TEMPDIR"
"""Where the snapshot plug-in keeps its findings during a run."""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what this machine has no part for, with the line that installs it; keep users of one part together."""
    reasons = {
        line.partition(":")[0]: line.partition(":")[2].strip() for line in config.getini("markers") if ":" in line
    }
    missing = {name for name, present in PRESENT.items() if not present()}
    for item in items:
        names = {mark.name for mark in item.iter_markers()}
        for name in sorted(names & missing):
            item.add_marker(pytest.mark.skip(reason=reasons[name]))
        for group in sorted({SHARED[name] for name in names if name in SHARED}):
            item.add_marker(pytest.mark.xdist_group(group))


def pytest_collection_finish() -> None:
    """Keep the collector from going again and again through what stays to the end: modules and collected tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True)
def _log_as_ever() -> None:
    """Undo what an earlier test or fixture did to the log: the kiosk silences every library's when it opens its own."""
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    logging.disable(logging.NOTSET)
    logging.raiseExceptions = True
    for handler in root.handlers[:]:
        if type(handler) is logging.NullHandler:
            root.removeHandler(handler)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With ``KIOSK_NO_SKIPS=1``, a skipped or expected-to-fail test makes the whole run fail; so do too few kills."""
    if os.environ.get("KIOSK_NO_SKIPS") == "1" and session.exitstatus == pytest.ExitCode.OK:
        kills = _kills(session.config)
        if _unrun(session.config) or (kills and sum(kills) < FEWEST_KILLS):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many processes the crash tests killed, and name the tests that made a run without skips fail."""
    if kills := _kills(terminalreporter.config):
        terminalreporter.line(f"Crash tests: {sum(kills)} processes killed (a whole run: {FEWEST_KILLS} or more).")
    unrun = _unrun(terminalreporter.config)
    if unrun and os.environ.get("KIOSK_NO_SKIPS") == "1":
        terminalreporter.section("KIOSK_NO_SKIPS: these were not run, so this run has failed", red=True)
        for node in unrun:
            terminalreporter.line(node)


def _unrun(config: pytest.Config) -> list[str]:
    """Return the tests that were skipped or expected to fail; empty in an xdist worker, which reports nothing."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return []
    return [report.nodeid for kind in ("skipped", "xfailed") for report in reporter.stats.get(kind, [])]


def _kills(config: pytest.Config) -> list[int]:
    """Return the kills of each crash test that passed; empty in an xdist worker and where none was run."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    passed = reporter.stats.get("passed", []) if reporter is not None else []
    said = [dict(report.user_properties) for report in passed]
    return [int(properties[KILLS]) for properties in said if KILLS in properties]


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what a developer's shell may say to the program."""
    said = [name for name in os.environ if name.startswith("TEXTUAL_") and "SNAPSHOT" not in name]
    for name in [*said, "KIOSK_SETTINGS", "KIOSK_DEBUG"]:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pilot of a screen wait for the event loop, where Textual was loaded at all."""
    pilot = sys.modules.get("textual.pilot")
    if pilot is not None:
        wait = waiting(pilot.wait_for_idle)
        for module in (pilot, sys.modules["textual.app"]):
            monkeypatch.setattr(module, "wait_for_idle", wait)


@pytest.fixture(autouse=True)
def _styles_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let applications share the styles they read, where Textual was loaded at all."""
    sheets = sys.modules.get("textual.css.stylesheet")
    if sheets is not None:
        monkeypatch.setattr(sheets.Stylesheet, "_parse_rules", stylesheets.kept(sheets.Stylesheet._parse_rules))


@pytest.fixture(autouse=True)
def _certificates_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let HTTP clients share what they read of the world's authorities, where httpx was loaded at all."""
    transports = sys.modules.get("httpx._transports.default")
    if transports is not None:
        monkeypatch.setattr(transports, "create_ssl_context", contexts.kept(transports.create_ssl_context))

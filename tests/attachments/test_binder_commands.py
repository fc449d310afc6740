"""``kiosk documents``, as another program calls it."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from kiosk.attachments import checks
from kiosk.attachments.binder import rules, service
from kiosk.attachments.errors import CheckGaveUp
from kiosk.attachments.limits import load_limits
from kiosk.cli import main
from tests.attachments import in_process, papers
from tests.attachments.binder_papers import encoded, noisy, paper, reading, signed_pdf, text_pdf
from tests.attachments.make import locked, saved


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do the worker's tasks in this process."""
    for module in (checks, service):
        monkeypatch.setattr(module, "examine", in_process.run)


def _run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["documents", *map(str, words)])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def _bind(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, dict[str, Any]]:
    status, out, _ = _run(capsys, "bind", *words, "--json")
    return status, json.loads(out)


def _files(folder: Path) -> tuple[Path, Path, Path]:
    return (
        saved(folder / "passport.jpg", encoded(paper((1500, 1000)))),
        saved(folder / "課税証明書.pdf", text_pdf(pages=2)),
        saved(folder / "locked.pdf", locked()),
    )


@pytest.mark.usefixtures("here")
def test_each_file_is_a_document_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo, tax, shut = _files(tmp_path)
    status, said = _bind(capsys, "--profile", "rasens", "--out", tmp_path / "out", photo, tax, shut)
    assert status == 1
    assert set(said) == {"files", "changes", "refused"}
    assert said["refused"] == [{"path": str(shut), "code": "A11"}]
    assert [file["pages"] for file in said["files"]] == [1, 2]
    assert [Path(file["path"]).name for file in said["files"]] == ["01_passport.pdf", "02_課税証明書.pdf"]
    assert all(file["bytes"] == Path(file["path"]).stat().st_size for file in said["files"])
    assert (said["changes"][0]["code"], said["changes"][0]["path"]) == ("picture", str(photo))
    with pikepdf.open(said["files"][0]["path"]) as pdf, pdf.open_outline() as outline:
        assert [mark.title for mark in outline.root] == ["passport.jpg"]


@pytest.mark.usefixtures("here")
def test_all_in_one_with_titles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo, tax, _ = _files(tmp_path)
    status, said = _bind(
        capsys,
        "--profile",
        "ras",
        "--out",
        tmp_path / "out",
        "--title",
        "旅券の写し",
        "--title",
        "課税証明書",
        photo,
        tax,
    )
    (file,) = said["files"]
    assert (status, said["refused"], file["pages"]) == (0, [], 4)
    contents = reading(Path(file["path"]).read_bytes(), 0)
    assert "旅券の写し" in contents
    assert "課税証明書" in contents


@pytest.mark.usefixtures("here")
def test_the_same_command_gives_the_same_file_beside_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo, tax, _ = _files(tmp_path)
    words = ("--profile", "ras", "--out", tmp_path, tax, photo)
    paths = [_bind(capsys, *words)[1]["files"][0]["path"] for _ in range(2)]
    assert paths[0] != paths[1]
    assert len({hashlib.sha256(Path(path).read_bytes()).digest() for path in paths}) == 1


@pytest.mark.usefixtures("here")
def test_a_signed_file_stays_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    signed = saved(tmp_path / "signed.pdf", signed_pdf())
    _, said = _bind(capsys, "--profile", "rasens", "--out", tmp_path / "out", signed)
    assert Path(said["files"][0]["path"]).read_bytes() == signed.read_bytes()
    assert "signature_kept" in [change["code"] for change in said["changes"]]


@pytest.mark.usefixtures("here")
def test_in_words_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo, _, shut = _files(tmp_path)
    status, out, err = _run(capsys, "bind", "--profile", "ras", "--out", tmp_path / "out", photo, shut)
    assert status == 1
    assert "documents_ras.pdf" in out
    assert "passport.jpg: " in out
    assert "locked.pdf: A11 " in err


@pytest.mark.usefixtures("here")
def test_check_of_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo, _, shut = _files(tmp_path)
    status, out, _ = _run(capsys, "check", photo, "--json")
    assert (status, json.loads(out)["ok"], json.loads(out)["pages"]) == (0, True, 1)
    status, out, _ = _run(capsys, "check", shut, "--json")
    assert (status, json.loads(out)["code"]) == (1, "A11")


@pytest.mark.parametrize("gone", ["missing.pdf", ""])
def test_what_is_no_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], gone: str) -> None:
    status, said = _bind(capsys, "--profile", "ras", "--out", tmp_path / "out", tmp_path / gone)
    assert (status, said["files"], len(said["refused"])) == (1, [], 1)


def test_more_titles_than_files_are_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo, _, _ = _files(tmp_path)
    words = ("bind", "--profile", "ras", "--out", tmp_path, "--title", "a", "--title", "b", photo)
    assert _run(capsys, *words)[0] == 2


def test_in_the_worker_a_photo_is_bound_within_the_limit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = saved(tmp_path / "photo.jpg", encoded(noisy((1500, 1000)), quality=90))
    limit = photo.stat().st_size // 2
    limits = dataclasses.replace(load_limits("ras"), max_document_bytes=limit)
    monkeypatch.setitem(vars(service), "load_limits", {"ras": limits}.__getitem__)
    _, said = _bind(capsys, "--profile", "ras", "--out", tmp_path / "out", photo)
    (file,) = said["files"]
    assert file["bytes"] <= limit
    assert said["changes"][-1]["code"] == "smaller"
    with pikepdf.open(io.BytesIO(Path(file["path"]).read_bytes())) as pdf:
        assert len(pdf.pages) == 2


@pytest.mark.parametrize("steps", [[], [(199, 80)], [(300, 0)], [(300, 96)]])
def test_rules_that_go_too_far_are_a_wrong_setting(
    steps: list[tuple[int, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.errors import SettingsError
    from kiosk.paths import config_dir

    text = (config_dir() / "binder.toml").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("steps"))
    (tmp_path / "binder.toml").write_text(text.replace(line, f"steps = {[list(step) for step in steps]}"), "utf-8")
    monkeypatch.setattr(rules, "config_dir", lambda: tmp_path)
    with pytest.raises(SettingsError):
        rules.load_binder_rules.__wrapped__()


@pytest.mark.usefixtures("here")
def test_the_same_paper_twice_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, again = (saved(tmp_path / name, text_pdf()) for name in ("a.pdf", "b.pdf"))
    status, said = _bind(capsys, "--profile", "rasens", "--out", tmp_path / "out", first, again)
    assert status == 0
    assert [(one["code"], one["path"]) for one in said["changes"]] == [("duplicate", str(again))]
    assert "a.pdf" in said["changes"][0]["text"]


@pytest.mark.usefixtures("here")
def test_what_cannot_be_written_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("os.fsync", full)
    photo, tax, _ = _files(tmp_path)
    for system in ("rasens", "ras"):
        status, said = _bind(capsys, "--profile", system, "--out", tmp_path / "out", photo, tax)
        assert (status, said["files"]) == (1, [])
        assert said["refused"] == [{"path": str(path), "code": "R01"} for path in (photo, tax)]
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.usefixtures("here")
def test_binding_that_fails_refuses_all_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(*_args: object, **_options: object) -> None:
        raise CheckGaveUp

    monkeypatch.setattr(service, "examine", give_up)
    path = saved(tmp_path / "a.pdf", text_pdf())
    status, said = _bind(capsys, "--profile", "ras", "--out", tmp_path / "out", path)
    assert (status, said["files"], said["refused"]) == (1, [], [{"path": str(path), "code": "A40"}])


@pytest.mark.usefixtures("here")
def test_check_of_several_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo, _, shut = _files(tmp_path)
    status, out, _ = _run(capsys, "check", photo, shut, photo, "--json")
    first, second, third = map(json.loads, out.splitlines())
    assert status == 1
    assert [line["path"] for line in (first, second, third)] == [str(photo), str(shut), str(photo)]
    assert (first["ok"], second["ok"], second["code"]) == (True, False, "A11")
    assert "duplicate" not in [one["code"] for one in first["notices"]]
    assert "duplicate" in [one["code"] for one in third["notices"]]


@pytest.mark.usefixtures("here")
def test_a_name_of_another_encoding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / "bad\udcff.pdf", b"no PDF")
    status, out, _ = _run(capsys, "bind", "--profile", "rasens", "--out", tmp_path / "out", path, "--json")
    assert (status, out.isascii()) == (1, True)
    assert json.loads(out)["refused"] == [{"path": str(path), "code": "A10"}]


@pytest.mark.usefixtures("here")
def test_a_name_as_long_as_the_system_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / ("架" * 83 + ".pdf"), text_pdf())
    status, said = _bind(capsys, "--profile", "rasens", "--out", tmp_path / "out", path)
    assert (status, said["refused"]) == (0, [])
    assert Path(said["files"][0]["path"]).name == "01_" + "架" * 71 + ".pdf"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("system", ["rasens", "ras"])
def test_an_individual_number_is_told_and_blacked_out_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], system: str
) -> None:
    path = saved(tmp_path / "a.pdf", papers.written("KAKUU MIHON", papers.GROUPED))
    _, plain = _bind(capsys, "--profile", system, "--out", tmp_path / "out", path)
    assert plain["changes"][0]["code"] == "numbers"
    assert plain["changes"][0]["pages"] == [1]
    status, said = _bind(capsys, "--profile", system, "--out", tmp_path / "out", "--black-out", path)
    assert (status, [one["code"] for one in said["changes"]]) == (0, ["blacked_out"])
    made = Path(said["files"][0]["path"]).read_bytes()
    assert papers.GROUPED not in reading(made, said["files"][0]["pages"] - 1)
    assert papers.GROUPED in reading(Path(plain["files"][0]["path"]).read_bytes(), plain["files"][0]["pages"] - 1)

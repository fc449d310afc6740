from __future__ import annotations

import os
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.attachments import sources
from kiosk.attachments.errors import FileEmpty, FileGone, FolderUnreadable, NotAFile
from kiosk.attachments.limits import load_limits
from kiosk.attachments.names import MAX_SENT, MAX_SHOWN, sent_name, shown_name
from kiosk.attachments.sources import listing, parent, read_once, roots
from kiosk.errors import SettingsError
from kiosk.settings import AttachmentSettings


def test_folders_come_first_then_files_by_name(tmp_path: Path):
    for name in ("b.pdf", "a.JPG", "C.png", "d.docx"):
        (tmp_path / name).write_bytes(b"12345")
    (tmp_path / "z").mkdir()
    os.utime(tmp_path / "b.pdf", (1_790_000_000, 1_790_000_000))
    found = listing(tmp_path)
    assert [(entry.shown, entry.kind, entry.size) for entry in found.entries] == [
        ("z", "folder", 0),
        ("a.JPG", "image", 5),
        ("b.pdf", "pdf", 5),
        ("C.png", "image", 5),
        ("d.docx", "other", 5),
    ]
    assert found.entries[2].modified == datetime.fromtimestamp(1_790_000_000, UTC)
    assert found.complete


def test_hidden_things_links_and_devices_are_left_out(tmp_path: Path):
    (tmp_path / "real.pdf").write_bytes(b"x")
    (tmp_path / ".hidden.pdf").write_bytes(b"x")
    (tmp_path / "link.pdf").symlink_to(tmp_path / "real.pdf")
    (tmp_path / "link").symlink_to("/")
    os.mkfifo(tmp_path / "pipe.pdf")
    assert [entry.shown for entry in listing(tmp_path).entries] == ["real.pdf"]


def test_a_folder_that_is_gone_or_is_none_is_named(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileGone):
        listing(tmp_path / "gone")
    with pytest.raises(FolderUnreadable):
        listing(tmp_path / "file")


def test_a_folder_with_very_much_in_it_says_that_it_is_not_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sources, "MAX_ENTRIES", 3)
    for number in range(4):
        (tmp_path / str(number)).write_bytes(b"")
    found = listing(tmp_path)
    assert (len(found.entries), found.complete) == (3, False)


def test_nothing_but_a_regular_file_is_read(tmp_path: Path):
    (tmp_path / "real").write_bytes(b"12345")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "empty").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe")
    for name, expected in (
        ("link", NotAFile),
        ("pipe", NotAFile),
        (".", NotAFile),
        ("empty", FileEmpty),
        ("no", FileGone),
    ):
        with pytest.raises(expected):
            read_once(tmp_path / name, 10)
    assert read_once(tmp_path / "real", 5) == b"12345"
    assert read_once(tmp_path / "real", 3) == b"1234"


def test_configured_folders_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(sources, "_removable_drives", lambda: iter([stick]))
    found = roots(AttachmentSettings(folders=(str(tmp_path), str(tmp_path / "missing"))))
    assert [entry.path for entry in found] == [tmp_path, stick]
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert [entry.path for entry in roots(AttachmentSettings())] == [tmp_path, stick]


def test_mounted_sticks_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    sticks = {tmp_path / "mnt", tmp_path / "mihon" / "STICK"}
    for folder in (*sticks, tmp_path / "mihon" / "plain"):
        folder.mkdir(parents=True)
    monkeypatch.setattr(sources, "_MOUNT_PARENTS", (tmp_path, tmp_path / "none"))

    def is_mount(path: Path) -> bool:
        return path in sticks

    monkeypatch.setattr(Path, "is_mount", is_mount)
    found = [entry.path for entry in roots(AttachmentSettings(folders=("/no/such",)))]
    assert set(found) == sticks


def test_the_way_up_ends_at_the_start(tmp_path: Path):
    starts = roots(AttachmentSettings(folders=(str(tmp_path),)))[:1]
    inner = tmp_path / "a" / "b"
    assert parent(inner, starts) == tmp_path / "a"
    assert parent(tmp_path / "a", starts) == tmp_path
    assert parent(tmp_path, starts) is None
    assert parent(Path("/"), starts) is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb.pdf", "a\\x0ab.pdf"),
        ("\x1b]52;c;x\x07.pdf", "\\x1b]52;c;x\\x07.pdf"),
        ("gpj.\u202efdp", "gpj.\\u202efdp"),
        ("a\u200bb\u2028", "a\\u200bb\\u2028"),
        (os.fsdecode(b"\xff.pdf"), "\\xff.pdf"),
        ("か\u3099.pdf", "が.pdf"),
        ("[red]x[/]", "[red]x[/]"),
        ("髙﨑𠮷.pdf", "髙﨑𠮷.pdf"),
    ],
)
def test_a_hostile_name_is_shown_escaped(name: str, shown: str):
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("../../etc/passwd", "etc_passwd.pdf"),
        ("CON", "file_CON.pdf"),
        ("con.pdf", "file_con.pdf"),
        ("LPT1.x.pdf", "file_LPT1.x.pdf"),
        ("a\nb.pdf", "a_b.pdf"),
        ("photo.jpg", "photo.pdf"),
        ("在留カード.PDF", "在留カード.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        ("a. .pdf", "a.pdf"),
        ("x" * 255, "x" * (MAX_SENT - 4) + ".pdf"),
        ("Dr. Kakuu Mihon", "Dr. Kakuu Mihon.pdf"),
    ],
)
def test_a_name_is_made_plain_for_sending(name: str, sent: str):
    assert sent_name(name, ".pdf") == sent


@given(st.text(max_size=300))
def test_no_name_is_dangerous(name: str):
    shown, sent = shown_name(name), sent_name(name, ".pdf")
    assert len(shown) <= MAX_SHOWN
    assert 4 < len(sent) <= MAX_SENT
    assert not {unicodedata.category(character)[0] for character in shown + sent} & {"C"}
    assert not set('<>:"/\\|?*') & set(sent)
    assert sent.endswith(".pdf")
    assert not sent.startswith(".")


def test_limits_are_dated_data_for_both_systems():
    assert (load_limits("ras").max_documents, load_limits("ras").max_total_bytes) == (1, None)
    assert (load_limits("rasens").max_documents, load_limits("rasens").max_total_bytes) == (None, 26_214_400)


def test_an_unknown_system_is_a_mistake_in_the_settings():
    with pytest.raises(SettingsError):
        load_limits("tomorrow")


def test_the_state_of_a_folder_is_another_one_when_anything_in_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    states = [sources.state_of(tmp_path)]
    for change in (
        lambda: path.write_bytes(b"x"),
        lambda: path.write_bytes(b"xx"),
        lambda: path.rename(tmp_path / "b.pdf"),
        lambda: path.mkdir(),
        path.rmdir,
    ):
        change()
        states.append(sources.state_of(tmp_path))
        assert states[-1] not in states[-2:-1]
    assert states[-1] == states[-3] == sources.state_of(tmp_path)
    assert sources.state_of(tmp_path / "none") is None

"""The zip of a package is let go of, whoever was in the middle of reading it."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from survey.exchange.package.container import packed, unpacked
from tests.exchange.package.programs import of_witnesses, ours, theirs


def test_an_archive_that_is_done_with_is_open_no_longer(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(packed({"a.txt": b"one\ntwo\n", "b.txt": b"three\n"}))
    with unpacked(path, file=path.name) as archive:
        lines = iter(archive.open("a.txt"))
        assert next(lines) == b"one\n"
        assert path in opened_files()
    assert path not in opened_files()  # though somebody stopped half-way and still holds the lines
    del lines


def test_what_is_in_an_archive_is_told_without_reading_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(packed({"a.txt": b"one\ntwo\n", "b.txt": b"three\n"}))
    with unpacked(path, file=path.name) as archive:
        digest = hashlib.sha256(b"three\n").hexdigest()
        read: list[object] = []
        monkeypatch.setattr(zipfile.ZipFile, "open", lambda *given, **_how: read.append(given))
        assert "a.txt" in archive
        assert "c.txt" not in archive
        assert archive.digest("b.txt") == digest  # taken when the archive was compared
        assert read == []


def test_neither_program_keeps_open_what_it_found_altered(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(packed({"a.txt": b"one\n", "manifest.json": b"{}"}))
    kept = [ours(path, ""), theirs(path, ""), of_witnesses(path, "")]
    assert [code for code, _said in kept] == [1, 1, 1]
    assert path not in opened_files()


def opened_files() -> set[Path]:
    here = Path("/proc/self/fd")
    return {each.readlink() for each in here.iterdir() if each.is_symlink()}

"""A restore that is refused changes nothing and names what is wrong."""

import zipfile
from pathlib import Path

import pytest

from survey.site import locks, schema
from tests.backup.conftest import Lived
from tests.factories import CODE


def flipped(path: Path, out: Path, part: str) -> Path:
    """Return a copy in which one byte in the middle of a part is another."""
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo(part)
    content = bytearray(path.read_bytes())
    names = int.from_bytes(content[entry.header_offset + 26 : entry.header_offset + 28], "little")
    more = int.from_bytes(content[entry.header_offset + 28 : entry.header_offset + 30], "little")
    start = entry.header_offset + 30 + names + more
    content[start + entry.file_size // 2] ^= 0x20
    out.write_bytes(content)
    return out


def test_a_flipped_byte_in_any_part_is_named(
    here: Lived, elsewhere: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    backup = here.backup()
    out = tmp_path_factory.mktemp("flipped") / "flipped.backup"
    with zipfile.ZipFile(backup) as archive:
        parts = archive.namelist()
    assert {"README.txt", "keys", "files", "data/response", "manifest.json", "manifest.mac"} <= {
        *parts
    }
    words = (*here.with_passphrase, "--to", str(elsewhere))
    for part in parts:
        told = here.refuses("restore", str(flipped(backup, out, part)), *words)
        assert f"{out} {part}：这一部分已损坏或被改动" in told
        assert f"{out}, {part}: this part was damaged or altered" in told
    assert not elsewhere.exists()


def rewritten(path: Path, out: Path, part: str, content: bytes | None) -> Path:
    """Return a copy whose ZIP is sound and in which a part is other content, or left out."""
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(out, "w") as written:
        for name in archive.namelist():
            kept = archive.read(name)
            if name != part:
                written.writestr(name, kept)
            elif content is not None:
                written.writestr(name, content or kept.replace(b'"answers": 3', b'"answers": 9'))
        if part == "more":
            written.writestr(part, b"put in")
    return out


def test_whoever_makes_the_archive_sound_again_is_found_out(here: Lived, elsewhere: Path) -> None:
    backup, out = here.backup(), here.passphrase.with_name("altered.backup")
    with zipfile.ZipFile(here.backup("other")) as other:
        response = other.read("data/response")
    words = (*here.with_passphrase, "--to", str(elsewhere))
    for part, content, told in (
        ("data/response", response, "data/response: this part was damaged or altered"),
        ("keys", None, "keys: this part was damaged or altered"),
        ("more", None, "more: this part was damaged or altered"),
        ("manifest.json", b"", "or the manifest was altered"),
    ):
        assert told in here.refuses("restore", str(rewritten(backup, out, part, content)), *words)
    half = here.passphrase.with_name("half.backup")
    half.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    assert "damaged or altered" in here.refuses("restore", str(half), *words)
    half.write_text("a letter", "utf-8")
    assert "is no backup of this program" in here.refuses("restore", str(half), *words)
    assert not elsewhere.exists()


def test_passphrases_are_asked_for_with_care(here: Lived, elsewhere: Path) -> None:
    backup, new = here.backup(), here.passphrase.with_name("new.backup")
    other = here.passphrase.with_name("other")
    other.touch(mode=0o600)
    other.write_text("another horse battery", "utf-8")
    given = ("--passphrase-file", str(other))
    told = here.refuses("restore", str(backup), *given, "--to", str(elsewhere))
    assert "口令不对" in told
    assert "the passphrase is wrong" in told
    other.write_bytes(b"made by a machine \xff\xfe\n")
    here.succeeds("backup", str(new), *given)
    new.unlink()
    other.write_text("short", "utf-8")
    assert "12 个字符以上" in here.refuses("backup", str(new), *given)
    other.chmod(0o644)
    assert "chmod 600" in here.refuses("backup", str(new), *given)
    assert "--passphrase-file" in here.refuses("backup", str(new))
    assert not new.exists()
    assert not list(new.parent.glob(".*"))
    assert not elsewhere.exists()


def test_the_terminal_asks_twice_for_a_new_one(
    here: Lived, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def prompt(_text: str, *, confirmation_prompt: bool, **_how: object) -> str:
        asked.append(confirmation_prompt)
        return "typed by somebody"

    monkeypatch.setattr("survey.backup.passphrases._has_terminal", lambda: True)
    monkeypatch.setattr("click.prompt", prompt)
    path = here.passphrase.with_name("typed.backup")
    here.succeeds("backup", str(path))
    here.succeeds("restore", str(path), "--to", str(elsewhere))
    assert asked == [True, False]


def test_a_file_is_replaced_only_where_that_is_said(here: Lived) -> None:
    path = here.passphrase.with_name("all.backup")
    path.write_text("last month's", "utf-8")
    told = here.refuses("backup", str(path), *here.with_passphrase)
    assert "--force" in told
    assert path.read_text("utf-8") == "last month's"
    assert zipfile.is_zipfile(here.backup("all.backup", "--force"))


def test_a_home_that_is_served_is_not_restored_over(here: Lived) -> None:
    backup = here.backup()
    before = sorted(path.name for path in here.home.iterdir())
    with locks.serving_alone(here.home, host="127.0.0.1", port=0):
        told = here.refuses("restore", str(backup), *here.with_passphrase, "--move-aside")
    assert "已有服务在运行" in told
    assert "is running already" in told
    assert sorted({path.name for path in here.home.iterdir()} - {"server.lock"}) == before


def test_what_is_there_is_moved_aside_and_only_when_that_is_said(here: Lived) -> None:
    backup = here.backup()
    told = here.refuses("restore", str(backup), *here.with_passphrase)
    assert "里面已有内容" in told
    assert "--move-aside" in told
    held = (here.home / "heads.jsonl").read_bytes()
    here.site.database.close()
    here.succeeds("restore", str(backup), *here.with_passphrase, "--move-aside")
    [aside] = here.home.glob("before-*")
    assert (aside / "heads.jsonl").read_bytes() == held
    assert (aside / "survey.db").is_file()
    assert (aside / "keys" / "signing.pem").is_file()
    assert f"{CODE} 与封存时一致" in here.succeeds("verify").stdout


def test_a_newer_program_s_backup_is_left_to_it(
    here: Lived, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (*here.with_passphrase, "--to", str(elsewhere))
    with monkeypatch.context() as patched:
        patched.setattr(schema, "revision_now", lambda: "9999")
        newer = here.backup("newer")
    told = here.refuses("restore", str(newer), *words)
    assert "9999，由更新版本的程序建立" in told
    assert "9999, made by a newer version" in told
    with monkeypatch.context() as patched:
        patched.setattr("survey.backup.container.FORMAT", 2)
        newer = here.backup("newest")
    assert "format 2, made by a newer version" in here.refuses("restore", str(newer), *words)
    assert not elsewhere.exists()


def test_a_restore_that_fails_half_way_leaves_what_was_there(
    here: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = here.backup()
    held = {path.name: path.is_dir() or path.read_bytes() for path in here.home.iterdir()}

    def fail(*_given: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("survey.backup.home_files.unpack", fail)
    done = here.run("restore", str(backup), *here.with_passphrase, "--move-aside")
    assert isinstance(done.exception, OSError)
    names = {path.name for path in here.home.iterdir()} - {"server.lock"}
    assert names == {*held}
    assert not list(here.home.glob(".restoring*"))


@pytest.mark.parametrize("name", ["../out", "/out"])
def test_a_name_that_leads_elsewhere_is_not_followed(
    here: Lived, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Who knows the passphrase could seal such a name."""
    with monkeypatch.context() as patched:
        patched.setattr("survey.backup.home_files.files_of", lambda *_a, **_n: [(name, __file__)])
        patched.setattr("survey.backup.making._read", lambda found: [(n, b"x") for n, _p in found])
        backup = here.backup()
    told = here.refuses("restore", str(backup), *here.with_passphrase, "--to", str(elsewhere))
    assert "files: this part was damaged" in told
    assert not elsewhere.with_name("out").exists()

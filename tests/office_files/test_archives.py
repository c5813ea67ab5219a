"""A campaign's folder as one archive, through `survey campaign load`."""

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import survey
from survey.fieldwork.papers import font
from survey.problems import Refused
from tests.factories import ANLAN, CODE

FILES = [path for path in ANLAN.iterdir() if not path.name.startswith(("responses", "main_system"))]
Pack = Callable[[zipfile.ZipFile], object]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font, "_system_families", frozenset[str])
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SURVEY_DATABASE", raising=False)


def packed(tmp_path: Path, add: Pack = lambda archive: None, within: str = "") -> Path:
    path = tmp_path / "county.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in FILES:
            archive.write(file, within + file.name)
        add(archive)
    return path


def load(path: Path) -> Result:
    assert CliRunner().invoke(survey, ["init"]).exit_code == 0
    return CliRunner().invoke(survey, ["campaign", "load", str(path)], catch_exceptions=False)


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        load(path)
    assert all(problem.en for problem in refused.value.problems)
    assert CliRunner().invoke(survey, ["campaign", "status", CODE]).exit_code == 1
    return refused.value.text("zh")


@pytest.mark.parametrize("within", ["", "安澜县/", "a/b/", "county\\"])
def test_a_packed_folder_is_loaded_wherever_it_stands(tmp_path: Path, within: str) -> None:
    path = packed(
        tmp_path, lambda archive: archive.writestr("__MACOSX/._scheme.yaml.txt", b"x"), within
    )
    assert load(path).stdout == f"{CODE}\n"


def _link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("townships.csv.txt")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


@pytest.mark.parametrize(
    ("add", "zh"),
    [
        (lambda archive: archive.writestr("../units.csv", b"x"), "../units.csv：指向压缩文件以外"),
        (lambda archive: archive.writestr("/etc/x", b"x"), "/etc/x：指向压缩文件以外"),
        (lambda archive: archive.writestr("..\\x", b"x"), "..\\x：指向压缩文件以外"),
        (lambda archive: archive.writestr("C:\\x", b"x"), "C:\\x：指向压缩文件以外"),
        (_link, "townships.csv.txt：指向压缩文件以外"),
        (lambda archive: archive.writestr("old/scheme.yaml", b"x"), "有多个 scheme.yaml"),
        (lambda archive: archive.writestr("Units.csv", b"x"), "有同名的文件"),
        (lambda archive: archive.writestr("x", bytes(65_000_000)), "最多 200 个文件"),
        (lambda archive: [archive.writestr(f"{n}", b"") for n in range(201)], "最多 200 个文件"),
    ],
)
def test_an_archive_that_reaches_too_far_is_refused(tmp_path: Path, add: Pack, zh: str) -> None:
    assert zh in refusal(packed(tmp_path, add))
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["county.zip"]


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path)
    path.write_bytes(path.read_bytes()[:-40])
    assert "已损坏" in refusal(path)
    path.write_bytes(b"unit_code,uscc\n")
    assert "已损坏或不是 zip" in refusal(path)


def test_a_table_alone_is_told_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "units.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(ANLAN / "units.csv", "units.csv")
    assert "里没有 scheme.yaml" in refusal(path)


def test_a_password_is_told(tmp_path: Path) -> None:
    path = packed(tmp_path)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = archive.start_dir
    content[start + 8] |= 1
    path.write_bytes(content)
    assert "有密码" in refusal(path)


def test_faults_of_its_tables_are_told_by_their_names(tmp_path: Path) -> None:
    path = tmp_path / "county.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in FILES:
            content = file.read_bytes()
            if file.name == "units.csv":
                content = content.replace(b"A02,", b"A01,", 1)
            archive.writestr(file.name, content)
    assert "units.csv 第 3 行 unit_code：“A01”与第 2 行重复" in refusal(path)

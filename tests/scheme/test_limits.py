"""A file beyond a limit is refused by file and row, in both languages, before it is understood."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from survey.problems import Refused
from survey.scheme.folder import read_folder
from survey.site.installation import upgrade_site
from tests.factories import ANLAN

TEN = ", ".join(["*{}"] * 10)
LAUGHS = "\n".join(
    ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    + [f"{b}: &{b} [{TEN.format(*[a] * 10)}]" for a, b in zip("abcdefg", "bcdefgh", strict=True)]
)
MEMORY = 800_000_000


@pytest.fixture
def county(tmp_path: Path) -> Path:
    folder = tmp_path / "county"
    shutil.copytree(ANLAN, folder, ignore=shutil.ignore_patterns("responses*", "main_system*"))
    return folder


def test_eight_lines_of_yaml_that_mean_a_hundred_million_cost_nothing(
    county: Path, tmp_path: Path
) -> None:
    assert len(LAUGHS.splitlines()) == 8
    (county / "scheme.yaml").write_text(LAUGHS)
    home = tmp_path / "home"
    upgrade_site({"SURVEY_HOME": str(home)}).database.close()
    done = subprocess.run(
        [sys.executable, "-m", "survey", "campaign", "load", str(county)],
        env=os.environ | {"SURVEY_HOME": str(home), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY)),
    )
    assert done.returncode == 1, done.stderr
    assert "scheme.yaml 第 2 行：不能使用引用“*a”" in done.stderr
    assert "scheme.yaml, row 2: the alias *a cannot be used" in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "zh", "en"),
    [
        ("scheme.yaml", "[" * 60 + "]" * 60, "第 1 行：嵌套超过", "row 1: is nested deeper"),
        ("scheme.yaml", "a: b\n" * 200_000, "个字符", "characters"),
        ("scheme.yaml", "a: 2026-02-31", "不存在", "does not exist"),
        ("questionnaire.json", "[" * 100_000, "嵌套超过", "is nested deeper"),
        ("questionnaire.json", '{"a": ' + "9" * 5000 + "}", "数字太长", "too long"),
        ("units.csv", "unit_code\n" * 100_002, "超过 100,000 行", "more than 100,000 rows"),
        ("units.csv", '"' + "x" * 200_000, "第 1 行：不是有效的 CSV", "row 1: not valid CSV"),
        ("units.csv", "a," * 1300, "一行最多 1,000 个单元格", "at most 1,000 cells"),
        ("units.csv", "x" * 17_000_000, "字节", "bytes"),
    ],
    ids=lambda value: value[:12] if len(value) > 12 else value,
)
def test_what_is_too_large_or_too_deep_is_named(
    county: Path, name: str, content: str, zh: str, en: str
) -> None:
    (county / name).write_text(content)
    with pytest.raises(Refused) as refused:
        read_folder(county)
    told = refused.value.text("zh").splitlines(), refused.value.text("en").splitlines()
    for lines, words in zip(told, (zh, en), strict=True):
        assert any(line.startswith(name) and words in line for line in lines), lines


@pytest.mark.parametrize(
    ("name", "old", "new", "row"),
    [
        ("scheme.yaml", "timezone: Asia/Shanghai", "timezone: Asia/Shanghai\n  id: OTHER", True),
        (
            "scheme.yaml",
            "component_points: 20",
            "component_points: 20\n  component_points: 10",
            True,
        ),
        ("questionnaire.json", '"version": 1', '"version": 1, "version": 2', False),
    ],
)
def test_a_name_said_twice_is_refused(
    county: Path, name: str, old: str, new: str, row: bool
) -> None:
    path = county / name
    path.write_text(path.read_text("utf-8-sig").replace(old, new, 1), "utf-8")
    with pytest.raises(Refused) as caught:
        read_folder(county)
    problem = caught.value.problems[0]
    assert problem.file == name
    assert (problem.row is not None) is row
    assert "写了两次" in problem.zh

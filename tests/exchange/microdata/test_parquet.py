"""The microdata as Parquet, where the package that writes it is installed."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyarrow.parquet import read_table

from survey.cli import survey
from survey.exchange.microdata import commands, files
from survey.exchange.microdata.parquet import CODEBOOK, parquet
from survey.exchange.microdata.variables import Code, Dataset, Value, Variable
from survey.wording import Words

SAID = Words("非常满意", "very satisfied")
UNIT = Variable(name="unit", words=Words("单位", "unit"), values=(), text=True)
ITEMS = tuple(
    Variable(
        name=f"q_{place}",
        words=Words(f"第{place}题", f"item {place}"),
        values=(Value(code=5, words=SAID), Value(code=-1, words=SAID, missing=True)),
        measure="ordinal",
    )
    for place in range(20)  # more than Thrift counts in half a byte
)
ROWS = tuple(
    (("A01", "局二", "withheld")[place % 3], *((place * n) % 7 - 2 for n in range(19)), number)
    for place, number in enumerate([-9_999_999_991, 9_999_999_999, *range(300)])
)


def made(rows: tuple[tuple[Code, ...], ...] = ROWS) -> Dataset:
    return Dataset(
        release_code="X-R1",
        number=1,
        title=SAID,
        organiser="县绩效办",
        frozen_on="2026-12-29",
        simulated=True,
        smallest=10,
        variables=(UNIT, *ITEMS),
        rows=rows,
    )


@pytest.mark.parametrize("n", [0, 1, len(ROWS)])
def test_what_is_read_is_what_was_written(tmp_path: Path, n: int) -> None:
    path = tmp_path / "answers.parquet"
    path.write_bytes(parquet(made(ROWS[:n])))
    table = read_table(path)
    columns = (column.to_pylist() for column in table.columns)
    assert list(zip(*columns, strict=True)) == list(ROWS[:n])
    said = table.schema.metadata
    assert (said[b"release"], said[b"simulated"]) == (b"X-R1", b"true")
    first, second, *_more = json.loads(said[CODEBOOK.encode()])
    assert (first["variable"], first["zh"], second["level"]) == ("unit", "单位", "ordinal")
    assert second["codes"][0] == {"code": 5, "zh": SAID.zh, "en": SAID.en, "missing": False}


def test_the_same_answers_are_the_same_bytes() -> None:
    assert parquet(made()) == parquet(made())


def test_without_the_package_it_is_refused_and_the_archive_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(files, "can_write_parquet", lambda: False)
    monkeypatch.setattr(commands, "can_write_parquet", lambda: False)
    names = zipfile.ZipFile(io.BytesIO(files.archive(made()))).namelist()
    assert not any(name.endswith(".parquet") for name in names)
    words = ("microdata", "X", "--format", "parquet", "--out", str(tmp_path / "x.parquet"))
    done = CliRunner().invoke(survey, words, env={"SURVEY_HOME": str(tmp_path)})
    assert done.exit_code == 1
    assert "gongping[parquet]" in str(done.exception)

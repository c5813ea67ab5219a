"""Parquet as we write it, read by those who did not."""

import gzip
import json
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

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


@pytest.mark.skipif(
    find_spec("pyarrow") is None, reason="pyarrow 没有安装 / pyarrow is not installed"
)
@pytest.mark.parametrize("n", [0, 1, len(ROWS)])
def test_others_read_it(tmp_path: Path, n: int) -> None:
    path = tmp_path / "answers.parquet"
    path.write_bytes(parquet(made(ROWS[:n])))
    table = import_module("pyarrow.parquet").read_table(path)
    columns = (column.to_pylist() for column in table.columns)
    assert list(zip(*columns, strict=True)) == list(ROWS[:n])
    said = table.schema.metadata
    assert (said[b"release"], said[b"simulated"]) == (b"X-R1", b"true")
    first, second, *_more = json.loads(said[CODEBOOK.encode()])
    assert (first["variable"], first["zh"], second["level"]) == ("unit", "单位", "ordinal")
    assert second["codes"][0] == {"code": 5, "zh": SAID.zh, "en": SAID.en, "missing": False}


def test_it_is_the_bytes_that_others_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frozen when pyarrow 26.0.1 and fastparquet 2026.9.0 had read it, but for how gzip packs."""
    assert parquet(made()) == parquet(made())
    monkeypatch.setattr(gzip, "compress", lambda values, *, mtime: values)
    assert (
        sha256(parquet(made())).hexdigest()
        == "53ba969569f3b897bc98c0ff5e40da3c1cb01cc497960a4489f97f2fca547f75"
    )

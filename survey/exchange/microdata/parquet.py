"""The microdata as Parquet, for Python, R, DuckDB: every code as it is, with the codebook."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from io import BytesIO

from survey.exchange.microdata.variables import Code, Dataset

CODEBOOK = "codebook"


def can_write_parquet() -> bool:
    """Say whether the optional package is there."""
    return importlib.util.find_spec("pyarrow") is not None


def parquet(data: Dataset) -> bytes:
    """Return the Parquet file; the same release gives the same bytes."""
    import pyarrow as pa  # noqa: PLC0415 - of the extra `parquet`, which few installations have
    import pyarrow.parquet as pq  # noqa: PLC0415 - the same

    said = {
        "release": data.release_code,
        "simulated": json.dumps(data.simulated),
        CODEBOOK: _codebook(data),
    }
    fields = [
        pa.field(one.name, pa.string() if one.text else pa.int64(), nullable=False)
        for one in data.variables
    ]
    columns: Sequence[tuple[Code, ...]] = list(zip(*data.rows, strict=True)) or [() for _ in fields]
    schema = pa.schema(fields, metadata=said)
    table = pa.table(
        [pa.array(column, type=one.type) for column, one in zip(columns, fields, strict=True)],
        schema=schema,
    )
    written = BytesIO()
    pq.write_table(table, written, compression="gzip")
    return written.getvalue()


def _codebook(data: Dataset) -> str:
    """Return the codebook as JSON."""
    variables = [
        {
            "variable": one.name,
            "zh": one.words.zh,
            "en": one.words.en,
            "level": one.measure,
            "codes": [
                {
                    "code": value.code,
                    "zh": value.words.zh,
                    "en": value.words.en,
                    "missing": value.missing,
                }
                for value in one.values
            ],
        }
        for one in data.variables
    ]
    return json.dumps(variables, ensure_ascii=False)

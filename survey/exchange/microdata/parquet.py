"""The microdata as Parquet, for Python, R, DuckDB: every code as it is, with the codebook.

Written here in full, since the smallest library that writes it is larger than all of this package:
one row group, a page for each column, plain values, gzip. The format: parquet.apache.org/docs.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Sequence
from typing import Any

from survey.exchange.microdata.thrift import I32, I64, Binary, Listed, Struct, encoded
from survey.exchange.microdata.variables import Code, Dataset, Variable

_MARK = b"PAR1"
_INT64, _BYTE_ARRAY = 2, 6
_REQUIRED, _UTF8 = 0, 0
_PLAIN, _RLE, _GZIP, _DATA_PAGE = 0, 3, 2, 0
CODEBOOK = "codebook"


def parquet(data: Dataset) -> bytes:
    """Return the Parquet file; the same release gives the same bytes."""
    written, chunks = bytearray(_MARK), list[Struct]()
    columns: Sequence[tuple[Code, ...]] = list(zip(*data.rows, strict=True)) or [
        () for _ in data.variables
    ]
    for variable, column in zip(data.variables, columns, strict=True):
        chunk, page = _chunk(variable, column, at=len(written))
        written += page
        chunks.append(chunk)
    footer = encoded(_about(data, chunks, size=len(written) - len(_MARK)))
    return bytes(written + footer + struct.pack("<I", len(footer)) + _MARK)


def _chunk(variable: Variable, column: Sequence[Code], *, at: int) -> tuple[Struct, bytes]:
    """Return what the footer says of a column, and its page."""
    values = _values(variable, column)
    packed = gzip.compress(values, mtime=0)
    levels = {3: I32(_RLE), 4: I32(_RLE)}
    header = encoded(
        {
            1: I32(_DATA_PAGE),
            2: I32(len(values)),
            3: I32(len(packed)),
            5: {1: I32(len(column)), 2: I32(_PLAIN), **levels},
        }
    )
    about: Struct = {
        1: I32(_kind(variable)),
        2: Listed([I32(_PLAIN), I32(_RLE)]),
        3: Listed([Binary(variable.name)]),
        4: I32(_GZIP),
        5: I64(len(column)),
        6: I64(len(header) + len(values)),
        7: I64(len(header) + len(packed)),
        9: I64(at),
    }
    return {2: I64(at), 3: about}, header + packed


def _values(variable: Variable, column: Sequence[Code]) -> bytes:
    if not variable.text:
        return struct.pack(f"<{len(column)}q", *column)
    texts = (str(code).encode() for code in column)
    return b"".join(struct.pack("<I", len(text)) + text for text in texts)


def _kind(variable: Variable) -> int:
    return _BYTE_ARRAY if variable.text else _INT64


def _about(data: Dataset, chunks: Sequence[Struct], *, size: int) -> Struct:
    root: Struct = {4: Binary("microdata"), 5: I32(len(data.variables))}
    rows: Struct = {1: Listed(chunks), 2: I64(size), 3: I64(len(data.rows))}
    said = {
        "release": data.release_code,
        "simulated": json.dumps(data.simulated),
        CODEBOOK: json.dumps(_codebook(data), ensure_ascii=False),
    }
    return {
        1: I32(1),
        2: Listed([root, *map(_element, data.variables)]),
        3: I64(len(data.rows)),
        4: Listed([rows]),
        5: Listed([{1: Binary(name), 2: Binary(text)} for name, text in said.items()]),
        6: Binary("gongping"),
    }


def _element(variable: Variable) -> Struct:
    text: Struct = {6: I32(_UTF8), 10: {1: {}}} if variable.text else {}
    return {1: I32(_kind(variable)), 3: I32(_REQUIRED), 4: Binary(variable.name), **text}


def _codebook(data: Dataset) -> list[dict[str, Any]]:
    return [
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

"""Columns from lists, arrays and data frames of other libraries, as arrays of numbers or words."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from survey.stats.errors import StatsError

Column = NDArray[Any]
Columns = dict[str, Column]

# Of the data frame interchange protocol.
_INT, _UINT, _FLOAT, _BOOL, _STRING, _CATEGORICAL = 0, 1, 2, 20, 21, 23
_LETTERS = {_INT: "i", _UINT: "u", _FLOAT: "f"}
_NAN, _SENTINEL, _BITS, _BYTES = 1, 2, 3, 4


class ColumnError(StatsError):
    """A column that is not there, or is not what it must be."""

    code: ClassVar[str] = "column"


def columns_of(data: Any) -> Columns:
    """Return the columns of ``data`` by name, numbers as float64 and all else as words.

    Parameters
    ----------
    data : mapping of str to list or array, or any data frame
        A data frame is whatever has ``__dataframe__``, the interchange protocol, as pandas and
        pyarrow do; of polars 2, which gave it up, take ``frame.to_dict()``. None is needed.

    Returns
    -------
    dict of str to ndarray of shape (n,)
        float64 with NaN where missing; or str with "" where missing.

    Raises
    ------
    ColumnError
        Columns of different lengths, none at all, or of a kind that is neither numbers nor words.

    Notes
    -----
    https://data-apis.org/dataframe-protocol/latest/

    Examples
    --------
    >>> from survey.stats.estimation.columns import columns_of
    >>> columns_of({"town": ["a", None, "b"], "score": [80, None, 60.5]})
    {'town': array(['a', '', 'b'], dtype='<U1'), 'score': array([80. ,  nan, 60.5])}
    """
    if isinstance(data, Mapping):
        found = {str(name): _column(values) for name, values in data.items()}
    elif hasattr(data, "__dataframe__"):
        frame = data.__dataframe__(allow_copy=True)
        found = {
            str(name): _joined(
                [
                    _exchanged(str(name), part.get_column_by_name(name))
                    for part in frame.get_chunks()
                ]
            )
            for name in frame.column_names()
        }
    else:
        raise ColumnError("no_columns", kind=type(data).__name__)
    sizes = {name: column.shape for name, column in found.items()}
    if not found or len(set(sizes.values())) > 1 or any(len(size) != 1 for size in sizes.values()):
        raise ColumnError("lengths", columns=tuple(sizes), sizes=tuple(map(str, sizes.values())))
    return found


def _column(values: Iterable[Any]) -> Column:
    array = values if isinstance(values, np.ndarray) else np.array(list(values), dtype=object)
    if array.dtype.kind in "iufb":
        return array.astype(np.float64)
    if array.dtype.kind == "O":
        missing = np.array([value is None or value != value for value in array], dtype=bool)  # noqa: PLR0124 NaN
        number = (bool, int, float, np.number, np.bool_)
        if all(isinstance(value, number) for value in array[~missing]):
            return np.where(missing, np.nan, np.where(missing, 0, array)).astype(np.float64)
        return np.where(missing, "", array).astype(np.str_)
    return array.astype(np.str_)


def _joined(parts: list[Column]) -> Column:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _exchanged(name: str, column: Any) -> Column:
    """Copy one column of the protocol."""
    kind = int(column.dtype[0])
    if kind == _CATEGORICAL:
        categories = _exchanged(name, column.describe_categorical["categories"])
        codes = _values(column)
        missing = _missing(column, codes) | (codes < 0)
        empty: Any = "" if categories.dtype.kind == "U" else np.nan
        return np.where(missing, empty, categories[np.where(missing, 0, codes)])
    if kind == _STRING:
        return _words(column)
    if kind not in {*_LETTERS, _BOOL}:
        raise ColumnError("kind", column=name, kind=kind)
    values = _values(column)
    return np.where(_missing(column, values), np.nan, values.astype(np.float64))


def _values(column: Any) -> Column:
    buffer, dtype = column.get_buffers()["data"]
    n, first = int(column.size()), int(getattr(column, "offset", 0))
    kind, bits = int(dtype[0]), int(dtype[1])
    if kind == _BOOL and bits == 1:
        return _bits(buffer, first, n)
    letter = "u1" if kind == _BOOL else f"{_LETTERS[kind]}{bits // 8}"
    return _raw(buffer, letter)[first : first + n]


def _words(column: Any) -> Column:
    buffers = column.get_buffers()
    n, first = int(column.size()), int(getattr(column, "offset", 0))
    ends, dtype = buffers["offsets"]
    places = _raw(ends, f"{_LETTERS[int(dtype[0])]}{int(dtype[1]) // 8}")[first : first + n + 1]
    text = bytes(_raw(buffers["data"][0], "u1"))
    words = [text[a:b].decode("utf-8") for a, b in zip(places[:-1], places[1:], strict=True)]  # noqa: RUF007 arrays
    missing = _missing(column, np.zeros(n))
    return np.where(missing, "", np.array(words, dtype=np.str_) if n else np.zeros(0, np.str_))


def _missing(column: Any, values: Column) -> NDArray[np.bool_]:
    kind, mark = column.describe_null
    if kind == _NAN:
        return np.isnan(values)
    if kind == _SENTINEL:
        return np.asarray(values == mark)
    found = column.get_buffers().get("validity")
    if kind not in {_BITS, _BYTES} or found is None:
        return np.zeros(values.size, dtype=bool)
    first = int(getattr(column, "offset", 0))
    if kind == _BITS:
        marks = _bits(found[0], first, values.size)
    else:
        marks = _raw(found[0], "u1")[first : first + values.size] != 0
    return np.asarray(marks == bool(mark))


def _bits(buffer: Any, first: int, n: int) -> NDArray[np.bool_]:
    unpacked = np.unpackbits(_raw(buffer, "u1"), bitorder="little")[first : first + n]
    return unpacked.astype(bool)


def _raw(buffer: Any, letter: str) -> Column:
    """Copy the memory of a buffer, which its producer may let go of."""
    size = int(buffer.bufsize) // np.dtype(letter).itemsize * np.dtype(letter).itemsize
    return np.frombuffer(ctypes.string_at(int(buffer.ptr), size) if size else b"", dtype=letter)

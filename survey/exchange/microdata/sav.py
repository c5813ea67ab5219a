"""The microdata as an SPSS file, written by pyreadstat where that is installed."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from survey.exchange.microdata.syntax import file_label, label_of, value_label
from survey.exchange.microdata.variables import Dataset

# Day and time of writing in the header, which SPSS shows and nothing else uses.
_DAY, _TIME = slice(92, 101), slice(101, 109)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def can_write_sav() -> bool:
    """Say whether the optional packages are there."""
    return all(importlib.util.find_spec(name) for name in ("pyreadstat", "pandas"))


def sav(data: Dataset, *, lang: str) -> bytes:
    """Return the SPSS file, its labels in a language; the same release gives the same bytes."""
    import pandas as pd  # noqa: PLC0415 - of the extra `spss`, which few installations have
    import pyreadstat  # noqa: PLC0415 - the same

    names = [variable.name for variable in data.variables]
    with TemporaryDirectory(prefix="survey-") as folder:
        path = Path(folder) / "microdata.sav"
        pyreadstat.write_sav(
            pd.DataFrame(list(data.rows), columns=names),
            str(path),
            file_label=file_label(data, lang),
            column_labels={one.name: label_of(one, lang) for one in data.variables},
            variable_value_labels=_value_labels(data, lang),
            missing_ranges={one.name: list(one.missing) for one in data.variables if one.missing},
            variable_measure={one.name: one.measure for one in data.variables},
            variable_format={one.name: "F12.0" for one in data.variables if not one.text},
        )
        content = bytearray(path.read_bytes())
    day = date.fromisoformat(data.frozen_on)
    content[_DAY] = f"{day.day:02d} {_MONTHS[day.month - 1]} {day.year % 100:02d}".encode()
    content[_TIME] = b"00:00:00"
    return bytes(content)


# Its annotations know of no codes in letters, which it writes like any others.
def _value_labels(data: Dataset, lang: str) -> dict[str, dict[Any, str]]:
    return {
        one.name: {value.code: value_label(value, lang) for value in one.values}
        for one in data.variables
        if one.values
    }

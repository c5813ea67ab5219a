"""Reading the golden cases, and comparing figures with what R printed."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).parent


def read_case(case: str) -> dict[str, Any]:
    (path,) = (HERE / "cases").glob(f"{case}_*.json")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


class Table:
    """A CSV of the golden data; an empty field is missing."""

    def __init__(self, name: str) -> None:
        with (HERE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            self.rows = list(csv.DictReader(file))

    def text(self, column: str) -> list[str]:
        return [row[column] for row in self.rows]

    def numbers(self, column: str) -> NDArray[np.float64]:
        return np.array([float(value) if value else np.nan for value in self.text(column)])

    def codes(self, column: str) -> tuple[tuple[str, ...], NDArray[np.intp]]:
        names, codes = np.unique(self.text(column), return_inverse=True)
        return tuple(str(name) for name in names), codes

    def matrix(self) -> NDArray[np.float64]:
        return np.stack([self.numbers(column) for column in self.rows[0]], axis=1)


def differences(case: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    """Name what is missing or further from R than the case allows."""
    expected = {k: v for k, v in case["expected"].items() if not k.startswith("info_")}
    found = [f"{name}: not computed" for name in expected.keys() - got.keys()]
    found += [f"{name}: not expected" for name in got.keys() - expected.keys()]
    for name in expected.keys() & got.keys():
        found += _compare(name, expected[name], got[name], case["rtol"], case["atol"])
    return found


def _compare(name: str, want: Any, got: Any, rtol: float, atol: float) -> list[str]:
    if isinstance(want, dict) and isinstance(got, dict):
        if want.keys() != got.keys():
            return [f"{name}: {sorted(got)} instead of {sorted(want)}"]
        return [d for k in want for d in _compare(f"{name}.{k}", want[k], got[k], rtol, atol)]
    if isinstance(want, dict):
        want = list(want.values())
    if name.endswith(".group"):
        return [] if list(got) == want else [f"{name}: {got} instead of {want}"]
    return _compare_numbers(name, want, got, rtol, atol)


def _compare_numbers(name: str, want: Any, got: Any, rtol: float, atol: float) -> list[str]:
    # R writes a column of numbers as rows of one.
    wanted, values = np.asarray(want, dtype=float).squeeze(), np.asarray(got).squeeze()
    if wanted.shape != values.shape:
        return [f"{name}: shape {values.shape} instead of {wanted.shape}"]
    if not np.isfinite(values).all():
        return [f"{name}: not finite"]
    gap = np.abs(values - wanted)
    if (gap > atol + rtol * np.abs(wanted)).any():
        return [f"{name}: off by up to {gap.max():.3g} in {wanted.ravel()[gap.argmax()]:.6g}"]
    return []

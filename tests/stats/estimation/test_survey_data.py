"""Columns of any origin become one object, and results carry the labels of the data."""

import csv
import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from survey.stats.estimation.columns import ColumnError, columns_of
from survey.stats.estimation.estimators import Domains, EstimationError, mean
from survey.stats.estimation.survey_data import SurveyData
from survey.stats.weighting.margin import ShapeError

GOLDEN = Path(__file__).parents[2] / "golden/data"
TOTALS = {"stype": {"E": 4421, "H": 755, "M": 1018}, "sch.wide": {"No": 1072, "Yes": 5122}}
NUMBERS = ("pw", "fpc", "api00", "enroll", "api.stu", "meals")


def schools(name: str = "apiclus1") -> dict[str, list[Any]]:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        key: [float(row[key]) if row[key] else None for row in rows]
        if key in NUMBERS
        else [row[key] for row in rows]
        for key in rows[0]
    }


def clusters(data: Any) -> SurveyData:
    return SurveyData.of(data, weights="pw", units="dnum", fpc="fpc")


def test_a_survey_is_a_few_lines_and_its_results_have_labels() -> None:
    raked = clusters(schools()).rake(TOTALS, tolerance=1e-13)
    # d02: R prints 641.23032, 23.70362.
    whole = raked.mean("api00")
    assert (whole.value[0], whole.se[0]) == pytest.approx((641.23032092682, 23.7036168879217))
    kinds = raked.mean("api00", by="stype")
    assert kinds.labels == ("E", "H", "M")
    assert kinds.to_columns()["label"].tolist() == ["E", "H", "M"]
    assert kinds.summary().startswith("mean E: ")
    assert kinds.contrast({"E": 1, "M": -1}) == pytest.approx(kinds.contrast([1, 0, -1]))
    both = raked.proportion("awards", "Yes", by=["stype", "sch.wide"])
    assert both.labels[:2] == ("E, No", "E, Yes")
    assert raked.quantile("enroll", 0.9, by="stype").labels == kinds.labels
    assert raked.ratio("api.stu", "enroll", by="stype").labels == kinds.labels
    assert raked.total("enroll").value[0] > 0
    fitted = raked.regress("api00", ["meals", "stype"])
    assert fitted.names == ("(Intercept)", "meals", "stype=H", "stype=M")
    assert fitted.test(["stype=H", "stype=M"]).df == 2
    assert raked.association("stype", "awards").p_value > 0


def test_lists_arrays_and_data_frames_are_the_same() -> None:
    data = schools()
    known = clusters(data).mean("api00", by="stype")
    arrays = {name: np.array(values) for name, values in data.items()}
    for other in (arrays, Frame(data), Frame(data, chunks=2)):
        found = clusters(other).mean("api00", by="stype")
        np.testing.assert_allclose(found.value, known.value)
        np.testing.assert_allclose(found.se, known.se)
        assert found.labels == known.labels


def test_what_is_missing_stays_missing_whatever_the_columns_are() -> None:
    data: dict[str, list[Any]] = {
        "name": ["镇", None, "乡", ""], "score": [1.5, None, 3, float("nan")],
        "yes": [True, False, None, True],
    }  # fmt: skip
    for origin in (data, Frame(data), Frame(data, chunks=2)):
        found = columns_of(origin)
        assert found["name"].tolist() == ["镇", "", "乡", ""]
        np.testing.assert_array_equal(found["score"], [1.5, np.nan, 3, np.nan])
        np.testing.assert_array_equal(found["yes"], [1, 0, np.nan, 1])


def test_what_does_not_fit_is_refused_by_name() -> None:
    data = {"y": [1, 2, None], "town": ["a", "b", ""]}
    sample = SurveyData.of(data)
    with pytest.raises(ColumnError, match=r"unknown: column=z, known=\(y, town\)"):
        sample.mean("z")
    with pytest.raises(ColumnError, match="not_numbers: column=town"):
        sample.mean("town")
    with pytest.raises(ColumnError, match="missing: column=town, rows=1"):
        SurveyData.of(data, units="town")
    with pytest.raises(ColumnError, match="unknown_label"):
        sample.proportion("town", "c")
    with pytest.raises(ShapeError, match=r"no_total_of: variable=town, category=, rows=1"):
        sample.rake({"town": {"a": 1, "b": 1}})
    with pytest.raises(ColumnError, match="lengths"):
        columns_of({"a": [1], "b": [1, 2]})
    with pytest.raises(ColumnError, match="no_columns: kind=list"):
        columns_of([1, 2])
    with pytest.raises(ColumnError, match="kind: column=when, kind=22"):
        columns_of(Frame({"when": [1.0]}, kind=22))
    wrong = Domains(codes=np.array([0, 1, 1]), size=2, labels=("a",))
    with pytest.raises(EstimationError, match="domain_labels"):
        mean(weights=sample.weights, y=np.ones(3), domains=wrong)


class Frame:
    """A data frame of no library, by the interchange protocol: words in UTF-8 with offsets and a
    mask of bits, numbers with NaN, yes and no as bytes with a mask of bytes."""

    def __init__(self, data: dict[str, list[Any]], chunks: int = 1, kind: int | None = None):
        self.data, self.chunks, self.kind = data, chunks, kind

    def __dataframe__(self, *, allow_copy: bool = True) -> "Frame":
        assert allow_copy
        return self

    def column_names(self) -> list[str]:
        return list(self.data)

    def get_chunks(self) -> Iterator["Frame"]:
        size = len(next(iter(self.data.values())))
        step = -(-size // self.chunks)
        for first in range(0, size, step):
            part = {name: values[first : first + step] for name, values in self.data.items()}
            yield Frame(part, kind=self.kind)

    def get_column_by_name(self, name: str) -> "Exchanged":
        return Exchanged(self.data[name], self.kind)


class Exchanged:
    def __init__(self, values: list[Any], kind: int | None) -> None:
        known = [value for value in values if value is not None]
        self.values, self.offset = values, 0
        if all(isinstance(value, bool) for value in known):
            self.dtype, self.describe_null = (20, 8, "b", "="), (4, 0)
        elif all(isinstance(value, int | float) for value in known):
            self.dtype, self.describe_null = (kind or 2, 64, "g", "="), (1, None)
        else:
            self.dtype, self.describe_null = (21, 8, "u", "="), (3, 0)

    def size(self) -> int:
        return len(self.values)

    def get_buffers(self) -> dict[str, Any]:
        known = np.array([value is not None for value in self.values])
        bits = np.packbits(known, bitorder="little")
        if self.dtype[0] == 20:
            data = np.array([bool(value) for value in self.values], dtype="u1")
            return {"data": (Buffer(data), self.dtype), "offsets": None,
                    "validity": (Buffer(known.astype("u1")), (20, 8, "b", "="))}  # fmt: skip
        if self.dtype[0] == 21:
            text = [(value or "").encode() for value in self.values]
            ends = np.concatenate([[0], np.cumsum([len(word) for word in text])])
            return {
                "data": (Buffer(np.frombuffer(b"".join(text), "u1")), (1, 8, "C", "=")),
                "validity": (Buffer(bits), (20, 1, "b", "=")),
                "offsets": (Buffer(ends.astype("i8")), (0, 64, "l", "=")),
            }
        data = np.array([np.nan if value is None else value for value in self.values], float)
        return {"data": (Buffer(data), self.dtype), "validity": None, "offsets": None}


class Buffer:
    def __init__(self, array: np.ndarray) -> None:
        self.held = array.tobytes()
        self.memory = ctypes.create_string_buffer(self.held, len(self.held) or 1)
        self.bufsize, self.ptr = len(self.held), ctypes.addressof(self.memory)

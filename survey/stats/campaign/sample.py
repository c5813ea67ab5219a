"""The answers as arrays: what the statistics see of a response."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.campaign.ages import AGE_GROUPS, age_bands
from survey.stats.campaign.code_lists import CodeLists
from survey.stats.errors import StatsError

BLANK = -1  # 弃权: the item was left empty
DONT_KNOW = 0  # 不了解
NONE = -1  # no such mark, or not said

SEXES = ("male", "female", "prefer_not")
RESIDENCES = ("urban", "rural")


class SampleError(StatsError):
    """Arrays that do not fit together or do not fit the plan."""

    code = "sample_does_not_fit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The responses of one campaign, one row each, as parallel arrays of length n.

    Attributes
    ----------
    response_id : ndarray of str
    unit, group, channel : ndarray of intp
        Index into the plan's units, groups and channels.
    items : ndarray of int8, shape (n, k)
        Answers in the order of the unit's items: 1 and up as on the scale, 0 不了解,
        -1 left empty.
    sex, age, residence : ndarray of int8
        Index into ``SEXES``, ``ages``, ``RESIDENCES``; -1 not said.
    township : ndarray of intp
        Index into the plan's townships; -1 elsewhere or not said.
    duration_ms : ndarray of int64
        Time spent answering; -1 unknown.
    submitted_at : ndarray of int64
        Seconds since 1970-01-01 UTC.
    device, network, token : ndarray of int64
        Codes that are equal where the (hashed) marks are; -1 no mark.
    own_staff : ndarray of bool
        Declared to work for the unit.
    rater : ndarray of int64
        Codes that are equal where one person answered about several units; -1 not known to
        have.
    ages : tuple of str
        The ages asked for, as in the plan.
    probability : ndarray of float64, optional
        Chance in (0, 1] with which whoever answered was drawn to be invited, NaN where nobody
        drew him; None where nobody was drawn.
    """

    response_id: NDArray[np.str_]
    unit: IndexArray
    group: IndexArray
    channel: IndexArray
    items: NDArray[np.int8]
    sex: NDArray[np.int8]
    age: NDArray[np.int8]
    residence: NDArray[np.int8]
    township: IndexArray
    duration_ms: NDArray[np.int64]
    submitted_at: NDArray[np.int64]
    device: NDArray[np.int64]
    network: NDArray[np.int64]
    token: NDArray[np.int64]
    own_staff: BoolArray
    rater: NDArray[np.int64]
    ages: tuple[str, ...] = AGE_GROUPS
    probability: FloatArray | None = None

    @property
    def n_responses(self) -> int:
        """Number of responses."""
        return int(self.unit.size)

    def codes_of(
        self, variable: str, townships: tuple[str, ...]
    ) -> tuple[tuple[str, ...], IndexArray]:
        """Return the categories of a margin variable and each response's code, -1 unknown.

        Raises
        ------
        SampleError
            If the variable is none that residents are asked for.
        """
        if variable == "sex":
            # prefer_not is a valid answer that no census counts: unknown to the margin.
            return SEXES[:2], np.where(self.sex < 2, self.sex, NONE).astype(np.intp)
        if variable == "residence":
            return RESIDENCES, self.residence.astype(np.intp)
        if variable == "township":
            return townships, self.township
        if variable in (known := age_bands(self.ages)):
            return banded(self.age, self.ages, variable)
        raise SampleError(
            "unknown_margin", variable=variable, known=("sex", *known, "residence", "township")
        )


def banded(
    age: NDArray[np.int8], ages: tuple[str, ...], variable: str
) -> tuple[tuple[str, ...], IndexArray]:
    """Return the categories of an age variable and the code of each age, -1 unknown."""
    bands = age_bands(ages)[variable]
    categories = tuple(dict.fromkeys(bands.values()))
    lookup = [categories.index(bands[name]) if name in bands else NONE for name in ages]
    # The last entry answers for -1.
    return categories, np.array([*lookup, NONE], dtype=np.intp)[age]


def check_sample(sample: Sample, lists: CodeLists) -> None:
    """Refuse a sample whose arrays do not fit the plan's code lists.

    Raises
    ------
    SampleError
        Naming the first array that does not fit.
    """
    n = sample.n_responses
    if sample.ages != lists.ages:
        raise SampleError("other_ages", sample=sample.ages, plan=lists.ages)
    if sample.items.shape != (n, len(lists.items)):
        raise SampleError("items_shape", rows=n, items=len(lists.items))
    limits = {
        "unit": (0, len(lists.units)),
        "group": (0, len(lists.groups)),
        "channel": (0, len(lists.channels)),
        "township": (NONE, len(lists.townships)),
        "items": (BLANK, lists.n_points),
        "sex": (NONE, len(SEXES)),
        "age": (NONE, len(lists.ages)),
        "residence": (NONE, len(RESIDENCES)),
    }
    for name, (low, high) in limits.items():
        values = getattr(sample, name)
        if values.shape[0] != n:
            raise SampleError("rows", array=name, rows=n)
        if n and (values.min() < low or values.max() >= high):
            raise SampleError("range", array=name, low=low, high=high)
    if sample.rater.shape != (n,) or (n and sample.rater.min() < NONE):
        raise SampleError("rater_codes", rows=n, lowest=NONE)
    if sample.probability is not None:
        chance = sample.probability
        if chance.shape != (n,) or ((chance <= 0) | (chance > 1)).any():
            raise SampleError("probability", rows=n)


def codes_of_marks(marks: NDArray[np.str_]) -> NDArray[np.int64]:
    """Return codes that are equal where the marks are, -1 where a mark is empty."""
    _, codes = np.unique(marks, return_inverse=True)
    return np.where(marks == "", NONE, codes.reshape(marks.shape)).astype(np.int64)

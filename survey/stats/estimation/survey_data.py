"""A survey file as one object: columns by name, with weights and design; results with labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.estimation.association import AssociationTest, association_test
from survey.stats.estimation.columns import Column, ColumnError, Columns, columns_of
from survey.stats.estimation.design import Design, LonelyRule
from survey.stats.estimation.estimate import Estimates
from survey.stats.estimation.estimators import Domains, mean, proportion, ratio, total
from survey.stats.estimation.quantiles import quantile
from survey.stats.estimation.regression import Family, Regression, regress
from survey.stats.estimation.significance import Significance
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.weighting.calibration import Margin, rake

By = str | Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyData:
    """Columns of n rows, and how they were drawn and weighted.

    Made by :meth:`of`; every method names columns, and results carry the labels of the data.

    Attributes
    ----------
    columns : dict of str to ndarray, shape (n,)
        Numbers (NaN where missing) or words ("" where missing).
    weights : WeightSet

    Examples
    --------
    >>> from survey.stats import SurveyData
    >>> data = SurveyData.of(
    ...     {
    ...         "village": ["Li", "Li", "Wu", "Wu", "Ma", "Ma"],
    ...         "sex": ["f", "m", "f", "m", "m", "f"],
    ...         "score": [80, 60, 90, None, 70, 85],
    ...     },
    ...     units="village",
    ... )
    >>> raked = data.rake({"sex": {"f": 500, "m": 500}})
    >>> print(raked.mean("score", by="sex").summary())
    mean f: 85 (se 2.887, 72.5793 to 97.4207, n 3)
    mean m: 65 (se 4.33, 1.46898 to 128.531, n 2)
    """

    columns: Columns
    weights: WeightSet

    @classmethod
    def of(
        cls,
        data: Any,
        *,
        weights: str = "",
        strata: str = "",
        units: By = (),
        fpc: By = (),
        lonely_psu: LonelyRule = "fail",
    ) -> SurveyData:
        """Put data and design together.

        Parameters
        ----------
        data : mapping of str to list or array, or any data frame
            As :func:`survey.stats.estimation.columns.columns_of` takes it.
        weights : str
            Column of base weights; none: 1 for every row.
        strata, units, fpc, lonely_psu
            Names of columns; otherwise as :meth:`Design.build` takes them.
        """
        columns = columns_of(data)
        n = next(iter(columns.values())).size
        here = cls(columns=columns, weights=WeightSet(base_weights=np.ones(n),
                                                      design=Design.build(n=n)))  # fmt: skip
        design = Design.build(
            n=n,
            strata=[here._codes(strata)[1]] if strata else (),
            units=[here._codes(name)[1] for name in _listed(units)],
            fpc=[here._numbers(name) for name in _listed(fpc)],
            lonely_psu=lonely_psu,
        )
        base = here._numbers(weights) if weights else np.ones(n)
        return cls(columns=columns, weights=WeightSet(base_weights=base, design=design))

    def rake(
        self,
        totals: Mapping[str, Mapping[str, float]],
        *,
        tolerance: float = 1e-10,
        max_iterations: int = 1000,
    ) -> SurveyData:
        """Return the same data raked to known ``totals`` by column and label.

        See :func:`rake`; whether it converged is ``weights.calibration.converged``.
        """
        margins = [
            Margin.of(variable=name, values=self._words(name), totals=known)
            for name, known in totals.items()
        ]
        raked = rake(
            base_weights=self.weights.base_weights, margins=margins, tolerance=tolerance,
            max_iterations=max_iterations,
        )  # fmt: skip
        return replace(self, weights=replace(self.weights, calibration=raked))

    def mean(self, y: str, *, by: By = (), level: float = 0.95) -> Estimates:
        """Weighted means of a column of numbers: :func:`mean`."""
        return mean(
            weights=self.weights, y=self._numbers(y), domains=self._domains(by), level=level
        )

    def total(self, y: str, *, by: By = (), level: float = 0.95) -> Estimates:
        """Weighted totals of a column of numbers: :func:`total`."""
        return total(
            weights=self.weights, y=self._numbers(y), domains=self._domains(by), level=level
        )

    def ratio(self, y: str, x: str, *, by: By = (), level: float = 0.95) -> Estimates:
        """Ratios of the totals of two columns of numbers: :func:`ratio`."""
        return ratio(
            weights=self.weights, y=self._numbers(y), x=self._numbers(x),
            domains=self._domains(by), level=level,
        )  # fmt: skip

    def proportion(self, y: str, label: str, *, by: By = (), level: float = 0.95) -> Estimates:
        """Weighted shares of those whose answer is ``label``: :func:`proportion`."""
        words = self._words(y)
        if label not in words:
            raise ColumnError("unknown_label", column=y, label=label)
        is_it = np.where(words == "", np.nan, (words == label).astype(np.float64))
        return proportion(weights=self.weights, y=is_it, domains=self._domains(by), level=level)

    def quantile(self, y: str, at: float = 0.5, *, by: By = (), level: float = 0.95) -> Estimates:
        """Quantiles of a column of numbers: :func:`quantile`."""
        return quantile(
            weights=self.weights, y=self._numbers(y), at=at, domains=self._domains(by), level=level
        )

    def regress(self, y: str, x: Sequence[str], *, family: Family = "linear") -> Regression:
        """Regression on a constant and columns: :func:`regress`.

        A column of words becomes one predictor for each label but the first, ``column=label``.
        """
        predictors: list[tuple[str, FloatArray]] = []
        for name in x:
            column = self._column(name)
            if column.dtype.kind == "f":
                predictors.append((name, column))
                continue
            labels, codes = self._codes(name)
            predictors += [
                (f"{name}={label}", (codes == k).astype(np.float64))
                for k, label in enumerate(labels) if k
            ]  # fmt: skip
        names = ("(Intercept)", *(name for name, _ in predictors))
        n = self.weights.base_weights.size
        matrix = np.column_stack([np.ones(n), *(values for _, values in predictors)])
        return regress(
            weights=self.weights, y=self._numbers(y), x=matrix, family=family, names=names
        )

    def association(
        self, rows: str, columns: str, *, method: AssociationTest = "rao_scott"
    ) -> Significance:
        """Test whether two columns have to do with one another: :func:`association_test`."""
        one, other = Domains.of(self._words(rows)), Domains.of(self._words(columns))
        return association_test(
            weights=self.weights, rows=one.codes, columns=other.codes, method=method
        )

    def _domains(self, by: By) -> Domains | None:
        names = _listed(by)
        return Domains.of(*(self._words(name) for name in names)) if names else None

    def _column(self, name: str) -> Column:
        if name not in self.columns:
            raise ColumnError("unknown", column=name, known=tuple(self.columns))
        return self.columns[name]

    def _numbers(self, name: str) -> FloatArray:
        column = self._column(name)
        if column.dtype.kind != "f":
            raise ColumnError("not_numbers", column=name)
        return np.asarray(column, dtype=np.float64)

    def _words(self, name: str) -> Column:
        column = self._column(name)
        if column.dtype.kind != "f":
            return column
        return np.array(["" if np.isnan(value) else f"{value:.15g}" for value in column])

    def _codes(self, name: str) -> tuple[tuple[str, ...], Column]:
        found = Domains.of(self._words(name))
        if (found.codes < 0).any():
            raise ColumnError("missing", column=name, rows=int((found.codes < 0).sum()))
        return found.labels, found.codes


def _listed(names: By) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)

"""Errors relative to ours, with their Monte-Carlo errors, coverage and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.rivals.ground import Drawn, Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One estimator on one ground. ``ratio`` is its RMSE over ours in the same draws."""

    ground: str
    name: str
    repeats: int
    failed: int
    rmse: float
    bias: float
    ratio: float
    ratio_error: float
    coverage: float
    coverage_error: float
    width: float
    seconds: float


def line(
    ground: str,
    name: str,
    *,
    drawn: Sequence[Drawn],
    ours: Sequence[Found],
    theirs: Sequence[Found | None],
    seconds: Sequence[float],
) -> Line:
    """Compare in the draws in which the rival gave an estimate."""
    there = [k for k, found in enumerate(theirs) if found is not None]
    known: list[Found] = [found for found in theirs if found is not None]
    errors = [found.value - drawn[k].truth for k, found in zip(there, known, strict=True)]
    square = np.array([float((e**2).mean()) for e in errors])
    own = np.array([float(((ours[k].value - drawn[k].truth) ** 2).mean()) for k in there])
    held = np.array([
        float(((f.lower <= drawn[k].truth) & (drawn[k].truth <= f.upper)).mean())
        for k, f in zip(there, known, strict=True)
    ])  # fmt: skip
    ratio = float(np.sqrt(square.mean() / own.mean())) if there else float("nan")
    # First-order error of a root of a ratio of two means of the same draws.
    part = square / square.mean() - own / own.mean() if there else np.zeros(1)
    width = [float((f.upper - f.lower).mean()) for f in known]
    return Line(
        ground=ground, name=name, repeats=len(there), failed=len(theirs) - len(there),
        rmse=float(np.sqrt(square.mean())), bias=float(np.mean([e.mean() for e in errors])),
        ratio=ratio, ratio_error=ratio / 2 * float(part.std()) / len(there) ** 0.5,
        coverage=float(held.mean()), coverage_error=float(held.std()) / len(there) ** 0.5,
        width=float(np.mean(width)), seconds=float(np.mean(seconds)),
    )  # fmt: skip

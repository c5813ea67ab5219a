"""Calibration functions g = F(x'lambda) of Deville and Sarndal, with slope and integral."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey.stats.arrays import FloatArray

Method = Literal["linear", "raking", "logit"]
LARGEST_EXPONENT = 700.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """One of the calibration functions.

    Attributes
    ----------
    method : {"linear", "raking", "logit"}
    lower, upper : float
        Bounds of g, around 1. Infinite where there are none; logit needs both finite.
    """

    method: Method
    lower: float
    upper: float

    def factor(self, v: FloatArray) -> FloatArray:
        """F(v)."""
        if self.method == "linear":
            return np.clip(1 + v, self.lower, self.upper)
        if self.method == "raking":
            return np.clip(_exp(v), self.lower, self.upper)
        share = self._share(v)
        return self.lower + (self.upper - self.lower) * share

    def slope(self, v: FloatArray) -> FloatArray:
        """F'(v), zero where a bound holds."""
        if self.method == "logit":
            share = self._share(v)
            return (self.upper - self.lower) * self._steepness * share * (1 - share)
        raw = 1 + v if self.method == "linear" else _exp(v)
        inside = (raw > self.lower) & (raw < self.upper)
        return np.where(inside, 1.0 if self.method == "linear" else raw, 0.0)

    def integral(self, v: FloatArray) -> FloatArray:
        """Return the integral of F from 0 to v, a convex function."""
        if self.method == "logit":
            a = self._steepness
            grown = np.logaddexp(np.log(self.upper - 1), np.log1p(-self.lower) + a * v)
            span = self.upper - self.lower
            return np.asarray(self.lower * v + span / a * (grown - np.log(span)))
        if self.method == "linear":
            low, high = self.lower - 1, self.upper - 1
            inside = np.clip(v, low, high)
            value = inside + inside**2 / 2
        else:
            low = np.log(self.lower) if self.lower > 0 else -np.inf
            high = np.log(self.upper)
            inside = np.clip(v, low, high)
            value = _exp(inside) - 1
        # Past a bound F is constant, so the integral goes on as a straight line.
        beyond = v - inside
        return np.asarray(value + np.where(beyond == 0, 0.0, beyond * self.factor(inside)))

    @property
    def _steepness(self) -> float:
        return (self.upper - self.lower) / ((1 - self.lower) * (self.upper - 1))

    def _share(self, v: FloatArray) -> FloatArray:
        odds = np.log((1 - self.lower) / (self.upper - 1)) + self._steepness * v
        return np.asarray(0.5 * (1 + np.tanh(odds / 2)))


def _exp(v: FloatArray) -> FloatArray:
    return np.asarray(np.exp(np.minimum(v, LARGEST_EXPONENT)))

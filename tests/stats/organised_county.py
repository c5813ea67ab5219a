"""Honest answers with shared addresses and grievances, and attacks on them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

N, UNITS, CARRIERS, K = 8000, 20, 8, 8
DAY = 86_400
Columns = dict[str, NDArray[Any]]


def county(seed: int, *, grievance: float = 0.0) -> Columns:
    """Honest answers: half behind eight carriers, the rest in households that may agree."""
    rng = np.random.default_rng(seed)
    unit = rng.integers(0, UNITS, N)
    carrier = rng.random(N) < 0.5
    household = CARRIERS + unit * 130 + rng.integers(0, 130, N)
    network = np.where(carrier, rng.integers(0, CARRIERS, N), household)
    shared = np.where(carrier, 0.0, grievance * rng.standard_normal(network.max() + 1)[network])
    own = 3.6 + 0.3 * rng.standard_normal(UNITS)[unit] + shared + 0.6 * rng.standard_normal(N)
    items = np.clip(np.round(own[:, None] + 0.6 * rng.standard_normal((N, K))), 1, 5)
    straight = rng.random(N) < 0.05
    items[straight] = items[straight, :1]
    invited = rng.random(N) < 0.4
    moment = rng.integers(0, 20, N) * DAY + np.clip(rng.normal(15, 4, N), 0, 23.9) * 3600
    return {
        "unit": unit,
        "items": items.astype(np.int8),
        "score": 25 * (items.mean(axis=1) - 1),
        "submitted_at": moment.astype(np.int64),
        "device": np.arange(N),
        "network": network.astype(np.int64),
        "token": np.where(invited, rng.permutation(N), -1),
        "channel": invited.astype(np.intp),
    }


def with_attack(honest: Columns, m: int, *, unit: int = 7, **columns: Any) -> Columns:
    rng = np.random.default_rng(99)
    items = np.full((m, K), 5) - (rng.random((m, K)) < 0.1)
    attack = {
        "unit": np.full(m, unit),
        "items": items,
        "submitted_at": rng.integers(0, 20 * DAY, m),
        "device": 100_000 + np.arange(m),
        "network": 100_000 + np.arange(m),
        "token": np.full(m, -1),
        "channel": np.zeros(m, dtype=np.intp),
    } | columns
    attack["score"] = 25 * (attack["items"].mean(axis=1) - 1)
    return {
        name: np.concatenate([values, attack[name]]).astype(values.dtype)
        for name, values in honest.items()
    }


ATTACKS: dict[str, tuple[str, dict[str, Any]]] = {
    "stuffed in an hour": ("burst", {"submitted_at": 9 * DAY + 50_000 + np.arange(80) * 40}),
    "staff at their desks": ("shared_network", {"network": np.full(80, 200_000)}),
    "one telephone": ("shared_device", {"device": np.full(80, 200_000)}),
    "a sheet of codes": (
        "code_sequence",
        {"token": 20_000 + np.arange(80), "submitted_at": 9 * DAY + 1200 * np.arange(80)},
    ),
    "many small sources": ("dense_block", {"network": 200_000 + np.arange(80) // 4}),
    "one pattern": ("coached_pattern", {"items": np.full((80, K), [5, 4, 5, 4, 5, 4, 5, 4])}),
}

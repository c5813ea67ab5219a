"""False findings among honest batches of codes, and whether self-issued ones are found.

    .venv/bin/python bench/code_batches.py --campaigns 500

Each campaign is a drawn county: 26 units in three classes, three groups, a batch of codes for
each; what honest batches share is drawn for each batch (who hands them out, on which day), so
that they differ more than chance alone explains. Into each campaign one official puts codes of
his own for one unit, answered with care over the whole fieldwork.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from survey.stats.integrity.code_batches import unlike_batches

DAY = 86_400
CLASSES = np.repeat([0, 1, 2], [8, 10, 8])
SIZES = (60, 40, 120)  # codes of a batch, by group
ANSWERING = (0.38, 0.72, 0.55)


@dataclass(frozen=True, kw_only=True)
class Own:
    """Codes an official keeps for himself: how many, how many he answers, in how many days."""

    issued: int
    answered: int
    days: float
    mean: float = 4.6
    spread: float = 1.0


OWN = {
    "60 of 60, over all days": Own(issued=60, answered=60, days=19),
    "60 of 120, in 2 days": Own(issued=120, answered=60, days=2),
    "60 of 120, over all days, all but identical": Own(
        issued=120, answered=60, days=19, mean=4.2, spread=0.3
    ),
    "60 of 120, as residents do": Own(issued=120, answered=60, days=19),
}


def campaign(rng: np.random.Generator, own: Own | None) -> np.ndarray:
    """Return which batches are found: honest ones, then the own one if there is one."""
    strata, issued, batch, waited, items = [], [], [], [], []

    def add(unit: int, group: int, n_issued: int, when: np.ndarray, ratings: np.ndarray) -> None:
        strata.append((10 * CLASSES[unit] + group, 100 + group))
        batch.append(np.full(when.size, len(issued)))
        issued.append(n_issued)
        waited.append(when)
        items.append(ratings)

    means = rng.normal(3.9, 0.3, CLASSES.size)
    for unit in range(CLASSES.size):
        for group, size in enumerate(SIZES):
            odds = np.log(ANSWERING[group] / (1 - ANSWERING[group])) + rng.normal(0, 0.3)
            n = int(rng.binomial(size, 1 / (1 + np.exp(-odds))))
            add(unit, group, size, _times(rng, n), _ratings(rng, n, means[unit], 1.0))
    if own:
        when = rng.uniform(0, own.days * DAY, own.answered) + rng.uniform(0, 1) * DAY
        add(3, 0, own.issued, when, _ratings(rng, own.answered, own.mean, own.spread))
    found = unlike_batches(
        strata=np.array(strata, dtype=np.intp),
        issued=np.array(issued, dtype=np.int64),
        batch=np.concatenate(batch),
        waited=np.concatenate(waited).astype(np.int64),
        items=np.concatenate(items),
        best=5,
    )
    hit = np.zeros(len(issued), dtype=bool)
    hit[[one.batch for one in found]] = True
    return hit


def _times(rng: np.random.Generator, n: int) -> np.ndarray:
    """Handed out on a day of its own, most answer within days, some after the reminder."""
    handed_out, reminded = rng.uniform(0, 5), rng.uniform(9, 12)
    start = np.where(rng.random(n) < 0.7, handed_out, reminded)
    return np.minimum(start + rng.exponential(rng.uniform(1.2, 3.0), n), 20) * DAY


def _ratings(rng: np.random.Generator, n: int, mean: float, spread: float) -> np.ndarray:
    person = rng.normal(mean, 0.7 * spread, (n, 1))
    rated = np.rint(person + rng.normal(0, 0.6 * spread, (n, 8))).clip(1, 5)
    return np.where(rng.random((n, 8)) < 0.08, 0, rated).astype(np.int8)


def measure(n_campaigns: int, seed: int = 1) -> dict[str, float]:
    """Return the share of honest batches found, of honest campaigns with one, and each attack."""
    rng = np.random.default_rng(seed)
    honest = [campaign(rng, None) for _ in range(n_campaigns)]
    figures = {
        "honest batches found": float(np.mean([hit.mean() for hit in honest])),
        "honest campaigns with any": float(np.mean([hit.any() for hit in honest])),
    }
    for name, own in OWN.items():
        figures[name] = float(np.mean([campaign(rng, own)[-1] for _ in range(n_campaigns)]))
    return figures


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--campaigns", type=int, default=500)
    for name, share in measure(words.parse_args().campaigns).items():
        print(f"{share:8.4%}  {name}")

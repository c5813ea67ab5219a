"""balance in its own Python, as its tutorials run it: by_balance.py GROUND FOLDER SLOW."""

from __future__ import annotations

import logging
import sys
import time
import warnings
from pathlib import Path

import pandas as pd
from balance import Sample

METHODS = ("ipw", "cbps", "rake")
OUTCOME = {"balance_tutorial": "happiness", "kang_schafer": "y"}


def estimate(sample: pd.DataFrame, target: pd.DataFrame, y: str, method: str) -> tuple[float, ...]:
    weighted = (
        Sample.from_frame(sample, id_column="id", outcome_columns=[y])
        .set_target(Sample.from_frame(target, id_column="id"))
        .adjust(method=method)
    )
    mean = float(weighted.outcomes().mean().loc["self", y])
    lower, upper = weighted.outcomes().ci_of_mean().loc["self", y]
    return mean, float(lower), float(upper)


def main() -> None:
    ground, folder = sys.argv[1], Path(sys.argv[2])
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    for method in METHODS:
        # ipw searches a penalty by cross-validation: ten times the others' time.
        draws = sorted(folder.iterdir())[: int(sys.argv[3]) if method == "ipw" else None]
        for number, here in enumerate(draws):
            sample, target = (
                pd.read_csv(here / f"{name}.csv").assign(id=lambda t: t.index.astype(str))
                for name in ("sample", "target")
            )
            began, why = time.process_time(), "ok"
            try:
                figures = estimate(sample, target, OUTCOME[ground], method)
            except Exception as error:  # noqa: BLE001 what a rival stumbles over is told, not raised
                why, figures = str(error).replace(",", " ").replace("\n", " ")[:120], (0.0,) * 3
            seconds = time.process_time() - began
            shown = ",".join(f"{figure:.12g}" for figure in figures)
            print(f"RIVAL,balance {method},{number},{seconds:.4f},{why},{shown}", flush=True)


if __name__ == "__main__":
    main()

"""One peer on the benchmark's data: run by the Python it is installed in, prints one JSON line."""

import contextlib
import io
import json
import logging
import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

SIZES = {"age": 5, "sex": 2, "area": 20, "occupation": 6}
NAMES = tuple(SIZES)
Columns = dict[str, Any]


def read(folder: Path) -> tuple[Columns, dict[str, list[float]]]:
    columns = {name: np.fromfile(folder / f"{name}.bin") for name in (*NAMES, "unit", "score",
                                                                      "weight")}  # fmt: skip
    for name in (*NAMES, "unit"):
        columns[name] = columns[name].astype(np.int64)
    return columns, json.loads((folder / "totals.json").read_text())


def timed(work: Callable[[], Any], n: int) -> tuple[Any, float]:
    """Result and median milliseconds; few repeats where one takes seconds."""
    times = []
    for _ in range(1 if n > 100_000 else 3):
        start = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - start)
    return found, float(np.median(times)) * 1e3


def margin_error(columns: Columns, totals: dict[str, list[float]], w: Any) -> float:
    w = np.asarray(w, dtype=float)
    w = w * sum(totals["age"]) / w.sum()
    return max(
        float(np.max(np.abs(np.bincount(columns[v], w, minlength=len(t)) / np.array(t) - 1)))
        for v, t in totals.items()
    )


def run_svy(columns: Columns, totals: dict[str, list[float]]) -> dict[str, Any]:
    pl, svy = import_module("polars"), import_module("svy")

    domains = pl.DataFrame({name: columns[name] for name in (*NAMES, "unit", "score", "weight")})
    domains = domains.with_columns(pl.col(name).cast(pl.String) for name in (*NAMES, "unit"))
    controls = {v: {str(k): t for k, t in enumerate(known)} for v, known in totals.items()}
    sample = svy.Sample(domains, svy.Design(wgt="weight"))

    def raking() -> Any:
        return sample.weighting.rake(controls=controls, tol=1e-8, max_iter=1000)

    raked, raking_ms = timed(raking, len(domains))
    found, means_ms = timed(lambda: raked.estimation.mean("score", by="unit"), len(domains))
    rows = sorted(
        (int(e.by_level[0] if isinstance(e.by_level, tuple | list) else e.by_level), e.est, e.se)
        for e in found.estimates
    )
    return {
        "raking_ms": raking_ms,
        "means_ms": raking_ms + means_ms,
        "error": margin_error(columns, totals, raked.data["rk_wgt"].to_numpy()),
        "mean": [row[1] for row in rows],
        "se": [row[2] for row in rows],
    }


def run_samplics(columns: Columns, totals: dict[str, list[float]]) -> dict[str, Any]:
    weighting, estimation = (import_module(f"samplics.{m}") for m in ("weighting", "estimation"))
    mean = import_module("samplics.utils.types").PopParam.mean

    margins = {v: columns[v].astype(str) for v in NAMES}
    control = {v: {str(k): t for k, t in enumerate(known)} for v, known in totals.items()}
    n = columns["weight"].size

    def raking() -> Any:
        return weighting.SampleWeight().rake(samp_weight=columns["weight"], margins=margins,
                                   control=control, tol=1e-8, ctrl_tol=1e-8,
                                   max_iter=1000)  # fmt: skip

    def means() -> Any:
        estimator = estimation.TaylorEstimator(mean)
        estimator.estimate(y=columns["score"], samp_weight=raked, domain=columns["unit"])
        return estimator

    raked, raking_ms = timed(raking, n)
    found, means_ms = timed(means, n)
    return {
        "raking_ms": raking_ms,
        "means_ms": raking_ms + means_ms,
        "error": margin_error(columns, totals, raked),
        "mean": [found.point_est[k] for k in sorted(found.point_est)],
        "se": [found.stderror[k] for k in sorted(found.stderror)],
    }


def run_ipfn(columns: Columns, totals: dict[str, list[float]]) -> dict[str, Any]:
    pd, fit = import_module("pandas"), import_module("ipfn.ipfn").ipfn

    domains = pd.DataFrame({v: columns[v] for v in NAMES})
    aggregates = [pd.Series(t, index=pd.RangeIndex(len(t), name=v)) for v, t in totals.items()]

    def raking() -> Any:
        rows = domains.assign(total=columns["weight"])
        return fit(rows, aggregates, [[v] for v in NAMES], convergence_rate=1e-8,
                   rate_tolerance=0, max_iteration=500).iteration()  # fmt: skip

    found, raking_ms = timed(raking, len(domains))
    return {"raking_ms": raking_ms, "error": margin_error(columns, totals, found["total"])}


def run_weightipy(columns: Columns, totals: dict[str, list[float]]) -> dict[str, Any]:
    pd, wp = import_module("pandas"), import_module("weightipy")

    domains = pd.DataFrame({v: columns[v] for v in NAMES})
    shares = {v: {k: 100 * t / sum(known) for k, t in enumerate(known)}
              for v, known in totals.items()}  # fmt: skip

    def raking() -> Any:
        scheme = wp.scheme_from_dict(shares, rim_params={"convcrit": 1e-8, "max_iterations": 500})
        return wp.weight_dataframe(domains.copy(), scheme, weight_column="w")

    found, raking_ms = timed(raking, len(domains))
    return {"raking_ms": raking_ms, "error": margin_error(columns, totals, found["w"])}


def run_balance(columns: Columns, totals: dict[str, list[float]]) -> dict[str, Any]:
    pd, sample_class = import_module("pandas"), import_module("balance").Sample

    logging.disable(logging.CRITICAL)
    n = columns["weight"].size
    domains = pd.DataFrame({v: columns[v].astype(str) for v in NAMES})
    # Padded, since balance sorts by id.
    domains["id"] = np.char.zfill(np.arange(n).astype(str), 8)
    rows = 10_000
    target = pd.DataFrame({v: np.repeat(np.arange(len(t)), _rounded(t, rows)).astype(str)
                           for v, t in totals.items()})  # fmt: skip
    target["id"] = np.arange(rows).astype(str)
    sample = sample_class.from_frame(domains).set_target(sample_class.from_frame(target))
    found, raking_ms = timed(
        lambda: sample.adjust(method="rake", variables=list(NAMES), transformations=None), n
    )
    weights = found.weights().df.iloc[:, 0].to_numpy()
    return {"raking_ms": raking_ms, "error": margin_error(columns, totals, weights)}


def _rounded(totals: list[float], rows: int) -> Any:
    """Row counts of a target that sums to ``rows``: balance takes rows, not totals."""
    cut = np.round(np.cumsum(totals) / sum(totals) * rows).astype(int)
    return np.diff(np.concatenate([[0], cut]))


def main() -> None:
    tool, folder = sys.argv[1], Path(sys.argv[2])
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(io.StringIO()):
        found = globals()[f"run_{tool}"](*read(folder))
    print(json.dumps(found))


if __name__ == "__main__":
    main()

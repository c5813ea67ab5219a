"""Random designs through `survey weigh` and through R survey: the largest disagreement of each.

    .venv/bin/python bench/weighting_agreement.py --seeds 0 28 --r Rscript

Each seed draws strata, clusters, sometimes a second stage, corrections and a lonely unit with its
rule, unequal weights, missing answers, and one of seven calibrations; then means, totals, ratios,
medians and proportions, whole and by domain, with errors and limits. Where R has no limits (NaN)
nothing is compared, nor proportions of 0 and 1, whose limits R leaves at a point, nor where we
give no error.

`--also` goes on from Python: linear and logistic regressions with t, p and limits, tests of
association, jackknifed means raked anew, and weights trimmed after raking; each by itself.
"""

import argparse
import csv
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from click.testing import CliRunner

from survey.stats import (
    Domains,
    Margin,
    StatsError,
    SurveyData,
    WeightSet,
    by_replication,
    jackknife,
    mean,
    rake,
    trim,
)
from survey.weigh.commands import weigh

METHODS = ("none", "raking", "linear", "logit", "poststratify", "bounded linear", "bounded raking")
RULES = ("adjust", "average", "remove", "certainty")
UNITS = ("U1", "U2", "U3")
ESTIMATES = (
    ("mean", "y", ""), ("mean", "y", "unit"), ("total", "y", "unit"), ("ratio", "y", "unit"),
    ("quantile", "x", ""), ("proportion", "b", ""), ("proportion", "b", "unit"),
)  # fmt: skip
R_ESTIMATES = """
D <- degf(g)
o <- function(e, s, ci) for (i in seq_along(e))
  cat(sprintf("%.15g %.15g %.15g %.15g\\n", e[i], s[i], ci[i, 1], ci[i, 2]))
p <- function(m) o(coef(m), SE(m), matrix(attr(m, "ci"), 1))
t <- function(m) o(coef(m), SE(m), confint(m, df = D))
# Means and ratios have limits by the sampling units with an answer of the domain.
units <- function(s) length(unique(s$cluster[weights(s) != 0, 1]))
whole <- nrow(unique(g$cluster[, 1, drop = FALSE])) / max(D, 1)
limits <- function(e, se, s) {
  f <- degf(s)
  half <- qt(.975, max(f, 1)) * se * sqrt(if (f > 0) max(1, units(s) / f / whole) else 1)
  matrix(e + c(-half, half), 1)
}
inside <- lapply(c("U1", "U2", "U3"), function(u) subset(g, unit == u & !is.na(y)))
own <- function(m) for (i in 1:3) o(coef(m)[i], SE(m)[i], limits(coef(m)[i], SE(m)[i], inside[[i]]))
m <- svymean(~y, g, na.rm = TRUE)
o(coef(m), SE(m), limits(coef(m), SE(m), subset(g, !is.na(y))))
own(svyby(~y, ~unit, g, svymean, na.rm = TRUE))
t(svyby(~y, ~unit, g, svytotal, na.rm = TRUE))
own(svyby(~y, ~unit, denominator = ~x, design = g, svyratio, na.rm = TRUE))
q <- svyquantile(~x, g, .5, qrule = "math")[[1]]; o(q[1], q[4], matrix(q[2:3], 1))
p(svyciprop(~b, g)); for (u in c("U1", "U2", "U3")) p(svyciprop(~b, subset(g, unit == u)))
"""
Row = dict[str, Any]


def draw(generator: np.random.Generator, *, two_stages: bool, lonely: bool) -> list[Row]:
    rows: list[Row] = []
    psu = 0
    for stratum in range(int(generator.integers(2, 5))):
        n_population = int(generator.integers(8, 20))
        n_units = 1 if lonely and stratum == 0 else int(generator.integers(3, 7))
        for _ in range(n_units):
            psu += 1
            n_inside = int(generator.integers(5, 12))
            n_taken = int(generator.integers(2, min(n_inside, 6)))
            for ssu in range(n_taken):
                base = n_population / n_units * n_inside / n_taken * generator.uniform(0.5, 2)
                rows += [
                    {"h": f"h{stratum}", "psu": psu, "ssu": ssu, "N": n_population,
                     "M": n_inside, "w": round(base, 6), **_answers(generator)}
                    for _ in range(int(generator.integers(1, 4)) if two_stages else 1)
                ]  # fmt: skip
    return rows


def _answers(generator: np.random.Generator) -> Row:
    return {
        "sex": str(generator.choice(["f", "m"])),
        "age": str(generator.choice(["m", "o", "y"])),
        "unit": str(generator.choice(UNITS)),
        "y": "" if generator.random() < 0.1 else 25.0 * int(generator.integers(0, 5)),
        "x": round(float(generator.uniform(1, 3)), 4),
        "b": int(generator.random() < 0.4),
    }


def known_totals(
    generator: np.random.Generator, rows: list[Row]
) -> tuple[dict[str, dict[str, float]], float]:
    """Totals near those of the base weights, so that all methods can meet them."""
    totals: dict[str, dict[str, float]] = {}
    for variable in ("sex", "age"):
        for row in rows:
            known = totals.setdefault(variable, {})
            known[row[variable]] = known.get(row[variable], 0.0) + row["w"]
        totals[variable] = {
            k: float(v * generator.uniform(0.85, 1.2)) for k, v in sorted(totals[variable].items())
        }
    size = sum(totals["sex"].values())
    factor = size / sum(totals["age"].values())
    totals["age"] = {k: v * factor for k, v in totals["age"].items()}
    mean_x = sum(row["w"] * row["x"] for row in rows) / sum(row["w"] for row in rows)
    return totals, float(mean_x * size * generator.uniform(0.97, 1.03))


def plan_of(seed: int, method: str, totals: Any, total_x: float, *, two: bool, fpc: bool) -> str:
    lines = ["[design]", 'weights = "w"', 'strata = "h"', f'lonely_psu = "{RULES[seed % 4]}"']
    lines.append('psu = ["psu", "ssu"]' if two else 'psu = "psu"')
    if fpc:
        lines.append('fpc = ["N", "M"]' if two else 'fpc = "N"')
    if method != "none":
        lines += ["[calibration]", f'method = "{method.rsplit(maxsplit=1)[-1]}"']
        if method == "logit" or " " in method:
            lines.append("bounds = [0.3, 3.0]")
        for variable in ("sex",) if method == "poststratify" else ("sex", "age"):
            known = ", ".join(f"{k} = {v!r}" for k, v in totals[variable].items())
            lines += ["[[calibration.margin]]", f'variable = "{variable}"', f"totals = {{{known}}}"]
        if method not in {"raking", "poststratify"}:
            lines += ["[[calibration.total]]", 'variable = "x"', f"total = {total_x!r}"]
    for statistic, variable, by in ESTIMATES:
        lines += ["[[estimate]]", f'statistic = "{statistic}"', f'variable = "{variable}"']
        lines += ['denominator = "x"'] if statistic == "ratio" else []
        lines += [f'by = "{by}"'] if by else []
    return "\n".join(lines)


def script_of(seed: int, method: str, totals: Any, total_x: float, *, two: bool, fpc: bool) -> str:
    units = "~psu + ssu" if two else "~psu"
    sizes = f", fpc = {'~N + M' if two else '~N'}" if fpc else ""
    lines = [
        "suppressMessages(library(survey)); options(warn = -1)",
        f'options(survey.lonely.psu = "{RULES[seed % 4]}")',
        'd <- read.csv("data.csv")',
        f"g <- svydesign(id = {units}, strata = ~h, weights = ~w{sizes}, data = d)",
    ]
    sex, age = totals["sex"], totals["age"]
    if method == "poststratify":
        lines.append(
            f"g <- postStratify(g, ~sex, data.frame(sex = c('f', 'm'), "
            f"Freq = c({sex['f']!r}, {sex['m']!r})))"
        )
    elif method != "none":
        known = [sum(sex.values()), sex["m"], age["o"], age["y"]]
        numeric = method != "raking"
        values = ", ".join(repr(v) for v in (*known, *((total_x,) if numeric else ())))
        bounds = ", bounds = c(.3, 3)" if method == "logit" or " " in method else ""
        lines.append(
            f"g <- calibrate(g, ~sex + age{' + x' if numeric else ''}, c({values}), "
            f'calfun = "{method.rsplit(maxsplit=1)[-1]}"{bounds}, epsilon = 1e-11, maxit = 500)'
        )
    return "\n".join([*lines, R_ESTIMATES])


def compare(seed: int, rscript: str, folder: Path) -> str:
    generator = np.random.default_rng(seed)
    method = METHODS[seed % len(METHODS)]
    shape = {"two": seed % 3 == 0, "fpc": seed % 4 != 1}
    rows = draw(generator, two_stages=shape["two"], lonely=seed % 2 == 1)
    totals, total_x = known_totals(generator, rows)
    with (folder / "data.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (folder / "plan.toml").write_text(plan_of(seed, method, totals, total_x, **shape))
    (folder / "check.R").write_text(script_of(seed, method, totals, total_x, **shape))
    arguments = [str(folder / "data.csv"), str(folder / "plan.toml"), "--out",
                 str(folder / "out.csv"), "--json"]  # fmt: skip
    ours = CliRunner().invoke(weigh, arguments)
    theirs = subprocess.run(
        [rscript, "check.R"], cwd=folder, capture_output=True, text=True, check=False
    )
    if ours.exception or theirs.returncode:
        return f"{seed:4} {method}: refused: ours {ours.exception}; R {theirs.stderr.strip()[-90:]}"
    figures = ("estimate", "se", "lower", "upper")
    shown = [[e[k] for k in figures] for e in json.loads(ours.stdout)["estimates"]]
    got = np.array(shown, dtype=float)
    want = np.array([line.replace("NA", "NaN").split() for line in theirs.stdout.splitlines()])
    wanted = want.astype(float)
    no_error = np.isnan(got[:, 1])
    wanted[no_error | np.isnan(wanted).any(axis=1), 2:] = np.nan
    wanted[no_error, 1] = np.nan
    gap = np.nanmax(np.abs(got - wanted) / (1e-8 + np.abs(wanted)))
    stages = "two stages" if shape["two"] else "one stage"
    return f"{seed:4} {method:15} {stages:10} {RULES[seed % 4]:9} largest difference {gap:.1e}"


R_ALSO = """
n <- function(...) cat(sprintf("%.15g", c(...)), "\\n")
f <- svyglm(y ~ x + sex, g); s <- coef(summary(f)); i <- confint(f)
n(s[, 1], s[, 2], s[, 3], s[, 4], i[, 1], i[, 2])
f <- svyglm(b ~ x + sex, g, family = quasibinomial(), control = glm.control(epsilon = 1e-14))
n(coef(f), SE(f))
for (m in c("F", "Wald")) { r <- svychisq(~sex + age, g, statistic = m); n(r$statistic, r$p.value) }
w <- weights(g); t <- trimWeights(g, upper = mean(w) * 1.6, lower = mean(w) * .4)
z <- svydesign(id = ~psu, strata = ~h, weights = weights(t), data = d)
n(weights(t)); n(coef(svymean(~x, z)), SE(svymean(~x, z)))
"""
R_JACKKNIFE = """
j <- as.svrepdesign(d0, type = "JKn")
k <- calibrate(j, ~sex + age, c(TOTALS), calfun = "raking", epsilon = 1e-11, maxit = 500)
m <- svyby(~x, ~unit, k, svymean); n(coef(m), SE(m))
"""


def also(rows: list[Row], totals: Any) -> list[list[float]]:
    """Regressions, tests, trimming and jackknife of a raked sample, as R_ALSO prints them."""
    data = SurveyData.of(
        {name: [row[name] if row[name] != "" else None for row in rows] for name in rows[0]},
        weights="w", strata="h", units="psu", lonely_psu="adjust",
    )  # fmt: skip
    raked = data.rake({name: totals[name] for name in ("sex", "age")}, tolerance=1e-13)
    linear = raked.regress("y", ["x", "sex"])
    figures = (linear.coefficients, linear.se, linear.t, linear.p_value, linear.lower, linear.upper)
    logit = raked.regress("b", ["x", "sex"], family="logistic")
    found = [np.concatenate(figures), np.concatenate([logit.coefficients, logit.se])]
    for method in ("rao_scott", "wald"):
        test = raked.association("sex", "age", method=method)  # type: ignore[arg-type]
        found.append(np.array([test.statistic, test.p_value]))
    w = raked.weights.weights
    trimmed = trim(weights=w, upper=1.6 * w.mean(), lower=0.4 * w.mean())
    kept = WeightSet(base_weights=trimmed, design=data.weights.design)
    x = mean(weights=kept, y=raked.columns["x"])
    found += [trimmed, np.concatenate([x.value, x.se])]
    if (data.weights.design.stages[0].n_units > 1).all():
        by_unit = Domains.of(data.columns["unit"])
        known = by_replication(
            weights=raked.weights, replicates=jackknife(data.weights),
            estimator=lambda s: mean(weights=s, y=data.columns["x"], domains=by_unit),
            calibrate=lambda base: rake(base_weights=base, margins=[
                Margin.of(variable=v, values=data.columns[v], totals=totals[v])
                for v in ("sex", "age")
            ], tolerance=1e-13),
        )  # fmt: skip
        found.append(np.concatenate([known.value, known.se]))
    return [part.tolist() for part in found]


def compare_also(seed: int, rscript: str, folder: Path) -> str:
    generator = np.random.default_rng(seed)
    lonely = seed % 2 == 1
    rows = draw(generator, two_stages=False, lonely=lonely)
    totals, total_x = known_totals(generator, rows)
    with (folder / "data.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    script = script_of(0, "raking", totals, total_x, two=False, fpc=False).removesuffix(R_ESTIMATES)
    script = script.replace("g <- calibrate", "d0 <- g; g <- calibrate")
    sex, age = totals["sex"], totals["age"]
    known = ", ".join(repr(v) for v in (sum(sex.values()), sex["m"], age["o"], age["y"]))
    script += R_ALSO + ("" if lonely else R_JACKKNIFE.replace("TOTALS", known))
    (folder / "check.R").write_text(script)
    theirs = subprocess.run(
        [rscript, "check.R"], cwd=folder, capture_output=True, text=True, check=False
    )
    if theirs.returncode:
        return f"{seed:4} R refused: {theirs.stderr.strip()[-90:]}"
    try:
        ours = also(rows, totals)
    except StatsError as error:
        return f"{seed:4} refused: {error}"
    gaps = {}
    names = ("linear", "logistic", "rao_scott", "wald", "trimmed", "mean_trimmed", "jackknife")
    for name, got, line in zip(names, ours, theirs.stdout.splitlines(), strict=False):
        want = np.array(line.split(), dtype=float)
        gaps[name] = float(np.max(np.abs(np.array(got) - want) / (1e-8 + np.abs(want))))
    return f"{seed:4} " + ", ".join(f"{name} {gap:.0e}" for name, gap in gaps.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, nargs=2, default=[0, 14])
    parser.add_argument("--r", default="Rscript")
    parser.add_argument("--also", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(*arguments.seeds):
            one = compare_also if arguments.also else compare
            print(one(seed, arguments.r, Path(folder)), flush=True)


if __name__ == "__main__":
    main()

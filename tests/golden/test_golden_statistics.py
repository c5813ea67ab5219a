"""Golden cases of make_statistics.R: regression tables and what else a statistician asks for."""

from typing import Any, cast

import numpy as np

from survey.stats.estimation.association import AssociationTest, association_test
from survey.stats.estimation.design import Design
from survey.stats.estimation.estimators import Domains, mean, ratio
from survey.stats.estimation.quantiles import quantile
from survey.stats.estimation.regression import Regression, regress
from survey.stats.estimation.replication import by_replication, jackknife
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.integrity.careless_indices import mahalanobis
from survey.stats.sensitive.crosswise import crosswise
from survey.stats.weighting.calibration import Calibration, rake
from tests.golden.reference import Table, differences, read_case
from tests.golden.test_golden_weighting import SCH_WIDE, STYPE, api, margin

Figures = dict[str, Any]
EXACT = 1e-10
# Where R itself stops early: its logistic errors use the information of the step before the last.
LOGISTIC = 1e-7


def raked_clusters() -> tuple[Table, WeightSet]:
    table, design, pw = api("apiclus1")
    margins = [margin(table, "stype", STYPE), margin(table, "sch.wide", SCH_WIDE)]
    raked = rake(base_weights=pw, margins=margins, tolerance=1e-13)
    return table, WeightSet(base_weights=pw, design=design, calibration=raked)


def stratified() -> tuple[Table, WeightSet]:
    table, design, pw = api("apistrat")
    return table, WeightSet(base_weights=pw, design=design)


def part(case: str, *names: str) -> dict[str, Any]:
    content = read_case(case)
    expected = {name: content["expected"][name] for name in names}
    return content | {"expected": expected}


def columns(table: Table, *names: str) -> np.ndarray:
    return np.column_stack([np.ones(len(table.rows)), *(table.numbers(name) for name in names)])


def shown(found: Regression, names: list[str]) -> dict[str, Any]:
    figures = {"t": found.t, "p": found.p_value, "lower": found.lower, "upper": found.upper}
    named = {k: dict(zip(names, v.tolist(), strict=True)) for k, v in figures.items()}
    return named | {"df": found.df}


def test_d23_regression_tables() -> None:
    table, weights = stratified()
    linear = regress(
        weights=weights, y=table.numbers("api00"), x=columns(table, "ell", "meals", "mobility")
    )
    raked, raked_weights = raked_clusters()
    calibrated = regress(
        weights=raked_weights, y=raked.numbers("api00"), x=columns(raked, "meals", "ell")
    )
    got = {
        "linear": shown(linear, ["(Intercept)", "ell", "meals", "mobility"]),
        "raked": shown(calibrated, ["(Intercept)", "meals", "ell"]),
    }
    assert differences(part("d23", *got) | {"rtol": EXACT, "atol": 1e-13}, got) == []
    stype = np.array(table.text("stype"))
    x = np.column_stack([columns(table, "ell", "meals"), stype == "H", stype == "M"])
    wide = (np.array(table.text("sch.wide")) == "Yes").astype(float)
    logit = regress(weights=weights, y=wide, x=x, family="logistic")
    got = {"logit": shown(logit, ["(Intercept)", "ell", "meals", "stypeH", "stypeM"])}
    assert differences(part("d23", "logit") | {"rtol": LOGISTIC}, got) == []


def test_d26_mahalanobis_with_missing_answers() -> None:
    items = Table("careless_missing").matrix()
    distance = mahalanobis(items)
    got = {"distance": distance, "complete": distance[np.isfinite(items).all(axis=1)]}
    assert differences(read_case("d26") | {"rtol": EXACT}, got) == []


def test_d24_quantiles() -> None:
    shares = (0.13, 0.27, 0.51, 0.73, 0.87)

    def shown(weights: WeightSet, y: np.ndarray, domains: Domains | None = None) -> list[Figures]:
        found = [quantile(weights=weights, y=y, at=at, domains=domains) for at in shares]
        names = ("value", "lower", "upper", "se")
        return [
            {name: [float(getattr(one, name)[k]) for one in found] for name in names}
            for k in range(1 if domains is None else domains.size)
        ]

    clusters, design, pw = api("apiclus1")
    plain = WeightSet(base_weights=pw, design=design)
    strat, stratified_weights = stratified()
    kinds, codes = strat.codes("stype")
    by_kind = Domains(codes=codes, size=len(kinds))
    got: Figures = {
        "cluster": shown(plain, clusters.numbers("api00"))[0],
        "strata": shown(stratified_weights, strat.numbers("enroll"))[0],
        "raked": shown(raked_clusters()[1], clusters.numbers("api00"))[0],
        "few_values": shown(stratified_weights, strat.numbers("target"))[0],
        "domains": dict(
            zip(kinds, shown(stratified_weights, strat.numbers("api00"), by_kind), strict=True)
        ),
    }
    assert differences(read_case("d24") | {"rtol": EXACT}, got) == []


def test_d25_tests() -> None:
    methods = {
        "F": "rao_scott", "Chisq": "rao_scott_chi_squared", "Wald": "wald",
        "adjWald": "adjusted_wald",
    }  # fmt: skip

    def shown(table: Table, weights: WeightSet, one: str, other: str) -> Figures:
        rows, columns = table.codes(one)[1], table.codes(other)[1]
        figures = {}
        for name, method in methods.items():
            found = association_test(
                weights=weights, rows=rows, columns=columns,
                method=cast("AssociationTest", method),
            )  # fmt: skip
            finite = [] if np.isinf(found.error_df) else [found.error_df]
            figures[name] = [found.statistic, found.df, *finite, found.p_value]
        return figures

    strat, weights = stratified()
    clusters, design, pw = api("apiclus1")
    raked, raked_weights = raked_clusters()
    linear = regress(
        weights=weights, y=strat.numbers("api00"), x=columns(strat, "ell", "meals", "mobility"),
        names=("constant", "ell", "meals", "mobility"),
    )  # fmt: skip
    term = linear.test(("ell", "mobility"))
    got = {
        "strata": shown(strat, weights, "stype", "awards"),
        "strata_two": shown(strat, weights, "sch.wide", "comp.imp"),
        "cluster": shown(clusters, WeightSet(base_weights=pw, design=design), "stype", "awards"),
        "raked": shown(raked, raked_weights, "sch.wide", "comp.imp"),
        "term": [term.statistic, term.df, term.error_df, term.p_value],
    }
    assert differences(read_case("d25") | {"rtol": 1e-9, "atol": 1e-12}, got) == []


def test_d27_replicates() -> None:
    table, design, pw = api("apiclus1", fpc=False)
    margins = [margin(table, "stype", STYPE), margin(table, "sch.wide", SCH_WIDE)]

    def again(base: np.ndarray) -> Calibration:
        return rake(base_weights=base, margins=margins, tolerance=1e-13)

    plain = WeightSet(base_weights=pw, design=design)
    raked = WeightSet(base_weights=pw, design=design, calibration=again(pw))
    whole = {"weights": raked, "replicates": jackknife(plain), "calibrate": again}
    kinds, codes = table.codes("stype")
    y, x = table.numbers("api00"), columns(table, "meals", "ell")
    by_kind = by_replication(
        estimator=lambda w: mean(weights=w, y=y, domains=Domains(codes=codes, size=3)), **whole
    )
    tested = by_replication(
        estimator=lambda w: ratio(
            weights=w, y=table.numbers("api.stu"), x=table.numbers("enroll")
        ), **whole
    )  # fmt: skip
    linear = by_replication(estimator=lambda w: regress(weights=w, y=y, x=x), **whole)
    wide = (np.array(table.text("sch.wide")) == "Yes").astype(float)
    logit = by_replication(
        weights=plain, replicates=jackknife(plain),
        estimator=lambda w: regress(weights=w, y=wide, x=x[:, :2], family="logistic"),
    )  # fmt: skip
    got = {
        "domains": {"group": list(kinds), "est": by_kind.value, "se": by_kind.se},
        "domain_vcov": by_kind.covariance,
        "ratio": tested.value,
        "ratio_se": tested.se,
        "coef": linear.coefficients,
        "coef_se": linear.se,
        "logit": logit.coefficients,
        "logit_se": logit.se,
        "df": by_kind.df[0],
    }
    assert differences(read_case("d27") | {"rtol": 1e-9}, got) == []


def test_d29_crosswise_items() -> None:
    table = Table("crosswise_dev")
    classes, codes = table.codes("class")
    design = Design.build(n=len(table.rows))
    columns = {
        "item": table.numbers("item"), "anchor": table.numbers("anchor"),
        "chance": 0.2, "anchor_chance": 0.15,
    }  # fmt: skip
    weighed = WeightSet(base_weights=table.numbers("w"), design=design)
    plain = crosswise(weights=WeightSet(base_weights=np.ones(1200), design=design), **columns)
    weighted = crosswise(weights=weighed, **columns)
    by_class = crosswise(
        weights=weighed, domains=Domains(codes=codes, size=len(classes)), **columns
    )
    got = {
        "naive": plain.uncorrected.value[0],
        "naive_se": plain.uncorrected.se[0],
        "attentive": plain.attentive.value[0],
        "attentive_se": plain.attentive.se[0],
        "share": plain.share.value[0],
        "share_se": plain.share.se[0],
        "weighted": weighted.share.value[0],
        "weighted_se": weighted.share.se[0],
        "classes": by_class.share.value,
        "classes_n": by_class.share.n,
    }
    assert differences(read_case("d29") | {"rtol": EXACT}, got) == []

"""The plan of `survey weigh`: a TOML file, read strictly so that a typing slip is not obeyed."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from survey.office_files.signs import meant_all
from survey.office_files.tables import bounded, decoded
from survey.problems import Refused
from survey.scheme.kinds import unknown_words
from survey.stats.estimation.design import LonelyRule
from survey.weigh.table import out_of_range

CalibrationMethod = Literal["none", "poststratify", "raking", "linear", "logit"]
Rescaling = Literal["none", "mean_one"]
StatisticName = Literal["mean", "total", "ratio", "proportion", "quantile"]
CONSTANT = "(Intercept)"


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPlan:
    """Names of the columns that describe the sampling."""

    weights: str = ""
    strata: str = ""
    units: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    nested: bool = False
    lonely_psu: LonelyRule = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginPlan:
    """Known totals of the categories of one column."""

    variable: str
    totals: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPlan:
    """How weights are brought to known totals."""

    method: CalibrationMethod = "none"
    bounds: tuple[float, float] | None = None
    tolerance: float = 1e-10
    max_iterations: int = 1000
    margins: tuple[MarginPlan, ...] = ()
    totals: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimPlan:
    """Limits of the final weights."""

    lower: float = float("-inf")
    upper: float = float("inf")
    strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatePlan:
    """One statistic of one column, whole or by domain."""

    statistic: StatisticName
    variable: str
    denominator: str = ""
    category: str = ""
    at: float = 0.5
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighPlan:
    """All that `survey weigh` is asked to do; ``missing`` are values that stand for no answer."""

    file: str
    missing: tuple[str, ...]
    rescale: Rescaling
    design: DesignPlan
    calibration: CalibrationPlan
    trim: TrimPlan | None
    estimates: tuple[EstimatePlan, ...]


def read_plan(path: Path) -> WeighPlan:
    """Read a plan; raise Refused, naming the key, for anything it does not understand."""
    try:
        content = tomllib.loads(decoded(bounded(path), path.name))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Refused.of(
            zh=f"不是有效的 TOML 文件：{error}", en=f"not valid TOML: {error}", file=path.name
        ) from error
    return _PlanReader(file=path.name).plan(meant_all(content))


@dataclass(frozen=True, slots=True, kw_only=True)
class _PlanReader:
    """Turns the parsed TOML into a plan; keeps the file's name for messages."""

    file: str

    def plan(self, content: dict[str, Any]) -> WeighPlan:
        keys = ("missing", "rescale", "design", "calibration", "trim", "estimate")
        self._only(content, "", keys)
        estimates = self._tables(content, "estimate", "estimate")
        return WeighPlan(
            file=self.file,
            missing=self._names(content, "", "missing"),
            rescale=self._choice(content, "", "rescale", "none", get_args(Rescaling)),
            design=self._design(self._table(content, "design")),
            calibration=self._calibration(self._table(content, "calibration")),
            trim=self._trim(self._table(content, "trim")) if "trim" in content else None,
            estimates=tuple(self._estimate(table) for table in estimates),
        )

    def _design(self, table: dict[str, Any]) -> DesignPlan:
        keys = ("weights", "strata", "psu", "ssu", "fpc", "nested", "lonely_psu")
        self._only(table, "design", keys)
        return DesignPlan(
            weights=self._text(table, "design", "weights"),
            strata=self._text(table, "design", "strata"),
            units=self._names(table, "design", "psu") + self._names(table, "design", "ssu"),
            fpc=self._names(table, "design", "fpc"),
            nested=self._yes(table, "design", "nested"),
            lonely_psu=self._choice(table, "design", "lonely_psu", "fail", get_args(LonelyRule)),
        )

    def _calibration(self, table: dict[str, Any]) -> CalibrationPlan:
        where = "calibration"
        keys = ("method", "bounds", "tolerance", "max_iterations", "margin", "total")
        self._only(table, where, keys)
        margins = tuple(self._margin(m) for m in self._tables(table, "margin", f"{where}.margin"))
        totals = tuple(self._total(t) for t in self._tables(table, "total", f"{where}.total"))
        usual = "raking" if margins or totals else "none"
        plan = CalibrationPlan(
            method=self._choice(table, where, "method", usual, get_args(CalibrationMethod)),
            bounds=self._bounds(table),
            tolerance=self._tolerance(table, where),
            max_iterations=self._count(table, where, "max_iterations", 1000),
            margins=margins,
            totals=totals,
        )
        self._check_method(plan)
        return plan

    def _check_method(self, plan: CalibrationPlan) -> None:
        field = "calibration.method"
        if plan.method != "none" and not plan.margins and not plan.totals:
            raise self._refusal(field, "没有给出任何已知总数", "no known totals are given")
        if plan.method == "poststratify" and (len(plan.margins) != 1 or plan.totals):
            raise self._refusal(
                field,
                "事后分层只能用一个变量的总数；多个变量请用 raking",
                "post-stratification takes the totals of one variable; use raking for several",
            )
        if plan.method == "logit" and plan.bounds is None:
            raise self._refusal(
                "calibration.bounds", "logit 方法必须给出上下限", "the logit method needs bounds"
            )
        if plan.bounds is not None and plan.method in {"none", "poststratify"}:
            raise self._refusal(
                "calibration.bounds",
                f"方法 {plan.method} 不使用上下限",
                f"method {plan.method} takes no bounds",
            )

    def _tolerance(self, table: dict[str, Any], where: str) -> float:
        tolerance = self._number(table, where, "tolerance", 1e-10)
        if not 0 < tolerance < 1:
            raise self._refusal(
                f"{where}.tolerance", "应大于 0、小于 1", "must be above 0 and below 1"
            )
        return tolerance

    def _margin(self, table: dict[str, Any]) -> MarginPlan:
        where = "calibration.margin"
        self._only(table, where, ("variable", "totals"))
        totals = self._table(table, "totals")
        known = {str(name): self._number(totals, where, name, None) for name in totals}
        variable = self._required(table, where, "variable")
        if not known:
            raise self._refusal(
                where, f"变量 {variable} 没有总数", f"variable {variable} has no totals"
            )
        return MarginPlan(variable=variable, totals=known)

    def _total(self, table: dict[str, Any]) -> tuple[str, float]:
        where = "calibration.total"
        self._only(table, where, ("variable", "total"))
        return (
            self._required(table, where, "variable"),
            self._number(table, where, "total", None),
        )

    def _trim(self, table: dict[str, Any]) -> TrimPlan:
        self._only(table, "trim", ("lower", "upper", "strict"))
        return TrimPlan(
            lower=self._number(table, "trim", "lower", float("-inf")),
            upper=self._number(table, "trim", "upper", float("inf")),
            strict=self._yes(table, "trim", "strict"),
        )

    def _estimate(self, table: dict[str, Any]) -> EstimatePlan:
        where = "estimate"
        self._only(table, where, ("statistic", "variable", "denominator", "category", "at", "by"))
        plan = EstimatePlan(
            statistic=self._choice(table, where, "statistic", "mean", get_args(StatisticName)),
            variable=self._required(table, where, "variable"),
            denominator=self._text(table, where, "denominator"),
            category=self._text(table, where, "category"),
            at=self._number(table, where, "at", 0.5),
            by=self._names(table, where, "by"),
        )
        if "at" in table and (plan.statistic != "quantile" or not 0 < plan.at < 1):
            raise self._refusal(
                "estimate.at",
                "只用于分位数（quantile），且应大于 0、小于 1",
                "is of a quantile alone, above 0 and below 1",
            )
        if (plan.statistic == "ratio") != bool(plan.denominator):
            raise self._refusal(
                "estimate.denominator",
                "比率需要分母，其他统计量不需要",
                "a ratio needs a denominator, and nothing else takes one",
            )
        return plan

    def _bounds(self, table: dict[str, Any]) -> tuple[float, float] | None:
        if "bounds" not in table:
            return None
        given = table["bounds"]
        if not isinstance(given, list) or len(given) != 2 or not all(map(_is_number, given)):
            raise self._refusal(
                "calibration.bounds",
                "应为两个数，例如 [0.6, 1.7]",
                "must be two numbers, as in [0.6, 1.7]",
            )
        return float(given[0]), float(given[1])

    def _only(self, table: dict[str, Any], where: str, known: Sequence[str]) -> None:
        for key in table.keys() - set(known):
            raise self._refusal(
                f"{where}.{key}".lstrip("."),
                *unknown_words(key, known),
            )

    def _table(self, table: dict[str, Any], key: str) -> dict[str, Any]:
        found = table.get(key, {})
        if not isinstance(found, dict):
            raise self._refusal(key, "应为一个表", "must be a table")
        return found

    def _tables(self, table: dict[str, Any], key: str, where: str) -> list[dict[str, Any]]:
        found = table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise self._refusal(where, f"应写作 [[{where}]]", f"must be written [[{where}]]")
        return found

    def _text(self, table: dict[str, Any], where: str, key: str) -> str:
        found = table.get(key, "")
        if not isinstance(found, str):
            raise self._refusal(f"{where}.{key}", "应为列名", "must be the name of a column")
        return found

    def _required(self, table: dict[str, Any], where: str, key: str) -> str:
        found = self._text(table, where, key)
        if not found:
            raise self._refusal(f"{where}.{key}", "缺少列名", "the name of a column is missing")
        return found

    def _names(self, table: dict[str, Any], where: str, key: str) -> tuple[str, ...]:
        found = table.get(key, [])
        names = [found] if isinstance(found, str) else found
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise self._refusal(
                f"{where}.{key}".lstrip("."),
                "应为一个名称或名称的列表",
                "must be a name or a list of names",
            )
        return tuple(name for name in names if name)

    def _number(self, table: dict[str, Any], where: str, key: str, usual: float | None) -> float:
        found = table.get(key, usual)
        if found is None or not _is_number(found):
            raise self._refusal(
                f"{where}.{key}",
                "应为一个数，且不过大或过小",
                "must be a number, not too large or too small",
            )
        return float(found)

    def _yes(self, table: dict[str, Any], where: str, key: str) -> bool:
        found = table.get(key, False)
        if not isinstance(found, bool):
            raise self._refusal(f"{where}.{key}", "应为 true 或 false", "must be true or false")
        return found

    def _count(self, table: dict[str, Any], where: str, key: str, usual: int) -> int:
        found = table.get(key, usual)
        if not isinstance(found, int) or isinstance(found, bool) or found < 1:
            raise self._refusal(f"{where}.{key}", "应为正整数", "must be a whole number above 0")
        return found

    def _choice(
        self, table: dict[str, Any], where: str, key: str, usual: str, known: tuple[str, ...]
    ) -> Any:
        found = table.get(key, usual)
        if found not in known:
            raise self._refusal(
                f"{where}.{key}".lstrip("."),
                f"“{found}”不可用；可用的有 {'、'.join(known)}",
                f"{found!r} is not one of {', '.join(known)}",
            )
        return found

    def _refusal(self, field: str, zh: str, en: str) -> Refused:
        return Refused.of(zh=zh, en=en, file=self.file, field=field)


def _is_number(value: object) -> bool:
    """Tell numbers, infinity among them, from words and from what is too large to compute."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return abs(value) == math.inf or not out_of_range(value)

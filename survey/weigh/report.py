"""The result of `survey weigh` as JSON and as a page to read."""

from __future__ import annotations

import json
from dataclasses import asdict
from unicodedata import east_asian_width

from survey.stats.notices import Notice
from survey.weigh.weighing import DomainEstimate, WeighResult
from survey.wording import Words, say, spoken


def as_json(result: WeighResult) -> str:
    """Return the document of contract 4, one estimate per line of the printed report."""
    estimates = []
    for estimate in result.estimates:
        fields = asdict(estimate)
        if not estimate.category:
            del fields["category"]
        estimates.append(fields)
    document = {
        "method": result.method,
        "converged": result.converged,
        "iterations": result.iterations,
        "max_margin_error": result.max_margin_error,
        "n": int(result.weights.size),
        "sum_weights": float(result.weights.sum()),
        **({} if result.written is result.weights else {"sum_written": result.written.sum()}),
        "kish_design_effect": result.kish_design_effect,
        "effective_n": result.effective_n,
        "n_trimmed": result.n_trimmed,
        "notices": [f"{notice.code}: {_words(notice).en}" for notice in result.notices],
        "notice_details": [spoken(notice) | asdict(_words(notice)) for notice in result.notices],
        "estimates": estimates,
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def as_page(result: WeighResult) -> str:
    """Return the report for people: weights first, then the estimates, then the notices."""
    w = result.weights
    state = "已收敛 converged" if result.converged else "未收敛 NOT converged"
    pairs = [
        ("方法 method", f"{result.method}，{state}"),
        ("迭代 iterations", str(result.iterations)),
        ("最大总数误差 max margin error", f"{result.max_margin_error:.2g}"),
        ("行数 rows", f"{w.size:,}"),
        ("权数合计 sum of weights", f"{w.sum():,.6g}"),
        ("权数范围 weights from .. to", f"{w.min():.6g} .. {w.max():.6g}"),
        *_rescaled(result),
        ("Kish 设计效应 design effect", f"{result.kish_design_effect:.4f}"),
        ("有效样本量 effective n", f"{result.effective_n:,.1f}"),
    ]
    width = max(_width(name) for name, _ in pairs)
    lines = [f"{_padded(name, width)}  {value}" for name, value in pairs]
    if result.estimates:
        lines += ["", *_table(result.estimates)]
    for notice in result.notices:
        words = _words(notice)
        lines += ["", f"! {words.zh}", f"  {words.en}"]
    return "\n".join(lines)


def _rescaled(result: WeighResult) -> list[tuple[str, str]]:
    if result.written is result.weights:
        return []
    return [("写出的权数合计 sum as written", f"{result.written.sum():,.6g}")]


def _words(notice: Notice) -> Words:
    """Return a notice's sentence, after the estimate it is about."""
    words = say(notice.code, notice.values)
    if "statistic" not in notice.values:
        return words
    of = say("of_estimate", notice.values)
    return Words(of.zh + words.zh, of.en + words.en)


def _table(estimates: tuple[DomainEstimate, ...]) -> list[str]:
    heading = ["统计量 statistic", "分组 domain", "估计 estimate", "标准误 se", "下限 lower",
               "上限 upper", "n", "n_eff"]  # fmt: skip
    rows = [heading]
    for e in estimates:
        name = f"{e.statistic} {e.variable}" + (f"={e.category}" if e.category else "")
        domain = ", ".join(f"{column}={value}" for column, value in e.domain.items())
        figures = ["-" if x is None else f"{x:,.7g}" for x in (e.estimate, e.se, e.lower, e.upper)]
        rows.append([name, domain or "全部 all", *figures, str(e.n), f"{e.effective_n:.1f}"])
    widths = [max(_width(row[i]) for row in rows) for i in range(len(heading))]
    lines = [
        "  ".join(
            _padded(cell, width) if i < 2 else " " * (width - _width(cell)) + cell
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return [lines[0], "-" * (sum(widths) + 2 * (len(widths) - 1)), *lines[1:]]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))

"""What of a release is sure, as sentences: units beyond a line, those that may be first or last."""

from collections.abc import Sequence

from survey.appraisal.record.scores import Decision, UnitScore
from survey.reports.words import listed


def line_named(line: Decision, lang: str) -> str:
    """Return what a line is called."""
    if line.kind == "class_mean":
        return (
            f"the class mean ({line.threshold})"
            if lang == "en"
            else f"同类平均分（{line.threshold}）"
        )
    return f"{line.threshold} points" if lang == "en" else f"{line.threshold}分"


def unit_lines(unit: UnitScore, lang: str) -> tuple[str, ...]:
    """Return where a unit lies from the lines of the scheme."""
    said = {
        "above": ("得分肯定高于{}。", "The score is surely above {}."),
        "below": ("得分肯定低于{}。", "The score is surely below {}."),
        None: ("是否高于{}，不能肯定。", "Whether it is above {} is not sure."),
    }
    return tuple(
        said[line.side][lang == "en"].format(line_named(line, lang))
        for line in unit.decisions or ()
    )


def class_lines(units: Sequence[UnitScore], lang: str) -> tuple[str, ...]:
    """Return what is sure of a class: who may be first and last, who lies beyond its lines."""
    ranked = [unit for unit in units if unit.rank_range is not None]
    if not ranked:
        return ()
    first = [unit for unit in ranked if unit.rank_range and unit.rank_range[0] == 1]
    last = [unit for unit in ranked if unit.rank_range and unit.rank_range[1] == len(ranked)]
    out = [
        _sentence("可能排第一的：", "May be first: ", first, lang),
        _sentence("可能排最后的：", "May be last: ", last, lang),
    ]
    decided = [unit for unit in ranked if unit.decisions]
    for place, line in enumerate((decided[0].decisions or ()) if decided else ()):
        name = line_named(line, lang)
        for side, zh, en in (
            ("above", f"肯定高于{name}的：", f"Surely above {name}: "),
            ("below", f"肯定低于{name}的：", f"Surely below {name}: "),
        ):
            there = [unit for unit in decided if (unit.decisions or ())[place].side == side]
            out.append(_sentence(zh, en, there, lang))
    return tuple(out)


def _sentence(zh: str, en: str, units: Sequence[UnitScore], lang: str) -> str:
    names = [unit.name_en if lang == "en" else unit.name for unit in units]
    if lang == "en":
        return f"{en}{listed(names, lang) or 'none'}."
    return f"{zh}{listed(names, lang) or '无'}。"

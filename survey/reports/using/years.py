"""Each unit of a release against the campaign before: its change, or why there is none to tell."""

from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.reported import ChangeReported
from survey.appraisal.record.scores import UnitScore
from survey.reports.fields import YearRow
from survey.reports.words import CHANGED

_NONE = "–"


def earlier_campaign(document: ScoreDocument) -> str:
    """Return the campaign the release was compared with; empty where there was none."""
    changes = (unit.reported.change for unit in document.units if unit.reported)
    return next((change.campaign for change in changes if change), "")


def year_rows(document: ScoreDocument, *, lang: str) -> tuple[YearRow, ...]:
    """Return a line for each unit, as the release has it; none where nothing was compared."""
    if not earlier_campaign(document):
        return ()
    return tuple(_row(unit, lang) for unit in document.units)


def _row(unit: UnitScore, lang: str) -> YearRow:
    change = unit.reported.change if unit.reported else None
    told = change is not None and change.delta is not None and not change.reasons
    return YearRow(
        code=unit.unit_code,
        name=unit.name_en if lang == "en" else unit.name,
        class_code=unit.class_code,
        score=unit.score or _NONE,
        change=_signed(change.delta) if told and change and change.delta else _NONE,
        interval=_interval(change, lang) if told and change else _NONE,
        verdict=_verdict(change, lang),
    )


def _interval(change: ChangeReported, lang: str) -> str:
    if change.lower is None or change.upper is None:
        return _NONE
    return f"{_signed(change.lower)}{' to ' if lang == 'en' else '至'}{_signed(change.upper)}"


def _verdict(change: ChangeReported | None, lang: str) -> str:
    """Return what may be said of a change in words."""
    english = lang == "en"
    if change is None:
        return "not compared" if english else "未作比较"
    if reasons := change.reasons_en if english else change.reasons:
        return ("not comparable: " if english else "不可比：") + " ".join(reasons)
    if change.side:
        return CHANGED[change.side].text(lang)
    return "not surely different" if english else "不能肯定有变化"


def _signed(figure: str) -> str:
    return figure if figure.startswith("-") or not figure.strip("0.") else f"+{figure}"

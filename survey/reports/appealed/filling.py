"""The decision on an appeal: figures from the releases, dates and words from the appeal itself."""

from __future__ import annotations

from dataclasses import dataclass

from survey.appraisal.appeals.kinds import OUTCOMES
from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.scores import AppealFigures, AppealGranted
from survey.reports.fields import AppealLine, AppealPart
from survey.reports.filling import NONE

_NAMES = (("得分", "Score"), ("区间", "Interval"), ("类内名次", "Rank in its class"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealTold:
    """What the appeal says that no release does: when, what about, how it was decided and why."""

    number: str
    filed_on: str
    received_on: str
    decided_on: str
    matter: str
    which: str
    outcome: str
    reason: str
    contested: str


def appeal_part(
    document: ScoreDocument, *, unit_code: str, lang: str, told: AppealTold | None = None
) -> AppealPart:
    """Return the appeal of a unit as a release tells it that holds since it was decided.

    Without what the appeal says only what the release tells is there: enough to check a document.
    """
    mine = _granted(document, unit_code)
    contested = _contested(document, mine) or (told.contested if told else "")
    outcome = OUTCOMES[mine.outcome].text(lang) if mine else ""
    return AppealPart(
        number=told.number if told else str(mine.number) if mine else "",
        filed_on=told.filed_on if told else "",
        received_on=told.received_on if told else "",
        decided_on=told.decided_on if told else "",
        matter=told.matter if told else "",
        which=told.which if told else "",
        outcome=told.outcome if told else outcome,
        reason=told.reason if told else "",
        contested=contested,
        superseded=contested not in {"", document.release.id},
        figures=_figures(document, unit_code, lang),
    )


def _granted(document: ScoreDocument, unit_code: str) -> AppealGranted | None:
    granted = document.release.appeal
    return granted if granted and granted.unit_code == unit_code else None


def _contested(document: ScoreDocument, mine: AppealGranted | None) -> str:
    """Return the release contested as far as this one knows: by name, or the only one there was."""
    if mine is not None:
        return mine.contested
    return "" if document.release.supersedes else document.release.id


def _figures(document: ScoreDocument, unit_code: str, lang: str) -> tuple[AppealLine, ...]:
    """Return each figure before and after; a release that was for another appeal knows no before.

    So every figure can be checked against the one release the document is of.
    """
    unit = next((one for one in document.units if one.unit_code == unit_code), None)
    if unit is None:
        return ()
    mine, after = _granted(document, unit_code), AppealFigures.of(unit)
    unknown = AppealFigures(score=None, lower=None, upper=None, class_rank=None)
    same = unknown if document.release.supersedes else after
    pairs = zip(_NAMES, _texts(mine.before if mine else same), _texts(after), strict=True)
    at = 1 if lang == "en" else 0
    return tuple(AppealLine(name=names[at], before=then, after=now) for names, then, now in pairs)


def _texts(one: AppealFigures) -> tuple[str, str, str]:
    interval = f"{one.lower}–{one.upper}" if one.lower else NONE
    return one.score or NONE, interval, str(one.class_rank or NONE)

"""The score document of a release as the fields of its documents, in one language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.reported import Reported
from survey.appraisal.record.scores import UnitScore
from survey.problems import Refused
from survey.reports.fields import (
    AppealPart,
    ClassPart,
    Fields,
    GroupLine,
    RuleLine,
    UnitPart,
    UnitRow,
    YearRow,
)
from survey.reports.sure import class_lines
from survey.reports.words import ACTIONS, hidden, listed

NONE = "–"


def reported_in(document: ScoreDocument) -> Reported:
    """Return what a release says for its documents.

    Raises Refused where an earlier program froze it, which did not say it yet.
    """
    if document.reported is None:
        raise Refused.of(
            field=document.release.id,
            zh="这次发布由旧版程序生成，没有文书所需的内容；请重新计分并发布，再生成文书",
            en="an earlier program froze this release without what documents need; score and "
            "release again, then make the documents",
        )
    return document.reported


def fill(
    document: ScoreDocument,
    *,
    lang: str,
    unit: UnitPart | None = None,
    appeal: AppealPart | None = None,
    before: str = "",
    years: tuple[YearRow, ...] = (),
) -> Fields:
    """Return the fields of a release's documents; of a letter with its unit, and its appeal.

    `years` are the units against the campaign `before`, where there was one.

    Raises Refused where the release does not say what documents need.
    """
    told, campaign, release = reported_in(document), document.campaign, document.release
    scored = [one for one in document.units if one.score is not None]
    return Fields(
        title=campaign.title_en if lang == "en" else campaign.title,
        year=str(campaign.year),
        organiser=told.organiser,
        warning=_words(document.notice, lang) if document.notice else "",
        release=release.id,
        released_on=_day(release.frozen_at, lang, zone_of=campaign.fieldwork.start),
        supersedes=release.supersedes or "",
        began_on=_day(campaign.fieldwork.start, lang),
        ended_on=_day(campaign.fieldwork.end, lang),
        sure=percent(told.confidence),
        wrong=percent(told.error_rate),
        returned=str(told.returned),
        valid=str(told.valid),
        excluded=str(told.excluded),
        quarantined=str(told.quarantined),
        flagged=str(told.flagged),
        organised=str(told.organised),
        n_units=str(len(document.units)),
        n_scored=str(len(scored)),
        unscored=listed([name_of(one, lang) for one in document.units if one.score is None], lang),
        classes=tuple(_class(document, told, one.code, lang) for one in told.classes),
        groups=tuple(_group(document, told, one.group_code, lang) for one in told.groups),
        rules=tuple(
            RuleLine(
                code=rule.rule_id,
                name=rule.name_en if lang == "en" else rule.name,
                action=ACTIONS[rule.action].text(lang),
                n=count(rule.n, lang),
            )
            for rule in told.rules
        ),
        notices=tuple(_words(notice, lang) for notice in document.notices),
        before=before,
        years=years,
        unit=unit,
        appeal=appeal,
    )


def name_of(unit: UnitScore, lang: str) -> str:
    """Return what a unit is called in a language."""
    return unit.name_en if lang == "en" else unit.name


def count(n: int | None, lang: str) -> str:
    """Return a count, or that it is not told."""
    return hidden(lang) if n is None else str(n)


def percent(share: str) -> str:
    """Return a share in [0, 1], a decimal string, as a percentage without trailing zeros."""
    return f"{(Decimal(share) * 100).normalize():f}%"


def row_of(unit: UnitScore, told: Reported, lang: str) -> UnitRow:
    """Return a unit's line in a table."""
    names = {one.group_code: one.name_en if lang == "en" else one.name for one in told.groups}
    ranks = unit.rank_range
    reported = unit.reported
    return UnitRow(
        code=unit.unit_code,
        name=name_of(unit, lang),
        scored=unit.score is not None,
        ranked=unit.class_rank is not None,
        score=unit.score or NONE,
        interval=f"{unit.lower}–{unit.upper}" if unit.lower else NONE,
        rank=str(unit.class_rank or NONE),
        ranks=NONE
        if ranks is None
        else str(ranks[0])
        if ranks[0] == ranks[1]
        else f"{ranks[0]}–{ranks[1]}",
        tier=str(unit.tier or NONE),
        grade=(unit.grade_en if lang == "en" else unit.grade) or NONE,
        points=unit.points or NONE,
        full_points=unit.full_points,
        n=str(unit.n),
        effective_n=unit.effective_n,
        weight_used=f"{unit.group_weight_used}%",
        returned=str(reported.returned) if reported else NONE,
        set_aside=count(reported.set_aside, lang) if reported else NONE,
        too_few=listed([names[one.group_code] for one in unit.groups if one.status != "used"], lang)
        or NONE,
        remark=_remark(unit, lang),
    )


def _remark(unit: UnitScore, lang: str) -> str:
    if unit.score is None:
        return "sample too small, no score" if lang == "en" else "样本不足，不公布得分"
    if unit.class_rank is None:
        return "not ranked" if lang == "en" else "缺少受邀样本作对照，不排名"
    return ""


def _class(document: ScoreDocument, told: Reported, code: str, lang: str) -> ClassPart:
    units = [unit for unit in document.units if unit.class_code == code]
    last = len(units) + 1
    units.sort(key=lambda unit: (unit.score is None, unit.class_rank or last))
    names = next(one for one in told.classes if one.code == code)
    return ClassPart(
        code=code,
        name=names.name_en if lang == "en" else names.name,
        n_units=str(len(units)),
        n_scored=str(sum(unit.score is not None for unit in units)),
        units=tuple(row_of(unit, told, lang) for unit in units),
        lines=class_lines(units, lang),
    )


def _group(document: ScoreDocument, told: Reported, code: str, lang: str) -> GroupLine:
    group = next(one for one in told.groups if one.group_code == code)
    mine = [one for unit in document.units for one in unit.groups if one.group_code == code]
    issued = [one for one in document.release.codes if one.group_code == code]
    n_issued = sum(one.issued for one in issued)
    known = [one.answered for one in issued if one.answered is not None]
    answered = sum(known)
    whole = n_issued > 0 and len(known) == len(issued)
    return GroupLine(
        code=code,
        name=group.name_en if lang == "en" else group.name,
        fewest=str(group.min_valid),
        n=str(sum(one.n for one in mine)),
        issued=str(n_issued) if n_issued else NONE,
        answered=str(answered) if whole else NONE,
        rate=_share(answered, n_issued) if whole else NONE,
        n_short=str(sum(one.status != "used" for one in mine)),
    )


def _share(part: int, of: int) -> str:
    """Return a share in percent with one place, rounded half up."""
    tenths = (2000 * part + of) // (2 * of)
    return f"{tenths // 10}.{tenths % 10}%"


def _words(said: object, lang: str) -> str:
    return str(getattr(said, "en" if lang == "en" else "zh"))


def _day(moment: str, lang: str, *, zone_of: str = "") -> str:
    """Return the day of a moment; of one in UTC that of the place where another moment is told."""
    at = datetime.fromisoformat(moment)
    if zone_of:
        at = at.astimezone(datetime.fromisoformat(zone_of).tzinfo)
    return day_told(at, lang)


def day_told(at: date, lang: str) -> str:
    """Return a day as documents say it."""
    return f"{at.day} {at:%B %Y}" if lang == "en" else f"{at.year}年{at.month}月{at.day}日"

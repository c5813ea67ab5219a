"""What a unit gets: its score, its items against the class, each correction, what to look at."""

from collections.abc import Sequence

from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.reported import (
    ChangeReported,
    ItemStanding,
    ReasonsAsked,
    Reported,
    UnitReported,
)
from survey.appraisal.record.scores import GroupScore, UnitScore
from survey.problems import Refused
from survey.reports.fields import (
    AppealPart,
    CountLine,
    Fields,
    ReasonsPart,
    UnitGroup,
    UnitItem,
    UnitPart,
    UnitStep,
    WordsPart,
)
from survey.reports.filling import NONE, count, fill, name_of, reported_in, row_of
from survey.reports.sure import unit_lines
from survey.reports.words import CHANGED, COMMENTS, SURELY, hidden, listed
from survey.wording import STEPS


def letter_fields(
    document: ScoreDocument, *, unit_code: str, lang: str, appeal: AppealPart | None = None
) -> Fields:
    """Return the fields of one unit's letter, or of the decision on its appeal.

    Raises Refused where the release does not know the unit, or does not say what letters need.
    """
    told = reported_in(document)
    unit = next((one for one in document.units if one.unit_code == unit_code), None)
    if unit is None or unit.reported is None:
        raise Refused.of(
            field=unit_code,
            zh=f"这次发布中没有单位 {unit_code}",
            en=f"this release has no unit {unit_code}",
        )
    part = _part(unit, unit.reported, told, lang)
    return fill(document, lang=lang, unit=part, appeal=appeal)


def _part(unit: UnitScore, mine: UnitReported, told: Reported, lang: str) -> UnitPart:
    names = next(one for one in told.classes if one.code == unit.class_code)
    questions = tuple(_item(one, unit, told, lang) for one in mine.items)
    reasons = tuple(_reasons(one, lang) for one in mine.reasons)
    rules = {rule.rule_id: rule.name_en if lang == "en" else rule.name for rule in told.rules}
    return UnitPart(
        row=row_of(unit, told, lang),
        class_code=unit.class_code,
        class_name=names.name_en if lang == "en" else names.name,
        lines=unit_lines(unit, lang),
        groups=tuple(_group(one, told, lang) for one in unit.groups),
        questions=questions,
        steps=tuple(
            UnitStep(
                name=STEPS[step.name][0].text(lang),
                score=step.score or NONE,
                why=STEPS[step.name][1].text(lang),
            )
            for step in mine.steps
        ),
        rules=tuple(
            CountLine(name=f"{met.rule_id} {rules[met.rule_id]}", n=count(met.n, lang))
            for met in mine.rules
        ),
        reasons=reasons,
        comments=tuple(
            CountLine(name=COMMENTS[one.kind].text(lang), n=count(one.n, lang))
            for one in mine.comments
        ),
        words=tuple(
            WordsPart(
                name=COMMENTS[one.kind].text(lang),
                given=tuple(CountLine(name=said.word, n=str(said.n)) for said in one.words),
            )
            for one in mine.comments
            if one.words
        ),
        changes=_changes(mine.change, lang),
        first=_first(questions, mine.reasons, lang),
        notices=tuple(one.en if lang == "en" else one.zh for one in unit.notices),
    )


def _group(group: GroupScore, told: Reported, lang: str) -> UnitGroup:
    names = next(one for one in told.groups if one.group_code == group.group_code)
    too_few = "too few answers" if lang == "en" else "样本不足"
    return UnitGroup(
        code=group.group_code,
        name=names.name_en if lang == "en" else names.name,
        score=group.score or hidden(lang),
        n=str(group.n),
        awareness=_tenths(group.awareness_rate) if group.awareness_rate else NONE,
        share=_tenths(group.share) if group.status == "used" else too_few,
    )


def _tenths(share: str) -> str:
    """Return a share with four places in percent with one, rounded half up."""
    whole, _, behind = share.partition(".")
    tenths = (int(whole + behind.ljust(4, "0")) + 5) // 10
    return f"{tenths // 10}.{tenths % 10}%"


def _item(item: ItemStanding, unit: UnitScore, told: Reported, lang: str) -> UnitItem:
    asked = next(one for one in told.items if one.item_id == item.item_id)
    words = asked.words_en if lang == "en" else asked.words
    return UnitItem(
        code=item.item_id,
        words=words.replace("{unit}", name_of(unit, lang)),
        score=item.score,
        mean=item.mean,
        difference=_signed(item.difference),
        interval=_between(item.lower, item.upper, lang),
        verdict=SURELY[item.side].text(lang),
        side=item.side or "",
    )


def _signed(figure: str) -> str:
    return figure if figure.startswith("-") or not figure.strip("0.") else f"+{figure}"


def _between(lower: str, upper: str, lang: str) -> str:
    return f"{_signed(lower)}{' to ' if lang == 'en' else '至'}{_signed(upper)}"


def _reasons(asked: ReasonsAsked, lang: str) -> ReasonsPart:
    given = sorted(asked.given, key=lambda one: -(one.n or 0))
    return ReasonsPart(
        words=asked.words_en if lang == "en" else asked.words,
        n=count(asked.n, lang),
        given=tuple(
            CountLine(name=one.words_en if lang == "en" else one.words, n=count(one.n, lang))
            for one in given
        ),
    )


def _changes(change: ChangeReported | None, lang: str) -> tuple[str, ...]:
    """Return what changed since last time, or why that is not comparable."""
    if change is None:
        return ()
    english = lang == "en"
    reasons = change.reasons_en if english else change.reasons
    if reasons or change.delta is None or change.lower is None or change.upper is None:
        head = (
            f"Not comparable with {change.campaign}:"
            if english
            else f"与 {change.campaign} 不可比，不计算变化："
        )
        return (head, *reasons)
    between = _between(change.lower, change.upper, lang)
    told_so = (
        f"Change since {change.campaign}: {_signed(change.delta)} points, interval {between}."
        if english
        else f"比 {change.campaign} 变化 {_signed(change.delta)} 分，区间 {between}。"
    )
    none = (
        "The interval holds 0: no change can be claimed."
        if english
        else "区间包含0：不能说有变化。"
    )
    same = change.lower.startswith("-") and not change.upper.startswith("-")
    side = (CHANGED[change.side].text(lang),) if change.side else ()
    return (told_so, *((none,) if same else ()), *side)


def _first(
    questions: Sequence[UnitItem], reasons: Sequence[ReasonsAsked], lang: str
) -> tuple[str, ...]:
    """Return what to look at first: items surely below the class mean, the most ticked reason."""
    english = lang == "en"
    low = [one for one in questions if one.side == "below"]
    low.sort(key=lambda one: float(one.difference))
    out = [
        f"“{one.words}” {one.difference.lstrip('-')} points below the class mean."
        if english
        else f"“{one.words}”：比同类平均低{one.difference.lstrip('-')}分。"
        for one in low
    ]
    for asked in reasons:
        most = max((one.n or 0 for one in asked.given), default=0)
        names = [one.words_en if english else one.words for one in asked.given if one.n == most]
        if most:
            out.append(
                f"Most ticked reason: {listed(names, lang)} ({most} people)."
                if english
                else f"选得最多的原因：{listed(names, lang)}（{most}人）。"
            )
    if not out:
        out.append(
            "No item is surely below the class mean, and no reason stands out."
            if english
            else "没有一题肯定低于同类平均，也没有特别集中的原因。"
        )
    return tuple(out)

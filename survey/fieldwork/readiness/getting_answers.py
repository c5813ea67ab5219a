"""How far codes and answers go: the bound on open answers, the plan, what waits, what is whole."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from survey.fieldwork.counting import codes_in_use
from survey.fieldwork.plan_summary import summarise_plan
from survey.fieldwork.progress import read_progress
from survey.fieldwork.readiness.item import Inquiry, Item
from survey.model import (
    Campaign,
    Entrance,
    KeyedSheet,
    ProgressCounter,
    Proposal,
)
from survey.scheme.campaign_scheme import scheme_of
from survey.two_persons.deed import Said

_SHOWN = 5
_OWN_DEED = {"open": "campaign.open", "close": "campaign.close_early", "release": "release.make"}

ByUnit = Mapping[str, Mapping[int, int]]  # of each group


def bound(asked: Inquiry) -> Item | None:
    """Say for each group with posters whether invited answers will hold the open ones.

    Before the opening by the codes issued, afterwards by the answers; nothing where a plan holds
    open answers by no invited ones.
    """
    wanted = summarise_plan(asked.session, campaign=asked.campaign).corrections.combination
    groups = _groups_with_posters(asked)
    if not groups or wanted.method == "pooled":
        return None
    answered = asked.deed in {"close", "release"}
    found = _answered(asked) if answered else _issued(asked)
    n_units = {
        code: sum(n >= wanted.min_answers for n in found.get(code, {}).values()) for code in groups
    }
    thing = Said(zh="受邀答卷", en="invited answers") if answered else Said(zh="评议码", en="codes")
    need_zh = f"至少 {wanted.min_units} 个单位各有 {wanted.min_answers} 个以上{thing.zh}"
    need_en = f"{wanted.min_answers} {thing.en} each in at least {wanted.min_units} units"
    name = Said(zh="公开答卷的对照", en="What holds open answers")
    short = {code: n for code, n in n_units.items() if n < wanted.min_units}
    if not short:
        said = Said(zh=f"有海报的每类对象都有：{need_zh}", en=f"{need_en}, in each group")
        return Item(name=name, standing="ready", said=said)
    said = Said(
        zh=f"{_listed(groups, short, 'zh')}；有海报的每类对象须{need_zh}，"
        "否则其公开答卷不计入得分，或只在限度内影响得分；受邀答卷太少的单位不参加排名",
        en=f"{_listed(groups, short, 'en')}; each group with posters needs {need_en}, or its open"
        " answers do not count, or only within a bound, and units with too few invited answers stay"
        " without a rank",
    )
    return Item(name=name, standing="warns", said=said)


PLAN = Said(zh="计划完成率", en="Plan")


def plan_reached(asked: Inquiry) -> Item:
    """Say how many of the planned answers are valid, and which groups lack the fewest wanted."""
    campaign = asked.campaign
    found = read_progress(asked.session, campaign=campaign, units=campaign.units, at=asked.at)
    short = [
        f"{row.taking_part.unit.code} {cell.group_code}"
        for row in found.units
        for cell in row.cells
        if cell.valid < cell.min_valid
    ]
    share = found.valid / found.target if found.target else 1.0
    zh = f"有效答卷 {found.valid:,} 份，计划 {found.target:,} 份，完成 {share:.0%}"
    en = f"{found.valid:,} valid answers of {found.target:,} planned, {share:.0%}"
    if short:
        listed = "、".join(short[:_SHOWN]) + (" …" if len(short) > _SHOWN else "")
        zh += f"；{len(short)} 项（单位×对象）不足最低数：{listed}"
        en += f"; {len(short)} of units × groups lack the fewest wanted: {listed}"
    return Item(
        name=PLAN,
        standing="warns" if short or share < 1 else "ready",
        said=Said(zh=zh, en=en),
    )


def waiting(asked: Inquiry) -> Item:
    """Say how many other deeds wait for a second person."""
    n = asked.session.scalar(
        sa.select(sa.func.count(Proposal.id)).where(
            Proposal.campaign_id == asked.campaign.id,
            Proposal.outcome.is_(None),
            Proposal.deed != _OWN_DEED.get(asked.deed, ""),
        )
    )
    name = Said(zh="待批事项", en="Proposals")
    if not n:
        return Item(name=name, standing="ready", said=Said(zh="没有待批的", en="none waits"))
    said = Said(
        zh=f"有 {n} 件等待另一人批准；请先办理",
        en=f"{n} wait for a second person; decide them first",
    )
    return Item(name=name, standing="warns", said=said)


def paper_sheets(asked: Inquiry) -> Item | None:
    """Say how many paper sheets were keyed in and have not entered; nothing where none wait."""
    n = asked.session.scalar(
        sa.select(sa.func.count(KeyedSheet.id)).where(
            KeyedSheet.campaign_id == asked.campaign.id, KeyedSheet.turn == 1
        )
    )
    if not n:
        return None
    return Item(
        name=Said(zh="纸质问卷", en="Paper sheets"),
        standing="warns",
        said=Said(
            zh=f"有 {n} 份录入后还没有计入；结束后不能再计入，请先由另一人录第二遍或核对差异",
            en=f"{n} were keyed in and have not entered; they cannot once it is closed: have them"
            " keyed in by a second person, or the differences resolved",
        ),
    )


def whole(asked: Inquiry) -> Item:
    """Say whether what is stored is what was sealed."""
    name = Said(zh="存档核对", en="Records")
    if not asked.altered:
        said = Said(zh="与封存时一致", en="what was sealed")
        return Item(name=name, standing="ready", said=said)
    first, n = asked.altered[0], len(asked.altered)
    said = Said(
        zh=f"{first.text('zh')}" + (f"（共 {n} 处）" if n > 1 else ""),
        en=f"{first.text('en')}" + (f" ({n} in all)" if n > 1 else ""),
    )
    return Item(name=name, standing="blocks", said=said)


def _listed(groups: Mapping[str, Said], short: Mapping[str, int], lang: str) -> str:
    if lang == "en":
        return ", ".join(f"{groups[code].en}: {n} units" for code, n in short.items())
    return "，".join(f"{groups[code].zh}只有 {n} 个单位够数" for code, n in short.items())


def _groups_with_posters(asked: Inquiry) -> dict[str, Said]:
    query = sa.select(Entrance.group_code).distinct()
    hung = set(
        asked.session.scalars(
            query.where(
                Entrance.campaign_id == asked.campaign.id,
                Entrance.kind == "poster",
                Entrance.withdrawn_at.is_(None),
            )
        )
    )
    return {
        group.code: Said(zh=f"{group.code} {group.name_zh}", en=f"{group.code} {group.name_en}")
        for group in asked.campaign.groups
        if group.code in hung
    }


def _issued(asked: Inquiry) -> ByUnit:
    """Return codes in use by group and unit; one of a sitting counts for each unit it covers."""
    codes = codes_in_use(asked.session, asked.campaign)
    return _summed((each.group_code, each.unit_id, each.n) for each in codes)


def _answered(asked: Inquiry) -> ByUnit:
    """Return valid answers of invited people by group and unit."""
    counter = ProgressCounter
    query = sa.select(counter.group_code, counter.unit_id, sa.func.sum(counter.valid)).where(
        counter.campaign_id == asked.campaign.id, counter.channel.in_(_invited(asked.campaign))
    )
    rows = asked.session.execute(query.group_by(counter.group_code, counter.unit_id))
    return _summed((group_code, unit_id, n) for group_code, unit_id, n in rows)


def _summed(counts: Iterable[tuple[str, int, int]]) -> ByUnit:
    found: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for group_code, unit_id, n in counts:
        found[group_code][unit_id] += int(n)
    return found


def _invited(campaign: Campaign) -> list[str]:
    return list(scheme_of(campaign).invited_channels)

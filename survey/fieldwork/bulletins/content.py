"""What a progress bulletin 进度通报 says: figures of the counters, each unit against its own plan.

Units stand in the order of the scheme and are told in words, with no count and no score, so that
nothing here ranks them (国办函〔2026〕12号). Counts of answers under ten are not told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.fieldwork.counting import FEWEST_TOLD
from survey.fieldwork.days import days_of
from survey.fieldwork.entrances import posters_of
from survey.fieldwork.papers.silent_posters import SILENT_DAYS, poster_days
from survey.fieldwork.progress import Progress, UnitRow, read_progress
from survey.model import Campaign, Unit
from survey.scheme.campaign_scheme import scheme_of
from survey.two_persons.deed import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a heading, the first column what each is about; widths are parts of the page."""

    widths: tuple[int, ...]
    heading: tuple[Said, ...]
    rows: tuple[tuple[Said, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a bulletin: its heading, its sentences and a table, if it has one."""

    heading: Said
    lines: tuple[Said, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenPart:
    """A part in one language; without columns it has no table."""

    heading: str
    lines: list[str]
    widths: tuple[int, ...]
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A bulletin as of a moment: its number, who issues it on which day, what it says."""

    number: int
    title: Said
    organiser: str
    day: date
    simulated: bool
    parts: tuple[Part, ...]


def bulletin_content(session: Session, *, campaign: Campaign, number: int, at: datetime) -> Content:
    """Return what a bulletin of a moment says."""
    progress = read_progress(session, campaign=campaign, units=campaign.units, at=at)
    return Content(
        number=number,
        title=Said(zh=campaign.title_zh, en=campaign.title_en),
        organiser=campaign.organiser_zh,
        day=date.fromisoformat(local_day(at, campaign.timezone)),
        simulated=campaign.simulated,
        parts=(
            _in_all(campaign, progress, at),
            _by_class(campaign, progress),
            _invited(campaign, progress),
            _units(campaign, progress),
            _posters(session, campaign, at),
            _requirements(campaign),
        ),
    )


def _in_all(campaign: Campaign, progress: Progress, at: datetime) -> Part:
    zone = ZoneInfo(campaign.timezone)
    first, today, last = (
        moment.astimezone(zone) for moment in (campaign.starts_at, at, campaign.ends_at)
    )
    place, left = (today.date() - first.date()).days + 1, (last.date() - today.date()).days
    valid, target = progress.valid, progress.target
    share = _share(valid, target)
    told = share != _none()
    done_zh, done_en = (f"，完成{share.zh}", f" ({share.en})") if told else ("", "")
    return Part(
        heading=Said(zh="总体进度", en="Progress in all"),
        lines=(
            Said(
                zh=f"评议时间为{_day_zh(first.date())}至{_day_zh(last.date())}，今天是第{place}天，"
                f"还剩{left}天（不含今天）。",
                en=f"The fieldwork runs from {_day_en(first.date())} to {_day_en(last.date())};"
                f" this is day {place}, and {left} days are left after today.",
            ),
            Said(
                zh=f"截至{_day_zh(today.date())}{today:%H:%M}，共收到有效答卷{_n(valid).zh}份，"
                f"计划{target}份{done_zh}；评议时间已过去{progress.expected:.0%}。",
                en=f"As of {today:%H:%M} today, {_n(valid).en} valid answers of {target} planned"
                f" have come in{done_en}; {progress.expected:.0%} of the time has passed.",
            ),
        ),
    )


def _by_class(campaign: Campaign, progress: Progress) -> Part:
    """Tell each class by group: what was planned, what came, which part of the plan that is."""
    classes = scheme_of(campaign).classes
    rows: list[tuple[Said, ...]] = []
    for code in dict.fromkeys(entry.class_code for entry in campaign.units):
        mine = [row for row in progress.units if row.taking_part.class_code == code]
        name = Said(zh=f"{code} {classes[code].zh}", en=f"{code} {classes[code].en}")
        for group in campaign.groups:
            cells = [cell for row in mine if (cell := row.cell(group.code))]
            if cells:
                valid, target = sum(c.valid for c in cells), sum(c.target for c in cells)
                rows.append(
                    (
                        name,
                        Said(zh=group.name_zh, en=group.name_en),
                        _n(target, told=True),
                        *_came(valid, target, n_units=len(cells)),
                    )
                )
    return Part(
        heading=Said(zh="各类单位、各类评议对象完成情况", en="By class and respondent group"),
        table=Table(
            widths=(34, 30, 12, 12, 12),
            heading=(
                Said(zh="类别", en="Class"),
                Said(zh="评议对象", en="Respondent group"),
                Said(zh="计划份数", en="Planned"),
                Said(zh="有效份数", en="Valid"),
                Said(zh="完成比例", en="Part of the plan"),
            ),
            rows=tuple(rows),
        ),
    )


def _invited(campaign: Campaign, progress: Progress) -> Part:
    channels = scheme_of(campaign).channels
    rows = [
        (
            Said(zh=channels[row.channel].zh, en=channels[row.channel].en),
            _n(row.issued, told=True),
            _n(row.not_eligible),
            _n(row.by_code),
            _none() if row.rate is None or row.by_code < FEWEST_TOLD else _percent(row.rate),
        )
        for row in progress.channels
        if row.invited and row.issued
    ]
    heading = Said(zh="受邀对象作答情况", en="Response of those invited")
    if not rows:
        nobody = Said(zh="没有发放一次性评议码。", en="No one-time codes were issued.")
        return Part(heading=heading, lines=(nobody,))
    return Part(
        heading=heading,
        lines=(
            Said(
                zh="回收率＝用评议码作答的份数÷（发出的评议码数－经联系不符合条件的人数），即AAPOR的RR1；"
                "扫海报作答的没有基数，不计回收率。",
                en="Response rate: answers by code over codes issued less people found not eligible"
                " (RR1 of AAPOR); answers from posters have no base and no rate.",
            ),
        ),
        table=Table(
            widths=(40, 15, 15, 15, 15),
            heading=(
                Said(zh="渠道", en="Channel"),
                Said(zh="发出", en="Issued"),
                Said(zh="不符合条件", en="Not eligible"),
                Said(zh="作答", en="Answered"),
                Said(zh="回收率", en="Response rate"),
            ),
            rows=tuple(rows),
        ),
    )


def _units(campaign: Campaign, progress: Progress) -> Part:
    classes = scheme_of(campaign).classes
    groups = {group.code: group for group in campaign.groups}
    rows = []
    for row in progress.units:
        unit, code = row.taking_part.unit, row.taking_part.class_code
        below = [groups[cell.group_code] for cell in row.cells if cell.valid < cell.min_valid]
        every = len(below) == len(row.cells) > 1
        rows.append(
            (
                Said(zh=unit.name_zh, en=unit.name_en),
                Said(zh=classes[code].zh, en=classes[code].en),
                standing(row),
                Said(
                    zh="全部" if every else "、".join(each.name_zh for each in below) or "无",
                    en="all" if every else ", ".join(each.name_en for each in below) or "none",
                ),
            )
        )
    return Part(
        heading=Said(zh="各单位进展", en="Units"),
        lines=(
            Said(
                zh="按方案所列次序，只对照各单位自己的计划，不分先后。",
                en="In the order of the scheme, each against its own plan; this is no ranking.",
            ),
        ),
        table=Table(
            widths=(31, 20, 19, 30),
            heading=(
                Said(zh="单位", en="Unit"),
                Said(zh="类别", en="Class"),
                Said(zh="进展", en="Progress"),
                Said(zh="未达最低份数的评议对象", en="Groups below their minimum"),
            ),
            rows=tuple(rows),
        ),
    )


def standing(row: UnitRow) -> Said:
    """Return how a unit stands: done, on the way, or below a minimum."""
    if all(cell.valid >= cell.target for cell in row.cells):
        return Said(zh="已完成", en="done")
    if any(cell.valid < cell.min_valid for cell in row.cells):
        return Said(zh="未达最低份数", en="below minimum")
    return Said(zh="进行中", en="on the way")


def _posters(session: Session, campaign: Campaign, at: datetime) -> Part:
    """Tell the units of which a poster fell silent, as the register of posters does."""
    days = days_of(campaign, at)
    hung = posters_of(session, campaign=campaign, withdrawn=False)
    posters = poster_days(session, campaign=campaign, rows=hung, days=days)
    silent = {poster.row.unit.id for poster in posters if poster.silent_days}
    return Part(
        heading=Said(zh="海报", en="Posters"),
        lines=_about_posters(
            [entry.unit for entry in campaign.units if entry.unit_id in silent],
            hung=any(len(poster.by_day) >= SILENT_DAYS for poster in posters),
        ),
    )


def _about_posters(silent: Sequence[Unit], *, hung: bool) -> tuple[Said, ...]:
    if not hung:
        none = Said(
            zh=f"没有张贴满{SILENT_DAYS}天的海报。",
            en=f"No poster has hung for {SILENT_DAYS} days.",
        )
        return (none,)
    if not silent:
        return (Said(zh="没有无人作答的海报。", en="No poster has fallen silent."),)
    return (
        Said(
            zh=f"下列单位有海报至少{SILENT_DAYS}天（不含今天）没有答卷，而照它平日和同类海报的份数，"
            "这样的机会不到5%，请查看海报是否还在、能否扫开：",
            en=f"Units with a poster that brought nothing for {SILENT_DAYS} days or more before"
            " today, where its own days and those of its like leave a chance under 5% of that;"
            " please look whether it still hangs and can be scanned:",
        ),
        Said(
            zh="、".join(unit.short_zh for unit in silent) + "。",
            en=", ".join(unit.name_en for unit in silent) + ".",
        ),
    )


def _requirements(campaign: Campaign) -> Part:
    hotline = scheme_of(campaign).hotline
    return Part(
        heading=Said(zh="要求", en="What everybody keeps to"),
        lines=(
            Said(
                zh="请各单位配合张贴海报、告知居民，不得组织本单位人员代评，不得收集评议码，"
                f"任何人不得要求评议人选择指定答案。监督电话：{hotline}。",
                en="Units help to put up posters and to tell residents. Nobody answers in others'"
                " place, collects codes or tells anybody what to answer."
                f" Hotline: {hotline}.",
            ),
            Said(
                zh="本通报只说明抽样计划的进度，不含得分，不排名，不作为考核依据。",
                en="This bulletin tells the progress of the sample plan alone: no score, no"
                " ranking, no basis of assessment.",
            ),
        ),
    )


def _n(count: int, *, told: bool = False) -> Said:
    """Return a count; one that is `told` is the office's own and not of answers."""
    if told or count == 0 or count >= FEWEST_TOLD:
        return Said(zh=str(count), en=str(count))
    return Said(zh=f"不足{FEWEST_TOLD}", en=f"under {FEWEST_TOLD}")


def _came(valid: int, target: int, *, n_units: int) -> tuple[Said, Said]:
    """Return how many came and their share; of a unit alone neither, for everybody reads it."""
    return (_none(), _none()) if n_units == 1 else (_n(valid), _share(valid, target))


def _share(valid: int, target: int) -> Said:
    if not target or 0 < valid < FEWEST_TOLD:
        return _none()
    return _percent(valid / target)


def _percent(share: float) -> Said:
    rounded = round(100 * share)
    words = f"{min(rounded, 99) if share < 1 else rounded}%"  # what is not whole is not said to be
    return Said(zh=words, en=words)


def _none() -> Said:
    return Said(zh="–", en="–")


def _day_zh(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _day_en(day: date) -> str:
    return f"{day.day} {day:%B}"


def spoken(parts: Iterable[Part], lang: str) -> list[SpokenPart]:
    """Return the parts in a language, for whatever writes or shows them."""
    return [
        SpokenPart(
            heading=part.heading.text(lang),
            lines=[line.text(lang) for line in part.lines],
            widths=part.table.widths if part.table else (),
            columns=_row(part.table.heading, lang) if part.table else [],
            rows=[_row(row, lang) for row in part.table.rows] if part.table else [],
        )
        for part in parts
    ]


def _row(cells: Sequence[Said], lang: str) -> list[str]:
    return [cell.text(lang) for cell in cells]

"""Progress of the fieldwork against the plan, from the counters and the codes issued.

Nothing here ranks units: each is measured against its own plan, in the scheme's order.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from survey.fieldwork.counting import (
    ByWay,
    Counted,
    answers_collected,
    codes_issued,
    counted_answers,
    daily_answers,
    found_not_eligible,
    of_group,
    set_aside,
    targets_by_class,
)
from survey.model import Campaign, CampaignUnit
from survey.scheme.campaign_scheme import scheme_of

Standing = Literal["met", "on_course", "behind", "under", "short"]

_BEHIND = 0.8  # of what would be in by now if answers came evenly over the period


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One group of one unit: valid answers against the plan."""

    group_code: str
    valid: int
    received: int
    sources: int
    target: int
    min_valid: int
    standing: Standing

    @property
    def share(self) -> float:
        """Valid answers over the target, 1 where none were planned."""
        return self.valid / self.target if self.target else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit with a cell for each group its class is asked by."""

    taking_part: CampaignUnit
    cells: tuple[Cell, ...]

    @property
    def valid(self) -> int:
        """Valid answers of all groups."""
        return sum(cell.valid for cell in self.cells)

    @property
    def target(self) -> int:
        """Planned answers of all groups."""
        return sum(cell.target for cell in self.cells)

    @property
    def behind(self) -> bool:
        """Whether any group lags."""
        return any(cell.standing in {"behind", "short"} for cell in self.cells)

    def cell(self, group_code: str) -> Cell | None:
        """Return the cell of a group, None where the class is not asked by it."""
        return next((cell for cell in self.cells if cell.group_code == group_code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """One channel; `issued` is the base of the response rate and 0 where there is none."""

    channel: str
    group_code: str
    invited: bool
    received: int
    valid: int
    sources: int
    issued: int
    without_code: int  # of those received: collected by telephone or on paper, never invited by us

    not_eligible: int  # of those issued and not answered, as the latest attempt found

    @property
    def by_code(self) -> int:
        """Answers through codes issued."""
        return max(self.received - self.without_code, 0)

    @property
    def rate(self) -> float | None:
        """Response rate 1 of AAPOR: answers by code over codes issued; None without a base.

        People found not to be eligible leave the base; all others stay in it, reached or not.
        """
        base = self.issued - self.not_eligible
        return self.by_code / base if base > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was counted of some units, before it is added up by unit, channel or group."""

    counted: tuple[Counted, ...]
    issued: ByWay
    without_code: ByWay
    not_eligible: ByWay


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a campaign has come, for the units somebody may see."""

    units: tuple[UnitRow, ...]
    channels: tuple[ChannelRow, ...]
    days: tuple[tuple[str, int], ...]
    expected: float
    figures: Figures

    @property
    def valid(self) -> int:
        """Valid answers in all."""
        return sum(row.valid for row in self.units)

    @property
    def received(self) -> int:
        """Answers received in all."""
        return sum(row.received for row in self.channels)

    @property
    def sources(self) -> int:
        """Sources of answers in all: one-time codes, and networks that rate a unit and group."""
        return sum(row.sources for row in self.channels)

    @property
    def target(self) -> int:
        """Planned answers in all."""
        return sum(row.target for row in self.units)

    @property
    def n_behind(self) -> int:
        """Number of unit and group cells that lag."""
        return sum(cell.standing in {"behind", "short"} for row in self.units for cell in row.cells)


def read_progress(
    session: Session,
    *,
    campaign: Campaign,
    units: Sequence[CampaignUnit],
    at: datetime,
    channel: str = "",
    coarse: bool = False,
    issued: ByWay | None = None,
) -> Progress:
    """Return the progress of some units; with a channel, the cells count that channel alone.

    `coarse` as a unit's liaison may know it: rounded counts of the days before that of `at`.
    `issued` are their codes, where the caller has counted them.
    """
    ids = [taking_part.unit_id for taking_part in units]
    repeated = set_aside(session, campaign=campaign, unit_ids=ids)
    counted = counted_answers(
        session, campaign, ids, repeated=repeated, coarse_at=at if coarse else None
    )
    figures = Figures(
        counted=tuple(counted),
        issued=codes_issued(session, campaign, ids) if issued is None else issued,
        without_code=answers_collected(session, campaign, ids),
        not_eligible=found_not_eligible(session, campaign, ids),
    )
    targets = targets_by_class(session, campaign)
    expected = elapsed_share(campaign, at)
    cells: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in counted:
        if channel in {"", row.channel}:
            cells[row.unit_id, row.group_code][0] += row.received
            cells[row.unit_id, row.group_code][1] += row.valid
            cells[row.unit_id, row.group_code][2] += row.sources
    rows = tuple(
        UnitRow(
            taking_part=taking_part,
            cells=tuple(
                _cell(
                    campaign, group_code, target, cells[taking_part.unit_id, group_code], expected
                )
                for group_code, target in targets[taking_part.class_code].items()
            ),
        )
        for taking_part in units
    )
    return Progress(
        units=rows,
        channels=_channels(campaign, figures),
        days=daily_answers(session, campaign, ids, at, channel, repeated=repeated, coarse=coarse),
        expected=expected,
        figures=figures,
    )


def by_group_and_channel(campaign: Campaign, progress: Progress) -> tuple[ChannelRow, ...]:
    """Return the figures of every group and channel that has any."""
    return tuple(
        row
        for group in campaign.groups
        for row in _channels(campaign, _of_group(progress.figures, group.code), group.code)
        if row.received or row.issued
    )


def _of_group(figures: Figures, group_code: str) -> Figures:
    return Figures(
        counted=tuple(row for row in figures.counted if row.group_code == group_code),
        issued=of_group(figures.issued, group_code),
        without_code=of_group(figures.without_code, group_code),
        not_eligible=of_group(figures.not_eligible, group_code),
    )


def select(
    progress: Progress,
    *,
    class_code: str,
    text: str,
    only_behind: bool,
    sort: str,
    descending: bool,
) -> tuple[UnitRow, ...]:
    """Return the rows somebody asked to see: filtered, in the scheme's order or by class.

    Counts are no sort key on purpose: a ranking by answers received would be the league table
    that the State Council's circular of 2026 (国办函〔2026〕12号) forbids.
    """
    wanted = text.strip().casefold()
    rows = [
        row
        for row in progress.units
        if class_code in {"", row.taking_part.class_code}
        and (not only_behind or row.behind)
        and wanted in _searchable(row.taking_part)
    ]
    if sort == "class":
        rows.sort(key=lambda row: row.taking_part.class_code, reverse=descending)
    elif descending:
        rows.reverse()
    return tuple(rows)


def last_midnight(campaign: Campaign, at: datetime) -> datetime:
    """Return when the campaign's present day began: a unit's figures are of that moment."""
    zone = ZoneInfo(campaign.timezone)
    return datetime.combine(at.astimezone(zone), time(), zone)


def elapsed_share(campaign: Campaign, at: datetime) -> float:
    """Return the part of the fieldwork that has passed, from 0 to 1."""
    if campaign.state not in {"draft", "open"}:
        return 1.0
    passed = (at - campaign.starts_at) / (campaign.ends_at - campaign.starts_at)
    return min(max(passed, 0.0), 1.0)


def _searchable(taking_part: CampaignUnit) -> str:
    unit = taking_part.unit
    return " ".join((unit.code, unit.name_zh, unit.short_zh, unit.name_en)).casefold()


def _cell(
    campaign: Campaign, group_code: str, target: int, counts: list[int], expected: float
) -> Cell:
    received, valid, sources = counts
    fewest = next(group.min_valid for group in campaign.groups if group.code == group_code)
    return Cell(
        group_code=group_code,
        valid=valid,
        received=received,
        sources=sources,
        target=target,
        min_valid=fewest,
        standing=_standing(valid, target, fewest, expected),
    )


def _standing(valid: int, target: int, fewest: int, expected: float) -> Standing:
    if valid >= target:
        return "met"
    if expected < 1:
        return "behind" if valid < _BEHIND * expected * target else "on_course"
    return "short" if valid < fewest else "under"


def _channels(campaign: Campaign, figures: Figures, group_code: str = "") -> tuple[ChannelRow, ...]:
    return tuple(
        _channel(figures, channel, invited=entry.invited, group_code=group_code)
        for channel, entry in scheme_of(campaign).channels.items()
    )


def _channel(figures: Figures, channel: str, *, invited: bool, group_code: str) -> ChannelRow:
    counted = [row for row in figures.counted if row.channel == channel]
    return ChannelRow(
        channel=channel,
        group_code=group_code,
        invited=invited,
        received=sum(row.received for row in counted),
        valid=sum(row.valid for row in counted),
        sources=sum(row.sources for row in counted),
        issued=_by(channel, figures.issued),
        without_code=_by(channel, figures.without_code),
        not_eligible=_by(channel, figures.not_eligible),
    )


def _by(channel: str, counts: ByWay) -> int:
    return sum(n for (_group, way), n in counts.items() if way == channel)

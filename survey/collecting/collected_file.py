"""Reads a table of collected answers: the columns of ``responses_demo.csv``, a row an answer."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import codes
from survey.appraisal.responses_file import (
    COLUMNS,
    NOT_LOCAL,
    OPTIONAL,
    item_columns,
    sample_of,
)
from survey.collecting.entry import Entry
from survey.forms.fields import clean_text
from survey.forms.questionnaire import LONGEST_COMMENT, low_answers
from survey.forms.sheet import Rated, Sheet, Source
from survey.model import Area, Campaign
from survey.office_files.tables import Table
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import Row, rows_of
from survey.stats.campaign.ages import counts
from survey.stats.campaign.plan import ChannelPlan, Plan
from survey.stats.campaign.sample import RESIDENCES, SEXES, Sample
from survey.web.request import LANGUAGES

MOST_ROWS = 5_000  # as many as a page answers within its time
_NOT_NEEDED = ("channel", "duration_s")
_PERSON = ("sex", "age_group", "residence", "township_code")
_LONGEST_SERIAL = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a table says: the rows that are in order, and what is wrong with the others."""

    entries: list[Entry]
    problems: list[Problem]


def collected_channels(channels: Sequence[ChannelPlan]) -> dict[str, ChannelPlan]:
    """Return the channels whose answers are collected: people invited, who answer on no screen."""
    return {each.channel: each for each in channels if each.invited and not each.timed}


def areas_of(session: Session, campaign: Campaign) -> Sequence[Area]:
    """Return the townships of a campaign in their order."""
    return session.scalars(
        sa.select(Area).where(Area.campaign_id == campaign.id).order_by(Area.position)
    ).all()


def read_entries(
    session: Session, table: Table, *, campaign: Campaign, channel: str, at: datetime
) -> Read:
    """Read a table of collected answers; `channel` is that of a table without such a column.

    Raises Refused for what is wrong with the table as a whole.
    """
    plan, content = Plan.from_dict(campaign.plan or {}), campaign.questionnaire.content
    known = collected_channels(plan.channels)
    _check_channel(known, channel)
    problems: list[Problem] = []
    items = item_columns(content, plan.lists.items)
    rows = rows_of(
        table,
        columns=(*(name for name in COLUMNS if name not in _NOT_NEEDED), *items),
        problems=problems,
        key=("response_id",),
        optional=(*_NOT_NEEDED, *OPTIONAL),
    )
    if len(rows) > MOST_ROWS:
        raise Refused([_too_many(table.file, len(rows))])
    rows = [_with_channel(row, channel) for row in rows]
    sample = sample_of(rows, lists=plan.lists, items=items, timezone=campaign.timezone)
    reader = _Reader(campaign, known, areas_of(session, campaign), items, at)
    for place, row in enumerate(rows):
        reader.check(row, sample, place)
    first = table.rows[0][0] if table.rows else 1
    whole = [each for each in problems if each.row in {None, first}]
    if whole or not (rows or problems):
        raise Refused(whole or [_empty(table.file)])
    bad = {each.row for each in problems}
    return Read(
        entries=[
            reader.entry(table.file, row, sample, place)
            for place, row in enumerate(rows)
            if row.number not in bad
        ],
        problems=problems,
    )


class _Reader:
    """What a row is checked against beside the sample's own rules, and made an entry of."""

    def __init__(
        self,
        campaign: Campaign,
        channels: Mapping[str, ChannelPlan],
        areas: Sequence[Area],
        items: Sequence[str],
        at: datetime,
    ) -> None:
        content = campaign.questionnaire.content
        profile = {item["id"]: item.get("options", ()) for item in content["profile"]}
        self._ages, self._sexes, self._residences = (profile[name] for name in ("P1", "P2", "P4"))
        self._areas = {area.code: area.position for area in areas} | {NOT_LOCAL: 0}
        self._channels = channels
        self._items = items
        self._low = low_answers(content["scale"])
        self._reasons = _reasons(content)
        comment = content.get("open_comment")
        self._longest = min(comment["max_chars"], LONGEST_COMMENT) if comment else 0
        self._from, self._until = campaign.starts_at, min(at, campaign.ends_at)

    def check(self, row: Row, sample: Sample, place: int) -> None:
        """Note what the sample lets pass and the page would not."""
        for field in _PERSON:
            if not row.cells[field].strip():
                row.refuse(field, zh="不能为空，请填写", en="is empty; fill it in")
        if row.cells["age_group"].strip() and not counts(sample.ages[sample.age[place]]):
            row.refuse(
                "age_group",
                zh="不在参评的年龄内，请删去这一行",
                en="people of this age are not asked; remove the row",
            )
        if row.cells["channel"].strip() not in self._channels:
            _refuse_channel(row, self._channels)
        if not self._answers(row).strip("-"):
            row.refuse(self._items[0], zh="一题也没有回答", en="no item is answered")
        self._check_words(row)
        self._check_moment(row, int(sample.submitted_at[place]))
        if len(row.cells["response_id"]) > _LONGEST_SERIAL:
            row.refuse(
                "response_id",
                zh=f"编号最多 {_LONGEST_SERIAL} 个字符",
                en=f"a serial has at most {_LONGEST_SERIAL} characters",
            )

    def entry(self, file: str, row: Row, sample: Sample, place: int) -> Entry:
        """Return a row found in order."""
        at = datetime.fromtimestamp(int(sample.submitted_at[place]), UTC)
        taken = int(sample.duration_ms[place])
        answers, lang = self._answers(row), row.cells.get("lang", "").strip()
        return Entry(
            file=file,
            row=row.number,
            serial=row.cells["response_id"].strip(),
            code=codes.normalise(row.cells.get("token", "")),
            unit_code=row.cells["unit_code"].strip(),
            group_code=row.cells["group_code"].strip(),
            channel=row.cells["channel"].strip(),
            sheet=Sheet(
                source=Source(
                    receipt=secrets.token_bytes(codes.RECEIPT_BYTES),
                    ticket=secrets.token_bytes(codes.TICKET_BYTES),
                    at=at,
                    taken_ms=None if taken < 0 else taken,
                    lang=lang or LANGUAGES[0],
                ),
                age=self._ages.index(sample.ages[sample.age[place]]),
                sex=self._sexes.index(SEXES[sample.sex[place]]),
                residence=self._residences.index(RESIDENCES[sample.residence[place]]),
                area=self._areas[row.cells["township_code"].strip()],
                duration_ms=None if taken < 0 else taken,
                rated=(
                    Rated(
                        unit_code=row.cells["unit_code"].strip(),
                        answers=answers,
                        own_staff=bool(sample.own_staff[place]),
                        # As on the page, where only they are asked for reasons.
                        reasons=_ticked(row) if set(answers) & set(self._low) else (),
                        comment=clean_text(row.cells.get("comment")),
                    ),
                ),
            ),
        )

    def _answers(self, row: Row) -> str:
        return "".join(row.cells[name].strip() or "-" for name in self._items)

    def _check_words(self, row: Row) -> None:
        lang, comment = row.cells.get("lang", "").strip(), clean_text(row.cells.get("comment"))
        if lang not in {"", *LANGUAGES}:
            listed = "、".join(LANGUAGES)
            row.refuse("lang", zh=f"“{lang}”应为 {listed} 或留空", en=f"{lang!r} is no language")
        if len(comment) > self._longest:
            row.refuse(
                "comment",
                zh=f"最多 {self._longest} 个字，请删减",
                en=f"at most {self._longest} characters; shorten it",
            )
        known, most = self._reasons
        unknown = [reason for reason in _ticked(row) if reason not in known]
        if unknown or len(_ticked(row)) > most:
            listed = "、".join(known)
            row.refuse(
                "reasons",
                zh=f"原因代码须在 {listed} 之中，用分号隔开，最多 {most} 个",
                en=f"must be at most {most} of {', '.join(known)}, with ; between them",
            )

    def _check_moment(self, row: Row, epoch: int) -> None:
        if epoch and not self._from.timestamp() <= epoch <= self._until.timestamp():
            row.refuse(
                "submitted_at",
                zh="不在评议期间内，或晚于现在，请核对作答时间",
                en="lies outside the campaign's period or after the present; check the time",
            )


def _ticked(row: Row) -> tuple[str, ...]:
    given = row.cells.get("reasons", "").split(";")
    return tuple(sorted({reason.strip() for reason in given if reason.strip()}))


def _reasons(content: Mapping[str, Any]) -> tuple[list[str], int]:
    for asked in content.get("conditional", ())[:1]:
        return [option["value"] for option in asked["options"]], asked["max"]
    return [], 0


def _with_channel(row: Row, channel: str) -> Row:
    """Give a row the channel of the whole table where it names none."""
    given = row.cells.get("channel", "").strip()
    if channel and given not in {"", channel}:
        row.refuse(
            "channel",
            zh=f"“{given}”与指定的渠道“{channel}”不一致",
            en=f"{given!r} is not the channel asked for, {channel!r}",
        )
    row.cells["channel"] = given or channel
    return row


def _refuse_channel(row: Row, known: Mapping[str, ChannelPlan]) -> None:
    given = row.cells["channel"].strip()
    row.refuse(
        "channel",
        zh=f"“{given}”不是电话或纸质渠道；可用 {'、'.join(known) or '（方案中没有）'}",
        en=f"{given!r} is no channel of telephone or paper; use {', '.join(known) or '(none)'}",
    )


def _check_channel(known: Mapping[str, ChannelPlan], channel: str) -> None:
    if channel and channel not in known:
        listed = "、".join(known) or "（方案中没有）"
        raise Refused.of(
            field="channel",
            zh=f"“{channel}”不是电话或纸质渠道；可用 {listed}",
            en=f"{channel!r} is no channel of telephone or paper; use {', '.join(known)}",
        )


def _too_many(file: str, n: int) -> Problem:
    return Problem(
        file=file,
        zh=f"一次最多 {MOST_ROWS} 行，这里有 {n} 行；请分成几个文件",
        en=f"at most {MOST_ROWS} rows at once, not {n}; divide the file",
    )


def _empty(file: str) -> Problem:
    return Problem(file=file, zh="没有一行答卷，请填写后重试", en="has no row; fill it in")

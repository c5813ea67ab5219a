"""Codes not used before today as a table: batch and serial, unit, group and wave, no person."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from survey.clock import local_minute
from survey.fieldwork.invitations.addressees import invited_channels
from survey.fieldwork.progress import last_midnight
from survey.fieldwork.reminders.overview import BatchReminded
from survey.fieldwork.reminders.unused import unused_codes
from survey.model import Campaign, Entrance
from survey.office_files.written import Cells, workbook_of

KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_HEADING = {
    "zh": (
        *("编号", "批号", "序号", "单位代码", "单位", "评议对象", "渠道", "发放时间", "有效期至"),
        *("已催办次数", "上次催办时间"),
    ),
    "en": (
        *("label", "batch", "serial", "unit codes", "units", "group", "channel"),
        *("issued at", "valid until", "times reminded", "last reminded at"),
    ),
}


def unused_table(
    session: Session,
    *,
    campaign: Campaign,
    batches: Sequence[BatchReminded],
    at: datetime,
    lang: str,
    kind: str,
) -> bytes:
    """Return the codes of these batches that nobody had used when the present day began."""
    rows = _rows(session, campaign, batches, last_midnight(campaign, at), lang)
    if kind == "xlsx":
        return workbook_of(rows)
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(rows)
    return lines.getvalue().encode("utf-8-sig")


def _rows(
    session: Session,
    campaign: Campaign,
    batches: Sequence[BatchReminded],
    before: datetime,
    lang: str,
) -> Iterator[Cells]:
    yield _HEADING[lang]
    groups = {group.code: group.name(lang) for group in campaign.groups}
    channels = invited_channels(campaign, lang)
    for one in batches:
        batch, last = one.batch, one.reminders[-1:]
        units = [entry.unit for entry in batch.units]
        same: Cells = (
            " ".join(unit.code for unit in units),
            "、".join(unit.name(lang) for unit in units),
            groups[batch.group_code],
            channels.get(batch.channel, batch.channel),
            local_minute(batch.issued_at, campaign.timezone),
            local_minute(one.expires_at, campaign.timezone),
            one.waves,
            local_minute(last[0].reminded_at, campaign.timezone) if last else "",
        )
        first = session.get_one(Entrance, batch.number)
        for code in unused_codes(session, first=first, before=before):
            yield (f"{batch.number}-{code.serial}", batch.number, code.serial, *same)

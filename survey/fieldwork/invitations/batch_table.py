"""Batches of codes as a table to take away, for whoever checks who was given how many."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from survey.clock import local_minute
from survey.fieldwork.invitations.batches import Batch
from survey.fieldwork.papers.formulas import harmless
from survey.model import Campaign
from survey.office_files.written import Cells, workbook_of

_HEADING = {
    "zh": (
        *("批号", "单位", "评议对象", "渠道", "发放时间", "发放人", "批准人"),
        *("发放数", "已作答", "作答率", "半数作答用时（天）"),
        *("停用未用数", "停用时间", "停用提请人", "停用批准人", "停用理由"),
    ),
    "en": (
        *("batch", "units", "group", "channel", "issued at", "issued by", "approved by"),
        *("issued", "answered", "share", "days until half had answered"),
        *("withdrawn unused", "withdrawn at", "proposed by", "withdrawn by", "reason"),
    ),
}


def _rows(campaign: Campaign, batches: Sequence[Batch], lang: str) -> Iterator[Cells]:
    yield _HEADING[lang]
    for batch in batches:
        gone = batch.withdrawal
        yield (
            batch.number,
            " ".join(unit.unit.code for unit in batch.units),
            batch.group_code,
            batch.channel,
            local_minute(batch.issued_at, campaign.timezone),
            harmless(batch.issued_by),
            harmless(batch.approved_by),
            batch.issued,
            batch.answered,
            None if batch.share is None else round(batch.share, 3),
            None if batch.days is None else round(batch.days, 1),
            batch.withdrawn if gone else None,
            local_minute(gone.at, campaign.timezone) if gone else "",
            harmless(gone.proposed_by) if gone else "",
            harmless(gone.approved_by) if gone else "",
            harmless(gone.reason) if gone else "",
        )


def _csv(campaign: Campaign, batches: Sequence[Batch], lang: str) -> bytes:
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(_rows(campaign, batches, lang))
    return lines.getvalue().encode("utf-8-sig")


def _xlsx(campaign: Campaign, batches: Sequence[Batch], lang: str) -> bytes:
    return workbook_of(_rows(campaign, batches, lang))


WRITERS: dict[str, Callable[[Campaign, Sequence[Batch], str], bytes]] = {
    "csv": _csv,
    "xlsx": _xlsx,
}
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

"""The list of one-time codes handed to whoever sends them out: the only copy in clear."""

import csv
import io
from collections.abc import Sequence

from survey import codes
from survey.fieldwork.posters import poster_url
from survey.model import Campaign, Unit

_HEADING = ("评议码", "网址", "单位", "评议对象", "渠道", "有效期至")
_SIMULATED = "演示数据，请勿发放"


def write_list(
    issued: Sequence[str],
    *,
    campaign: Campaign,
    unit: Unit,
    group_code: str,
    channel: str,
    base_url: str,
    expires: str,
) -> str:
    """Return the codes as CSV text, grouped by four, with the address each one opens."""
    group = next(group.name_zh for group in campaign.groups if group.code == group_code)
    channel_name = campaign.scheme["channels"][channel]["zh"]
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    remark = (_SIMULATED,) if campaign.simulated else ()
    writer.writerow((*_HEADING, "备注") if remark else _HEADING)
    for code in issued:
        writer.writerow(
            (
                codes.grouped(code),
                poster_url(base_url, code),
                unit.name_zh,
                group,
                channel_name,
                expires,
                *remark,
            )
        )
    return lines.getvalue()

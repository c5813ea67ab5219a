"""The list of one-time codes handed to whoever sends them out: the only copy in clear."""

import csv
import io
from collections.abc import Sequence

from survey import codes
from survey.fieldwork.invitations.invited import Invited
from survey.fieldwork.papers.formulas import harmless
from survey.model import Campaign

_HEADING = {
    "zh": ("评议码", "网址", "单位", "评议对象", "渠道", "有效期至", "序号"),
    "en": ("code", "address", "unit", "group", "channel", "valid until", "serial"),
}
_REMARK = {
    "zh": ("备注", "演示数据，请勿发放"),
    "en": ("remark", "demonstration, not to be handed out"),
}


def write_list(
    issued: Sequence[str], *, campaign: Campaign, invited: Invited, base_url: str
) -> str:
    """Return the codes as CSV text, grouped by four, with the address each one opens."""
    heading, remark = _REMARK[invited.lang] if campaign.simulated else ("", "")
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow((*_HEADING[invited.lang], *([heading] if heading else ())))
    for serial, code in enumerate(issued, start=1):
        writer.writerow(
            (
                codes.grouped(code),
                codes.address(base_url, code),
                harmless(invited.title),
                harmless(invited.group_name),
                harmless(invited.channel_name),
                invited.until.strftime("%Y-%m-%d %H:%M"),
                serial,
                *([remark] if remark else ()),
            )
        )
    return lines.getvalue()

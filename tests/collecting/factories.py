"""Tables of collected answers that tests start from."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import require_unit
from survey.fieldwork.invitations.issuing import issue_codes
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_campaign
from survey.scheme.folder import read_folder
from survey.site.installation import Site
from tests.factories import ANLAN, CODE, in_fieldwork

HEADING = (
    *("response_id", "unit_code", "group_code", "channel", "token", "submitted_at", "duration_s"),
    *("sex", "age_group", "township_code", "residence"),
    *("q_C1", "q_C2", "q_C3", "q_C4", "q_C5", "q_C6", "q_S1", "q_S2", "reasons", "comment"),
)
GOOD = {
    **dict.fromkeys(HEADING, ""),
    **dict.fromkeys(("q_C1", "q_C2", "q_C3", "q_C4", "q_C5", "q_S1", "q_S2"), "4"),
    "unit_code": "A01",
    "group_code": "G1",
    "channel": "phone",
    "submitted_at": "2026-12-04 15:20",
    "duration_s": "240",
    "sex": "prefer_not",
    "age_group": "70+",
    "township_code": "990621001000",
    "residence": "rural",
    "q_C6": "0",
}


def table(*rows: Mapping[str, Any], heading: tuple[str, ...] = HEADING) -> bytes:
    """Return rows as a CSV file; what a row does not say is that of a good interview."""
    lines = io.StringIO(newline="")
    writer = csv.DictWriter(lines, heading, extrasaction="ignore")
    writer.writeheader()
    for number, row in enumerate(rows, start=1):
        writer.writerow({**GOOD, "response_id": f"D{number:03}", **row})
    return lines.getvalue().encode("utf-8-sig")


def phone_codes(site: Site, count: int, *, unit_code: str = "A01") -> list[str]:
    """Issue codes for interviews of service users of a unit."""
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        return issue_codes(
            session,
            campaign=campaign,
            units=[require_unit(session, campaign=campaign, unit_code=unit_code)],
            group_code="G2",
            channel="phone",
            count=count,
            by="tests",
            clock=in_fieldwork,
            key=site.keys.intake(),
        )


def open_by_two(site: Site) -> None:
    """Open 安澜县 with a scheme that has two persons key in each paper sheet."""
    folder = read_folder(ANLAN)
    folder = replace(folder, document={**folder.document, "paper": {"double_entry": True}})
    with site.database.writing() as session:
        campaign = load_campaign(
            session, folder=folder, by="tests", clock=in_fieldwork, simulated=True
        )
        session.flush()
        session.refresh(campaign)
        open_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)

"""One-time codes, each for one unit or for several in one sitting, and who gets them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, codes
from survey.clock import Clock
from survey.fieldwork.entrances import check_asked, check_issue, expiry, invitation_hash
from survey.fieldwork.invitations.addressees import Invited, invited_to_rate
from survey.fieldwork.invitations.covered import wrong_number
from survey.forms.questionnaire import MOST_UNITS
from survey.model import Campaign, CampaignUnit, CoveredUnit, Entrance
from survey.problems import Refused

_MOST_CODES = 20_000
_MOST_FOR_SEVERAL = 2_000  # deputies and grass-roots units of a county are fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """Codes in clear, for the only time, and who gets them."""

    codes: list[str]
    invited: Invited


def issue_batch(
    session: Session,
    *,
    campaign: Campaign,
    units: Sequence[CampaignUnit],
    group_code: str,
    channel: str,
    count: int,
    lang: str,
    until: date | None,
    by: str,
    clock: Clock,
    key: bytes,
) -> Issued:
    """Issue codes that each open all of the units, and say in a language who gets them."""
    issued = issue_codes(
        session,
        campaign=campaign,
        units=units,
        group_code=group_code,
        channel=channel,
        count=count,
        by=by,
        clock=clock,
        key=key,
        until=until,
    )
    invited = invited_to_rate(
        campaign,
        [taking_part.unit for taking_part in units],
        group_code=group_code,
        channel=channel,
        lang=lang,
        until=until,
    )
    return Issued(codes=issued, invited=invited)


def issue_codes(
    session: Session,
    *,
    campaign: Campaign,
    units: Sequence[CampaignUnit],
    group_code: str,
    channel: str,
    count: int,
    by: str,
    clock: Clock,
    key: bytes,
    until: date | None = None,
) -> list[str]:
    """Issue one-time codes and return them, the only time they are ever known in clear.

    Each opens all of the units, until the end of the day `until`, else of the campaign. Raises
    Refused for a channel that invites nobody, a group never asked, a wrong count or number of
    units, or a day outside the campaign.
    """
    if not 1 <= len(units) <= MOST_UNITS:
        raise Refused([wrong_number(len(units))])
    for taking_part in units:
        check_asked(session, campaign, taking_part.unit, group_code)
    several = len(units) > 1
    check_issue(campaign, channel, count, most=_MOST_FOR_SEVERAL if several else _MOST_CODES)
    kind, at = "sitting" if several else "invitation", clock()
    issued = [codes.checked_code(codes.PERSONAL_LENGTH) for _ in range(count)]
    common = {
        "kind": kind,
        "campaign_id": campaign.id,
        "unit_id": None if several else units[0].unit_id,
        "group_code": group_code,
        "channel": channel,
        "place": "",
        "issued_at": at,
        "issued_by": by,
        "expires_at": expiry(campaign, until),
    }
    rows = [common | {"code_hash": invitation_hash(key, code)} for code in issued]
    _store(session, rows, covering=units if several else ())
    audit.record(
        session,
        by=by,
        at=at,
        action=f"{kind}.issue",
        subject=campaign.code,
        **{"units" if several else "unit": ",".join(each.unit.code for each in units)},
        group=group_code,
        channel=channel,
        count=count,
    )
    return issued


def _store(
    session: Session, rows: Sequence[dict[str, Any]], *, covering: Sequence[CampaignUnit]
) -> None:
    """Store invitations, and for those to a sitting the units they cover."""
    if not covering:
        session.execute(sa.insert(Entrance), rows)
        return
    ids = session.scalars(sa.insert(Entrance).returning(Entrance.id), rows).all()
    covered = [
        {"invitation_id": id_, "unit_id": each.unit_id, "campaign_id": each.campaign_id}
        for id_ in ids
        for each in covering
    ]
    session.execute(sa.insert(CoveredUnit), covered)

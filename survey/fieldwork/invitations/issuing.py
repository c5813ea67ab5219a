"""A batch of one-time codes, for one unit or for several in one sitting, and who gets it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from survey.clock import Clock
from survey.fieldwork import entrances
from survey.fieldwork.invitations import sittings
from survey.fieldwork.invitations.addressees import Invited, invited_to_rate
from survey.model import Campaign, CampaignUnit


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
    together: bool,
    group_code: str,
    channel: str,
    count: int,
    lang: str,
    until: date | None,
    by: str,
    clock: Clock,
    key: bytes,
) -> Issued:
    """Issue codes for one unit, or codes that each open all of the units `together`.

    Raises Refused as `entrances.issue_invitations` and `sittings.issue_sittings` do.
    """
    unit = units[0].unit
    codes = (
        sittings.issue_sittings(
            session, campaign=campaign, units=units, group_code=group_code, channel=channel,
            count=count, by=by, clock=clock, key=key, until=until,
        )
        if together
        else entrances.issue_invitations(
            session, campaign=campaign, unit=unit, group_code=group_code, channel=channel,
            count=count, by=by, clock=clock, key=key, until=until,
        )
    )  # fmt: skip
    invited = invited_to_rate(
        campaign, unit, group_code=group_code, channel=channel, lang=lang, until=until
    )
    if together:
        invited = replace(invited, title=sittings.covered_name(units, lang))
    return Issued(codes=codes, invited=invited)

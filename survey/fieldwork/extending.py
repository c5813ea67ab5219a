"""More time than residents were told of: by two persons, with a reason, sealed as an amendment."""

from datetime import date, datetime
from typing import cast

import sqlalchemy as sa

from survey import audit
from survey.clock import days_between, end_of_day, local_day, local_minute
from survey.fieldwork.campaigns import need_state
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.records import campaign_digest
from survey.model import Entrance
from survey.problems import Refused
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said

AMENDS = "campaign"  # the part of what the opening fixed that holds the period

_ENTRANCE = cast(sa.Table, Entrance.__table__)


def arguments_of(until: date) -> Facts:
    """Return the new last day as the argument of the deed."""
    return {"until": until.isoformat()}


def _basis(matter: Matter) -> Facts:
    campaign = matter.campaign
    need_state(campaign, "open")
    end, at = _new_end(matter), matter.site.clock()
    if end <= campaign.ends_at or end <= at:
        last = local_day(max(campaign.ends_at, at), campaign.timezone)
        raise Refused.of(
            field="until",
            zh=f"新的最后一天须晚于 {last}",
            en=f"the new last day must be after {last}",
        )
    return {"ends_at": campaign.ends_at.isoformat()}


def _told(matter: Matter) -> list[Said]:
    campaign = matter.campaign
    before, after = (
        local_minute(end, campaign.timezone) for end in (campaign.ends_at, _new_end(matter))
    )
    n = days_between(campaign.ends_at, _new_end(matter), campaign.timezone)
    return [
        Said(
            zh=f"延长评议时间：原定 {before} 结束，改为 {after} 结束，多 {n} 天",
            en=f"extend the period: it ends at {after} and not at {before}, {n} days later",
        ),
        Said(
            zh="海报和有效到原定结束时间的评议码同样延长；写明更早日期的评议码不变",
            en="posters and codes good until the former end are good until the new one; codes with"
            " an earlier last day keep it",
        ),
        Said(
            zh="居民页面写新的日期；已经印发的纸张和短信写的仍是原来的日期，请另行公告",
            en="residents' pages say the new day; papers and messages that are out still say the"
            " old one: announce it",
        ),
    ]


def _carry_out(matter: Matter, persons: Persons, _prepared: object) -> Done:
    session, campaign = matter.session, matter.campaign
    before, after = campaign.ends_at, _new_end(matter)
    until_then = sa.update(_ENTRANCE).where(
        _ENTRANCE.c.campaign_id == campaign.id, _ENTRANCE.c.expires_at == before
    )
    session.connection().execute(until_then.values(expires_at=after))
    campaign.ends_at = after
    amended = {AMENDS: campaign_digest(campaign)}
    audit.record(
        session,
        by=persons.approved_by,
        at=matter.site.clock(),
        action="campaign.extend",
        subject=campaign.code,
        proposed_by=persons.proposed_by,
        reason=persons.reason,
        former_last_day=local_day(before, campaign.timezone),
        last_day=local_day(after, campaign.timezone),
        before=before.isoformat(),
        until=after.isoformat(),
        fixed=amended,
    )
    seal_ledger(matter.site, session, campaign, "extend", amended=amended)
    end = local_minute(after, campaign.timezone)
    return Done(
        said=Said(zh=f"评议时间已延长到 {end}。", en=f"The period has been extended to {end}.")
    )


def _new_end(matter: Matter) -> datetime:
    return end_of_day(date.fromisoformat(str(matter.arguments["until"])), matter.campaign.timezone)


EXTEND = Deed(
    kind="campaign.extend",
    name=Said(zh="延长评议时间", en="Extend the period"),
    propose="campaign.run",
    basis=_basis,
    told=_told,
    carry_out=_carry_out,
    needs_reason=lambda _basis: True,
)

"""Fieldworks of 安澜县 with counters of many days and codes issued, as intake would leave them."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.invitations.issuing import issue_codes
from survey.model import Campaign, CampaignUnit, ProgressCounter
from survey.site.installation import Site
from tests.factories import CODE, open_anlan
from tests.prepared import prepared

START = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
HERE = f"/office/campaigns/{CODE}/watch"
COURSE = (24, 20, 15, 12, 10, 8, 7, 6, 5)  # of a hundred codes, nearly


def unit(campaign: Campaign, code: str) -> CampaignUnit:
    return next(entry for entry in campaign.units if entry.unit.code == code)


def count(
    session: Session, unit_code: str, day: int, valid: int, *, group: str, channel: str
) -> None:
    """Count answers of a day of December 2026."""
    campaign = find_campaign(session, CODE)
    entry = unit(campaign, unit_code)
    session.add(_counted(entry, day, valid, group=group, channel=channel))


def in_full_swing(site: Site) -> None:
    """Open 安澜县 with posters' answers for G1, and codes for G2 that A02 answered badly."""
    prepared(site, "in full swing", lambda: _in_full_swing(site))


def _in_full_swing(site: Site) -> None:
    open_anlan(site)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        for taking_part in campaign.units:
            code = taking_part.unit.code
            few = code == "A02"
            if taking_part.class_code != "C":
                for day, n in enumerate(COURSE, 1):
                    session.add(_counted(taking_part, day, n, group="G1", channel="qr_open"))
            issue_codes(
                session,
                campaign=campaign,
                units=[taking_part],
                group_code="G2",
                channel="token_sms",
                count=100,
                by="tests",
                clock=lambda: START,
                key=code.encode(),
            )
            for day, n in enumerate(COURSE, 1):
                answered = n // (8 if few else 2)
                session.add(_counted(taking_part, day, answered, group="G2", channel="token_sms"))


def _counted(
    entry: CampaignUnit, day: int, valid: int, *, group: str, channel: str
) -> ProgressCounter:
    return ProgressCounter(
        campaign_id=entry.campaign_id,
        unit_id=entry.unit_id,
        group_code=group,
        channel=channel,
        day=f"2026-12-{day:02}",
        received=valid + 1,
        valid=valid,
        sources=valid,
    )

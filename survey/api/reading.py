"""What is given out beside the score document: campaigns, progress, and what a release is."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.api.asking import PageAsked, cursor_after
from survey.appraisal.score_document import release_code
from survey.fieldwork.progress import Cell, UnitRow, elapsed_share, last_midnight, read_progress
from survey.model import Acknowledgement, Campaign, ReceiverToken, Release
from survey.receivers.tokens import covers
from survey.scheme.campaign_scheme import scheme_of

Content = dict[str, Any]

_RELEASE = re.compile(r"(.{1,80})-R([1-9][0-9]{0,5})")


def campaigns_for(session: Session, *, token: ReceiverToken, asked: PageAsked) -> Content:
    """Return the campaigns that a token is for; drafts are nobody's yet."""
    query = sa.select(Campaign).where(Campaign.state != "draft", Campaign.id > asked.after)
    if token.campaigns is not None:
        query = query.where(Campaign.code.in_(token.campaigns))
    found = session.scalars(query.order_by(Campaign.id).limit(asked.limit + 1)).all()
    shown = found[: asked.limit]
    return {
        "items": [_campaign(session, campaign) for campaign in shown],
        "next_cursor": cursor_after(shown[-1].id) if len(found) > len(shown) else None,
    }


def campaign_for(session: Session, *, token: ReceiverToken, code: str) -> Campaign | None:
    """Return a campaign that a token is for, None for all others, whether they exist or not."""
    query = sa.select(Campaign).where(Campaign.code == code, Campaign.state != "draft")
    campaign = session.scalar(query)
    return campaign if campaign is not None and covers(token, campaign.code) else None


def release_in_force(session: Session, campaign: Campaign) -> Release | None:
    """Return the newest release of a campaign, None before the first."""
    query = sa.select(Release).where(Release.campaign_id == campaign.id)
    return session.scalar(query.order_by(Release.number.desc()).limit(1))


def release_numbered(session: Session, campaign: Campaign, number: int) -> Release | None:
    """Return a release of a campaign by its number, None where there is none."""
    query = sa.select(Release).where(Release.campaign_id == campaign.id, Release.number == number)
    return session.scalar(query)


def release_for(
    session: Session, *, token: ReceiverToken, code: str
) -> tuple[Campaign, Release] | None:
    """Return a release by its public code with its campaign, None where the token is not for it."""
    parts = _RELEASE.fullmatch(code)
    if parts is None:
        return None
    campaign = campaign_for(session, token=token, code=parts[1])
    found = None if campaign is None else release_numbered(session, campaign, int(parts[2]))
    return None if campaign is None or found is None else (campaign, found)


def release_content(
    campaign: Campaign,
    release: Release,
    *,
    in_force: Release,
    acknowledged: Sequence[Acknowledgement],
) -> Content:
    """Return what a release is: digests, signature, whether it holds, what the system said."""
    document = json.loads(release.document)
    facts = document["release"]
    holds = in_force.number == release.number
    return {
        "id": facts["id"],
        "campaign": campaign.code,
        "number": release.number,
        "simulated": document["simulated"],
        "frozen_at": facts["frozen_at"],
        "in_force": holds,
        "supersedes": facts["supersedes"],
        "superseded_by": None if holds else release_code(campaign, release.number + 1),
        "sha256": release.digest,
        "plan_digest": facts["plan_digest"],
        "data_digest": facts["data_digest"],
        "code_version": facts["code_version"],
        "ledger": facts["ledger"],
        "signature": facts["signature"],
        "document": f"/api/v1/campaigns/{campaign.code}/scores?number={release.number}",
        "acknowledgements": [acknowledgement_content(each) for each in acknowledged],
    }


def acknowledgement_content(said: Acknowledgement) -> Content:
    """Return what a system said of a release."""
    return {
        "position": said.position,
        "outcome": said.outcome,
        "reference": said.reference,
        "note": said.note,
        "at": _moment(said.at),
    }


def progress_content(
    session: Session, *, campaign: Campaign, asked: PageAsked, at: datetime
) -> Content:
    """Return the progress as a unit's own liaison may know it.

    Counts of the days before today, by fives; none of fewer people than the scheme shows.
    """
    units = [unit for unit in campaign.units if unit.position > asked.after]
    shown = units[: asked.limit]
    progress = read_progress(session, campaign=campaign, units=shown, at=at, coarse=True)
    smallest = scheme_of(campaign).privacy.smallest_cell
    return {
        "campaign": campaign.code,
        "state": campaign.state,
        "counted_before": _moment(last_midnight(campaign, at)),
        "elapsed": f"{elapsed_share(campaign, at):.4f}",
        "smallest_cell": smallest,
        "items": [_unit(row, smallest) for row in progress.units],
        "next_cursor": cursor_after(shown[-1].position) if len(units) > len(shown) else None,
    }


def _campaign(session: Session, campaign: Campaign) -> Content:
    release = release_in_force(session, campaign)
    return {
        "id": campaign.code,
        "title": campaign.title_zh,
        "title_en": campaign.title_en,
        "state": campaign.state,
        "simulated": campaign.simulated,
        "fieldwork": {"start": _moment(campaign.starts_at), "end": _moment(campaign.ends_at)},
        "release": None if release is None else release_code(campaign, release.number),
    }


def _unit(row: UnitRow, smallest: int) -> Content:
    return {
        "unit_code": row.taking_part.unit.code,
        "name": row.taking_part.unit.name_zh,
        "class": row.taking_part.class_code,
        "groups": [_cell(cell, smallest) for cell in row.cells],
    }


def _cell(cell: Cell, smallest: int) -> Content:
    return {
        "group_code": cell.group_code,
        "target": cell.target,
        "received": _shown(cell.received, smallest),
        "valid": _shown(cell.valid, smallest),
    }


def _shown(n: int, smallest: int) -> int | None:
    """Return a coarse count, None where it could tell of few people or be none at all."""
    return n if n >= max(smallest, 1) else None


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")

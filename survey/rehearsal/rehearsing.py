"""The rehearsal: the draft opened, answered, closed, scored and released in a place of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.exchange.document import FrozenDocument
from survey.fieldwork.campaigns import find_campaign, need_state
from survey.fieldwork.entrances import default_posters, posters_of
from survey.fieldwork.invitations.issuing import issue_codes
from survey.fieldwork.opening import open_in_order
from survey.ledger.book import read_frontier
from survey.ledger.records import draft_digest
from survey.model import Campaign, GroupCoefficient, Response
from survey.rehearsal.place import BY, place_of_its_own
from survey.rehearsal.stages import print_posters, release_there
from survey.rehearsal.visitors import Failure, MakeApp, Visit, Visitors
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.stored import stored_folder
from survey.site.installation import Site

PER_GROUP = 2
_SEED = 20_261_201


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What came of it: answers sent and stored, what failed, the papers and files that were made.

    `left_over` is what the campaign itself holds afterwards: answers and leaves of its ledger.
    """

    n_sent: int
    n_stored: int
    failures: tuple[Failure, ...]
    posters: bytes
    released: FrozenDocument
    left_over: tuple[int, int]

    @property
    def went_well(self) -> bool:
        """Whether every answer arrived and nothing of it is in the campaign."""
        return not self.failures and self.n_sent == self.n_stored and self.left_over == (0, 0)


def rehearse(
    site: Site, *, campaign_code: str, by: str, make_app: MakeApp, per_group: int = PER_GROUP
) -> Rehearsed:
    """Go through a draft's whole campaign with invented answers, and note that it was done.

    All of it happens in an installation of its own that is deleted at the end: nothing of it can
    come into the campaign. Raises Refused where the draft is not ready to be opened.
    """
    with site.database.reading() as session:
        draft = find_campaign(session, campaign_code)
        need_state(draft, "draft")
        county, digest = stored_folder(session, draft), draft_digest(session, draft)
    with place_of_its_own(site, county) as there:
        visits = _open_there(there, campaign_code, per_group)
        posters = print_posters(there, campaign_code)
        with there.database.reading() as session:
            campaign = find_campaign(session, campaign_code)
            visitors = Visitors(there, campaign, make_app=make_app, seed=_SEED)
        failures = tuple(visitors.visit(visits))
        n_stored = _n_answers(there, campaign_code)[0]
        released = release_there(there, campaign_code, by=BY)
    done = Rehearsed(
        n_sent=len(visits),
        n_stored=n_stored,
        failures=failures,
        posters=posters,
        released=released,
        left_over=_n_answers(site, campaign_code),
    )
    _note(site, campaign_code, done, digest=digest, by=by)
    return done


def _open_there(there: Site, code: str, per_group: int) -> list[Visit]:
    """Open the campaign, hang posters, issue codes; return who will come, over all its days."""
    open_in_order(there, campaign_code=code, by=BY)
    default_posters(there.database, campaign_code=code, unit_code="", by=BY, clock=there.clock)
    with there.database.writing() as session:
        campaign = find_campaign(session, code)
        entrances = [*_hung(session, campaign), *_issued(session, there, campaign, per_group)]
    apart = (campaign.ends_at - campaign.starts_at) / (len(entrances) + 1)
    return [
        Visit(unit_code=unit, group_code=group, code=of, at=campaign.starts_at + apart * (n + 1))
        for n, (unit, group, of) in enumerate(entrances)
    ]


def _hung(session: Session, campaign: Campaign) -> Iterator[tuple[str, str, str]]:
    for row in posters_of(session, campaign=campaign):
        yield row.unit.code, row.poster.group_code, row.poster.code or ""


def _issued(
    session: Session, there: Site, campaign: Campaign, per_group: int
) -> Iterator[tuple[str, str, str]]:
    """Issue codes for each unit and group that is asked, by a channel that invites people."""
    channel = next(iter(scheme_of(campaign).invited_channels), "")
    planned = sa.select(GroupCoefficient).where(GroupCoefficient.campaign_id == campaign.id)
    for cell in session.scalars(planned.where(GroupCoefficient.target_valid > 0)):
        for unit in campaign.units if channel else ():
            if unit.class_code != cell.class_code:
                continue
            for of in issue_codes(
                session,
                campaign=campaign,
                units=[unit],
                group_code=cell.group_code,
                channel=channel,
                count=min(per_group, cell.target_valid),
                by=BY,
                clock=there.clock,
                key=there.keys.intake(),
            ):
                yield unit.unit.code, cell.group_code, of


def _n_answers(site: Site, code: str) -> tuple[int, int]:
    """Return how many answers a campaign holds, and how many leaves its ledger has."""
    with site.database.reading() as session:
        campaign = find_campaign(session, code)
        query = sa.select(sa.func.count()).select_from(Response)
        n = session.scalar(query.where(Response.campaign_id == campaign.id)) or 0
        return n, read_frontier(session, campaign_id=campaign.id).size


def _note(site: Site, code: str, done: Rehearsed, *, digest: str, by: str) -> None:
    """Leave on record who tried what; of one that did not go well, too."""
    with site.database.writing() as session:
        audit.record(
            session,
            by=by,
            at=site.clock(),
            action="campaign.rehearse",
            subject=code,
            sent=done.n_sent,
            stored=done.n_stored,
            failed=len(done.failures),
            left_over=done.left_over[0],
            leaves=done.left_over[1],
            draft=digest,
        )

"""The rehearsal: the draft opened, answered, closed, scored and released in a place of its own."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import sqlalchemy as sa

from survey import audit
from survey.fieldwork.campaigns import find_campaign, need_state
from survey.ledger.book import read_frontier
from survey.ledger.records import draft_digest
from survey.model import Response
from survey.rehearsal.place import place_of_its_own
from survey.rehearsal.stages import open_there, print_posters, release_there
from survey.rehearsal.visitors import Failure, MakeApp, Visitors
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
    papers: bytes
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
        visits = open_there(there, campaign_code, per_group)
        posters = print_posters(there, campaign_code)
        with there.database.reading() as session:
            campaign = find_campaign(session, campaign_code)
            visitors = Visitors(there, campaign, make_app=make_app, seed=_SEED)
        failures = tuple(visitors.visit(visits))
        n_stored = _n_answers(there, campaign_code)[0]
        papers = _packed(posters, *release_there(there, campaign_code))
    done = Rehearsed(
        n_sent=len(visits),
        n_stored=n_stored,
        failures=failures,
        papers=papers,
        left_over=_n_answers(site, campaign_code),
    )
    _note(site, campaign_code, done, digest=digest, by=by)
    return done


def _packed(posters: bytes, name: str, scores: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("演练海报.pdf", posters)
        packed.writestr(f"演练得分-{name}", scores)
    return out.getvalue()


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

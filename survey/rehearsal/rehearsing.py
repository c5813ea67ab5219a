"""The rehearsal: the draft opened, answered, closed, scored and released in a place of its own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.access import passwords
from survey.access.accounts import create_account
from survey.appraisal.release import RELEASE, latest_release
from survey.appraisal.run import score_campaign
from survey.exchange.document import frozen
from survey.exchange.files import FORMATS, file_name
from survey.fieldwork.campaigns import close_campaign, find_campaign, need_state
from survey.fieldwork.entrances import default_posters, posters_of
from survey.fieldwork.invitations.issuing import issue_codes
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_in_order
from survey.fieldwork.papers.font import choose_font
from survey.fieldwork.papers.poster_pdf import describe, make_pdf
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.book import read_frontier
from survey.ledger.records import draft_digest
from survey.model import Campaign, GroupCoefficient, Response
from survey.rehearsal.visitors import Failure, MakeApp, Visit, Visitors
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.county import CountyFolder
from survey.scheme.stored import stored_folder
from survey.site.installation import Site, prepare_site
from survey.two_persons.both import done_by_both
from survey.verification.whole import require_whole

PER_GROUP = 2
_BY = "rehearsal"
_OFFICIALS = {"rehearsal-1": "office_admin", "rehearsal-2": "office_review"}
_SEED = 20_261_201
_MARK_ZH, _MARK_EN = "（演练）", " (rehearsal)"


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
    with _place_of_its_own(site, county) as there:
        visits = _opened(there, campaign_code, per_group)
        posters = _posters(there, campaign_code)
        with there.database.reading() as session:
            campaign = find_campaign(session, campaign_code)
            visitors = Visitors(there, campaign, make_app=make_app, seed=_SEED)
        failures = tuple(visitors.visit(visits))
        n_stored = _n_answers(there, campaign_code)[0]
        papers = _packed(posters, *_released(there, campaign_code))
    done = Rehearsed(
        n_sent=len(visits),
        n_stored=n_stored,
        failures=failures,
        papers=papers,
        left_over=_n_answers(site, campaign_code),
    )
    _note(site, campaign_code, done, digest=digest, by=by)
    return done


@contextmanager
def _place_of_its_own(site: Site, county: CountyFolder) -> Iterator[Site]:
    with TemporaryDirectory(prefix="survey-rehearsal-") as home:
        folder = Path(home) / "home"
        environment = {"SURVEY_HOME": str(folder), "SURVEY_BASE_URL": site.settings.base_url}
        with prepare_site(environment) as made:
            there = replace(made, clock=lambda: county.campaign.starts_at - timedelta(hours=1))
            with there.database.writing() as session:
                load_campaign(
                    session, folder=_marked(county), by=_BY, clock=there.clock, simulated=True
                )
            yield there


def _marked(county: CountyFolder) -> CountyFolder:
    """Return the county with titles that say what this is, on every page and paper."""
    facts = county.campaign
    zh, en = facts.title_zh + _MARK_ZH, facts.title_en + _MARK_EN
    named = {**county.document["campaign"], "title_zh": zh, "title_en": en}
    return replace(
        county,
        campaign=replace(facts, title_zh=zh, title_en=en),
        document={**county.document, "campaign": named},
    )


def _opened(there: Site, code: str, per_group: int) -> list[Visit]:
    """Open the campaign, hang posters, issue codes; return who will come, over all its days."""
    open_in_order(there, campaign_code=code, by=_BY)
    default_posters(there.database, campaign_code=code, unit_code="", by=_BY, clock=there.clock)
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
                by=_BY,
                clock=there.clock,
                key=there.keys.intake(),
            ):
                yield unit.unit.code, cell.group_code, of


def _posters(there: Site, code: str) -> bytes:
    with there.database.reading() as session:
        campaign = find_campaign(session, code)
        rows = posters_of(session, campaign=campaign)
        said = describe(campaign, rows, base_url=there.settings.base_url)
    return make_pdf(
        campaign, said, size="a4", font=choose_font(there.settings), host=there.settings.base_url
    )


def _released(there: Site, code: str) -> tuple[str, bytes]:
    """Close, score and release, each at its time; return the workbook of scores."""
    with there.database.reading() as session:
        ends_at = find_campaign(session, code).ends_at
    closed, scored, released = (_at(there, ends_at, hours) for hours in (1, 24, 26))
    with there.database.writing() as session:
        campaign = find_campaign(session, code)
        close_campaign(session, campaign=campaign, by=_BY, clock=closed.clock)
        seal_ledger(closed, session, campaign, "close")
    score_campaign(scored, campaign_code=code, by=_BY)
    for username, role in _OFFICIALS.items():
        secret = passwords.one_time()
        with there.database.writing() as session:
            create_account(
                session,
                username=username,
                name=username,
                role=role,
                by=_BY,
                clock=released.clock,
                password=secret,
            )
    proposer, approver = _OFFICIALS
    done_by_both(
        released, proposer=proposer, approver=approver, deed=RELEASE, code=code, reason="演练"
    )
    require_whole(released, code)
    with there.database.reading() as session:
        release = latest_release(session, campaign=find_campaign(session, code))
        assert release is not None
        document = frozen(release)
    return file_name(document, "xlsx"), FORMATS["xlsx"].write(document)


def _at(there: Site, ends_at: datetime, hours: int) -> Site:
    return replace(there, clock=lambda: ends_at + timedelta(hours=hours))


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

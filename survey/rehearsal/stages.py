"""The stages of a rehearsal: opened and hung, printed; closed, scored and released."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.access import passwords
from survey.access.accounts import create_account
from survey.appraisal.release import RELEASE, latest_release
from survey.appraisal.run import score_campaign
from survey.exchange.document import frozen
from survey.exchange.files import FORMATS, file_name
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.fieldwork.entrances import default_posters, posters_of
from survey.fieldwork.invitations.issuing import issue_codes
from survey.fieldwork.opening import open_in_order
from survey.fieldwork.papers.font import choose_font
from survey.fieldwork.papers.poster_pdf import describe, make_pdf
from survey.fieldwork.sealing import seal_ledger
from survey.model import Campaign, GroupCoefficient
from survey.rehearsal.place import BY
from survey.rehearsal.visitors import Visit
from survey.scheme.campaign_scheme import scheme_of
from survey.site.installation import Site
from survey.two_persons.both import done_by_both
from survey.verification.whole import require_whole

_OFFICIALS = {"rehearsal-1": "office_admin", "rehearsal-2": "office_review"}


def open_there(there: Site, code: str, per_group: int) -> list[Visit]:
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


def print_posters(there: Site, code: str) -> bytes:
    """Return the posters as they would be printed."""
    with there.database.reading() as session:
        campaign = find_campaign(session, code)
        rows = posters_of(session, campaign=campaign)
        said = describe(campaign, rows, base_url=there.settings.base_url)
    return make_pdf(
        campaign, said, size="a4", font=choose_font(there.settings), host=there.settings.base_url
    )


def release_there(there: Site, code: str) -> tuple[str, bytes]:
    """Close, score and release, each at its time; return the workbook of scores."""
    with there.database.reading() as session:
        ends_at = find_campaign(session, code).ends_at
    closed, scored, released = (_at(there, ends_at, hours) for hours in (1, 24, 26))
    with there.database.writing() as session:
        campaign = find_campaign(session, code)
        close_campaign(session, campaign=campaign, by=BY, clock=closed.clock)
        seal_ledger(closed, session, campaign, "close")
    score_campaign(scored, campaign_code=code, by=BY)
    for username, role in _OFFICIALS.items():
        secret = passwords.one_time()
        with there.database.writing() as session:
            create_account(
                session,
                username=username,
                name=username,
                role=role,
                by=BY,
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

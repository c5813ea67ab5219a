"""The stages of a rehearsal after its opening: posters printed; closed, scored and released."""

from dataclasses import replace
from datetime import datetime, timedelta

from survey.access import passwords
from survey.access.accounts import create_account
from survey.appraisal.release import RELEASE, latest_release
from survey.appraisal.run import score_campaign
from survey.exchange.document import FrozenDocument, frozen
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.fieldwork.entrances import posters_of
from survey.fieldwork.papers.font import choose_font
from survey.fieldwork.papers.poster_pdf import describe, make_pdf
from survey.fieldwork.sealing import seal_ledger
from survey.site.installation import Site
from survey.two_persons.both import done_by_both
from survey.verification.whole import require_whole

_OFFICIALS = {"rehearsal-1": "office_admin", "rehearsal-2": "office_review"}


def print_posters(there: Site, code: str) -> bytes:
    """Return the posters as they would be printed."""
    with there.database.reading() as session:
        campaign = find_campaign(session, code)
        rows = posters_of(session, campaign=campaign)
        said = describe(campaign, rows, base_url=there.settings.base_url)
    return make_pdf(
        campaign, said, size="a4", font=choose_font(there.settings), host=there.settings.base_url
    )


def release_there(there: Site, code: str, *, by: str) -> FrozenDocument:
    """Close, score and release, each at its time; return what was released."""
    with there.database.reading() as session:
        ends_at = find_campaign(session, code).ends_at
    closed, scored, released = (_at(there, ends_at, hours) for hours in (1, 24, 26))
    with there.database.writing() as session:
        campaign = find_campaign(session, code)
        close_campaign(session, campaign=campaign, by=by, clock=closed.clock)
        seal_ledger(closed, session, campaign, "close")
    score_campaign(scored, campaign_code=code, by=by)
    for username, role in _OFFICIALS.items():
        secret = passwords.one_time()
        with there.database.writing() as session:
            create_account(
                session,
                username=username,
                name=username,
                role=role,
                by=by,
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
        return frozen(release)


def _at(there: Site, ends_at: datetime, hours: int) -> Site:
    return replace(there, clock=lambda: ends_at + timedelta(hours=hours))

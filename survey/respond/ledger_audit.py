"""The ledger of a campaign against its rows and every head that is known here."""

from sqlalchemy.orm import Session

from survey.ledger.committed.used import CodesUsed
from survey.ledger.inspection import inspect
from survey.ledger.standing import Standing, known_keys
from survey.model import Campaign
from survey.problems import Problem
from survey.site.installation import Site
from survey.verification.entrances.committed import codes_committed, taken_by


def ledger_problems(
    session: Session, *, site: Site, campaign: Campaign, standing: Standing
) -> list[Problem]:
    """Return what is wrong with a campaign's ledger, and with the codes its answers came by.

    `standing` is what the heads known here and outside say of the whole database.
    """
    used = CodesUsed(*codes_committed(session, campaign))
    problems = inspect(
        session,
        campaign=campaign,
        heads=standing.heads_of(campaign),
        keys=known_keys(site),
        each=taken_by(used, campaign),
    )
    return problems + used.problems()

"""Whoever can write to the database changes who proposed or approved, and it is named."""

import pytest
import sqlalchemy as sa

from survey.fieldwork.campaigns import find_campaign
from survey.model import Proposal
from survey.site.installation import Site
from survey.verification.deeds import read_deeds
from survey.verification.review import check_proposals
from survey.verification.whole import verify
from tests.appraisal.appeals.contested import contested
from tests.demonstrated import CODE

NAMED = "proposal 1 is not what the audit says was proposed and decided"
ALTERED: dict[str, sa.UpdateBase] = {
    "who approved": sa.update(Proposal).values(decided_by="leader"),
    "who proposed": sa.update(Proposal).values(proposed_by="admin2"),
    "why": sa.update(Proposal).values(reason="另一个理由"),
    "why it was approved": sa.update(Proposal).values(decision_reason="另一个理由"),
    "what it said it would do": sa.update(Proposal).values(told=[]),
    "what it rested on": sa.update(Proposal).values(basis="{}"),
    "that it was done": sa.update(Proposal).values(outcome="declined", done_at=None),
    "that it was made": sa.delete(Proposal),
}


@pytest.mark.parametrize("what", ALTERED)
def test_an_altered_proposal_is_named(site: Site, what: str) -> None:
    contested(site)
    with site.database.writing() as session:
        campaign, deeds = find_campaign(session, CODE), read_deeds(session)
        assert check_proposals(session, campaign, deeds) == []
        session.execute(ALTERED[what])
        found = check_proposals(session, campaign, deeds)
        session.rollback()
    assert [problem.en for problem in found] == [NAMED]


def test_one_that_nobody_made_is_named_by_the_whole_verification(each_site: Site) -> None:
    contested(each_site)
    assert verify(each_site, only=CODE) == []
    with each_site.database.writing() as session:
        made = session.scalars(sa.select(Proposal)).one()
        same = {name: getattr(made, name) for name in Proposal.__table__.columns.keys()}  # noqa: SIM118
        session.add(Proposal(**{**same, "id": 2, "digest": "0" * 64}))
    assert [problem.en for problem in verify(each_site, only=CODE)] == [NAMED.replace("1", "2", 1)]


def test_entries_of_programs_before_it_was_sealed_still_hold(site: Site) -> None:
    contested(site)
    with site.database.reading() as session:
        campaign, deeds = find_campaign(session, CODE), read_deeds(session)
        for (_subject, action), entries in deeds.entries.items():
            if action.startswith("proposal."):
                for entry in entries:
                    entry["detail"].pop("sealed")
        assert check_proposals(session, campaign, deeds) == []

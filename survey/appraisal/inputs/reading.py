"""Everything a run is made from, read from the database as of one moment."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.appraisal import load
from survey.appraisal.callbacks.calls import CampaignCalls, calls_of
from survey.fieldwork.invitations.answered import AnsweredBatches, answered_batches
from survey.fieldwork.reminders.invited_people import people_listed
from survey.ledger.book import read_frontier
from survey.model import Campaign
from survey.stats.campaign.invitations import Invitations
from survey.stats.campaign.plan import Plan

EARLIER_SCORES = "earlier_scores"  # what a run calls the document that released them


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The plan, the answers, everybody invited, the batches answers came through, the calls."""

    plan: Plan
    loaded: load.LoadedSample
    invited: load.LoadedInvitations | None
    issued: AnsweredBatches
    calls: CampaignCalls | None
    root: bytes

    @property
    def invitations(self) -> Invitations | None:
        """Return everybody invited as the statistics take it; None where nobody is listed."""
        return self.invited.invitations if self.invited else None

    @property
    def digests(self) -> dict[str, str]:
        """Return the digest of each of them by its name."""
        invited = {"invitations": self.invited.digest} if self.invited else {}
        called = {"calls": self.calls.digest} if self.calls else {}
        drawn = {"draws": self.loaded.draws_digest} if self.loaded.draws_digest else {}
        source = self.plan.borrowing.document
        earlier = {EARLIER_SCORES: source} if source else {}
        return {**called, **drawn, **earlier, **invited, "responses": self.loaded.digest}


def read_inputs(session: Session, *, campaign: Campaign) -> Inputs:
    """Read a closed campaign's inputs; the session must not have written."""
    root = read_frontier(session, campaign_id=campaign.id).root()
    plan = Plan.from_dict(campaign.plan or {})
    lists = plan.lists
    loaded = load.sample(session, campaign=campaign, lists=lists)
    people = people_listed(session, campaign=campaign, wanted=plan.nonresponse)
    return Inputs(
        plan=plan,
        loaded=loaded,
        invited=load.invitations(
            people,
            campaign=campaign,
            lists=lists,
            response_ids=loaded.ids,
            waves_apart=plan.nonresponse.waves_apart,
        ),
        issued=answered_batches(session, campaign=campaign, response_ids=loaded.ids),
        calls=calls_of(session, campaign=campaign),
        root=root,
    )

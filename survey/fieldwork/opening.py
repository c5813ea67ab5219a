"""The opening: the list is gone through, the plan frozen, the first head signed."""

from survey.fieldwork.campaigns import find_campaign, open_campaign, plan_to_open
from survey.fieldwork.readiness.checklist import require_ready
from survey.fieldwork.sealing import seal_ledger
from survey.model import Campaign
from survey.site.installation import Site


def open_in_order(site: Site, *, campaign_code: str, by: str) -> Campaign:
    """Open a draft and seal it; raises Refused in the words of the list where it is not ready.

    What takes long is reckoned before the transaction that opens: a draft does not change.
    """
    with site.database.reading() as session:
        draft = find_campaign(session, campaign_code)
        plan = plan_to_open(session, campaign=draft)
        require_ready(session, site=site, campaign=draft, deed="open")
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        open_campaign(session, campaign=campaign, by=by, clock=site.clock, plan=plan)
        seal_ledger(site, session, campaign, "open")
    return campaign

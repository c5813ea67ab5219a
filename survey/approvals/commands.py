"""`survey proposals`, `survey decline`: what waits for a second person, from the command line."""

import os

import click

from survey.approvals.all_deeds import DEEDS
from survey.clock import local_minute
from survey.fieldwork.campaigns import find_campaign
from survey.model import Proposal
from survey.site.installation import open_site
from survey.two_persons import proposals as rules

_OUTCOMES = {
    None: "待批 waiting",
    "approved": "已批准并办理 approved and done",
    "declined": "未批准 declined",
    "withdrawn": "已撤回 withdrawn",
}


@click.command()
@click.argument("campaign_id", metavar="[ID]", default="")
def proposals(campaign_id: str) -> None:
    """List what was proposed, in one campaign or in all; what waits comes first.

    Example: survey proposals ANLAN-2026-GZPY
    """
    with open_site(os.environ) as site, site.database.reading() as session:
        campaign = find_campaign(session, campaign_id) if campaign_id else None
        for entry in rules.all_proposals(session, campaign=campaign):
            for line in _lines(entry):
                click.echo(line)


@click.command()
@click.argument("number", type=click.IntRange(min=1))
@click.option("--by", required=True, help="The account that declines, or withdraws its own.")
@click.option("--reason", required=True, help="Why: kept, and shown to whoever proposed it.")
def decline(number: int, *, by: str, reason: str) -> None:
    """Decline a proposal, or withdraw one's own; nothing is done.

    Example: survey decline 3 --by li.na --reason 样本不足
    """
    with open_site(os.environ) as site, site.database.writing() as session:
        found = rules.find_proposal(session, number=number)
        rules.decline(session, proposal=found, by=by, reason=reason, at=site.clock())
    click.echo(f"{number} {_OUTCOMES[found.outcome]}")


def _lines(entry: Proposal) -> list[str]:
    name = DEEDS[entry.deed].name
    zone = entry.campaign.timezone
    asked = f"{entry.proposed_by} {local_minute(entry.proposed_at, zone)}"
    decided = entry.decided_at and f"  {entry.decided_by} {local_minute(entry.decided_at, zone)}"
    head = f"{entry.id}  {_OUTCOMES[entry.outcome]}  {entry.campaign.code}  {name.zh} / {name.en}"
    lines = [head, f"    {asked}{decided or ''}  {entry.digest}"]
    lines += [f"    {line['zh']} / {line['en']}" for line in entry.told]
    lines += [f"    {reason}" for reason in (entry.reason, entry.decision_reason) if reason]
    return lines

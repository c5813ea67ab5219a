"""`survey code balance`: codes made, used, withdrawn and left, as a sheet, signed by two."""

import os
from pathlib import Path

import click

from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.invitations.balance.sheet import rows_of, sheet_of, workbook
from survey.fieldwork.invitations.balance.signing import BALANCE_CODES
from survey.problems import Refused
from survey.site.installation import open_site
from survey.two_persons.by_two import done_or_exit
from survey.two_persons.proposals import propose_or_approve
from survey.verification.whole import require_whole


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The sheet, as .xlsx.")
@click.option("--by", default="", help="The account that proposes to sign it, or approves.")
@click.option("--reason", default="", help="Shown to whoever approves.")
def balance(campaign_id: str, *, out: Path | None, by: str, reason: str) -> None:
    """Print the balance of codes, batch by batch; with --by two persons sign it after the close.

    Of batches of few codes it says only how many were made: they are in the sums. Once it is
    signed, what was signed is printed.

    Example: survey code balance ANLAN-2026-GZPY --out codes.xlsx --by zhang.min
    """
    with open_site(os.environ) as site:
        with site.database.reading() as session:
            found = sheet_of(session, find_campaign(session, campaign_id))
        for row in rows_of(found):
            click.echo("  ".join(f"{'–' if cell is None else cell!s:>14}" for cell in row))
        if found.signed:
            one = found.signed
            by_two = f"{one.proposed_by}、{one.approved_by}"
            click.echo(f"已签字确认 signed  {one.at.isoformat(timespec='seconds')}  {by_two}")
        if out:
            out.write_bytes(workbook(found))
        if found.problems:
            raise Refused(found.problems)
        if by:
            require_whole(site, campaign_id)
            with site.database.writing() as session:
                outcome = propose_or_approve(
                    session,
                    site=site,
                    deed=BALANCE_CODES,
                    campaign=find_campaign(session, campaign_id),
                    arguments={},
                    by=by,
                    reason=reason,
                )
            done = done_or_exit(BALANCE_CODES, outcome)
            click.echo(f"{campaign_id}  {done.said.zh} {done.said.en}")

"""`survey code balance`: codes made, used, withdrawn and left, as a sheet, signed by two."""

import os
from collections.abc import Iterator
from pathlib import Path

import click

from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.counting import FEWEST_TOLD
from survey.fieldwork.invitations.balancing import BALANCE_CODES
from survey.ledger.committed.balance import Balance, balance_of
from survey.office_files.written import Cells, workbook_of
from survey.problems import Refused
from survey.site.installation import open_site
from survey.two_persons.by_two import done_or_exit
from survey.two_persons.proposals import propose_or_approve

_HEADING = ("批号 batch", "制作 made", "已用 used", "停用 withdrawn", "未用 left")


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The sheet, as .xlsx.")
@click.option("--by", default="", help="The account that proposes to sign it, or approves.")
@click.option("--reason", default="", help="Shown to whoever approves.")
def balance(campaign_id: str, *, out: Path | None, by: str, reason: str) -> None:
    """Print the balance of codes, batch by batch; with --by two persons sign it after the close.

    Of batches of few codes it says only how many were made: they are in the sums.

    Example: survey code balance ANLAN-2026-GZPY --out codes.xlsx --by zhang.min
    """
    with open_site(os.environ) as site:
        with site.database.reading() as session:
            found = balance_of(session, find_campaign(session, campaign_id))
        rows = list(_rows(found))
        for row in rows:
            click.echo("  ".join(f"{'–' if cell is None else cell!s:>14}" for cell in row))
        if out:
            out.write_bytes(workbook_of(iter(rows)))
        if problems := found.problems():
            raise Refused(problems)
        if by:
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


def _rows(balance: Balance) -> Iterator[Cells]:
    yield _HEADING
    for line in balance.lines:
        told = line.made >= FEWEST_TOLD
        counts = (line.used, line.void, line.left) if told else (None, None, None)
        yield (line.batch, line.made, *counts)
    yield ("合计 total", *balance.totals().values())

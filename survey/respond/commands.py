"""`survey ledger`: check proofs offline, sign a head, recompute the ledger from the rows."""

import json
import os
import sys

import click

from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.sealing import seal_ledger
from survey.ledger import checker
from survey.ledger.head import heads_of, kept_outside, public_key, published
from survey.ledger.inspection import inspect
from survey.problems import Refused
from survey.respond.intake import row_leaf
from survey.site.installation import open_site


@click.group()
def ledger() -> None:
    """Check and sign the tamper-evident ledger of answers.

    Example: survey ledger audit ANLAN-2026-GZPY
    """


@ledger.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--key", default="", help="The office's public key (base64), as published.")
def check(files: tuple[str, ...], key: str) -> None:
    """Check receipt, head and consistency FILES offline; needs no database.

    Example: survey ledger check receipt.json --key 'jVCrxaNO…'
    """
    sys.exit(checker.main([*files, "--key", key]))


@ledger.command()
@click.argument("campaign_id", metavar="ID")
def head(campaign_id: str) -> None:
    """Sign a head of the ledger as it is now and print it, to be published elsewhere too.

    Example: survey ledger head ANLAN-2026-GZPY > head.json
    """
    with open_site(os.environ) as site:
        with site.database.reading() as session:
            campaign = find_campaign(session, campaign_id)
        signed = seal_ledger(site, campaign)
    if campaign.simulated:  # the head itself has no place for it: every member of it is signed
        click.echo("演示数据 simulated", err=True)
    click.echo(json.dumps(published(signed, campaign), indent=1))


@ledger.command()
@click.argument("campaign_id", metavar="ID")
def audit(campaign_id: str) -> None:
    """Recompute every leaf from the stored answers and compare with all signed heads.

    Names the first leaf that was changed, removed or added; a database restored from an older
    backup is told by the heads kept in heads.jsonl.

    Example: survey ledger audit ANLAN-2026-GZPY
    """
    with open_site(os.environ) as site, site.database.reading() as session:
        campaign = find_campaign(session, campaign_id)
        kept = kept_outside(site.settings.home, campaign=campaign)
        stored = [published(each, campaign) for each in heads_of(session, campaign=campaign)]
        heads = kept + [each for each in stored if each not in kept]
        problems = inspect(
            session,
            campaign=campaign,
            leaf_of=lambda row: row_leaf(row, campaign_code=campaign.code),
            heads=heads,
            key=public_key(site.keys.signing()),
        )
    if problems:
        raise Refused(problems)
    click.echo(f"{campaign.code} 台账无误 the ledger holds: {len(heads)} 个树头 heads")

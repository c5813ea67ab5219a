"""`survey ledger`: check proofs offline, sign a head, recompute the ledger from the rows."""

import json
import os
import sys
from pathlib import Path

import click
import sqlalchemy as sa

from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.papers.bulletin_pdf import make_bulletin
from survey.fieldwork.papers.font import choose_font
from survey.fieldwork.sealing import seal_ledger
from survey.fieldwork.witnesses.commands import request, sent, taken
from survey.ledger import checker
from survey.ledger.checker import short_form
from survey.ledger.head import newest_head, public_key, published
from survey.ledger.notes.asked import checkpoint_note
from survey.ledger.standing import examine, heads_stored, settle
from survey.ledger.standing_words import none_signed
from survey.model import Campaign
from survey.problems import Refused
from survey.respond.ledger_audit import ledger_problems
from survey.scheme.campaign_scheme import scheme_of
from survey.site.installation import Site, open_site
from survey.web.request import LANGUAGES


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
@click.argument("campaign_id", metavar="[ID]", required=False)
@click.option("--all", "every", is_flag=True, help="One of each open campaign, as for cron.")
def head(campaign_id: str | None, *, every: bool) -> None:
    """Sign a head of the ledger as it is now and print it, to be published elsewhere too.

    Example: survey ledger head ANLAN-2026-GZPY > head.json

    Example: survey ledger head --all
    """
    if every == bool(campaign_id):
        raise click.UsageError("给出 ID 或 --all / give ID or --all")
    with open_site(os.environ) as site:
        for code in _open_campaigns(site) if campaign_id is None else [campaign_id]:
            with site.database.writing() as session:
                campaign = find_campaign(session, code)
                if campaign.state == "draft":
                    raise _not_opened(campaign)
                signed = seal_ledger(site, session, campaign, "command")
            if campaign.simulated:  # the head has no place for it: every member of it is signed
                click.echo("演示数据 simulated", err=True)
            click.echo(json.dumps(published(signed, campaign), indent=None if every else 1))


@ledger.command()
@click.argument("campaign_id", metavar="ID")
@click.option(
    "--witnessed",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with heads that were kept elsewhere; may be given again.",
)
def audit(campaign_id: str, *, files: tuple[Path, ...]) -> None:
    """Recompute every leaf from the stored answers and compare with all signed heads.

    Names the first leaf that was changed, removed or added. Heads are taken from the database,
    from heads.jsonl, from the folder SURVEY_HEADS_WITNESSED and from --witnessed: an older
    database, removed heads and a second history are told by whichever knows better.

    Example: survey ledger audit ANLAN-2026-GZPY --witnessed /media/stick/head-12.json
    """
    with open_site(os.environ) as site, site.database.reading() as session:
        campaign = find_campaign(session, campaign_id)
        standing = examine(session, site, files=files)
        heads = heads_stored(session, campaign)
        problems = [*standing.alarms]
        if not heads and campaign.state != "draft":
            problems.append(none_signed(campaign.code))
        problems += ledger_problems(session, site=site, campaign=campaign, standing=standing)
        if not standing.alarms:
            settle(session, site)
    for notice in standing.clock + standing.notices:
        click.echo(notice.both(), err=True)
    if problems:
        raise Refused(problems)
    if not heads:
        click.echo(f"{campaign.code} 尚未开启 not opened yet: 0 个总校验码 heads")
        return
    click.echo(
        f"{campaign.code} 存证无误 the ledger holds: {len(heads)} 个总校验码 heads, "
        f"最新 newest {short_form(heads[-1].head)}"
    )


@ledger.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh", show_default=True)
def bulletin(campaign_id: str, *, out: Path, lang: str) -> None:
    """Write the newest head as a page for the notice board: fingerprint, QR code, how to check.

    Example: survey ledger bulletin ANLAN-2026-GZPY --out bulletin.pdf
    """
    with open_site(os.environ) as site:
        with site.database.reading() as session:
            campaign = find_campaign(session, campaign_id)
            newest = newest_head(session, campaign=campaign, only_listed=True)
            if newest is None:
                raise Refused([none_signed(campaign.code)])
            key, for_witnesses = site.keys.signing(), ""
            if scheme_of(campaign).witnesses.of:
                note = checkpoint_note(session, head=newest, campaign=campaign, key=key)
                for_witnesses = note.text
        pdf = make_bulletin(
            campaign,
            published(newest, campaign),
            key=public_key(key),
            host=site.settings.host,
            font=choose_font(site.settings),
            lang=lang,
            checkpoint=for_witnesses,
        )
    out.write_bytes(pdf)
    click.echo(f"{short_form(published(newest, campaign))} → {out}", err=True)


for _command in (request, sent, taken):
    ledger.add_command(_command)


def _open_campaigns(site: Site) -> list[str]:
    with site.database.reading() as session:
        query = sa.select(Campaign.code).where(Campaign.state == "open")
        return list(session.scalars(query.order_by(Campaign.id)))


def _not_opened(campaign: Campaign) -> Refused:
    return Refused.of(
        field=campaign.code,
        zh="评议还没有开启，没有可签名的存证；请先运行 survey campaign open",
        en="is not open yet, so there is no ledger to sign; run `survey campaign open` first",
    )

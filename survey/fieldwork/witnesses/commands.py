"""`survey ledger request`, `cosign`, `cosigned`: to a witness and back, from the command line."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import click

from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.witnesses.sending import send_to_witness
from survey.fieldwork.witnesses.taking import Taken, take_cosignatures
from survey.ledger.notes.asked import asked_of_witness
from survey.ledger.notes.of_head import log_key
from survey.problems import Refused
from survey.site.identity import identity
from survey.site.installation import open_site

_ID = click.argument("campaign_id", metavar="ID")
_BY = click.option("--by", required=True, help="Your account, of an office administrator.")


@click.command("request")
@_ID
@click.option("--old", default=0, type=click.IntRange(min=0), help="Size the witness last signed.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
def request(campaign_id: str, *, old: int, out: Path) -> None:
    """Write what a witness is to cosign, to be taken there as a file; prints the ledger's key.

    Example: survey ledger request ANLAN-2026-GZPY --old 4800 --out E:/request.txt
    """
    with open_site(os.environ) as site, site.database.reading() as session:
        campaign = find_campaign(session, campaign_id)
        key = site.keys.signing()
        asked = asked_of_witness(session, campaign=campaign, old=old, key=key)
        if asked is None:
            raise _nothing_asked(campaign_id, old)
        click.echo(log_key(identity(session) or "", campaign.code, key).text)
    out.write_bytes(asked.text.encode())


@click.command("cosigned")
@_ID
@click.argument("files", nargs=-1, required=True, type=click.File("r", encoding="utf-8"))
@_BY
def taken(campaign_id: str, files: Sequence[TextIO], *, by: str) -> None:
    """Keep what witnesses signed: FILEs from their folder `cosigned`.

    Example: survey ledger cosigned ANLAN-2026-GZPY E:/ANLAN-2026-GZPY-4816-1f0c22aa.txt --by li.na
    """
    with open_site(os.environ) as site:
        for file in files:
            with site.database.writing() as session:
                campaign = find_campaign(session, campaign_id)
                found = take_cosignatures(
                    session, site=site, campaign=campaign, text=file.read(), by=by
                )
                _tell(found)


@click.command("cosign")
@_ID
@click.argument("url")
@_BY
def sent(campaign_id: str, url: str, *, by: str) -> None:
    """Send the newest head to a witness that serves at URL, and keep what it signs.

    Example: survey ledger cosign ANLAN-2026-GZPY http://10.0.0.7:8400 --by li.na
    """
    with open_site(os.environ) as site:
        _tell(send_to_witness(site, campaign_code=campaign_id, url=url, by=by))


def _tell(found: Sequence[Taken]) -> None:
    for one in found:
        click.echo(f"{one.witness.name} 已签名 cosigned: {one.head.number} {one.head.size}")


def _nothing_asked(code: str, old: int) -> Refused:
    return Refused.of(
        field=code,
        zh=f"没有从 {old} 份起的总校验码：评议还没有开启，或不曾在 {old} 份时签过总校验码",
        en=f"there is no head of {old} answers: the campaign is not open, or none was signed then",
    )

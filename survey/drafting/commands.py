"""`survey campaign items`, `common`, `amend`: items as files; an opened plan's new version."""

import os
from pathlib import Path

import click

from survey import audit
from survey.drafting.amending import AMENDING, arguments_of, reckoned, sheets_in, told_of
from survey.drafting.changing import change_sheets
from survey.drafting.common_items import MOST_BYTES, CommonItems, common_file
from survey.drafting.items_form import ItemsForm
from survey.fieldwork.campaigns import find_campaign
from survey.office_files.tables import bounded
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.stored import stored_folder
from survey.scheme.xlsform.writing import xlsform_of
from survey.site.installation import open_site
from survey.two_persons.by_two import done_or_exit
from survey.two_persons.deed import Matter
from survey.two_persons.proposals import propose_or_approve
from survey.verification.whole import require_whole

_ONE_WAY = "写 --out 文件，或 --from 文件 --key 公钥 / say --out FILE, or --from FILE --key KEY"


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the XLSForm.")
@click.option(
    "--from",
    "given",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the XLSForm into a draft.",
)
def items(campaign_id: str, *, out: Path | None, given: Path | None) -> None:
    """Write a campaign's further items as an XLSForm, or let a draft's be those of one.

    Example: survey campaign items ANLAN-2026-GZPY --out items.xlsx

    Example: survey campaign items ANLAN-2026-GZPY --from items.xlsx
    """
    if (out is None) == (given is None):
        raise Refused.of(
            zh="请写 --out 文件（导出）或 --from 文件（载入），二者选一",
            en="say --out FILE to write, or --from FILE to read: one of the two",
        )
    with open_site(os.environ) as site:
        if out is not None:
            with site.database.reading() as session:
                found = find_campaign(session, campaign_id)
                county = stored_folder(session, found)
            out.write_bytes(xlsform_of(county.questionnaire, form_id=campaign_id))
            click.echo(str(out))
        elif given is not None:
            form = ItemsForm(content=bounded(given), file=given.name)
            changes = change_sheets(
                site,
                campaign_code=campaign_id,
                wanted=form.sheets,
                made_from=None,
                by=audit.SYSTEM,
                files=form.files,
            )
            click.echo(f"已保存，改动 {len(changes)} 处 / stored, {len(changes)} changes")


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the file.")
@click.option(
    "--from",
    "given",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read a city's file into a draft.",
)
@click.option("--key", default="", help="With --from: the city's public key (base64), from paper.")
def common(campaign_id: str, *, out: Path | None, given: Path | None, key: str) -> None:
    """Write a plan's common items as a signed file, or let a draft's be those of a city.

    A county cannot change them afterwards; its own items stand beside them.

    Example: survey campaign common CITY-2026 --out common.json

    Example: survey campaign common ANLAN-2027 --from common.json --key 'jVCrxaNO…'
    """
    if (out is None) == (given is None) or (given is not None) != bool(key):
        raise click.UsageError(_ONE_WAY)
    with open_site(os.environ) as site:
        if out is not None:
            with site.database.reading() as session:
                found = find_campaign(session, campaign_id)
                county = stored_folder(session, found)
                organiser = scheme_of(found).campaign.organiser_zh
            out.write_bytes(common_file(county, organiser=organiser, key=site.keys.signing()))
            click.echo(str(out))
        elif given is not None:
            file = CommonItems(content=bounded(given, MOST_BYTES), file=given.name, key=key)
            changes = change_sheets(
                site,
                campaign_code=campaign_id,
                wanted=file.sheets,
                made_from=None,
                by=audit.SYSTEM,
                files=file.files,
            )
            click.echo(f"已保存，改动 {len(changes)} 处 / stored, {len(changes)} changes")


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option(
    "--from",
    "given",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The campaign's workbook, changed.",
)
@click.option("--by", required=True, help="The account that proposes it, or approves it.")
@click.option("--reason", default="", help="Why: public; whoever proposes must say it.")
def amend(campaign_id: str, *, given: Path, by: str, reason: str) -> None:
    """Give an opened plan a new version: proposed by one, approved by another.

    Example: survey campaign amend ANLAN-2026-GZPY --from plan.xlsx --by zhang.min --reason 电话有误
    """
    with open_site(os.environ) as site:
        require_whole(site, campaign_id)
        sheets = sheets_in(bounded(given), given.name)
        arguments = arguments_of(site, campaign_code=campaign_id, sheets=sheets)
        with site.database.reading() as session:
            campaign = find_campaign(session, campaign_id)
            matter = Matter(session=session, site=site, campaign=campaign, arguments=arguments)
            prepared = reckoned(matter)
            told = told_of(matter, prepared)
        with site.database.writing() as session:
            outcome = propose_or_approve(
                session,
                site=site,
                deed=AMENDING,
                campaign=find_campaign(session, campaign_id),
                arguments=arguments,
                by=by,
                reason=reason,
                prepared=prepared,
                told=told,
            )
        done = done_or_exit(AMENDING, outcome)
    click.echo(f"{campaign_id}  {done.said.zh} {done.said.en}")

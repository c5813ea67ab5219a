"""`survey poster`: posters from the command line."""

import os
from pathlib import Path

import click

from survey import audit
from survey.fieldwork import campaigns, entrances
from survey.fieldwork.papers import poster_pdf
from survey.fieldwork.papers.font import Font, choose_font
from survey.fieldwork.papers.poster_pdf import Size
from survey.fieldwork.papers.poster_sheet import (
    Hanging,
    posters_in,
    read_sheet,
    register_sheet,
    require_drawable_sheet,
)
from survey.fieldwork.readiness.checklist import require_ready
from survey.fieldwork.readiness.telling import tell_before
from survey.ledger.publication import printed_head
from survey.model import Campaign
from survey.office_files.given import read_table
from survey.site.installation import Site, open_site
from survey.web.request import LANGUAGES


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--unit", "unit_code", default="", help="This unit only.")
@click.option(
    "--sheet",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A table of places: unit, place, group.",
)
@click.option("--size", type=click.Choice(poster_pdf.SIZES), default="a4", show_default=True)
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh", show_default=True)
def poster(
    campaign_id: str, *, out: Path, unit_code: str, sheet: Path | None, size: Size, lang: str
) -> None:
    """Write posters as PDF; units without one get one for the first group they are asked by.

    With --sheet those of a table with the columns unit and place (and group, where it is not that
    first one): what does not hang yet is registered, and only these posters are written.

    Example: survey poster ANLAN-2026-GZPY --out posters.pdf --size a3 --lang en
    """
    if sheet and unit_code:
        raise click.UsageError("--sheet 不与 --unit 同用 / goes without --unit")
    with open_site(os.environ) as site:
        font = choose_font(site.settings)
        with site.database.reading() as session:
            found = campaigns.find_campaign(session, campaign_id)
            require_ready(session, site=site, campaign=found, deed="poster")
            if unit_code:
                entrances.require_unit(session, campaign=found, unit_code=unit_code)
        hangings = _register(site, found, sheet, unit_code=unit_code, font=font)
        with site.database.reading() as session:
            found = campaigns.find_campaign(session, campaign_id)
            rows = (
                posters_in(session, hangings, campaign=found)
                if hangings
                else entrances.posters_of(
                    session,
                    campaign=found,
                    unit_codes=(unit_code,) * bool(unit_code),
                    withdrawn=False,
                )
            )
            tell_before(session, site=site, campaign=found, deed="poster")
            described = poster_pdf.describe(found, rows, base_url=site.settings.base_url, lang=lang)
            head = printed_head(session, campaign=found)
        pdf = poster_pdf.make_pdf(
            found, described, size=size, font=font, host=site.settings.host, lang=lang, head=head
        )
        with site.database.writing() as session:
            entrances.note_printing(
                session,
                campaign=found,
                unit_code=unit_code,
                n=len(rows),
                by=audit.SYSTEM,
                clock=site.clock,
            )
        out.write_bytes(pdf)
    click.echo(f"{len(rows)} 张海报 posters → {out}", err=True)


def _register(
    site: Site, found: Campaign, sheet: Path | None, *, unit_code: str, font: Font
) -> list[Hanging]:
    """Register the posters that are missing; return those of the sheet, if there is one."""
    if sheet is None:
        if found.state in entrances.STATES_WITH_ENTRANCES:
            entrances.default_posters(
                site.database,
                campaign_code=found.code,
                unit_code=unit_code,
                by=audit.SYSTEM,
                clock=site.clock,
            )
        return []
    table = read_table(sheet)
    with site.database.reading() as session:
        campaign = campaigns.find_campaign(session, found.code)
        hangings = read_sheet(session, campaign=campaign, table=table)
    require_drawable_sheet(hangings, file=sheet.name, font=font)
    register_sheet(
        site.database, hangings, campaign_code=found.code, by=audit.SYSTEM, clock=site.clock
    )
    return hangings

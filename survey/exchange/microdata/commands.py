"""`survey microdata`: a release's answers one by one, as files for statisticians."""

import os
from pathlib import Path

import click

from survey import audit
from survey.exchange.microdata.csv_file import csv_for_spreadsheets, raw_csv
from survey.exchange.microdata.files import CODEBOOKS, LANGS
from survey.exchange.microdata.parquet import can_write_parquet, parquet
from survey.exchange.microdata.sav import can_write_sav, sav
from survey.exchange.microdata.syntax import syntax
from survey.exchange.microdata.taking import note_taken, released_answers
from survey.exchange.microdata.variables import Dataset
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.sealing import seal_ledger
from survey.problems import Refused
from survey.site.installation import open_site
from survey.verification.whole import require_whole
from survey.wording import Words

_NO_SAV = (
    "没有安装写 .sav 的扩展，改写为 CSV 和 SPSS 语法；要直接写 .sav，请运行"
    " pip install 'gongping[spss]' / the extra that writes .sav is not installed: CSV and SPSS"
    " syntax instead; for .sav itself run pip install 'gongping[spss]'"
)
_NO_PARQUET = Words(
    "没有安装写 Parquet 的扩展；请运行 pip install 'gongping[parquet]'，或改用 --format raw",
    "the extra that writes Parquet is missing: run pip install 'gongping[parquet]', or take raw",
)


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "raw", "sps", "sav", "parquet"]),
    required=True,
    help="csv for spreadsheets, raw and parquet for programs, sps: CSV with SPSS syntax, sav: SPSS"
    " itself.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="File to write.",
)
@click.option(
    "--codebook",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Codebook beside it: .csv, .gb18030.csv, .xlsx, or .xml (DDI-Codebook 2.5).",
)
@click.option("--language", type=click.Choice(LANGS), default="zh", help="Of labels in SPSS.")
@click.option("--number", type=int, help="Number of the release; the newest if left out.")
def microdata(
    campaign_id: str,
    *,
    form: str,
    out: Path,
    codebook: Path | None,
    language: str,
    number: int | None,
) -> None:
    """Write the answers of a release one by one, coarsened so that they tell of nobody.

    Example: survey microdata ANLAN-2026-GZPY --format sav --out answers.sav --codebook codes.xlsx
    """
    ending = _ending(codebook) if codebook else ""
    if form == "sav" and not can_write_sav():
        click.echo(_NO_SAV, err=True)
        form = "sps"
    if form == "parquet" and not can_write_parquet():
        raise Refused.of(field="format", zh=_NO_PARQUET.zh, en=_NO_PARQUET.en)
    with open_site(os.environ) as site:
        require_whole(site, campaign_id)
        with site.database.reading() as session:
            campaign = find_campaign(session, campaign_id)
            data = released_answers(session, campaign=campaign, number=number)
        files = _files(data, form, out, language)
        if codebook:
            files[codebook] = CODEBOOKS[ending](data)
        with site.database.writing() as session:
            campaign = find_campaign(session, campaign_id)
            note_taken(
                session, campaign=campaign, number=data.number, answers=len(data.rows),
                form=form, by=audit.SYSTEM, clock=site.clock,
            )  # fmt: skip
            seal_ledger(site, session, campaign, "export")
    if data.simulated:
        click.echo("模拟数据 simulated data", err=True)
    for path, content in files.items():
        path.write_bytes(content)
        click.echo(f"{path}  {len(data.rows)} 份答卷 answers")


def _files(data: Dataset, form: str, out: Path, lang: str) -> dict[Path, bytes]:
    """Return each file that is written, by its path."""
    if form == "csv":
        return {out: csv_for_spreadsheets(data)}
    if form == "raw":
        return {out: raw_csv(data)}
    if form == "parquet":
        return {out: parquet(data)}
    if form == "sav":
        return {out: sav(data, lang=lang)}
    table = out.with_suffix(".csv")
    return {
        table: raw_csv(data),
        out.with_suffix(".sps"): syntax(data, lang=lang, csv_name=table.name),
    }


def _ending(path: Path) -> str:
    ending = next((end for end in CODEBOOKS if path.name.endswith(end)), None)
    if ending is None:
        raise Refused.of(
            field="codebook",
            zh=f"{path.name} 的扩展名不能识别；可用 {'、'.join(CODEBOOKS)}",
            en=f"{path.name} has no ending that is known; there are {', '.join(CODEBOOKS)}",
        )
    return ending

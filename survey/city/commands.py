"""`survey city`: counties' releases taken in, shown side by side, written as a file."""

import os
from collections.abc import Iterator
from pathlib import Path

import click

from survey import audit
from survey.airgap.place import score_documents
from survey.city import files
from survey.city.rolling import Weights
from survey.city.shown import read_year
from survey.city.taking import MOST_BYTES, Offered, take_releases
from survey.city.weights import read_weights
from survey.office_files.tables import bounded
from survey.problems import Refused
from survey.site.installation import open_site

_PATH = click.Path(exists=True, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def city() -> None:
    """Take counties' releases in a city, and roll them up where plans match.

    Example: survey city table --year 2026 --out city.xlsx
    """


@city.command("take")
@click.argument("paths", nargs=-1, required=True, type=_PATH, metavar="FILE|FOLDER...")
@click.option("--by", default=audit.SYSTEM, help="The account that takes them.")
def take(paths: tuple[Path, ...], *, by: str) -> None:
    """Take counties' released scores (JSON), or all a folder of `survey airgap receive` accepted.

    All or none: one that is unsigned, altered, by a key nobody confirmed, older than what is
    there, or invented beside real ones is named and nothing is taken. Keys are named and
    confirmed on the office's page 各县汇总.

    Example: survey city take anlan-R2.json /data/received/linshui --by zhang.min
    """
    with open_site(os.environ) as site:
        offered = [each for path in paths for each in _offered(path)]
        with site.database.writing() as session:
            taken = take_releases(session, offered=offered, by=by, clock=site.clock)
            lines = [
                f"{each.county}  {each.release.campaign}-R{each.release.number}  "
                + ("已收下 taken" if each.is_new else "以前已有 was there already")
                for each in taken
            ]
    for line in lines:
        click.echo(line)


@city.command("table")
@click.option("--year", type=int, help="The newest if left out.")
@click.option(
    "--weights",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV with campaign, unit_code, weight (its population); else all units count the same.",
)
@click.option("--out", required=True, type=_FILE, help="File to write: .xlsx or .csv.")
def table(*, year: int | None, weights: Path | None, out: Path) -> None:
    """Write a year of all counties as a table, with intervals and the ranks they leave open.

    Example: survey city table --year 2026 --out city.xlsx
    """
    name = out.suffix.lower().removeprefix(".")
    if name not in files.FORMATS:
        raise click.UsageError("--out 须以 .xlsx 或 .csv 结尾 / --out ends in .xlsx or .csv")
    given: Weights | None = read_weights(weights) if weights else None
    with open_site(os.environ) as site, site.database.writing() as session:
        found = read_year(session, year=year, weights=given)
        if found is None:
            raise Refused.of(
                zh="还没有收下县里的得分文件；请先 survey city take",
                en="no release of a county is there; `survey city take` first",
            )
        audit.record(
            session,
            by=audit.SYSTEM,
            at=site.clock(),
            action="city.export",
            subject="city",
            year=found.year,
            format=name,
        )
    out.write_bytes(files.FORMATS[name][0](found))
    click.echo(str(out))


def _offered(path: Path) -> Iterator[Offered]:
    if path.is_file():
        yield Offered(name=path.name, content=bounded(path, MOST_BYTES))
        return
    found = [Offered(name=name, content=content) for name, content in score_documents(path)]
    if not found:
        raise Refused.of(
            file=path.name,
            zh="不是 survey airgap receive 的接收文件夹，或其中还没有收下传递包",
            en="is no folder of `survey airgap receive`, or has accepted no parcel yet",
        )
    yield from found

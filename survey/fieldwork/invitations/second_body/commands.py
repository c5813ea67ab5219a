"""`survey code make` and `survey code take-in`: codes that the platform never has."""

import os
from pathlib import Path

import click

from survey import audit
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.invitations.second_body.hashes import (
    MOST,
    MOST_BYTES,
    hashes_of,
    list_of,
    make_codes,
    require_name,
    take_in,
)
from survey.office_files.tables import bounded
from survey.problems import Refused
from survey.site.installation import open_site
from survey.two_persons.proposals import require_official

_FILE = click.Path(dir_okay=False, path_type=Path)
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--count", required=True, type=click.IntRange(1, MOST), help="How many codes.")
@click.option("--body", required=True, help="Who makes them, e.g. 县统计局; becomes public.")
@click.option("--codes", "list_", required=True, type=_FILE, help="The codes; never leaves you.")
@click.option("--hashes", required=True, type=_FILE, help="Their hashes; goes to the office.")
@click.option("--url", "base_url", default="", help="The platform's address, for the list.")
def make(*, count: int, body: str, list_: Path, hashes: Path, base_url: str) -> None:
    """Make one-time codes without any installation, for a second body on a machine of its own.

    The office gets the file of hashes alone, and nobody can tell codes from those.

    Example: survey code make --count 60 --body 县统计局 --codes A01-G2.csv --hashes A01-G2.json
    """
    require_name(body)
    made = make_codes(count)
    for path, content in ((list_, list_of(made, base_url)), (hashes, hashes_of(made, body=body))):
        _write_new(path, content)
    click.echo(f"{count} 个评议码 codes → {list_}；校验值 hashes → {hashes}", err=True)


@click.command("take-in")
@click.argument("campaign_id", metavar="ID")
@click.option("--hashes", required=True, type=_EXISTING, help="What `survey code make` wrote.")
@click.option("--unit", "unit_code", required=True, help="The unit to be rated, e.g. A01.")
@click.option("--group", "group_code", required=True, help="Who is invited, e.g. G2.")
@click.option("--channel", required=True, help="How they are sent, e.g. token_sheet.")
@click.option("--by", default="", help="The account that takes them in.")
@click.option("--reason", default="", help="Why after the opening; becomes public.")
def take(
    campaign_id: str,
    *,
    hashes: Path,
    unit_code: str,
    group_code: str,
    channel: str,
    by: str,
    reason: str,
) -> None:
    """Let codes that a second body made open a unit: their hashes are all that enters.

    Example: survey code take-in ANLAN-2026-GZPY --hashes A01-G2.json --unit A01 --group G2
    --channel token_sheet
    """
    content = bounded(hashes, MOST_BYTES)
    with open_site(os.environ) as site, site.database.writing() as session:
        if by:
            require_official(session, username=by, action="invitation.issue")
        n = take_in(
            session,
            campaign=find_campaign(session, campaign_id),
            unit_code=unit_code,
            group_code=group_code,
            channel=channel,
            content=content,
            file=hashes.name,
            by=by or audit.SYSTEM,
            clock=site.clock,
            reason=reason,
        )
    click.echo(f"{n} 个评议码 codes ← {hashes}")


def _write_new(path: Path, content: bytes) -> None:
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError as error:
        raise Refused.of(
            file=str(path),
            zh="文件已存在；为免覆盖已制的评议码，请另取文件名",
            en="exists already; choose another name so that no codes are lost",
        ) from error
    path.write_bytes(content)

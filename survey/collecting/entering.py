"""A table of collected answers enters: all is checked first, then stored a few rows at a time.

So that residents never wait for it: what is between BEGIN and COMMIT of one batch is short. A table
that was interrupted goes on where it stopped when the same file is given again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.collecting.collected_file import read_entries
from survey.collecting.desk import Desk
from survey.collecting.door import Admitted, Door
from survey.collecting.entry import Stored
from survey.fieldwork.campaigns import find_campaign, need_state
from survey.model import AuditEntry, Campaign
from survey.office_files.tables import Table
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import told_once
from survey.site.installation import Site
from survey.two_persons.proposals import require_official

AT_ONCE = 25  # rows of one transaction: half of the 50 ms it may take


@dataclass(frozen=True, slots=True)
class _Given:
    """A table as somebody gives it."""

    campaign_code: str
    file: str
    digest: str
    by: str
    skip_bad: bool


def collect(
    site: Site,
    *,
    campaign_code: str,
    table: Table,
    digest: str,
    by: str,
    channel: str = "",
    skip_bad: bool = False,
) -> Stored:
    """Let the answers of a table enter; with `skip_bad` those in order.

    Raises Refused with every fault by its row, and then nothing is stored: of a file that was
    given before, each row is refused by its code or serial. What somebody else enters or
    withdraws at the very moment stops it where it is; what entered before is told with it.
    """
    with site.database.reading() as session:
        require_official(session, username=by, action="answer.collect")
        campaign = find_campaign(session, campaign_code)
        need_state(campaign, "open")
        read = read_entries(session, table, campaign=campaign, channel=channel, at=site.clock())
        before = _last_row(session, campaign, digest)
        door = Door(session, site, campaign, table.file)
        entries = [entry for entry in read.entries if (entry.row or 0) > before]
        admitted = [found for entry in entries if (found := door.admit(entry))]
        door.check_plan(admitted)
    problems = [*read.problems, *door.problems]
    if problems and not (skip_bad and admitted):
        raise Refused(told_once(sorted(problems, key=_by_row)))
    given = _Given(campaign_code, table.file, digest, by, skip_bad)
    stored, late, stopped = _enter(site, given, admitted)
    return Stored(
        entries=tuple(each.entry for each in stored),
        problems=tuple(sorted([*problems, *late], key=_by_row)),
        stopped=stopped,
    )


def _enter(
    site: Site, given: _Given, admitted: Sequence[Admitted]
) -> tuple[list[Admitted], list[Problem], bool]:
    """Store the rows in short transactions, each on record with how many are still to come.

    Where one of them stops it, those before are stored: their receipts are told, or nobody ever
    learns them.
    """
    stored: list[Admitted] = []
    late: list[Problem] = []
    for begin in range(0, len(admitted), AT_ONCE):
        some = admitted[begin : begin + AT_ONCE]
        n_left = len(admitted) - begin - len(some)
        try:
            with site.database.writing() as session:
                desk = Desk(session, find_campaign(session, given.campaign_code), given.by, site)
                entered = desk.store(some, late, skip_bad=given.skip_bad)
                desk.record(
                    entered,
                    action="answer.collect",
                    file=given.file,
                    file_digest=given.digest,
                    last_row=some[-1].entry.row,
                    rows_left=n_left,
                )
        except Refused as refused:
            if not stored:
                raise
            late += [problem for problem in refused.problems if problem not in late]
            return stored, [*late, _stopped(given.file, len(stored))], True
        stored += entered
    return stored, late, False


def _last_row(session: Session, campaign: Campaign, digest: str) -> int:
    """Return the last row that entered of a file that was interrupted; 0 of any other."""
    query = sa.select(AuditEntry.detail).where(
        AuditEntry.action == "answer.collect", AuditEntry.subject == campaign.code
    )
    details = session.scalars(query.order_by(AuditEntry.id.desc()))
    last = next((said for said in details if said.get("file_digest") == digest), None)
    return int(last["last_row"]) if last and last.get("rows_left") else 0


def _stopped(file: str, n: int) -> Problem:
    return Problem(
        file=file,
        zh=f"中途停下，此前的{n}份已经录入；请勾选“跳过有错的行”（--skip-bad）再次提交同一文件，接着录入",
        en=f"stopped on the way, {n} have entered; give the same file again with --skip-bad, and it"
        " goes on from there",
    )


def _by_row(problem: Problem) -> int:
    return problem.row or 0

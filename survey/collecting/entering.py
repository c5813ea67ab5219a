"""A table of collected answers enters: each row checked, all stored or none."""

from survey import audit
from survey.collecting.collected_file import read_entries
from survey.collecting.desk import Desk
from survey.collecting.door import Door
from survey.collecting.entry import Stored
from survey.fieldwork.campaigns import find_campaign, need_state
from survey.office_files.tables import Table
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import told_once
from survey.site.installation import Site
from survey.two_persons.proposals import require_official


def collect(
    site: Site,
    *,
    campaign_code: str,
    table: Table,
    digest: str,
    channel: str = "",
    skip_bad: bool = False,
    by: str = "",
) -> Stored:
    """Let the answers of a table enter, all in one transaction; with `skip_bad` those in order.

    Raises Refused with every fault by its row, and then nothing is stored: of a file that was
    given before, each row is refused by its code or serial.
    """
    with site.database.reading() as session:
        if by:
            require_official(session, username=by, action="answer.collect")
        campaign = find_campaign(session, campaign_code)
        need_state(campaign, "open")
        read = read_entries(session, table, campaign=campaign, channel=channel, at=site.clock())
        door = Door(session, site, campaign, table.file)
        admitted = [found for entry in read.entries if (found := door.admit(entry))]
        door.check_plan(admitted)
    problems = [*read.problems, *door.problems]
    if problems and not (skip_bad and admitted):
        raise Refused(told_once(sorted(problems, key=_by_row)))
    late: list[Problem] = []
    with site.database.writing() as session:
        desk = Desk(session, find_campaign(session, campaign_code), by or audit.SYSTEM, site)
        stored = desk.store(admitted, late, skip_bad=skip_bad)
        desk.record(stored, action="answer.collect", file=table.file, file_digest=digest)
    return Stored(
        entries=tuple(each.entry for each in stored),
        problems=tuple(sorted([*problems, *late], key=_by_row)),
    )


def _by_row(problem: Problem) -> int:
    return problem.row or 0

"""Scoring a campaign of a million answers from the database, by the command an office gives.

python -m bench.scoring [ANSWERS] [FOLDER]

The answers are those of `bench.office_pages`, whose FOLDER may be used: closed, then `survey
score`, which verifies all that is stored in a process beside. A loop of bare additions in the same
run tells how fast the machine is just then. The loading alone is told besides, by row.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from bench.measured import run
from bench.office_pages import fill
from survey.appraisal import load
from survey.fieldwork.campaigns import find_campaign
from survey.model import Response
from survey.site.installation import open_site, upgrade_site
from survey.stats.campaign.plan import Plan
from tests.factories import CODE

LIMIT_SECONDS = 15.0  # for a million answers, as much as the share of them is
LIMITS_MIB = {1_000_000: 500, 5_000_000: 2048}
LIMIT_US, LIMIT_BYTES = 10.0, 400.0  # of loading, by row
LOOP = 10_000_000
LOOP_SECONDS = 0.19  # of the loop, where cores are free of the machine the limit is set for


def main(answers: int, home: Path) -> None:
    with upgrade_site({"SURVEY_HOME": str(home)}) as site:
        with site.database.reading() as session:
            is_there = session.scalar(sa.select(Response.id).limit(1))
        if not is_there:
            fill(site, answers)
        with site.database.writing() as session:
            campaign = find_campaign(session, CODE)
            campaign.state = "closed" if campaign.state == "open" else campaign.state
    subprocess.run([sys.executable, "-m", "bench.scoring", "loading", str(home)], check=True)
    before = loop()
    told = run([sys.executable, "-m", "survey", "score", CODE], home, quiet=True)
    slower = (before + loop()) / 2 / LOOP_SECONDS
    limit = LIMIT_SECONDS * max(answers, 100_000) / 1_000_000
    mib = next((most for upto, most in LIMITS_MIB.items() if answers <= upto), 0)
    print(f"survey score: exit {told.status}")
    print(f"a loop of {LOOP:,} before and after took {slower:.1f} times {LOOP_SECONDS} s")
    print(f"{told.wall:.1f} s of the clock: {told.wall / limit:.2f} of {limit} s")
    pace = told.cpu / slower
    print(f"{told.cpu:.1f} s of processors, {pace:.1f} s at that pace, verifying included")
    print(f"{told.largest_mib:.0f} MiB: {told.largest_mib / mib:.2f} of {mib}", end="")
    print(f" ({told.mib:.0f} with the process that verifies)")


def loading(home: Path) -> None:
    """Print what a row takes to load, in a process that has loaded nothing else."""
    with open_site({"SURVEY_HOME": str(home)}) as site, site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        plan = Plan.from_dict(campaign.plan or {})
        before, begun = most_mib(), time.process_time()
        loaded = load.sample(session, campaign=campaign, lists=plan.lists)
        took, after = time.process_time() - begun, most_mib()
    n = loaded.ids.size
    us, held = 1e6 * took / n, 2**20 * (after - before) / n
    print(
        f"loading: {us:.1f} us a row of {LIMIT_US:.0f}, {held:.0f} B of {LIMIT_BYTES:.0f} at most"
    )


def most_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def loop() -> float:
    """Return the seconds that additions in a loop take."""
    begun, total = time.process_time(), 0
    for number in range(LOOP):
        total += number
    return time.process_time() - begun


if __name__ == "__main__":
    if sys.argv[1:2] == ["loading"]:
        loading(Path(sys.argv[2]))
        sys.exit()
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if len(sys.argv) > 2:
        main(number, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(number, Path(folder))

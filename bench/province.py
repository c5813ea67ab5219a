"""A province scored by one command: campaigns over 1, 2 and 7 processes and a Dask cluster.

    python -m bench.province [CAMPAIGNS] [ANSWERS] [FOLDER]

So many campaigns of so many answers each (`bench.office_pages`), in one database, closed; then
`survey score --all` in each way. Every way must tell the same digests, byte by byte. A FOLDER keeps
the answers.
"""

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from bench.measured import Measured, run
from bench.office_pages import fill_opened
from bench.scoring import LOOP, LOOP_SECONDS, loop
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_in_order
from survey.model import Campaign
from survey.scheme.folder import read_folder
from survey.site.installation import Site, upgrade_site
from tests.factories import ANLAN, in_fieldwork
from tests.officials import add_officials

WHOLE = 50_000_000
LIMIT_S, LIMIT_MIB = 600, 1024  # for the whole, on two cores; and of one process
PROCESSES = (1, 2, 7)
_CLUSTER = """
import os, subprocess, sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1",
                      dashboard_address=None) as cluster:
        sys.exit(subprocess.call([sys.executable, "-m", "survey", "score", "--all",
                                  "--dask", cluster.scheduler_address]))
"""


def main(campaigns: int, answers: int, home: Path) -> int:
    """Fill, score in each way, compare; return 1 where ways differ."""
    with upgrade_site({"SURVEY_HOME": str(home)}) as site:
        for number in range(1, campaigns + 1):
            fill_one(site, f"COUNTY-{number:03}", answers)
    said: dict[str, str] = {}
    ways = {f"{n} processes": ["--processes", str(n)] for n in PROCESSES}
    for name, words in ways.items():
        command = [sys.executable, "-m", "survey", "score", "--all", *words]
        said[name] = score(name, command, home, campaigns * answers)
    script = home / "cluster.py"
    script.write_text(_CLUSTER)
    said["Dask"] = score("Dask", [sys.executable, str(script)], home, campaigns * answers)
    same = len(set(said.values())) == 1 and len(said["Dask"].splitlines()) == campaigns
    print("the same bytes in every way" if same else f"NOT the same: {said}")
    return int(not same)


def fill_one(site: Site, code: str, answers: int) -> None:
    """Add a closed campaign of invented answers, unless it is there."""
    with site.database.reading() as session:
        if session.scalar(sa.select(Campaign.id).where(Campaign.code == code)):
            return
        first = session.scalar(sa.select(Campaign.id).limit(1)) is None
    begun = time.process_time()
    folder = read_folder(ANLAN)
    with site.database.writing() as session:
        load_campaign(
            session,
            folder=replace(folder, campaign=replace(folder.campaign, campaign_code=code)),
            by="bench",
            clock=in_fieldwork,
            simulated=True,
        )
    open_in_order(replace(site, clock=in_fieldwork), campaign_code=code, by="bench")
    if first:
        add_officials(site)
    fill_opened(site, answers, code)
    with site.database.writing() as session:
        find_campaign(session, code).state = "closed"
    print(f"{code}: {answers:,} answers in {time.process_time() - begun:.0f} s", flush=True)


def score(name: str, command: list[str], home: Path, answers: int) -> str:
    """Score all and print what it took; return what was told of the runs."""
    slower, out = loop() / LOOP_SECONDS, home / "scores.txt"
    told = run(command, home, quiet=True, out=out)
    print(f"{name}: exit {told.status}, {of_whole(told, answers, slower)}", flush=True)
    return out.read_text()


def of_whole(told: Measured, answers: int, slower: float) -> str:
    """Say what was used, and what the whole province would take of its limits at that rate."""
    pace = told.cpu / slower
    whole = pace * WHOLE / answers / 2
    return (
        f"{told.wall:.0f} s, {told.cpu:.0f} s of processors ({pace:.0f} where a loop of {LOOP:,} "
        f"takes {LOOP_SECONDS} s: {1e6 * pace / answers:.1f} us an answer, {whole / LIMIT_S:.2f} "
        f"of the limit for {WHOLE:,} on two cores), {told.largest_mib:.0f} MiB the largest process "
        f"({told.largest_mib / LIMIT_MIB:.2f} of its limit)"
    )


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:3]]
    sizes = (numbers + [8, 100_000][len(numbers) :])[:2]
    if len(sys.argv) > 3:
        sys.exit(main(*sizes, Path(sys.argv[3])))
    with tempfile.TemporaryDirectory() as made:
        sys.exit(main(*sizes, Path(made)))

"""Random sequences of deeds on a contested result, replayed from their log to the byte.

    python -m bench.replay [SEQUENCES [SEED]]

Each begins in a small county that was scored and released: words on cases, undone ones, runs,
appeals filed, received, computed and decided, releases, done through what the office's pages call.
Then every deed is read from the rows that are stored and done again from the beginning: all runs,
all releases and the chain of the audit must come out the same. One row is altered, which `survey
verify` must name. Scores of decisions that were scored before are looked up; in one replay of
twenty they are reckoned anew.
"""

import sys
import tempfile
import time
from collections import Counter

from survey.site.installation import upgrade_site
from tests.appraisal.replays.sequences import Counts, County
from tests.quickened import quicken

ANEW = 20
TOLD = 50


def main(n: int, seed: str) -> int:
    """Try so many; return 1 where a byte differed or an alteration had no name."""
    quicken()
    counts, began = Counts(), time.process_time()
    with (
        tempfile.TemporaryDirectory() as home,
        upgrade_site({"SURVEY_HOME": home}) as site,
    ):
        county = County(site)
        for number in range(n):
            county.try_one(f"{seed}-{number}", counts, anew=number % ANEW == 0)
            if (number + 1) % TOLD == 0 or number + 1 == n:
                print(told(counts, seed, time.process_time() - began), flush=True)
    for wrong in (*counts.mismatches, *counts.unnamed):
        print(wrong)
    return int(bool(counts.mismatches or counts.unnamed))


def told(counts: Counts, seed: str, seconds: float) -> str:
    """Return how it stands, in a line."""
    altered = sum(counts.altered.values())
    return (
        f"seed {seed}: {counts.n_sequences} sequences ({counts.n_anew} reckoned anew), "
        f"done {_listed(counts.done)}; refused {sum(counts.refused.values())}; "
        f"{len(counts.mismatches)} mismatches in {counts.n_documents} runs, releases and entries; "
        f"{altered - len(counts.unnamed)} of {altered} alterations named "
        f"({_listed(counts.altered)}); {seconds:.0f} s of a processor"
    )


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items()))


if __name__ == "__main__":
    given = sys.argv[1:3] + ["1000", "14"][len(sys.argv[1:3]) :]
    sys.exit(main(int(given[0]), given[1]))

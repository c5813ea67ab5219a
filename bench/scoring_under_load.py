"""Residents of one campaign while another is scored: their rate and the times of their answers.

    python -m bench.scoring_under_load [--answers 1000000] [--seconds 20] [--clients 32]
        [--rounds 3] [--database sqlite|postgresql]

`survey serve` with a campaign in its fieldwork, and the load of `bench.visitors` on it: rounds with
nothing else and rounds beside `survey score` of a closed campaign alternate. A run that ends within
a round is begun anew, so that a round is never of residents alone.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.intake import FILL, database, opened, put_on, serving
from bench.province import fill_one
from bench.visitors import Load
from survey.site.installation import prepare_site

RATE, P99_MS = 0.8, 200.0
SCORED = "COUNTY-001"


@dataclass(frozen=True)
class Round:
    """Answers a second, their p99 and the longest in ms, and how many were refused."""

    rate: float
    p99: float
    longest: float
    refused: int


def main() -> int:
    """Measure, print the ratio beside what is wanted; return 1 where that is missed."""
    wanted = _asked()
    with TemporaryDirectory(prefix="bench-load-") as folder, database(wanted, folder) as url:
        os.environ |= {"SURVEY_HOME": folder, "SURVEY_DATABASE": url}
        with prepare_site(os.environ) as site:
            fill_one(site, SCORED, wanted.answers)
            addresses = opened(site)
        with serving(2, "-m", "survey", "serve") as (port, _pid):
            load = Load(
                port=port, kind="post", clients=wanted.clients, seconds=2.0, addresses=addresses,
                fill=FILL,
            )  # fmt: skip
            put_on(load)  # everything is loaded and made once
            load.seconds = wanted.seconds
            alone, beside = [], []
            for _round in range(wanted.rounds):
                alone.append(_round_of(put_on(load), wanted.seconds))
                with _scoring() as runs:
                    beside.append(_round_of(put_on(load), wanted.seconds))
                print(
                    f"alone {alone[-1]}\nbeside {beside[-1]}, runs begun: {len(runs)}", flush=True
                )
    kept = median(each.rate for each in beside) / median(each.rate for each in alone)
    late = median(each.p99 for each in beside)
    print(f"{wanted.database}: {kept:.2f} of the rate kept (wanted {RATE:.2f})")
    print(
        f"p99 {late:.0f} ms beside (wanted {P99_MS:.0f}), {median(e.p99 for e in alone):.0f} alone"
    )
    print(f"longest {max(each.longest for each in beside):.0f} ms beside")
    return int(kept < RATE or late > P99_MS)


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--answers", type=int, default=1_000_000)
    asked.add_argument("--seconds", type=float, default=20.0)
    asked.add_argument("--clients", type=int, default=32)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return asked.parse_args()


def _round_of(told: dict[str, Any], seconds: float) -> Round:
    times = sorted(told["post"]["seconds"])
    return Round(
        rate=len(times) / seconds,
        p99=1e3 * times[int(len(times) * 0.99)],
        longest=1e3 * times[-1],
        refused=len(told["post"]["refused"]),
    )


@contextmanager
def _scoring() -> Iterator[list[int]]:
    """Score again and again, until the block ends; gives the exit codes of runs so far."""
    ended, begun = threading.Event(), []
    command = [sys.executable, "-m", "survey", "score", SCORED]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

    def again() -> None:
        while not ended.is_set():
            process = subprocess.Popen(command, **quiet)  # type: ignore[call-overload]
            begun.append(process.pid)
            process.wait()

    thread = threading.Thread(target=again)
    thread.start()
    try:
        yield begun
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(main())

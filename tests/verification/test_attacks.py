"""Whoever can write to the database changes something, and nobody can use it any more."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.ledger.book import read_frontier
from survey.ledger.leaf import row_leaf
from survey.ledger.tree import Frontier
from survey.model import (
    Appraisal,
    AuditEntry,
    Campaign,
    Entrance,
    Ledger,
    ProgressCounter,
    Release,
    Response,
    TreeHead,
    Unit,
    Verdict,
)
from tests.demonstrated import CODE
from tests.verification.homes import N, opened, run

_ROW = Response.__table__


def tamper(home: Path, change: Callable[[Session], None]) -> None:
    site = opened(home)
    with site.database.writing() as session:
        change(session)
    site.database.close()


def edit_a_unit(session: Session) -> None:
    [unit] = session.scalars(sa.select(Unit.id).where(Unit.code == "A01"))
    edited = sa.update(Response).where(Response.unit_id == unit).values(answers="55555555")
    assert session.execute(edited).rowcount > 5  # type: ignore[attr-defined]


def delete_a_row(session: Session) -> None:
    chosen = sa.select(Response.id).where(Response.leaf_index == 17).scalar_subquery()
    for table, column in (("comment", "response_id"), ("feedback_case", "response_id")):
        session.execute(
            sa.text(f"DELETE FROM {table} WHERE {column} = :id"),
            {"id": session.scalar(sa.select(chosen))},
        )
    session.execute(sa.delete(Response).where(Response.leaf_index == 17))


def insert_a_row(session: Session) -> None:
    row = dict(
        session.execute(sa.select(_ROW).where(_ROW.c.invitation_id.is_(None))).mappings().first()
        or {}
    )
    row |= {"id": 10**6, "receipt": b"x" * 10, "leaf_index": N + 10}
    session.execute(sa.insert(Response), row)


def edit_with_its_leaf(session: Session) -> None:
    row = dict(session.execute(sa.select(_ROW).where(_ROW.c.leaf_index == 9)).mappings().one())
    row["answers"] = "55555555"
    row["leaf"] = row_leaf(row, campaign_code=CODE)
    session.execute(
        sa.update(Response)
        .where(Response.id == row["id"])
        .values(answers=row["answers"], leaf=row["leaf"])
    )


def edit_a_counter(session: Session) -> None:
    counter = session.scalars(sa.select(ProgressCounter).limit(1)).one()
    counter.valid += 1


def edit_the_plan(session: Session) -> None:
    campaign = session.scalars(sa.select(Campaign)).one()
    assert campaign.plan is not None
    campaign.plan = campaign.plan | {"min_covered": 1.0}


def edit_the_plan_and_its_digest(session: Session) -> None:
    edit_the_plan(session)
    campaign = session.scalars(sa.select(Campaign)).one()
    spelled = json.dumps(campaign.plan, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    campaign.plan_digest = hashlib.sha256(spelled.encode()).hexdigest()


def edit_the_scheme(session: Session) -> None:
    campaign = session.scalars(sa.select(Campaign)).one()
    campaign.scheme = campaign.scheme | {"privacy": {"min_cell_for_reports": 1}}


def edit_the_run(session: Session) -> None:
    stored = session.scalars(sa.select(Appraisal)).one()
    content = json.loads(json.dumps(stored.content))
    content["units"][0]["score"] = "99.99"
    stored.content = content


def edit_a_verdict(session: Session) -> None:
    session.execute(sa.update(Verdict).values(verdict="flag", rules=""))


def edit_the_release(session: Session) -> None:
    release = session.scalars(sa.select(Release)).one()
    document = json.loads(release.document)
    document["units"][0]["score"] = "99.99"
    release.document = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    release.digest = hashlib.sha256(release.document.encode()).hexdigest()


def edit_an_entry(session: Session) -> None:
    session.execute(
        sa.update(AuditEntry).where(AuditEntry.action == "campaign.open").values(by="somebody")
    )


def delete_an_entry(session: Session) -> None:
    session.execute(sa.delete(AuditEntry).where(AuditEntry.action == "campaign.load"))


def delete_the_last_entry(session: Session) -> None:
    last = sa.select(sa.func.max(AuditEntry.id)).scalar_subquery()
    session.execute(sa.delete(AuditEntry).where(AuditEntry.id == last))


def add_a_code(session: Session) -> None:
    row = dict(
        session.execute(sa.select(Entrance.__table__).where(Entrance.kind == "invitation").limit(1))
        .mappings()
        .one()
    )
    session.execute(sa.insert(Entrance), row | {"id": 10**6, "code_hash": b"y" * 32})


def swap_a_code(session: Session) -> None:
    first = sa.select(sa.func.min(Entrance.id)).where(Entrance.kind == "invitation")
    session.execute(
        sa.update(Entrance)
        .where(Entrance.id == first.scalar_subquery())
        .values(code_hash=b"y" * 32)
    )


def cut_the_last(session: Session) -> None:
    """Take the last ten answers out with the end of the ledger and the counters."""
    campaign = session.scalars(sa.select(Campaign)).one()
    size = read_frontier(session, campaign_id=campaign.id).size - 10
    rows = session.execute(sa.select(_ROW).order_by(_ROW.c.leaf_index)).mappings().all()
    for row in rows[size:]:
        for table in ("comment", "feedback_case"):
            session.execute(
                sa.text(f"DELETE FROM {table} WHERE response_id = :id"), {"id": row["id"]}
            )
    session.execute(sa.delete(Response).where(Response.leaf_index >= size))
    session.execute(sa.delete(TreeHead))
    end = Frontier()
    for row in rows[:size]:
        end.append(row["leaf"])
    session.execute(sa.update(Ledger).values(size=size, frontier=end.packed()))


@dataclass(frozen=True, kw_only=True)
class Attack:
    stage: str
    change: Callable[[Session], None]
    deed: tuple[str, ...]
    named: str


CLOSE, SCORE = ("campaign", "close", CODE), ("score", CODE)
RELEASE = ("release", CODE, "--by", "review")
EXPORT = ("export", CODE, "--format", "json", "--out", "OUT")
ATTACKS = [
    Attack(stage="open", change=edit_a_unit, deed=CLOSE, named="was changed, receipt"),
    Attack(stage="closed", change=edit_a_unit, deed=SCORE, named="was changed, receipt"),
    Attack(stage="scored", change=edit_a_unit, deed=RELEASE, named="was changed, receipt"),
    Attack(stage="released", change=edit_a_unit, deed=EXPORT, named="was changed, receipt"),
    Attack(stage="closed", change=delete_a_row, deed=SCORE, named="leaf 17 is missing"),
    Attack(stage="closed", change=insert_a_row, deed=SCORE, named="too many, receipt"),
    Attack(stage="closed", change=edit_with_its_leaf, deed=SCORE, named="ledger"),
    Attack(stage="open", change=edit_a_counter, deed=CLOSE, named="by the answers it is"),
    Attack(stage="closed", change=edit_the_plan, deed=SCORE, named="the plan changed"),
    Attack(stage="closed", change=edit_the_plan_and_its_digest, deed=SCORE, named="plan changed"),
    Attack(stage="closed", change=edit_the_scheme, deed=SCORE, named="the scheme changed"),
    Attack(stage="scored", change=edit_the_run, deed=RELEASE, named="figures of run 1"),
    Attack(stage="scored", change=edit_a_verdict, deed=RELEASE, named="what run 1 said"),
    Attack(stage="released", change=edit_the_release, deed=EXPORT, named="release 1 was changed"),
    Attack(stage="closed", change=edit_an_entry, deed=SCORE, named="(campaign.open) does not"),
    Attack(stage="closed", change=delete_an_entry, deed=SCORE, named="does not follow"),
    Attack(stage="closed", change=delete_the_last_entry, deed=SCORE, named="the last were removed"),
    Attack(stage="open", change=add_a_code, deed=CLOSE, named="codes were issued"),
    Attack(stage="open", change=swap_a_code, deed=CLOSE, named="codes were issued"),
    Attack(stage="closed", change=cut_the_last, deed=SCORE, named="answers were removed"),
]


def _name(attack: Attack) -> str:
    return f"{attack.change.__name__}-{attack.deed[0]}"


@pytest.mark.parametrize("attack", ATTACKS, ids=_name)
def test_the_deed_that_stands_on_it_is_stopped(
    attack: Attack, home_of: Callable[[str], Path], tmp_path: Path
) -> None:
    home = home_of(attack.stage)
    tamper(home, attack.change)
    deed = [str(tmp_path / "out.json") if word == "OUT" else word for word in attack.deed]
    stopped = run(home, *deed)
    assert stopped.exit_code == 1
    assert attack.named in str(stopped.exception)
    assert "不一致" in str(stopped.exception)
    assert not (tmp_path / "out.json").exists()
    site = opened(home)
    with site.database.reading() as session:
        state = session.scalars(sa.select(Campaign.state)).one()
    site.database.close()
    assert state == attack.stage


def test_an_honest_campaign_goes_all_the_way(
    home_of: Callable[[str], Path], tmp_path: Path
) -> None:
    home = home_of("closed")
    assert run(home, "score", CODE).exit_code == 0
    whole = run(home_of("released"), "verify")
    assert whole.exit_code == 0, whole.exception
    assert "is what was sealed" in whole.output

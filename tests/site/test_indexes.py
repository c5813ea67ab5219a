"""What must not look through all answers or cases is found by an index, on both databases."""

import pytest
import sqlalchemy as sa

from survey.model import Case, Entrance, Response
from survey.site.installation import Site

FOUND = {
    "a code that was used": (
        sa.select(Response.id).where(Response.invitation_id == 5),
        "ux_response_invitation",
    ),
    "codes of a batch that were used": (
        sa.select(Response.invitation_id).where(Response.invitation_id.in_([5, 6])),
        "ux_response_invitation",
    ),
    "whether a code was used": (
        sa.select(Entrance.id).where(
            Entrance.id == 5, sa.exists().where(Response.invitation_id == Entrance.id)
        ),
        "ux_response_invitation",
    ),
    "answers of a unit": (
        sa.select(Response.id).where(Response.campaign_id == 1, Response.unit_id == 2),
        "ix_response_device",
    ),
    "cases after one of the same day": (
        sa.select(Case)
        .where(
            Case.campaign_id == 1,
            Case.due_on.is_not(None),
            sa.tuple_(Case.due_on, Case.code) > sa.tuple_("2026-12-07", "A"),
        )
        .order_by(Case.due_on, Case.code)
        .limit(51),
        "ix_feedback_case_due",
    ),
    "cases without a deadline": (
        sa.select(Case)
        .where(Case.campaign_id == 1, Case.due_on.is_(None), Case.code < "A")
        .order_by(Case.code.desc())
        .limit(51),
        "_feedback_case_",  # PostgreSQL, of few cases, may walk along all codes as well
    ),
}


@pytest.mark.parametrize("what", FOUND)
def test_it_is_found_by_its_index_and_not_sorted(each_site: Site, what: str) -> None:
    query, index = FOUND[what]
    with each_site.database.engine.connect() as connection:
        of_sqlite = connection.dialect.name == "sqlite"
        if not of_sqlite:  # a table of nothing would be read whole
            connection.exec_driver_sql("SET enable_seqscan = off")
            connection.exec_driver_sql("SET enable_sort = off")
            connection.exec_driver_sql("SET enable_bitmapscan = off")
        explain = "EXPLAIN QUERY PLAN " if of_sqlite else "EXPLAIN "
        said = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = "\n".join(str(tuple(row)) for row in connection.exec_driver_sql(f"{explain}{said}"))
    assert index in plan
    assert not any(sorting in plan for sorting in ("USE TEMP B-TREE", "Sort "))

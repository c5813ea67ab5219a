"""What a leader reads first of the scores, and what is counted, chosen and hidden beside them."""

from dataclasses import replace
from itertools import pairwise

import pytest
from flask.testing import FlaskClient

from survey.app import create_app
from survey.appraisal.score_sheet import ClassSheet, ScoreRow, ScoreSheet, read_score_sheet
from survey.appraisal.shown.conclusions import conclude
from survey.appraisal.shown.notice_groups import group_notices
from survey.appraisal.shown.selection import Asked, select
from survey.appraisal.shown.unit_items import read_unit_items
from survey.fieldwork.campaigns import find_campaign
from survey.model import Comment, Response
from survey.site.installation import Site
from tests.demonstrated import CODE
from tests.officials import add_officials, signed_in

SCORES = f"/office/campaigns/{CODE}/scores"


@pytest.fixture
def sheet(released_site: Site) -> ScoreSheet:
    with released_site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        found = read_score_sheet(session, campaign=campaign, units=campaign.units)
        assert found is not None
        return found


@pytest.fixture
def leader(released_site: Site) -> FlaskClient:
    add_officials(released_site)
    return signed_in(create_app(released_site), "leader")


def ranked(row: ScoreRow, ranks: tuple[int, int] | None, tier: int | None) -> ScoreRow:
    return replace(row, figures=replace(row.figures, rank_range=ranks, tier=tier))


def of_hand(sheet: ScoreSheet, *sets: tuple[tuple[int, int] | None, int | None]) -> ScoreSheet:
    """Return a sheet of one class whose units have these rank sets and tiers."""
    part = sheet.classes[0]
    rows = tuple(ranked(row, *given) for row, given in zip(part.rows, sets, strict=False))
    return replace(sheet, classes=(replace(part, rows=rows),))


def names(rows: tuple[ScoreRow, ...]) -> list[str]:
    return [row.figures.unit_code for row in rows]


def test_what_surely_differs_is_read_off_the_rank_sets(sheet: ScoreSheet) -> None:
    made = of_hand(sheet, ((1, 2), 1), ((1, 2), 1), ((3, 4), 2), ((3, 4), 2), (None, None))
    [found] = conclude(made).classes
    codes = names(made.classes[0].rows)
    assert [names(tier) for tier in found.tiers] == [codes[:2], codes[2:4]]
    assert (found.n_pairs, found.n_sure) == (6, 4)  # not within a tier
    assert (names(found.first), names(found.last)) == (codes[:2], codes[2:4])


def test_sets_that_overlap_say_nothing(sheet: ScoreSheet) -> None:
    [found] = conclude(of_hand(sheet, ((1, 3), 1), ((1, 3), 1), ((1, 3), 1))).classes
    assert (found.n_pairs, found.n_sure, len(found.tiers)) == (3, 0, 1)
    assert len(found.first) == len(found.last) == 3


def test_a_chain_of_overlaps_is_one_tier_with_some_sure_orders(sheet: ScoreSheet) -> None:
    [found] = conclude(of_hand(sheet, ((1, 1), 1), ((2, 3), 2), ((2, 4), 2), ((4, 4), 2))).classes
    assert found.n_sure == 4  # the first before all, the second before the fourth
    assert len(found.tiers) == 2


def test_the_page_begins_with_conclusions_and_what_is_to_be_decided(
    leader: FlaskClient, sheet: ScoreSheet
) -> None:
    page = leader.get(SCORES).text
    found = conclude(sheet)
    published = found.n_units - len(found.unscored)
    assert f"{found.n_units}个单位中，{published}个公布得分" in page
    sure = next(entry for entry in found.classes if entry.n_sure)
    assert f"两两比较{sure.n_pairs}对，有把握分出先后的{sure.n_sure}对" in page
    assert f"{len(found.uncertain)}个单位等次不确定" in page
    assert page.index("结论") < page.index("需要决定的事") < page.index('class="dots"')
    assert page.index("Excel 导入表") < page.index("结论")  # the files stand on top


def test_an_uncertain_grade_is_said_where_the_interval_crosses_a_band(
    leader: FlaskClient, sheet: ScoreSheet
) -> None:
    rows = [row for part in sheet.classes for row in part.rows if row.published]
    for row in rows[:6]:
        low, high = float(row.figures.lower or 0), float(row.figures.upper or 0)
        minima = sorted(band.minimum for band in sheet.record.plan.grades)
        assert row.grade_uncertain == any(low < minimum <= high for minimum in minima)
        unit = leader.get(f"{SCORES}/{row.figures.unit_code}").text
        assert ("等次不确定" in unit) == row.grade_uncertain


def test_notices_of_a_kind_are_counted_once_and_lose_none(
    leader: FlaskClient, sheet: ScoreSheet
) -> None:
    groups = group_notices(sheet)
    rows = [row for part in sheet.classes for row in part.rows]
    said = sum(len(row.figures.notices) for row in rows)
    assert sum(group.n for group in groups) == said > len(groups)
    page = leader.get(SCORES).text
    for group in groups:
        assert f"{len(group.units)}个单位，{group.n}条" in page
        assert page.count(group.heading.zh) >= 1
    about = groups[0].units[0].row
    own = leader.get(f"{SCORES}/{about.figures.unit_code}").text
    assert about.figures.notices[0].zh.split("{")[0][:20] in own


@pytest.mark.parametrize("sort", ["", "worst", "scheme", "widest", "nonsense"])
def test_units_are_sorted_within_their_class_alone(sheet: ScoreSheet, sort: str) -> None:
    parts = select(sheet, Asked(sort=sort))
    assert [len(part.rows) for part in parts] == [len(part.rows) for part in sheet.classes]
    for part in parts:
        assert _in_order(part, sort)


def _in_order(part: ClassSheet, sort: str) -> bool:
    published = [row for row in part.rows if row.published]
    keys = {
        "worst": [float(row.figures.score or 0) for row in published],
        "scheme": [row.taking_part.position for row in part.rows],
        "widest": [float(r.figures.lower or 0) - float(r.figures.upper or 0) for r in published],
    }
    found = keys.get(sort, [-float(row.figures.score or 0) for row in published])
    return all(a <= b for a, b in pairwise(found))


def test_units_are_found_by_name_code_and_uncertain_grade(leader: FlaskClient) -> None:
    page = leader.get(f"{SCORES}?q=b01").text
    assert page.count("<circle") == 1
    assert leader.get(f"{SCORES}?q=公安&class=A").text.count("<circle") == 0
    assert "没有符合条件的单位" in leader.get(f"{SCORES}?q=nothing").text
    uncertain = leader.get(f"{SCORES}?uncertain=1").text
    assert uncertain.count("<circle") == uncertain.count('fill="#fff"') > 0


def test_items_of_few_are_hidden_and_never_one_alone(
    released_site: Site, sheet: ScoreSheet
) -> None:
    with released_site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        for part in sheet.classes:
            for row in part.rows:
                said = read_unit_items(
                    session, campaign=campaign, record=sheet.record, row=row, lang="zh"
                )
                assert len(said.items) == 8
                for column in range(len(said.group_codes)):
                    hidden = [item.scores[column] for item in said.items].count(None)
                    assert hidden != 1
                few = [g.group_code for g in row.figures.groups if g.status == "withheld"]
                assert not set(few) & set(said.group_codes)


def test_reasons_are_counted_and_few_are_not_shown(
    released_site: Site, leader: FlaskClient
) -> None:
    with released_site.database.reading() as session:
        unit_id = next(
            u.unit_id for u in find_campaign(session, CODE).units if u.unit.code == "A01"
        )
        given = [
            reasons.split(";")
            for (reasons,) in session.query(Comment.reasons)
            .join(Response, Response.id == Comment.response_id)
            .filter(Response.unit_id == unit_id, Comment.reasons != "")
        ]
    told = sum("R1" in reasons for reasons in given)
    page = leader.get(f"{SCORES}/A01").text
    row = page.split("态度生硬")[1].split("</tr>")[0]
    assert (str(told) in row) if told >= 10 else ("不显示" in row)
    assert f"共{len(given)}人选了原因" in page


def test_a_leader_reads_how_many_invited_answers_the_open_ones_are_worth(
    sheet: ScoreSheet, leader: FlaskClient
) -> None:
    (told,) = sheet.record.open_bias
    assert told.equivalent_n is not None
    assert told.open_n is not None
    assert 0 < told.equivalent_n < told.open_n
    page = leader.get(SCORES).get_data(as_text=True)
    assert f"公开答卷{told.open_n:,}份，折合受邀答卷约{told.equivalent_n:,.0f}份" in page
    one = sheet.record.channels[0]
    assert one.equivalent_n is not None
    page = leader.get(f"{SCORES}/{one.unit_code}").get_data(as_text=True)
    assert f"折合受邀答卷约{one.equivalent_n:,.0f}份（{one.equivalent_lower:,.0f}–" in page

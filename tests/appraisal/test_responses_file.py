from pathlib import Path

import pytest

from survey.appraisal.responses_file import item_columns, read_responses
from survey.problems import Problem, Refused
from survey.scheme.folder import read_folder
from survey.scheme.planning import build_plan
from survey.stats.campaign.sample import Sample

ANLAN = Path(__file__).parents[2] / "survey" / "demo" / "anlan"
COUNTY = read_folder(ANLAN)
PLAN = build_plan(COUNTY)
ITEMS = item_columns(COUNTY.questionnaire, PLAN.lists.items)
HEADER = (
    "response_id,unit_code,group_code,channel,token,device_hash,ip_hash,submitted_at,"
    "duration_s,sex,age_group,township_code,residence,"
    "q_C1,q_C2,q_C3,q_C4,q_C5,q_C6,q_S1,q_S2"
)
GOOD = (
    "R1,B07,G2,token_sms,T7,d1,n1,2026-12-01T07:03:35+08:00,53,"
    "female,18-29,990621001000,urban,5,4,3,4,3,0,,4"
)


def read(folder: Path, *records: str, header: str = HEADER) -> Sample:
    path = folder / "answers.csv"
    path.write_text("\n".join([header, *records]) + "\n", "utf-8")
    return read_responses(path, lists=PLAN.lists, items=ITEMS, timezone="Asia/Shanghai")


def refused(folder: Path, *records: str, header: str = HEADER) -> list[Problem]:
    with pytest.raises(Refused) as caught:
        read(folder, *records, header=header)
    return list(caught.value.problems)


def test_an_answer_becomes_a_row_of_the_sample(tmp_path: Path) -> None:
    sample = read(tmp_path, GOOD)
    assert PLAN.units[sample.unit[0]].unit_code == "B07"
    assert PLAN.groups[sample.group[0]].group_code == "G2"
    assert PLAN.channels[sample.channel[0]].channel == "token_sms"
    assert sample.items[0].tolist() == [5, 4, 3, 4, 3, 0, -1, 4]
    assert (sample.sex[0], sample.age[0], sample.residence[0]) == (1, 1, 0)
    assert PLAN.townships[sample.township[0]] == "990621001000"
    assert sample.submitted_at[0] == 1_796_079_815
    assert sample.duration_ms[0] == 53_000
    assert not sample.own_staff[0]


def test_answers_typed_full_width_or_kept_by_a_spreadsheet_are_the_same(tmp_path: Path) -> None:
    plain = read(tmp_path, GOOD)
    wide = GOOD.replace("B07,G2", "Ｂ０７　,Ｇ２").replace("urban,5", "urban ,５")
    for moment in ("2026-12-01 07:03:35", "2026/12/1 7:03:35", "2026/12/01 07：03：35"):
        found = read(tmp_path, wide.replace("2026-12-01T07:03:35+08:00", moment))
        assert found.unit[0] == plain.unit[0]
        assert found.items.tolist() == plain.items.tolist()
        assert found.submitted_at[0] == plain.submitted_at[0]


def test_what_may_be_left_empty(tmp_path: Path) -> None:
    record = "R1,B07,G2,phone,,,,2026-12-01T07:03:35+08:00,,,,not_local,,5,4,3,4,3,0,1,4"
    sample = read(tmp_path, record)
    unknown = (sample.sex[0], sample.age[0], sample.residence[0], sample.township[0])
    assert unknown == (-1, -1, -1, -1)
    marks = (sample.device[0], sample.network[0], sample.token[0], sample.duration_ms[0])
    assert marks == (-1, -1, -1, -1)


def test_answers_of_one_person_about_several_units_share_a_code(tmp_path: Path) -> None:
    rows = [f"R{k}{GOOD[2:]},{mark}" for k, mark in enumerate(["p1", "", "p2", "p1"], start=1)]
    rater = read(tmp_path, *rows, header=f"{HEADER},rater").rater
    assert rater[0] == rater[3] != rater[2]
    assert rater[1] == -1
    assert read(tmp_path, GOOD).rater.tolist() == [-1]


def test_declared_own_staff(tmp_path: Path) -> None:
    sample = read(tmp_path, f"{GOOD},1", header=f"{HEADER},own_staff")
    assert sample.own_staff[0]
    with pytest.raises(Refused) as caught:
        read(tmp_path, f"{GOOD},是", header=f"{HEADER},own_staff")
    assert [(p.row, p.field) for p in caught.value.problems] == [(2, "own_staff")]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("B07", "B77", "unit_code"),
        ("G2", "G9", "group_code"),
        ("token_sms", "pigeon", "channel"),
        ("2026-12-01T07:03:35+08:00", "2026-13-01T07:03:35+08:00", "submitted_at"),
        ("2026-12-01T07:03:35+08:00", "2026-12-01", "submitted_at"),
        (",53,", ",fast,", "duration_s"),
        (",53,", ",-1,", "duration_s"),
        (",53,", ",NaN,", "duration_s"),
        (",53,", ",9999999999,", "duration_s"),
        (",53,", ",5_3,", "duration_s"),
        ("female", "lady", "sex"),
        ("18-29", "young", "age_group"),
        ("990621001000", "990621001001", "township_code"),
        ("urban", "city", "residence"),
        ("urban,5", "urban,6", "q_C1"),
        ("urban,5", "urban,very", "q_C1"),
        ("R1", "", "response_id"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(
    tmp_path: Path, old: str, new: str, field: str
) -> None:
    (problem,) = refused(tmp_path, GOOD.replace("R1", "R0"), GOOD.replace(old, new, 1))
    assert (problem.file, problem.row, problem.field) == ("answers.csv", 3, field)
    assert problem.zh
    assert problem.en


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    problems = refused(tmp_path, GOOD.replace("B07", "B77").replace("female", "lady"), GOOD)
    assert {(p.row, p.field) for p in problems} == {
        (2, "unit_code"),
        (2, "sex"),
        (3, "response_id"),
    }


def test_a_missing_item_column_is_named(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, GOOD, header=HEADER.replace("q_S2", "q_S3"))
    assert (problem.row, problem.field) == (1, "q_S2")


def test_item_columns_follow_the_questionnaire() -> None:
    assert tuple(HEADER.split(",")[-8:]) == ITEMS

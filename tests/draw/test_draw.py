"""The draw from its front door: files in, list and statement out, and repeated without us."""

import csv
import json
import random
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import survey
from survey.office_files.written import workbook_of
from survey.problems import Refused

PAGE = (Path(__file__).parents[2] / "docs/draw.md").read_text("utf-8")
(TEN_LINES,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
HEADING = "person_id,unit_code,group_code,residence,name,telephone"
PEOPLE = [
    f"p{i:03d},A01,{'G1' if i % 2 else 'G2'},{'城镇' if i % 3 else '农村'},张{i},139{i:08d}"
    for i in range(120)
]
SIZES = [
    "unit_code,group_code,residence,size,minimum,spread,reserve",
    "A01,G1,,12,5,,50%",
    "A01,G2,城镇,25%,,,3",
    "A01,G2,农村,4,,,",
]


def run(*words: str | Path, expect: int = 0) -> Result:
    done = CliRunner().invoke(survey, list(map(str, words)))
    if expect == 0 and done.exception:
        raise done.exception
    assert done.exit_code == expect, done.output
    return done


def refused(*words: str | Path) -> str:
    with pytest.raises(Refused) as told:
        run(*words)
    return str(told.value)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "roster.csv").write_text("\n".join([HEADING, *PEOPLE]) + "\n", "utf-8")
    (tmp_path / "sizes.csv").write_text("\n".join(SIZES) + "\n", "utf-8")
    return tmp_path


def drawn(place: Path, roster: str = "roster.csv", seed: str = "0714", **given: Path) -> Path:
    out = place / f"{roster}.drawn.csv"
    more = [word for name, path in given.items() for word in (f"--{name}", path)]
    seeded = [] if "record" in given else ["--seed", seed]
    run("draw", place / roster, "--plan", place / "sizes.csv", *seeded, *more, "--out", out)
    return out


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def strata(path: Path) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows(path):
        found.setdefault((row["group_code"], row["stratum"]), []).append(row["person_id"])
    return found


def test_a_stranger_repeats_the_draw_by_the_lines_of_the_page(place: Path) -> None:
    fixed = place / "fixed.json"
    run("draw", "commit", place / "roster.csv", "--plan", place / "sizes.csv", "--out", fixed)
    mine = strata(drawn(place, fixed=fixed))
    lines = TEN_LINES.replace('"fixed.json"', repr(str(fixed)))
    known = {"seed": "0714"}
    exec(lines.replace('"roster.csv"', repr(str(place / "roster.csv"))), known)
    assert known["drawn"][: len(mine["G1", "城镇"])] == mine["G1", "城镇"]
    assert len(known["drawn"]) > len(mine["G1", "城镇"]) > 5


def test_numbers_chances_and_ranks_are_those_of_the_plan(place: Path) -> None:
    found = rows(drawn(place))
    people = {("G1", "农村"): 20, ("G1", "城镇"): 40, ("G2", "农村"): 20, ("G2", "城镇"): 40}
    numbers = {}
    for row in found:
        pair = (row["group_code"], row["stratum"])
        assert int(row["people"]) == people[pair]
        assert float(row["probability"]) == int(row["drawn"]) / people[pair]
        numbers.setdefault(pair, {"drawn": [], "reserve": []})[row["role"]].append(int(row["rank"]))
    assert numbers == {
        ("G1", "农村"): {"drawn": [1, 2, 3, 4, 5], "reserve": [1, 2, 3]},  # the minimum, and a half
        ("G1", "城镇"): {"drawn": [1, 2, 3, 4, 5, 6, 7], "reserve": [1, 2, 3, 4]},
        ("G2", "农村"): {"drawn": [1, 2, 3, 4], "reserve": []},
        ("G2", "城镇"): {"drawn": list(range(1, 11)), "reserve": [1, 2, 3]},
    }
    said = json.loads((place / "roster.csv.drawn.statement.json").read_text("utf-8"))
    assert (said["drawn"], said["roster"]["people"], said["roster_on_record"]) == (26, 120, False)
    assert [one["drawn"] for one in said["strata"]] == [5, 7, 4, 10]


def test_order_encoding_and_kind_of_file_change_nothing(place: Path) -> None:
    first = drawn(place).read_bytes()
    mixed = random.Random(4).sample(PEOPLE, len(PEOPLE))
    (place / "gbk.csv").write_text("\n".join([HEADING, *mixed]) + "\n", "gb18030")
    (place / "bom.csv").write_text("\n".join([HEADING, *mixed[::-1]]) + "\n", "utf-8-sig")
    cells = [tuple(line.split(",")) for line in (HEADING, *mixed)]
    (place / "book.xlsx").write_bytes(workbook_of(cells))
    for other in ("gbk.csv", "bom.csv", "book.xlsx"):
        assert drawn(place, other).read_bytes() == first, other
    assert drawn(place, seed="0715").read_bytes() != first


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("P007,A01,G1,城镇,周一,1", "第 122 行 person_id：“P007”与第 9 行的“p007”只差大小写"),
        ("x1,A01,G2,农村,张4,13900000004", "第 122 行 name：与第 6 行的单位、评议对象、姓名、电话"),
        ("ｐ００7,A01,G1,城镇,周一,1", "第 122 行 person_id：“p007”与第 9 行重复"),
    ],
)
def test_nobody_stands_on_the_roster_twice(place: Path, row: str, told: str) -> None:
    (place / "twice.csv").write_text("\n".join([HEADING, *PEOPLE, row]) + "\n", "utf-8")
    asked = ("draw", "commit", place / "twice.csv", "--plan", place / "sizes.csv")
    assert told in refused(*asked, "--out", place / "fixed.json")
    assert not (place / "fixed.json").exists()


@pytest.mark.parametrize("n", [1, 2])
def test_a_stratum_may_be_one_person_and_all_may_be_drawn(place: Path, n: int) -> None:
    few = [f"{i},A01,G1,城镇,甲{i},{i}" for i in range(n)]
    (place / "few.csv").write_text("\n".join([HEADING, *few]) + "\n", "utf-8")
    (place / "sizes.csv").write_text(
        "unit_code,group_code,residence,size,reserve\nA01,G1,,100%,5\n", "utf-8"
    )
    found = rows(drawn(place, "few.csv"))
    assert [row["role"] for row in found] == ["drawn"] * n
    assert {float(row["probability"]) for row in found} == {1.0}


def test_a_seed_is_what_everybody_reads(place: Path) -> None:
    first = drawn(place, seed="07 14 21").read_bytes()
    for typed in ("０７　１４  21", " 07 14 21 "):
        assert drawn(place, seed=typed).read_bytes() == first
    assert drawn(place, seed="071421").read_bytes() != first  # it stands in the statement


def test_one_or_all_is_not_guessed(place: Path) -> None:
    text = (place / "sizes.csv").read_text("utf-8")
    (place / "sizes.csv").write_text(text.replace("A01,G1,,12,", "A01,G1,,1.0,"), "utf-8")
    asked = ("draw", place / "roster.csv", "--plan", place / "sizes.csv", "--seed", "1")
    assert "第 2 行 size：“1.0”不是人数或比例" in refused(*asked, "--out", place / "x.csv")


def test_nobody_is_named_in_what_is_written(place: Path) -> None:
    drawn(place)
    for file in place.glob("roster.csv.drawn*"):
        text = file.read_text("utf-8-sig")
        assert "张" not in text
        assert "139" not in text
        assert ("p001" in text) <= (file.suffix == ".csv"), file


def test_another_roster_or_plan_than_was_fixed_is_refused(place: Path) -> None:
    fixed, sizes = place / "fixed.json", place / "sizes.csv"
    told = run("draw", "commit", place / "roster.csv", "--plan", sizes, "--out", fixed).stdout
    said = json.loads(fixed.read_text("utf-8"))
    assert said["roster_digest"] in told
    assert said["salt"] not in told
    asked = ("draw", place / "roster.csv", "--plan", sizes, "--fixed", fixed, "--seed", "1")
    for was, now in (("张7,", "李7,"), ("p007", "p700"), (PEOPLE[7] + "\n", "")):
        text = (place / "roster.csv").read_text("utf-8")
        (place / "roster.csv").write_text(text.replace(was, now, 1), "utf-8")
        problem = refused(*asked, "--out", place / "x.csv")
        assert "不是先前登记的名册" in problem
        assert said["roster_digest"] in problem
        assert not (place / "x.csv").exists()
        (place / "roster.csv").write_text(text, "utf-8")
    sizes.write_text(sizes.read_text("utf-8").replace("25%", "26%"), "utf-8")
    assert "不是先前登记的抽样方案" in refused(*asked, "--out", place / "x.csv")


def test_what_was_fixed_is_not_written_over(place: Path) -> None:
    words = ("draw", "commit", place / "roster.csv", "--plan", place / "sizes.csv", "--out")
    run(*words, place / "fixed.json")
    before = (place / "fixed.json").read_bytes()
    assert "已存在" in refused(*words, place / "fixed.json")
    assert (place / "fixed.json").read_bytes() == before


def test_who_has_names_digest_and_seed_but_no_salt_cannot_tell_who_is_drawn(place: Path) -> None:
    lists = []
    for name in ("one.json", "two.json"):
        run("draw", "commit", place / "roster.csv", "--plan", place / "sizes.csv", "--out",
            place / name)  # fmt: skip
        lists.append(drawn(place, fixed=place / name).read_bytes())
    assert lists[0] != lists[1]  # of the same roster and seed


FAULTS = {
    "repeated": (PEOPLE[0], PEOPLE[1], "", "roster.csv 第 3 行 person_id"),
    "no_number": ("p000,", ",", "", "roster.csv 第 2 行 person_id"),
    "unit": ("p000,A01", "p000,B09", "", "roster.csv 第 2 行 unit_code：“B09”不在抽样方案"),
    "group": ("p000,A01,G2", "p000,A01,G5", "", "csv 第 2 行 group_code：A01 的评议对象“G5”"),
    "stratum": ("p000,A01,G2,农村", "p000,A01,G2,山区", "", "第 2 行 residence：“山区”这一层不在"),
    "no_stratum": ("G2,农村,张0", "G2,,张0", "", "roster.csv 第 2 行 residence：不能为空"),
    "too_many": ("", "", "农村,4,|农村,21,", "sizes.csv 第 4 行 size：要抽 21 人，名册中只有 20"),
    "too_few": ("", "", ",,12,5|,,12,7", "第 2 行 size：要抽 12 人，少于各层最少人数之和 14"),
    "empty": ("", "", "农村,4,,,|农村,4,,,\nB01,G1,,3,,,", "第 5 行 group_code：名册中没有这样"),
    "twice": ("", "", "G2,农村,4|G2,城镇,4", "sizes.csv 第 4 行 group_code：与第 3 行重复"),
    "both": ("", "", "G2,农村,4|G1,农村,4", "sizes.csv 第 4 行 size：整个评议对象已有一行人数"),
    "nothing": ("", "", "农村,4,|农村,,", "sizes.csv 第 4 行 size：请填写人数或比例"),
    "unread": ("", "", "农村,4,|农村,many,", "sizes.csv 第 4 行 size：“many”不是人数或比例"),
    "zero": ("", "", "农村,4,|农村,0,", "sizes.csv 第 4 行 size：要抽 0 人，少于"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_by_row_and_field(place: Path, fault: str) -> None:
    was, now, plan, told = FAULTS[fault]
    for file, change in (("roster.csv", (was, now)), ("sizes.csv", plan.split("|"))):
        text = (place / file).read_text("utf-8")
        if len(change) == 2 and change[0]:
            assert change[0] in text
            (place / file).write_text(text.replace(change[0], change[1], 1), "utf-8")
    words = ("draw", place / "roster.csv", "--plan", place / "sizes.csv", "--seed", "1", "--out")
    assert told in refused(*words, place / "out.csv")
    assert not (place / "out.csv").exists()


def test_a_spread_draws_more_where_answers_differ_more(place: Path) -> None:
    plan = [SIZES[0], "A01,G2,,12,1,,", "A01,G2,城镇,,,1,", "A01,G2,农村,,,6,", SIZES[1]]
    (place / "sizes.csv").write_text("\n".join(plan) + "\n", "utf-8")
    found = {pair: len(people) for pair, people in strata(drawn(place)).items() if pair[0] == "G2"}
    assert found == {("G2", "农村"): 9, ("G2", "城镇"): 3}  # 20 × 6 to 40 × 1
    (place / "sizes.csv").write_text("\n".join([*plan[:3], *plan[4:]]) + "\n", "utf-8")
    words = ("draw", place / "roster.csv", "--plan", place / "sizes.csv", "--seed", "1", "--out")
    assert "sizes.csv 第 2 行 spread：有的层填了标准差" in refused(*words, place / "out.csv")


def test_seed_or_record_is_asked_for(place: Path) -> None:
    words = ("draw", place / "roster.csv", "--plan", place / "sizes.csv", "--out", place / "x.csv")
    assert "二者给一" in run(*words, expect=2).output
    assert "seed" in refused(*words, "--seed", " \t ")
    assert "不是本程序写出的文件" in refused(*words, "--record", place / "sizes.csv")

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from survey.problems import Refused
from survey.weigh.commands import weigh

GOLDEN = Path(__file__).parents[1] / "golden" / "data"
STYPE = """
[calibration]
method = "raking"
[[calibration.margin]]
variable = "stype"
totals = {E = 4421, H = 755, M = 1018}
"""
RAKED = (
    STYPE
    + """
[[calibration.margin]]
variable = "sch.wide"
totals = {No = 1072, Yes = 5122}
"""
)
CLUSTERS = '[design]\nweights = "pw"\npsu = "dnum"\nfpc = "fpc"\n'
TWO_STAGES = '[design]\nweights = "pw"\npsu = ["dnum", "snum"]\nfpc = ["fpc1", "fpc2"]\n'


def run(tmp_path: Path, data: Path, plan: str) -> dict[str, Any]:
    done = invoke(tmp_path, data, plan, "--json")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def invoke(tmp_path: Path, data: Path, plan: str, *options: str) -> Any:
    plan_file = tmp_path / "plan.toml"
    plan_file.write_text(plan, encoding="utf-8")
    arguments = [str(data), str(plan_file), "--out", str(tmp_path / "weights.csv"), *options]
    return CliRunner().invoke(weigh, arguments, catch_exceptions=False)


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "数据.csv"
    path.write_text(text, encoding="utf-8")
    return path


def written(tmp_path: Path) -> list[dict[str, str]]:
    with (tmp_path / "weights.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def refused(tmp_path: Path, data: Path, plan: str) -> str:
    with pytest.raises(Refused) as error:
        invoke(tmp_path, data, plan, "--json")
    assert not (tmp_path / "weights.csv").exists()
    return str(error.value)


def test_raked_clusters_as_r(tmp_path: Path) -> None:
    plan = CLUSTERS + RAKED + '[[estimate]]\nvariable = "api00"\n'
    found = run(tmp_path, GOLDEN / "apiclus1.csv", plan)
    assert found["converged"] is True
    assert found["max_margin_error"] <= 1e-10
    assert found["sum_weights"] == pytest.approx(6194)
    assert found["kish_design_effect"] == pytest.approx(1.05165669560383)
    assert found["effective_n"] == pytest.approx(183 / 1.05165669560383)
    (mean,) = found["estimates"]
    assert mean["domain"] == {}
    assert mean["estimate"] == pytest.approx(641.23032092682)
    assert mean["se"] == pytest.approx(23.7036168879217)
    assert (mean["df"], mean["n"]) == (14, 183)
    rows = written(tmp_path)
    assert [row["snum"] for row in rows[:3]] == ["236", "237", "238"]
    assert float(rows[0]["weight"]) == pytest.approx(50.329401116038)


def test_two_stages_as_r(tmp_path: Path) -> None:
    # R survey 4.1-1, tests/golden/two_stage.R
    plan = (
        TWO_STAGES
        + """
[[estimate]]
variable = "api00"
[[estimate]]
statistic = "total"
variable = "enroll"
[[estimate]]
variable = "api00"
by = "stype"
[[estimate]]
statistic = "ratio"
variable = "api.stu"
denominator = "enroll"
"""
    )
    found = run(tmp_path, GOLDEN / "apiclus2.csv", plan)
    mean, total, e, h, m, ratio = found["estimates"]
    assert (mean["estimate"], mean["se"]) == pytest.approx((670.8118081180811, 30.0990273768366))
    assert (mean["lower"], mean["upper"]) == pytest.approx((609.930778741016, 731.692837495146))
    assert (total["estimate"], total["se"]) == pytest.approx((2639272.93, 799637.773648358))
    assert [d["domain"] for d in (e, h, m)] == [{"stype": "E"}, {"stype": "H"}, {"stype": "M"}]
    assert [d["se"] for d in (e, h, m)] == pytest.approx(
        [29.9266042374030, 17.6941671260910, 45.0913163003311]
    )
    assert (ratio["estimate"], ratio["se"]) == pytest.approx(
        (0.8197370421254614, 0.0188505633126712)
    )


def test_two_stages_raked_as_r(tmp_path: Path) -> None:
    plan = (
        TWO_STAGES
        + STYPE
        + """
[[estimate]]
variable = "api00"
[[estimate]]
statistic = "proportion"
variable = "awards"
category = "Yes"
"""
    )
    found = run(tmp_path, GOLDEN / "apiclus2.csv", plan)
    mean, share = found["estimates"]
    assert (mean["estimate"], mean["se"]) == pytest.approx((673.0023126820779, 28.8318088644382))
    assert (share["estimate"], share["lower"], share["upper"]) == pytest.approx(
        (0.654674760897820, 0.543532827953499, 0.751145393682651)
    )
    assert share["category"] == "Yes"


def test_bounded_calibration_to_a_number(tmp_path: Path) -> None:
    plan = (
        CLUSTERS
        + """
[calibration]
method = "logit"
bounds = [0.6, 1.7]
[[calibration.margin]]
variable = "stype"
totals = {E = 4421, H = 755, M = 1018}
[[calibration.total]]
variable = "api99"
total = 3914069
[[estimate]]
variable = "api00"
"""
    )
    found = run(tmp_path, GOLDEN / "apiclus1.csv", plan)
    assert found["estimates"][0]["estimate"] == pytest.approx(665.428681457135)
    assert found["estimates"][0]["se"] == pytest.approx(3.41791803162356)


def test_trimmed_weights_are_held_fixed(tmp_path: Path) -> None:
    plan = (
        '[design]\nweights = "pw"\npsu = "dnum"\n'
        + RAKED
        + """
[trim]
upper = 46
lower = 12
strict = true
[[estimate]]
variable = "api00"
"""
    )
    found = run(tmp_path, GOLDEN / "apiclus1.csv", plan)
    assert found["estimates"][0]["estimate"] == pytest.approx(641.597077684807)
    assert found["estimates"][0]["se"] == pytest.approx(24.2533555468642)
    assert found["n_trimmed"] > 0
    assert found["notices"][0].startswith("trimmed: ")
    assert max(float(row["weight"]) for row in written(tmp_path)) <= 46 + 1e-9


def test_post_stratification_and_the_page(tmp_path: Path) -> None:
    plan = (
        CLUSTERS
        + """
[calibration]
method = "poststratify"
[[calibration.margin]]
variable = "stype"
totals = {E = 4421, H = 755, M = 1018}
[[estimate]]
statistic = "proportion"
variable = "awards"
by = ["stype", "sch.wide"]
"""
    )
    done = invoke(tmp_path, GOLDEN / "apiclus1.csv", plan)
    assert done.exit_code == 0
    assert "已收敛 converged" in done.stdout
    assert "proportion awards=Yes  stype=E, sch.wide=Yes" in done.stdout
    assert "nan" not in done.stdout


def test_chinese_labels_missing_answers_and_empty_domains(tmp_path: Path) -> None:
    data = table(
        tmp_path,
        "﻿单位,性别,得分,满意\n税务局,男,100,1\n税务局,女,,1\n民政局,男,60,0\n民政局,女,80,1\n"
        "档案局,女,NA,\n税务局,男,100,1\n",
    )
    plan = """
[[calibration.margin]]
variable = "性别"
totals = {"男" = 500, "女" = 500}
[[estimate]]
variable = "得分"
by = "单位"
[[estimate]]
statistic = "proportion"
variable = "满意"
"""
    found = run(tmp_path, data, plan)
    by_unit = {e["domain"]["单位"]: e for e in found["estimates"][:3]}
    assert by_unit["税务局"]["estimate"] == pytest.approx(100)
    assert [by_unit["税务局"][k] for k in ("se", "lower", "upper")] == [None] * 3
    assert by_unit["档案局"]["estimate"] is None
    assert by_unit["档案局"]["n"] == 0
    codes = [notice.split(":")[0] for notice in found["notices"]]
    assert codes == ["empty_domain", "zero_variance"]
    assert "单位=档案局" in found["notices"][0]
    assert found["estimates"][3]["n"] == 5


def test_a_domain_inside_one_sampling_unit_has_no_interval(tmp_path: Path) -> None:
    rows = ["村,单位,得分", "甲,税务局,60", "甲,税务局,80", "乙,民政局,50", "乙,民政局,70",
            "丙,民政局,90", "丙,交通局,65", "丁,民政局,75", "丁,交通局,85"]  # fmt: skip
    data = table(tmp_path, "\n".join(rows) + "\n")
    plan = '[design]\npsu = "村"\n[[estimate]]\nvariable = "得分"\nby = "单位"\n'
    found = run(tmp_path, data, plan)
    inside, outside = (
        next(e for e in found["estimates"] if e["domain"]["单位"] == unit)
        for unit in ("税务局", "交通局")
    )
    assert inside["estimate"] == 70
    assert [inside[k] for k in ("se", "lower", "upper")] == [None] * 3
    assert outside["se"] > 0
    assert [notice.split(":")[0] for notice in found["notices"]] == ["one_sampling_unit"]
    assert "单位=税务局" in found["notices"][0]
    page = invoke(tmp_path, data, plan).stdout
    assert "不给出区间：单位=税务局" in page
    assert "nan" not in page


def test_excel_of_china_is_read(tmp_path: Path) -> None:
    path = tmp_path / "gb.csv"
    path.write_bytes("单位,得分\r\n税务局,80\r\n民政局,60\r\n".encode("gb18030"))
    found = run(tmp_path, path, '[[estimate]]\nvariable = "得分"\n')
    assert found["estimates"][0]["estimate"] == 70


def test_a_column_named_weight_is_kept(tmp_path: Path) -> None:
    data = table(tmp_path, "weight,y\n2,1\n4,3\n")
    run(tmp_path, data, '[design]\nweights = "weight"\n')
    assert [list(row.values()) for row in written(tmp_path)] == [
        ["2", "1", "2.0"],
        ["4", "3", "4.0"],
    ]
    assert list(written(tmp_path)[0]) == ["input_weight", "y", "weight"]


SMALL = "h,g,w,x,y\na,男,1,2,5\na,女,1,3,6\nb,男,1,4,7\nb,男,1,9,9\n"
SEX = '[[calibration.margin]]\nvariable = "g"\n'


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (
            SEX + 'totals = {"男" = 5, "女" = 5, "其他" = 1}',
            ["plan.toml", "nobody answered from '其他'", "合并"],
        ),
        (
            # The totals disagree as well, because of the category that nobody answered from.
            SEX + 'totals = {"男" = 5, "女" = 5, "其他" = 1}\n[[calibration.margin]]\n'
            'variable = "h"\ntotals = {a = 5, b = 5}',
            ["nobody answered from '其他'"],
        ),
        (
            SEX + 'totals = {"男" = 5, "女" = 5}\n[[calibration.margin]]\nvariable = "h"\n'
            "totals = {a = 6, b = 5}",
            ["disagree: g 10, h 11", "不一致"],
        ),
        (SEX + 'totals = {"男" = 5}', ["数据.csv", "row 3", "'女' has no known total"]),
        (SEX + 'totals = {"男" = 5, "女" = -5}', ["the total of '女' is -5"]),
        (
            '[calibration]\nmethod = "linear"\nbounds = [0.9, 1.1]\n' + SEX
            + 'totals = {"男" = 5, "女" = 5}',
            ["outside the bounds", "上下限"],
        ),
        ('[design]\nstrata = "g"', ["层 女 只有一个抽样单元", "one sampling unit", "lonely_psu"]),
        ('[design]\nweights = "none"', ["no such column", "没有这一列"]),
        ('[calibration]\nmethod = "poststratify"', ["没有给出任何已知总数"]),
        ('[calibration]\nmethod = "logit"\n' + SEX + 'totals = {"男" = 5}', ["needs bounds"]),
        ('[calibration]\nmethod = "rake"', ["'rake' is not one of"]),
        ('[desing]\nweights = "w"', ["desing", "is it design?"]),
        ('[[estimate]]\nvariable = "g"', ["row 2", "'男' is not a number"]),
        ('[[estimate]]\nstatistic = "ratio"\nvariable = "y"', ["denominator"]),
        ('[[estimate]]\nstatistic = "proportion"\nvariable = "g"\ncategory = "外"', ["没有人回答"]),
        ("[trim]\nupper = 0.5", ["no weight is within", "放宽"]),
        *(
            (f"[calibration]\ntolerance = {tolerance}", ["calibration.tolerance"])
            for tolerance in ("0", "-1", "nan", "inf")
        ),
        ("[trim]\nupper = 1e300", ["trim.upper", "too large", "过大"]),
        ("[trim]\nupper = " + "9" * 400, ["trim.upper", "too large"]),
        ("[trim]\nupper = \"a\"", ["trim.upper", "must be a number"]),
        ("[trim]\nstrict = 1", ["trim.strict"]),
        ("[calibration]\nbounds = 3", ["calibration.bounds", "[0.6, 1.7]"]),
        ('[design]\nfpc = "x"', ["varies within a stratum"]),
        ("method =", ["not valid TOML"]),
        ("[[calibration.margin]]\ntotals = {a = 1}", ["缺少列名", "is missing"]),
        ('[calibration]\nmethod = "poststratify"\nbounds = [0.5, 2]\n' + SEX
         + 'totals = {"男" = 5, "女" = 5}', ["takes no bounds"]),
        (SEX, ["has no totals"]),
        (SEX + "totals = 5", ["must be a table"]),
        ("estimate = 3", ["[[estimate]]"]),
        ("[design]\nweights = 3", ["name of a column"]),
        ("[design]\npsu = [1]", ["a list of names"]),
        ('[[estimate]]\nvariable = "x"\nat = 0.5', ["estimate.at", "quantile"]),
        ('[[estimate]]\nstatistic = "quantile"\nvariable = "x"\nat = 1', ["estimate.at"]),
        ("missing = 9", ["missing", "a list of names"]),
        ('rescale = "sum"', ["rescale", "none, mean_one"]),
        ("[design]\nnested = 1", ["design.nested"]),
        ('[design]\nstrata = "h"\npsu = "g"', ["nested = true", "跨层"]),
    ],
)  # fmt: skip
def test_refusals_say_why(tmp_path: Path, plan: str, words: list[str]) -> None:
    said = refused(tmp_path, table(tmp_path, SMALL), plan)
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("w,y\n1,2\n-1,3\n", ["row 3", "negative", "负数"]),
        ("w,y\n1,2\n,3\n", ["row 3", "missing", "缺少"]),
        ("w,y\n\n1,2\n\n\nx,3\n", ["row 6", "'x' is not a number"]),
        ("w,y\n1,2\nx,3\n", ["row 3", "'x' is not a number"]),
        ("w,y\n0,2\n0,3\n", ["all weights are zero"]),
        ("w,y\n1,2,3\n", ["3 values under 2 columns"]),
        ("w,w\n1,2\n", ["two columns have the same name"]),
        ("w,y\n", ["no data"]),
        ("w,y\n1,2\n", ["one sampling unit"]),
        ("w,y\n1,2\n1e300,3\n", ["row 3, w", "too large or too small", "过大或过小"]),
        ("w,y\n1,2\n1e-300,3\n", ["row 3, w", "too large or too small"]),
        ('w,y\n1,2\n2,"3\n3,4\n4,5\n', ["row 3", "quotation mark", "引号"]),
        ('w,y\n1,2\n2,"3"4\n', ["row 3", "quotation mark"]),
    ],
)
def test_bad_data_is_refused(tmp_path: Path, data: str, words: list[str]) -> None:
    said = refused(tmp_path, table(tmp_path, data), '[design]\nweights = "w"\n')
    for word in words:
        assert word in said


@pytest.mark.parametrize("statistic", ["mean", "total", "ratio"])
def test_answers_too_large_to_compute_are_refused(tmp_path: Path, statistic: str) -> None:
    plan = f'[[estimate]]\nvariable = "y"\nstatistic = "{statistic}"\n'
    plan += 'denominator = "w"\n' if statistic == "ratio" else ""
    assert "row 2, y" in refused(tmp_path, table(tmp_path, "w,y\n1,1e200\n2,3\n"), plan)


def test_figures_too_far_apart_to_compute_are_refused(tmp_path: Path) -> None:
    data = table(tmp_path, "x,y\n1e-55,1e59\n2e-55,2e59\n4e-55,5e59\n")
    plan = """
[calibration]
method = "linear"
[[calibration.total]]
variable = "x"
total = 1e59
[[estimate]]
variable = "y"
statistic = "total"
"""
    said = refused(tmp_path, data, plan)
    assert "too far apart" in said
    assert "相差过大" in said


def test_undecodable_bytes_are_refused_by_row(tmp_path: Path) -> None:
    data = tmp_path / "bytes.csv"
    data.write_bytes("单位,得分\n税务局,80\n".encode() + b"\xff\xfe,60\n")
    said = refused(tmp_path, data, "")
    assert "row 3: undecodable bytes" in said
    assert "第 3 行" in said


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    data = table(tmp_path, "y\n1\n2\n")
    plan = tmp_path / "plan.toml"
    plan.write_text("", encoding="utf-8")
    arguments = [str(data), str(plan), "--out", str(tmp_path / "none" / "weights.csv")]
    with pytest.raises(Refused, match="is there such a folder") as error:
        CliRunner().invoke(weigh, arguments, catch_exceptions=False)
    assert "文件夹是否存在" in str(error.value)


def test_a_zero_denominator_is_not_called_no_answers(tmp_path: Path) -> None:
    data = table(tmp_path, "y,x,g\n5,1,a\n2,-1,a\n3,1,b\n4,2,b\n")
    plan = '[[estimate]]\nstatistic = "ratio"\nvariable = "y"\ndenominator = "x"\nby = "g"\n'
    found = run(tmp_path, data, plan)
    a, b = found["estimates"]
    assert (a["estimate"], a["se"], a["n"]) == (None, None, 2)
    assert b["estimate"] == pytest.approx(7 / 3)
    (notice,) = found["notices"]
    assert notice.startswith("zero_denominator: ")
    assert notice.endswith("g=a")


def test_a_calibration_that_fails_writes_no_weights(tmp_path: Path) -> None:
    data = table(tmp_path, "a,b\n东,男\n西,女\n西,男\n")
    plan = """
[calibration]
max_iterations = 20
[[calibration.margin]]
variable = "a"
totals = {"东" = 300, "西" = 100}
[[calibration.margin]]
variable = "b"
totals = {"男" = 100, "女" = 300}
"""
    said = refused(tmp_path, data, plan)
    assert "did not converge" in said
    assert "all in a=东 are in b=男, but the totals are 300 and 100" in said


CROSSED = """
[calibration]
{method}
[[calibration.margin]]
variable = "性别年龄"
totals = {{"男青" = 30, "男老" = 20, "女青" = 30, "女老" = 20}}
[[calibration.margin]]
variable = "性别城乡"
totals = {{"男城" = 35, "男乡" = 25, "女城" = 20, "女乡" = 20}}
"""


@pytest.mark.parametrize("method", ["", 'method = "linear"\nbounds = [0.1, 30.0]'])
def test_totals_that_contradict_inside_a_shared_factor_are_named(
    tmp_path: Path, method: str
) -> None:
    rows = [f"{s}{a},{s}{p}" for s in "男女" for a in "青老" for p in "城乡"]
    data = table(tmp_path, "性别年龄,性别城乡\n" + "\n".join(rows) + "\n")
    said = refused(tmp_path, data, CROSSED.format(method=method))
    assert "性别年龄=男青, 男老 and 性别城乡=男城, 男乡 are the same people" in said
    assert "50 and 60" in said
    assert "是同一批人" in said


def test_negative_weights_and_unused_population_sizes_are_noticed(tmp_path: Path) -> None:
    data = table(tmp_path, "x,N\n1,90\n2,90\n3,90\n")
    plan = """
[design]
fpc = "N"
[calibration]
method = "linear"
[[calibration.total]]
variable = "(Intercept)"
total = 3
[[calibration.total]]
variable = "x"
total = 9.9
"""
    found = run(tmp_path, data, plan)
    assert [notice.split(":")[0] for notice in found["notices"]] == [
        "negative_weights",
        "no_base_weight",
    ]


def test_lonely_units_by_their_declared_rule(tmp_path: Path) -> None:
    plan = '[design]\nstrata = "h"\npsu = "psu"\nweights = "w"\nlonely_psu = "{}"\n'
    figures = {}
    for rule in ("adjust", "average", "remove", "certainty"):
        text = plan.format(rule) + '[[estimate]]\nvariable = "y"\n'
        figures[rule] = run(tmp_path, GOLDEN / "lonely.csv", text)["estimates"][0]["se"]
    assert figures == pytest.approx(
        {
            "adjust": 9.75295513324656,
            "average": 7.46653492113795,
            "remove": 6.09640023448661,
            "certainty": 6.09640023448661,
        }
    )


def test_rounds_without_end_are_refused(tmp_path: Path) -> None:
    plan = STYPE.replace('"raking"', '"raking"\nmax_iterations = inf')
    assert "max_iterations" in refused(tmp_path, GOLDEN / "apiclus1.csv", plan)


def test_a_field_too_long_for_a_table_is_refused(tmp_path: Path) -> None:
    data = table(tmp_path, "y,note\n1," + "x" * 200_000 + "\n2,a\n")
    assert "CSV" in refused(tmp_path, data, "")


@pytest.mark.parametrize("number", ["1_0", "1,5", "1e", "0x1A", "infinity", "+-1", "１_０", "Ⅻ"])
def test_a_number_in_no_plain_notation_is_refused(tmp_path: Path, number: str) -> None:
    data = table(tmp_path, f'y\n1\n2\n"{number}"\n')
    said = refused(tmp_path, data, '[[estimate]]\nvariable = "y"\n')
    assert "row 4" in said
    assert "is not a number" in said


def test_full_width_digits_and_names_are_read_as_plain_ones(tmp_path: Path) -> None:
    plan = '[[estimate]]\nvariable = "ｙ"\nby = "g"\n'
    wide = run(tmp_path, table(tmp_path, "ｙ,g\n１,Ａ\n２ ,A\n３．５,B\n1e1,Ｂ\n"), plan)
    plain = run(tmp_path, table(tmp_path, "y,g\n1,A\n2,A\n3.5,B\n1e1,B\n"), plan)
    assert wide["estimates"] == plain["estimates"]


def test_a_plan_is_read_in_the_encodings_offices_have(tmp_path: Path) -> None:
    data = table(tmp_path, "得分\n1\n2\n")
    plan = tmp_path / "plan.toml"
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        plan.write_bytes('[[estimate]]\nvariable = "得分"\n'.encode(encoding))
        words = [str(data), str(plan), "--out", str(tmp_path / "w.csv")]
        assert CliRunner().invoke(weigh, words).exit_code == 0, encoding


def test_weights_with_chinese_are_marked_for_spreadsheets_and_others_are_not(
    tmp_path: Path,
) -> None:
    plan = ""
    run(tmp_path, table(tmp_path, "单位,得分\n甲,80\n乙,70\n"), plan)
    assert (tmp_path / "weights.csv").read_bytes().startswith(b"\xef\xbb\xbf\xe5")
    run(tmp_path, table(tmp_path, "y\n1\n2\n"), plan)
    assert (tmp_path / "weights.csv").read_bytes().startswith(b"y,weight\n")


def test_units_numbered_within_strata_are_so_declared(tmp_path: Path) -> None:
    rows = ["h,psu,y", "a,1,5", "a,1,6", "a,2,9", "b,1,3", "b,2,8", "b,2,1"]
    data = table(tmp_path, "\n".join(rows) + "\n")
    plan = '[design]\nstrata = "h"\npsu = "psu"\nnested = true\n[[estimate]]\nvariable = "y"\n'
    nested = run(tmp_path, data, plan)["estimates"]
    apart = [row if "h" in row else row.replace(",", "," + row[0], 1) for row in rows]
    numbered = table(tmp_path, "\n".join(apart) + "\n")
    assert run(tmp_path, numbered, plan.replace("nested = true\n", ""))["estimates"] == nested


def test_values_declared_missing_are_no_answers(tmp_path: Path) -> None:
    data = table(tmp_path, "g,y\na,5\na,9\nb,3\nb,不了解\n不详,4\n")
    plan = 'missing = ["9", "不了解", "不详"]\n[[estimate]]\nvariable = "y"\nby = "g"\n'
    found = run(tmp_path, data, plan)["estimates"]
    assert [(e["domain"]["g"], e["estimate"], e["n"]) for e in found] == [("a", 5, 1), ("b", 3, 1)]
    assert [row["y"] for row in written(tmp_path)] == ["5", "9", "3", "不了解", "4"]
    (tmp_path / "weights.csv").unlink()
    said = refused(tmp_path, data, '[[estimate]]\nvariable = "y"\n')
    assert "'不了解' is not a number" in said


def test_written_weights_have_a_mean_of_one_where_that_is_declared(tmp_path: Path) -> None:
    estimate = '[[estimate]]\nstatistic = "total"\nvariable = "enroll"\n'
    plain = run(tmp_path, GOLDEN / "apiclus1.csv", CLUSTERS + STYPE + estimate)
    scaled = run(
        tmp_path, GOLDEN / "apiclus1.csv", 'rescale = "mean_one"\n' + CLUSTERS + STYPE + estimate
    )
    weights = [float(row["weight"]) for row in written(tmp_path)]
    assert sum(weights) == pytest.approx(183)
    assert scaled.pop("sum_written") == pytest.approx(183)
    assert scaled == plain

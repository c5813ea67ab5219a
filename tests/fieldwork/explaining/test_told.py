"""The plan in words: what it says, what it warns of, on the page and on paper."""

import re
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import yaml
from flask.testing import FlaskClient

from survey.app import create_app
from survey.fieldwork import given_county
from survey.scheme.source import FolderSource
from survey.site.installation import Site
from tests.factories import ANLAN, CODE, in_fieldwork
from tests.officials import add_officials, office, signed_in

HERE = f"/office/campaigns/{CODE}"


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_leader_reads_what_will_be_done(site: Site) -> None:
    shown = words(signed_in(office(site), "leader").get(f"{HERE}/plan").text)
    for told in (
        "26 个单位分 3 类，只在类内比较：乡镇（街道） 12 个；",
        "计划收集有效答卷",
        "时间 2026-12-01 00:00 至 2026-12-20 23:59。",
        "自愿参评：张贴二维码自愿参评。",
        "选项从最好到最差记 100、80、60、30、0 分",
        "群众的答卷按性别、年龄、城乡加权到人口结构",
        "计入的权重不足 60% 的单位不公布得分",
        "优秀 90 分以上、良好 80 分以上",
        "计入总分 20 分，按得分折算。",
        "V07 同一网络来源10份以上且80%以上答案完全相同：暂不计入，两人复核后定。",
        "公开答卷最多使得分偏离受邀样本 0.5 个标准误。",
        "所有人全选最好，每个单位得 100 分；全选最差，得 0 分。",
        "sha256",
    ):
        assert told in shown, told


def test_it_is_english_for_who_reads_english(site: Site) -> None:
    shown = words(signed_in(office(site), "leader").get(f"{HERE}/plan?lang=en").text)
    assert "26 units in 3 classes" in shown
    assert "all best answers give every unit 100, all worst 0" in shown
    assert not re.search(r"群众的答卷|加权到", shown)


def test_the_paper_says_the_same(site: Site) -> None:
    client = signed_in(office(site), "admin")
    shown = words(client.get(f"{HERE}/plan").text)
    paper = client.get(f"{HERE}/plan.pdf")
    document = pypdfium2.PdfDocument(paper.data)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    digest = re.search(r"sha256 ([0-9a-f]{64})", shown)
    assert digest
    squeezed = re.sub(r"\s", "", text)
    for told in (digest[1], "全选最好，每个单位得100分", "评议方案说明", "演示数据"):
        assert told in squeezed, told


def changed(tmp_path: Path, **settings: object) -> Path:
    """A folder of 安澜县 with other settings at the top of its scheme."""
    folder = tmp_path / "county"
    folder.mkdir()
    for file in ANLAN.iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    scheme = yaml.safe_load((ANLAN / "scheme.yaml").read_text("utf-8"))
    scheme.update(settings)
    (folder / "scheme.yaml").write_text(
        yaml.safe_dump(scheme, allow_unicode=True, sort_keys=False), "utf-8"
    )
    return folder


def draft(site: Site, folder: Path) -> FlaskClient:
    standing = replace(site, clock=in_fieldwork)
    source = FolderSource(path=folder)
    given_county.load(standing, source=source, by="tests", simulated=True)
    add_officials(standing)
    return signed_in(create_app(standing), "admin")


def test_classes_whose_intervals_say_too_little_are_named(site: Site, tmp_path: Path) -> None:
    wanted = {"half_width": 1.0, "answer_sd": 20, "design_effect": 2}
    shown = words(draft(site, changed(tmp_path, quality_targets=wanted)).get(f"{HERE}/plan").text)
    assert "标准差 20.0 分、设计效应 2 推算" in shown
    assert "乡镇（街道）的区间比希望的正负 1 分宽" in shown
    assert re.search(r"计划份数须为现在的 \d+\.\d 倍", shown)


def test_a_plan_that_cannot_give_all_points_says_so_before_it_is_opened(
    site: Site, tmp_path: Path
) -> None:
    rules = [{"id": "V09", "zh": "直线作答", "action": "exclude"}]
    client = draft(site, changed(tmp_path, validity_rules=rules))
    shown = words(client.get(f"{HERE}/plan").text)
    assert "等 26 个单位得不到 100 分或 0 分，请核对有效性规则和最低有效数" in shown


def test_the_lines_of_each_class_are_told(site: Site, tmp_path: Path) -> None:
    scoring = yaml.safe_load((ANLAN / "scheme.yaml").read_text("utf-8"))["scoring"]
    wanted = {"thresholds": [80, "class_mean"], "thresholds_B": [75.5], "error_rate": 0.1}
    client = draft(site, changed(tmp_path, scoring={**scoring, "decisions": wanted}))
    shown = words(client.get(f"{HERE}/plan").text)
    rest = "得分肯定高于或低于它的单位另行列出，列错的平均不超过 10%。"
    assert f"分数线 80 分、本类平均分；{rest}" in shown
    assert f"分数线 75.5 分；{rest}" in shown
    english = words(client.get(f"{HERE}/plan?lang=en").text)
    assert "lines at 80, the mean of the class; units that surely lie above or below" in english


@pytest.mark.parametrize(
    ("method", "told"),
    [
        ("classes", "由同样情况的作答者代表；得分因此有所调整"),
        ("callbacks_interval", "只放宽敏感性区间，不动得分"),
        ("waves_interval", "按各轮催办和以前各次评议估计，只用于敏感性区间，不动得分"),
    ],
)
def test_what_silence_does_to_scores_is_told(
    site: Site, tmp_path: Path, method: str, told: str
) -> None:
    scoring = yaml.safe_load((ANLAN / "scheme.yaml").read_text("utf-8"))["scoring"]
    wanted = {**scoring, "debiasing": {"nonresponse": method}}
    shown = words(draft(site, changed(tmp_path, scoring=wanted)).get(f"{HERE}/plan").text)
    assert told in shown

"""Every document is opened again, and its numerals are those of the release."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa
from docx import Document
from flask.testing import FlaskClient

from survey.demo.campaigns import stage_result
from survey.exchange.document import find_document
from survey.fieldwork.campaigns import find_campaign
from survey.model import AuditEntry, Comment
from survey.reports.handing_out import Wanted, drawn, letters
from survey.reports.kinds import KINDS, LANGS, OF_UNITS
from survey.reports.template_store import template_in_use
from survey.site.installation import Site
from tests.demonstrated import CODE, answered

HERE = f"/office/campaigns/{CODE}"
Official = Callable[[str], FlaskClient]
WHOLE = [kind for kind in KINDS if kind not in OF_UNITS]


def tables(content: bytes) -> list[list[list[str]]]:
    """Return the cells of every table of a Word file."""
    return [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in Document(io.BytesIO(content)).tables
    ]


def text_of(content: bytes) -> str:
    """Return all words of a Word file."""
    cells = [cell for table in tables(content) for row in table for cell in row]
    return "\n".join([*(p.text for p in Document(io.BytesIO(content)).paragraphs), *cells])


@pytest.fixture
def admin(as_official: Official) -> FlaskClient:
    return as_official("admin")


def taken(client: FlaskClient, path: str) -> bytes:
    answer = client.get(f"{HERE}/{path}")
    assert answer.status_code == 200, answer.text[:2000]
    return answer.data


def test_the_ranking_says_what_was_released(admin: FlaskClient, scores: dict[str, Any]) -> None:
    found = tables(taken(admin, "documents/ranking.zh.docx"))
    rows = {row[1]: row for table in found for row in table[1:]}
    assert len(found) == len(scores["reported"]["classes"])
    assert rows.keys() == {unit["name"] for unit in scores["units"]}
    for unit in scores["units"]:
        rank, _name, score, interval, ranks, grade, points, n, _remark = rows[unit["name"]]
        assert score == unit["score"]
        assert interval == f"{unit['lower']}–{unit['upper']}"
        assert points == unit["points"]
        assert n == str(unit["n"])
        assert grade == unit["grade"]
        assert rank == ("–" if unit["class_rank"] is None else str(unit["class_rank"]))
        if unit["rank_range"]:
            assert set(ranks.split("–")) == {str(place) for place in unit["rank_range"]}
    for table in found:
        ranks_told = [int(row[0]) for row in table[1:] if row[0] != "–"]
        assert ranks_told == sorted(ranks_told)


def test_a_letter_says_what_its_unit_gets(admin: FlaskClient, scores: dict[str, Any]) -> None:
    unit = next(unit for unit in scores["units"] if unit["unit_code"] == "B03")
    words = text_of(taken(admin, "letters/B03.zh.docx"))
    found = {tuple(row) for table in tables(taken(admin, "letters/B03.zh.docx")) for row in table}
    assert f"你单位得分{unit['score']}分（区间{unit['lower']}–{unit['upper']}）" in words
    told = unit["reported"]
    for item in told["items"]:
        row = next(row for row in found if row[1:3] == (item["score"], item["mean"]))
        assert row[3].lstrip("+") == item["difference"]
        verdict = {"above": "肯定高于", "below": "肯定低于", None: "差别不明显"}[item["side"]]
        assert row[5] == verdict
    assert {item["side"] for item in told["items"]} > {None}  # some are sure, some are not
    lowest = min((i for i in told["items"] if i["side"] == "below"), key=lambda i: i["lower"])
    assert f"低{lowest['difference'].lstrip('-')}分" in words
    for step in told["steps"]:
        assert any(row[1] == step["score"] and len(row) == 3 for row in found)
    for group in unit["groups"]:
        assert any(row[:3] == (group["name"], group["score"], str(group["n"])) for row in found)
    assert f"收到对你单位的答卷{told['returned']}份；不计入的份数：{told['set_aside']}。" in words
    for rule in told["rules"]:
        n = next(row[1] for row in found if row[0].startswith(rule["rule_id"]))
        assert n == ("不显示" if rule["n"] is None else str(rule["n"]))
    for kind, name in (("case", "需要办理或答复的意见"), ("praise", "表扬")):
        n = next(one["n"] for one in told["comments"] if one["kind"] == kind)
        assert (name, "不显示" if n is None else str(n)) in found


def test_the_quality_report_counts_what_was_left_out(
    admin: FlaskClient, scores: dict[str, Any]
) -> None:
    content = taken(admin, "documents/quality.zh.docx")
    words, told = text_of(content), scores["reported"]
    assert f"收到答卷{told['returned']}份，其中有效{told['valid']}份" in words
    assert f"不计入{told['excluded']}份，暂不计入、待复核{told['quarantined']}份" in words
    rows = [tuple(row) for table in tables(content) for row in table]
    for rule in told["rules"]:
        row = next(row for row in rows if row[0] == rule["rule_id"])
        assert row[3] == ("不显示" if rule["n"] is None else str(rule["n"]))
    for group in told["groups"]:
        codes = [
            one for one in scores["release"]["codes"] if one["group_code"] == group["group_code"]
        ]
        row = next(row for row in rows if row[0] == group["name"] and len(row) == 7)
        assert row[1] == (str(sum(one["issued"] for one in codes)) if codes else "–")
        if codes and None not in [one["answered"] for one in codes]:
            tenths = 1000 * sum(one["answered"] for one in codes) / sum(o["issued"] for o in codes)
            assert abs(float(row[3].rstrip("%")) - tenths / 10) <= 0.05 + 1e-9


@pytest.mark.parametrize("lang", LANGS)
def test_each_opens_again_in_both_languages(
    admin: FlaskClient, scores: dict[str, Any], lang: str
) -> None:
    for kind in WHOLE:
        words = text_of(taken(admin, f"documents/{kind}.{lang}.docx"))
        assert "{" not in words
        assert f"{CODE}-R1" in words or kind == "notice"
        assert ("演示数据" if lang == "zh" else "Demonstration") in words
        if lang == "en":  # the organiser has one name
            own = words.replace(scores["reported"]["organiser"], "")
            assert re.findall(r"[一-鿿]+", own) == []


def test_pdf_says_the_same_words(admin: FlaskClient) -> None:
    for path in ("documents/result.zh", "letters/A01.en"):
        pdf = taken(admin, f"{path}.pdf")
        pages = pypdfium2.PdfDocument(pdf)
        said = "".join(page.get_textpage().get_text_bounded() for page in pages)
        numerals = re.findall(r"\d+\.\d\d", text_of(taken(admin, f"{path}.docx")))
        assert numerals
        plain = re.sub(r"\s", "", said)
        assert [one for one in numerals if one not in plain] == []


def test_all_letters_come_in_one_archive(admin: FlaskClient, scores: dict[str, Any]) -> None:
    archive = zipfile.ZipFile(io.BytesIO(taken(admin, "letters.zh.zip")))
    assert len(archive.namelist()) == len(scores["units"])
    for unit in scores["units"]:
        [name] = [one for one in archive.namelist() if f"-{unit['unit_code']}-" in one]
        words = text_of(archive.read(name))
        assert unit["name"] in words
        assert (unit["score"] or "不公布得分") in words


def test_the_same_release_gives_the_same_bytes(admin: FlaskClient) -> None:
    path = "letters/A01.zh.docx"
    assert taken(admin, path) == taken(admin, path)


def test_every_taking_is_on_record(admin: FlaskClient, released_site: Site) -> None:
    for path in ("documents/notice.zh.docx", "letters/A01.zh.pdf", "letters.en.zip"):
        taken(admin, path)
    with released_site.database.reading() as session:
        query = sa.select(AuditEntry).where(AuditEntry.action == "release.export")
        found = [(one.by, one.detail["format"]) for one in session.scalars(query)]
    names = ("notice.zh.docx", "letter-A01.zh.pdf", "letters.en.zip")
    assert found[-3:] == [("admin", name) for name in names]


@pytest.mark.second
def test_no_word_of_a_resident_stands_in_any_document(site: Site) -> None:
    answered(site, n=900)
    canaries = ("13800138000", "350102199001011234", "金丝雀")
    with site.database.writing() as session:
        session.execute(sa.update(Comment).values(text="，".join(canaries)))
    stage_result(site, code=CODE)
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        released = find_document(session, campaign=campaign)
        units = [entry.unit.code for entry in campaign.units]
        files = [
            drawn(session, released, Wanted(kind=kind, lang=lang))
            for kind in KINDS
            if kind not in OF_UNITS
            for lang in LANGS
        ]
        files += [
            word
            for _name, word in letters(
                released,
                template=template_in_use(session, kind="letter", lang="zh"),
                lang="zh",
                units=units,
                kind="letter",
            )
        ]
    for content in files:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            whole = b"".join(parts.read(name) for name in parts.namelist()).decode(
                "utf-8", "ignore"
            )
        assert not any(canary in whole for canary in canaries)

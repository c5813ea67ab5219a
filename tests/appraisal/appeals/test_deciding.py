"""The office computes an appeal anew and two persons decide; a change is a superseding release."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from docx import Document
from flask import Flask

from survey import cli
from survey.appraisal.anonymity.anonymising import ANONYMISE
from survey.exchange.schema import SCORE_DOCUMENT
from survey.fieldwork.campaigns import find_campaign
from survey.model import Appraisal, Release
from survey.problems import Refused
from survey.site.installation import Site
from survey.two_persons.deed import Matter
from survey.verification.whole import verify
from tests.appraisal.appeals.contested import (
    APPEAL,
    HERE,
    OWN,
    RELEASED_AT,
    at,
    contested,
    decide,
    file,
    on_record,
)
from tests.appraisal.review.attacked import STUFFED, case_numbers, press, say
from tests.demonstrated import CODE
from tests.officials import approved, signed_in, token


@pytest.fixture
def app(site: Site) -> Flask:
    """The application the day after the release, with an appeal that the office has received."""
    contested(site)
    app = at(site, "2026-12-30")
    assert file(signed_in(app, "own")).status_code == 302
    assert press(signed_in(app, "admin"), f"{APPEAL}/receive").status_code == 302
    return app


def released(site: Site) -> list[dict[str, object]]:
    """Return the score documents, the oldest first."""
    with site.database.reading() as session:
        query = sa.select(Release.document).order_by(Release.number)
        return [json.loads(document) for document in session.scalars(query)]


def figures(document: dict[str, object]) -> dict[str, object]:
    """Return what an appeal can move of the contested unit."""
    units: list[dict[str, object]] = document["units"]  # type: ignore[assignment]
    unit = next(one for one in units if one["unit_code"] == STUFFED)
    return {name: unit[name] for name in ("score", "lower", "upper", "class_rank")}


def count_the_answers(app: Flask, site: Site) -> None:
    """Let two officials decide that the answers set aside count after all."""
    [number, *_more] = case_numbers(site, "shared_network")
    for who in ("admin", "review"):
        assert say(signed_in(app, who), number, "keep").status_code == 302


def rows_of(word: bytes) -> list[tuple[str, ...]]:
    """Return the rows of the tables of a Word file."""
    tables = Document(io.BytesIO(word)).tables
    return [tuple(cell.text for cell in row.cells) for table in tables for row in table.rows]


def words_of(word: bytes) -> str:
    """Return the paragraphs of a Word file."""
    return "\n".join(line.text for line in Document(io.BytesIO(word)).paragraphs)


def check(tmp_path: Path, word: bytes, document: dict[str, object]) -> tuple[int, str]:
    """Return what `survey check-document` says of a letter."""
    (tmp_path / "letter.docx").write_bytes(word)
    (tmp_path / "scores.json").write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    where = [str(tmp_path / "letter.docx"), "--release", str(tmp_path / "scores.json")]
    done = CliRunner().invoke(cli.survey, ["check-document", *where])
    return done.exit_code, done.output + str(done.exception or "")


def test_an_appeal_that_is_upheld_gives_a_release_that_names_it(
    app: Flask, site: Site, tmp_path: Path
) -> None:
    admin, review, own = (signed_in(app, who) for who in ("admin", "review", "own"))
    count_the_answers(app, site)
    assert press(admin, f"{APPEAL}/weigh").status_code == 302
    assert "复核计算前后" in admin.get(APPEAL).text
    assert "复核计算前后" not in own.get(APPEAL).text  # not before it is decided
    carried = token(admin.get("/office/password"))
    form = {"csrf_token": carried, "reason": "更正"}
    alone = admin.post(f"/office/campaigns/{CODE}/release", data=form)
    assert alone.status_code == 422  # a release beside the appeal would not name it
    assert "还有申诉没有答复" in alone.text
    refused = decide(admin, "rejected")
    assert refused.status_code == 422
    assert "不能决定申诉不成立" in refused.text
    asked = decide(admin, "upheld")
    assert "因第 1 号申诉取代第 1 号发布" in review.get(asked.location).text
    assert len(released(site)) == 1  # nothing before the second person
    assert approved(review, asked).status_code == 302
    before, after = released(site)
    assert figures(before) != figures(after)
    granted = after["release"]["appeal"]  # type: ignore[index]
    assert granted == {
        "number": 1,
        "unit_code": STUFFED,
        "outcome": "upheld",
        "contested": f"{CODE}-R1",
        "before": figures(before),
    }
    told = admin.get("/office/audit/").text
    for words in ("答复申诉", "申诉成立", "为“安澜县2026年度绩效管理公众评议”第1号申诉复核计算"):
        assert words in told
    assert "appeal" not in before["release"]  # type: ignore[operator]
    jsonschema.Draft202012Validator(SCORE_DOCUMENT).validate(after)
    assert on_record(site, "campaign.release")[-1].detail["appeal"] == 1
    for action in ("appeal.received", "appeal.weighed", "proposal.propose"):
        assert on_record(site, action)[-1].by == "admin", action
    assert "经核对原始记录" in admin.get(f"/office/campaigns/{CODE}/scores").text
    assert "因第1号申诉" in admin.get(f"/office/campaigns/{CODE}/scores").text
    assert "第2次发布" in own.get(OWN).text
    page = own.get(APPEAL).text
    for words in ("申诉成立", "第2次发布", "经核对原始记录", "复核计算前后"):
        assert words in page
    assert "测试review" not in page  # the unit reads the decision, not who approved it
    assert verify(site) == []
    letter = own.get(f"{APPEAL}/letter.zh.docx").data
    assert on_record(site, "release.export")[-1].by == "own"
    then, now = figures(before), figures(after)
    assert ("得分", then["score"], now["score"]) in rows_of(letter)
    assert f"发布{CODE}-R1已由{CODE}-R2取代" in words_of(letter)
    assert "提交：2026年12月30日" in words_of(letter)
    assert check(tmp_path, letter, after)[0] == 0
    altered = Document(io.BytesIO(letter))
    altered.tables[0].rows[1].cells[1].paragraphs[0].runs[0].text = "99.99"
    buffer = io.BytesIO()
    altered.save(buffer)
    code, said = check(tmp_path, buffer.getvalue(), after)
    assert code != 0
    assert "99.99" in said
    assert own.get(f"{APPEAL}/letter.en.pdf").data.startswith(b"%PDF-")
    assert file(own).status_code == 302  # the new release can be contested in its turn


def test_an_appeal_that_is_rejected_leaves_the_release_and_gives_a_letter(
    app: Flask, site: Site, tmp_path: Path
) -> None:
    admin, review, own = (signed_in(app, who) for who in ("admin", "review", "own"))
    assert own.get(f"{APPEAL}/letter.zh.docx").status_code == 404
    assert press(admin, f"{APPEAL}/weigh").status_code == 302
    with site.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Appraisal.id))) == 1  # nothing to score anew
    assert approved(review, decide(admin, "rejected", "维持原认定。")).status_code == 302
    [document] = released(site)
    letter = own.get(f"{APPEAL}/letter.zh.docx").data
    score = figures(document)["score"]
    assert ("得分", score, score) in rows_of(letter)
    for words in ("申诉不成立", "维持原认定。", "得分和名次不变"):
        assert words in words_of(letter)
    assert check(tmp_path, letter, document)[0] == 0
    assert verify(site) == []
    again = file(own)
    assert again.status_code == 422
    assert "已提过申诉" in again.text
    assert press(admin, f"{APPEAL}/weigh").status_code == 422


def test_nobody_decides_alone_and_nothing_before_it_was_computed(app: Flask, site: Site) -> None:
    admin = signed_in(app, "admin")
    early = decide(admin, "upheld")
    assert early.status_code == 422
    assert "复核计算" in early.text
    assert press(admin, f"{APPEAL}/weigh").status_code == 302
    asked = decide(admin, "partly")
    assert asked.status_code == 302
    carried = token(admin.get("/office/password"))
    own_word = admin.post(f"{asked.location}/approve", data={"csrf_token": carried})
    assert own_word.status_code == 403
    namesake = signed_in(app, "admin2")
    assert press(namesake, f"{asked.location}/approve").status_code == 403
    count_the_answers(app, site)  # meanwhile something was decided: what was proposed is no more
    passed = press(signed_in(app, "review"), f"{asked.location}/approve")
    assert passed.status_code == 422
    assert on_record(site, "appeal.decided") == []
    assert decide(signed_in(app, "review"), "upheld").status_code == 404
    assert decide(signed_in(app, "own"), "upheld").status_code == 404


def test_the_list_tells_deadlines_in_working_days(app: Flask, site: Site) -> None:
    # Ten working days after 30 December 2026.
    assert "2027-01-13" in signed_in(app, "leader").get(f"{HERE}appeals/").text
    late = signed_in(at(site, "2027-01-15"), "leader").get(f"{HERE}appeals/").text
    assert "逾期2个工作日" in late


def test_the_first_page_counts_what_is_open_and_what_is_nearly_due(app: Flask, site: Site) -> None:
    for who in ("review", "leader", "own"):
        assert "申诉：1件待答复，其中0件" in signed_in(app, who).get("/office/").text
    assert "待答复，其中" not in signed_in(app, "liaison").get("/office/").text  # of A01
    near = signed_in(at(site, "2027-01-08"), "review").get("/office/").text
    assert "申诉：1件待答复，其中1件" in near


def test_answers_stay_whole_while_an_appeal_is_open(app: Flask, site: Site) -> None:
    later = replace(site, clock=lambda: RELEASED_AT + timedelta(days=40))
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        matter = Matter(session=session, site=later, campaign=campaign, arguments={})
        with pytest.raises(Refused, match="1 件申诉没有答复"):
            ANONYMISE.basis(matter)
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    assert press(admin, f"{APPEAL}/weigh").status_code == 302
    assert approved(review, decide(admin, "rejected")).status_code == 302
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        matter = Matter(session=session, site=later, campaign=campaign, arguments={})
        assert ANONYMISE.basis(matter)


def test_receiving_twice_is_refused(app: Flask) -> None:
    again = press(signed_in(app, "review"), f"{APPEAL}/receive")
    assert again.status_code == 422
    assert "已经受理" in again.text

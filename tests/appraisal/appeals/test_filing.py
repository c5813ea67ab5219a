"""A unit files one appeal within the scheme's working days; what is not taken leaves nothing."""

import logging

import pytest
import sqlalchemy as sa
from flask import Flask

from survey.fieldwork.campaigns import find_campaign
from survey.model import Appeal, AppealFile, AppealStep
from survey.site.installation import Site
from survey.verification.deeds import read_deeds
from survey.verification.review import check_appeals
from survey.verification.whole import verify
from tests.appraisal.appeals.contested import (
    APPEAL,
    HERE,
    OWN,
    at,
    contested,
    file,
    on_record,
    word_file,
)
from tests.appraisal.review.attacked import press
from tests.demonstrated import CODE
from tests.officials import signed_in


@pytest.fixture
def app(site: Site) -> Flask:
    contested(site)
    return at(site, "2026-12-30")


def kept(site: Site) -> tuple[int, int]:
    """Return how many appeals and attachments there are."""
    with site.database.reading() as session:
        counts = [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                  for table in (Appeal, AppealFile)]  # fmt: skip
    return counts[0], counts[1]


def test_the_window_counts_working_days_over_a_weekend(app: Flask, site: Site) -> None:
    # Released on Tuesday 29 December: 30, 31, 1 January, which no calendar says yet is a holiday
    # (the page tells so), then Monday 4 and Tuesday 5.
    page = signed_in(app, "own").get(OWN).text
    assert "申诉期到2027-01-05止" in page
    assert "2027年的放假调休安排尚未录入日历" in page
    late = file(signed_in(at(site, "2027-01-06"), "own"))
    assert late.status_code == 422
    assert "已过期限" in late.text
    assert kept(site) == (0, 0)
    assert file(signed_in(at(site, "2027-01-05"), "own")).status_code == 302
    assert kept(site) == (1, 0)


def test_an_appeal_with_a_file_is_kept_sealed_and_seen(app: Flask, site: Site) -> None:
    own, content = signed_in(app, "own"), word_file()
    assert file(own, attached=("证明.docx", content)).status_code == 302
    assert kept(site) == (1, 1)
    assert verify(site) == []
    page = own.get(APPEAL).text
    assert "证明.docx" in page
    assert "/appeals/1/file" not in page
    assert own.get(f"{APPEAL}/file").status_code == 404
    [entry] = on_record(site, "appeal.file")
    assert "窗口" not in str(entry.detail)
    given = signed_in(app, "review").get(f"{APPEAL}/file")
    assert given.data == content
    assert given.headers["Content-Disposition"].startswith("attachment;")
    assert given.content_type == "application/octet-stream"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert [each.by for each in on_record(site, "appeal.download")] == ["review"]
    assert "第1号" in signed_in(app, "leader").get(f"{HERE}appeals/").text


def test_one_appeal_for_a_release_and_none_while_one_is_open(app: Flask, site: Site) -> None:
    own = signed_in(app, "own")
    assert file(own).status_code == 302
    again = file(own)
    assert again.status_code == 422
    assert "还在办理" in again.text
    assert kept(site) == (1, 0)


def test_another_unit_is_not_there_and_the_log_says_who_asked(
    app: Flask, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    own, foreign = signed_in(app, "own"), f"{HERE}units/A01/appeals"
    with caplog.at_level(logging.WARNING):
        assert own.get(foreign).status_code == 404
        assert file(own, foreign).status_code == 404
    assert caplog.text.count("own may not appeal.") == 2
    assert kept(site) == (0, 0)
    assert file(own).status_code == 302
    stranger = signed_in(app, "liaison")  # of A01
    assert stranger.get(APPEAL).status_code == 404
    assert "第1号" not in stranger.get(f"{HERE}appeals/").text
    assert signed_in(app, "groupa").get(APPEAL).status_code == 404  # B03 is of class B
    assert file(signed_in(app, "admin")).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("证明.exe", b"MZ", "不收这种文件"),
        ("证明.docx", word_file()[:-40], "已损坏"),
        ("证明.pdf", b"%PDF-1.7\n" + bytes(5_000_000) + b"%%EOF\n", "超过5MB"),
    ],
)
def test_a_file_that_is_not_taken_leaves_nothing(
    app: Flask, site: Site, name: str, content: bytes, words: str
) -> None:
    answer = file(signed_in(app, "own"), attached=(name, content))
    assert answer.status_code == 422
    assert words in answer.text
    assert kept(site) == (0, 0)
    assert on_record(site, "appeal.file") == []


def test_a_body_beyond_all_bounds_is_not_even_read(app: Flask, site: Site) -> None:
    answer = file(signed_in(app, "own"), attached=("a.pdf", bytes(6_000_000)))
    assert answer.status_code == 413
    assert kept(site) == (0, 0)


def test_words_beyond_bounds_are_refused(app: Flask, site: Site) -> None:
    own = signed_in(app, "own")
    for said in (
        {"statement": ""},
        {"statement": "长" * 3001},
        {"statement": "窗口\u202e所填"},
        {"which": "网络\u200b的答卷"},
        {"matter": "money"},
        {"which": "x" * 201},
    ):
        assert file(own, **said).status_code == 422
    assert kept(site) == (0, 0)


ALTERED = (
    (sa.update(Appeal).values(statement="别的"), "第 1 号申诉与操作记录不符"),
    (sa.update(AppealFile).values(content=b"%PDF-"), "第 1 号申诉的附件"),
    (sa.update(AppealStep).values(by="nobody"), "第 1 号申诉的第 1 步"),
    (sa.delete(AppealFile), "第 1 号申诉的附件"),
    (sa.delete(AppealStep), "第 1 号申诉的第 1 步"),
)


def test_one_altered_row_is_named(app: Flask, site: Site) -> None:
    assert file(signed_in(app, "own"), attached=("证明.docx", word_file())).status_code == 302
    assert press(signed_in(app, "admin"), f"{APPEAL}/receive").status_code == 302
    with site.database.reading() as session:
        campaign, deeds = find_campaign(session, CODE), read_deeds(session)
        assert check_appeals(session, campaign, deeds) == []
    for statement, named in ALTERED:
        with site.database.writing() as session:
            session.execute(statement)
            [problem] = check_appeals(session, find_campaign(session, CODE), deeds)
            assert named in problem.zh
            session.rollback()
    with site.database.writing() as session:
        session.execute(ALTERED[0][0])
    assert any(ALTERED[0][1] in problem.zh for problem in verify(site))

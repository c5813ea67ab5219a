"""整改台账 as Word: every case taken up, and no number by which anybody could be reached."""

import io
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
import sqlalchemy as sa
from docx import Document
from flask import Flask

from survey.app import create_app
from survey.feedback import cases
from survey.model import AuditEntry, Case
from survey.reports.using import register_word
from survey.site.installation import Site
from tests.factories import CODE
from tests.feedback.factories import answered, at, brought_to, only_case, step
from tests.officials import add_officials, signed_in

HERE = f"/office/campaigns/{CODE}"
DOCS = Path(__file__).resolve().parents[3] / "docs"
IDENTITY = "350102199001011234"
LATE = datetime(2027, 1, 4, 9, tzinfo=UTC)


@pytest.fixture
def app(site: Site) -> Flask:
    answered(site)
    brought_to(site, "assigned")
    with site.database.writing() as session:  # as if somebody had typed it in past the redaction
        session.get_one(Case, only_case(site).id).redacted = f"找我13800138000，证件{IDENTITY}"
    add_officials(site)
    return create_app(replace(site, clock=at(LATE)))


def taken(app: Flask, path: str, who: str = "admin") -> bytes:
    answer = signed_in(app, who).get(f"{HERE}/{path}")
    assert answer.status_code == 200
    return answer.data


def tables(content: bytes) -> list[list[list[str]]]:
    word = Document(io.BytesIO(content))
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in word.tables]


def test_it_says_of_each_case_how_far_it_is_and_of_each_unit_its_rates(
    app: Flask, site: Site
) -> None:
    code = only_case(site).code
    [found, rates] = tables(taken(app, "register.zh.docx"))
    [row] = found[1:]
    assert (row[0], row[5]) == (code, "2026-12-25")
    assert row[6] == "单位办理中（逾期，已报领导小组）"
    assert rates[1][1:] == ["1", "0% (0/1)", "0% (0/1)", "–"]
    [found, _rates] = tables(taken(app, "register.en.docx"))
    assert found[1][6] == "assigned (late, at the leading group)"
    assert len(tables(taken(app, "register.zh.docx?unit=A01"))[0]) == 2
    [none] = tables(taken(app, "register.zh.docx?unit=A02"))
    assert len(none) == 1


def test_no_telephone_or_identity_number_stands_in_it(app: Flask, site: Site) -> None:
    step(site, cases.reply, text=f"已联系13800138000，{IDENTITY}", clock=at(LATE))
    for path in ("register.zh.docx", "register.en.docx", "cases.xlsx"):
        with zipfile.ZipFile(io.BytesIO(taken(app, path))) as parts:
            files = [parts.read(name) for name in parts.namelist()]
        whole = b"".join(files).decode("utf-8", "ignore")
        assert "已联系" in whole
        for canary in ("13800138000", IDENTITY, "张三丰"):
            assert canary not in whole, (path, canary)


def test_taking_it_is_on_record(app: Flask, site: Site) -> None:
    taken(app, "register.zh.docx", who="review")
    with site.database.reading() as session:
        of = sa.select(AuditEntry.by).where(AuditEntry.action == "case.export")
        assert session.scalars(of).all() == ["review"]


def test_what_is_too_long_for_word_is_refused_with_the_way_out(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_word, "MOST", 0)
    page = signed_in(app, "admin").get(f"{HERE}/register.zh.docx")
    assert page.status_code == 422
    assert "请选一个单位，或下载 Excel" in page.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_shipped_template_is_what_its_words_make(
    monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr(sys, "path", [str(DOCS), *sys.path])
    made = import_module("write_documents").template("register", lang)
    kept = DOCS.parent / "templates/documents" / f"register.{lang}.docx"
    assert kept.read_bytes() == made

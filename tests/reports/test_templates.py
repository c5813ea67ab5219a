"""The office's own templates: checked before use, used, and given up again."""

import hashlib
import importlib
import io
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from docx import Document
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.cli import survey
from survey.model import AuditEntry, DocumentTemplate
from survey.problems import Refused
from survey.reports.blocks import opened
from survey.reports.fields import all_fields
from survey.reports.kinds import KINDS, LANGS, shipped
from survey.reports.template_rules import require_usable
from survey.site.installation import Site
from tests.demonstrated import CODE
from tests.officials import token

HERE = f"/office/campaigns/{CODE}"
Official = Callable[[str], FlaskClient]


def template(*paragraphs: str) -> bytes:
    document = Document()
    for words in paragraphs:
        document.add_paragraph(words)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def packed_with(content: bytes, name: str, more: bytes) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for each in given.namelist():
            if each != name:
                out.writestr(each, given.read(each))
        out.writestr(name, more)
    return buffer.getvalue()


def sent(client: FlaskClient, content: bytes, *, kind: str = "letter") -> TestResponse:
    stamp = token(client.get("/office/templates"))
    data: dict[str, Any] = {"csrf_token": stamp, "file": (io.BytesIO(content), "own.docx")}
    return client.post(f"/office/templates?kind={kind}&lang=zh", data=data)


@pytest.fixture
def admin(as_official: Official) -> FlaskClient:
    return as_official("admin")


def test_an_own_template_draws_from_then_on_and_can_be_given_up(
    admin: FlaskClient, released_site: Site, scores: dict[str, Any]
) -> None:
    own = template("兹有{{ unit.row.name }}，得{{ unit.row.score }}分。", "{{ organiser }}")
    assert sent(admin, own).status_code == 302
    letter = admin.get(f"{HERE}/letters/A01.zh.docx").data
    unit = next(unit for unit in scores["units"] if unit["unit_code"] == "A01")
    words = [one.text for one in Document(io.BytesIO(letter)).paragraphs]
    assert words[0] == f"兹有{unit['name']}，得{unit['score']}分。"
    assert admin.get("/office/templates/letter.zh.docx").data == own

    stamp = token(admin.get("/office/templates"))
    back = admin.post("/office/templates/restore?kind=letter&lang=zh", data={"csrf_token": stamp})
    assert back.status_code == 302
    assert admin.get("/office/templates/letter.zh.docx").data == shipped("letter", "zh")
    with released_site.database.reading() as session:
        query = sa.select(AuditEntry).where(AuditEntry.action.startswith("template."))
        deeds = [(one.action, one.subject, one.by) for one in session.scalars(query)]
        kept = session.scalars(sa.select(DocumentTemplate)).all()
    assert deeds == [
        ("template.replace", "letter.zh", "admin"),
        ("template.restore", "letter.zh", "admin"),
    ]
    assert [one.content for one in kept] == [own, None]
    # What the own template drew can still be checked.
    data = {"csrf_token": stamp, "file": (io.BytesIO(letter), "letter.docx")}
    checked = admin.post(f"/office/check-document?code={CODE}", data=data)
    assert "都与发布一致" in checked.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (template("{{ unit.row.salary }}"), "salary"),
        (template("{{ unknown }}"), "unknown"),
        (template("{% for one in classes %}{{ one.name }}"), "标记写错了"),
        (template("{{ organiser.upper() }}"), "不能写计算、函数或过滤器"),
        (template("{{ title.__class__ }}"), "不能写计算、函数或过滤器"),
        (template("{{ organiser | upper }}"), "不能写计算、函数或过滤器"),
        (template("{% for a in [1, 2] %}{{ title }}{% endfor %}"), "不能写计算、函数或过滤器"),
        (template("{% if unit.row.scored %}{{ unit.row.salary }}{% endif %}"), "salary"),
        (b"no Word file", "不是 Word 文件"),
        (packed_with(template("x"), "word/vbaProject.bin", b"x"), "含有宏"),
        (packed_with(template("x"), "word/embeddings/a.xlsx", b"x"), "含有宏或嵌入"),
        (
            packed_with(
                template("x"),
                "word/_rels/settings.xml.rels",
                b'<Relationships><Relationship TargetMode="External"/></Relationships>',
            ),
            "含有外部链接",
        ),
        (packed_with(template("x"), "word/other.xml", b"<!DOCTYPE a>"), "不合规范"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_in_words(
    admin: FlaskClient, released_site: Site, content: bytes, said: str
) -> None:
    answer = sent(admin, content)
    assert answer.status_code == 422
    assert said in answer.text
    with released_site.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(DocumentTemplate.id))) == 0


def test_a_template_is_of_its_document(admin: FlaskClient) -> None:
    assert sent(admin, template("{{ unit.row.name }}"), kind="notice").status_code == 422


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK" + bytes(1_000_001), "超过1000KB"),
        (packed_with(template("x"), "word/media/big.bmp", bytes(20_000_001)), "过大"),
    ],
)
def test_nor_is_one_that_is_too_large(content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        require_usable(content, kind="notice", lang="zh", file="own.docx")


@pytest.mark.parametrize("seed", range(24))
def test_a_damaged_file_is_refused_or_read_and_never_breaks_the_page(seed: int) -> None:
    rng = random.Random(seed)
    content = bytearray(shipped("letter", "zh"))
    if seed % 3 == 0:
        del content[rng.randrange(len(content)) :]
    for _ in range(seed % 3 * 2):
        content[rng.randrange(len(content))] = rng.randrange(256)
    with suppress(Refused):
        require_usable(bytes(content), kind="letter", lang="zh", file="own.docx")
    with suppress(Refused):
        opened(bytes(content), file="own.docx")


def test_what_was_altered_where_it_is_kept_draws_nothing(
    admin: FlaskClient, released_site: Site
) -> None:
    assert sent(admin, template("{{ title }}")).status_code == 302
    with released_site.database.writing() as session:
        session.execute(sa.update(DocumentTemplate).values(content=template("得 99 分")))
    assert admin.get(f"{HERE}/letters/A01.zh.docx").status_code == 409
    kept = admin.get("/office/templates/letter.zh.docx")
    assert kept.status_code == 422
    assert "与上传时不一致" in kept.text


_VERSIONS = DocumentTemplate.__table__


def test_a_template_nobody_put_in_use_is_named(admin: FlaskClient, released_site: Site) -> None:
    def named() -> str:
        home = {"SURVEY_HOME": str(released_site.settings.home)}
        return str(CliRunner().invoke(survey, ["verify"], env=home).exception or "")

    assert sent(admin, template("{{ title }}")).status_code == 302
    assert named() == ""
    with released_site.database.reading() as session:
        row = dict(session.execute(sa.select(_VERSIONS)).mappings().one())
    content = template("得 99 分")
    altered = {**row, "content": content, "digest": hashlib.sha256(content).hexdigest()}
    more = {**row, "id": row["id"] + 1, "kind": "ranking"}
    by_another = {**row, "uploaded_by": "leader"}
    for rows, which in (
        ([altered], "letter.zh"),
        ([], "letter.zh"),
        ([row, more], "ranking.zh"),
        ([by_another], "letter.zh"),
    ):
        with released_site.database.writing() as session:
            session.execute(sa.delete(_VERSIONS))
            for each in rows:
                session.execute(sa.insert(_VERSIONS), each)
        assert f"文书模板 {which} 与操作记录不符" in named()


@pytest.mark.parametrize("username", ["review", "leader", "auditor", "groupa", "liaison"])
def test_nobody_else_changes_templates(as_official: Official, username: str) -> None:
    assert as_official(username).get("/office/templates").status_code == 403


def test_the_page_lists_every_field_in_both_languages(admin: FlaskClient) -> None:
    for lang in LANGS:
        page = admin.get(f"/office/templates?lang={lang}").text
        for field in all_fields(letter=True):
            assert f"<code>{field.name}" in page
    assert {f.name for f in all_fields(letter=False)} < {f.name for f in all_fields(letter=True)}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_templates_keep_the_rules_they_are_made_by(kind: Any, lang: str) -> None:
    require_usable(shipped(kind, lang), kind=kind, lang=lang, file="shipped.docx")
    section = Document(io.BytesIO(shipped(kind, lang))).sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin)
    assert [round(one.mm) for one in (*margins, section.right_margin)] == [37, 35, 28, 26]
    assert "PAGE" in section.footer._element.xml


@pytest.mark.second
def test_the_shipped_templates_are_those_the_script_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "docs")
    template_of = importlib.import_module("write_documents").template
    for kind in KINDS:
        for lang in LANGS:
            assert parts_of(template_of(kind, lang)) == parts_of(shipped(kind, lang)), kind


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}

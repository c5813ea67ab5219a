"""A document held against its release: an edited numeral is named, edited words are not."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document
from flask.testing import FlaskClient

from survey.cli import survey
from survey.exchange.document import FrozenDocument
from survey.problems import Refused
from survey.reports.handing_out import drawn, wanted
from survey.site.installation import Site
from tests.demonstrated import CODE
from tests.officials import token

Official = Callable[[str], FlaskClient]
Edit = Callable[[Any], None]


@pytest.fixture
def taken(document: FrozenDocument, released_site: Site) -> Callable[[str], bytes]:
    """Return documents as they are handed out, by their part of the address."""

    def draw(path: str) -> bytes:
        folder, _, name = path.partition("/")
        name, lang, _ending = name.split(".")
        letter = folder == "letters"
        asked = wanted("letter" if letter else name, lang, name if letter else "")
        with released_site.database.reading() as session:
            return drawn(session, document, asked)

    return draw


@dataclass(frozen=True)
class Said:
    """What the command said, refusals as `survey` writes them."""

    exit_code: int
    output: str


@pytest.fixture
def check(document: FrozenDocument, tmp_path: Path) -> Callable[..., Said]:
    def run(content: bytes, *more: str, scores: str = document.text) -> Said:
        (tmp_path / "letter.docx").write_bytes(content)
        (tmp_path / "scores.json").write_text(scores, "utf-8")
        words = [str(tmp_path / "letter.docx"), "--release", str(tmp_path / "scores.json"), *more]
        done = CliRunner().invoke(survey, ["check-document", *words])
        if done.exception is None:
            return Said(done.exit_code, done.output)
        assert isinstance(done.exception, Refused), done.exception
        return Said(done.exit_code, str(done.exception))

    return run


def edited(content: bytes, edit: Edit) -> bytes:
    """Return a Word file after somebody edited it and saved it anew."""
    document = Document(io.BytesIO(content))
    edit(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def paragraph(document: Any, words: str) -> Any:
    return next(one for one in document.paragraphs if words in one.text)


def reword(words: str, instead: str) -> Edit:
    """Replace words of a paragraph, as somebody at a keyboard would."""

    def edit(document: Any) -> None:
        found = paragraph(document, words)
        text = found.text.replace(words, instead)
        for run in found.runs[1:]:
            run.text = ""
        found.runs[0].text = text

    return edit


def cell(table: int, row: int, column: int, text: str) -> Edit:
    def edit(document: Any) -> None:
        document.tables[table].rows[row].cells[column].paragraphs[0].runs[0].text = text

    return edit


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_documents_as_they_were_drawn_hold(
    taken: Callable[[str], bytes], check: Callable[..., Said], lang: str
) -> None:
    whole = ("documents/ranking", "documents/result", "documents/notice", "documents/quality")
    for path in (*whole, "letters/B03", "letters/C02"):
        done = check(taken(f"{path}.{lang}.docx"))
        assert done.exit_code == 0, done.output
        assert "都与发布一致" in done.output
        assert "不是从发布来的" not in done.output


def test_an_edited_numeral_is_named_with_its_place_and_field(
    taken: Callable[[str], bytes], check: Callable[..., Said], scores: dict[str, Any]
) -> None:
    unit = next(unit for unit in scores["units"] if unit["unit_code"] == "B03")
    letter = taken("letters/B03.zh.docx")
    better = str(float(unit["score"]) + 10)
    done = check(edited(letter, reword(f"得分{unit['score']}分", f"得分{better}分")))
    assert done.exit_code == 1
    assert f"发布的是 {unit['score']}，文书写的是 {better}" in done.output
    assert "unit.row.score" in done.output
    assert f"the release says {unit['score']}, the document says {better}" in done.output
    assert done.output.count("发布的是") == 1


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (cell(0, 1, 2, "99.9"), "unit.questions[1].mean"),
        (cell(0, 2, 3, "+9.9"), "unit.questions[2].difference"),
        (cell(1, 1, 2, "1"), "unit.groups[1].n"),
        (cell(2, 1, 1, ""), "unit.steps[1].score"),
    ],
)
def test_so_is_one_in_a_table(
    taken: Callable[[str], bytes], check: Callable[..., Said], edit: Edit, field: str
) -> None:
    done = check(edited(taken("letters/B03.zh.docx"), edit))
    assert done.exit_code == 1
    assert field in done.output
    assert "张表" in done.output
    assert done.output.count("发布的是") == 1


def test_a_sign_that_was_turned_is_named(
    taken: Callable[[str], bytes], check: Callable[..., Said]
) -> None:
    letter = taken("letters/B03.zh.docx")
    told = Document(io.BytesIO(letter)).tables[0].rows[1].cells[3].text
    turned = told.translate(str.maketrans("+-", "-+"))
    assert turned != told
    assert check(edited(letter, cell(0, 1, 3, turned))).exit_code == 1


def test_two_figures_exchanged_are_both_named(
    taken: Callable[[str], bytes], check: Callable[..., Said]
) -> None:
    letter = taken("letters/B03.zh.docx")
    row = Document(io.BytesIO(letter)).tables[0].rows[1]
    mine, mean = row.cells[1].text, row.cells[2].text
    assert mine != mean

    def exchange(document: Any) -> None:
        cell(0, 1, 1, mean)(document)
        cell(0, 1, 2, mine)(document)

    assert check(edited(letter, exchange)).output.count("发布的是") == 2


def test_a_figure_written_where_the_release_has_none_is_named(
    taken: Callable[[str], bytes], check: Callable[..., Said]
) -> None:
    letter = taken("letters/B01.zh.docx")
    rows = Document(io.BytesIO(letter)).tables[3].rows
    few = next(i for i, row in enumerate(rows) if row.cells[1].text == "不显示")
    done = check(edited(letter, cell(3, few, 1, "3")))
    assert done.exit_code == 1
    assert "unit.rules" in done.output


@pytest.mark.parametrize(
    "edit",
    [
        reword("区间的意思：真实得分有", "说明一下，真实得分大约有"),
        reword("你单位得分", "经评议，贵单位本年度得分为"),
        lambda document: document.add_paragraph("特此函告，请认真整改。"),
        lambda document: document.paragraphs[3].insert_paragraph_before("（内部资料）"),
    ],
    ids=["reworded", "addressed", "added at the end", "added before"],
)
def test_a_reworded_sentence_holds(
    taken: Callable[[str], bytes], check: Callable[..., Said], edit: Edit
) -> None:
    done = check(edited(taken("letters/B03.zh.docx"), edit))
    assert done.exit_code == 0, done.output


def test_a_numeral_added_by_hand_is_told_and_no_fault(
    taken: Callable[[str], bytes], check: Callable[..., Said]
) -> None:
    dated = edited(taken("letters/B03.zh.docx"), reword("年　　月　　日", "2027年1月6日"))
    done = check(dated)
    assert done.exit_code == 0, done.output
    assert "2027 不是从发布来的" in done.output


def test_a_sentence_taken_out_is_named(
    taken: Callable[[str], bytes], check: Callable[..., Said], scores: dict[str, Any]
) -> None:
    def cut(document: Any) -> None:
        gone = paragraph(document, "你单位得分")._p
        gone.getparent().remove(gone)

    done = check(edited(taken("letters/B03.zh.docx"), cut))
    assert done.exit_code == 1
    assert "文书中没有" in done.output


def test_the_scores_must_be_as_they_were_signed(
    taken: Callable[[str], bytes], check: Callable[..., Said], scores: dict[str, Any]
) -> None:
    scores["units"][0]["score"] = "99.99"
    done = check(taken("letters/B03.zh.docx"), scores=json.dumps(scores, ensure_ascii=False))
    assert done.exit_code == 1
    assert "与签名不符" in done.output
    assert "不是发布的结果文件" in check(taken("letters/B03.zh.docx"), scores="[1]").output


def test_what_is_no_document_of_the_release_is_refused(
    taken: Callable[[str], bytes], check: Callable[..., Said]
) -> None:
    def forget(document: Any) -> None:
        document.core_properties.keywords = ""

    def other(document: Any) -> None:
        about = document.core_properties
        about.keywords = about.keywords.replace("-R1", "-R2")

    letter = taken("letters/B03.zh.docx")
    assert "没有文书标记" in check(edited(letter, forget)).output
    assert "请用同一次发布的" in check(edited(letter, other)).output
    assert "不是能打开的 Word 文件" in check(b"PK nothing").output


def test_the_page_says_the_same(
    as_official: Official, taken: Callable[[str], bytes], released_site: Site
) -> None:
    client = as_official("review")
    where = f"/office/check-document?code={CODE}"
    stamp = token(client.get(where))

    def sent(content: bytes) -> Any:
        data = {"csrf_token": stamp, "file": (io.BytesIO(content), "letter.docx")}
        return client.post(where, data=data)

    letter = taken("letters/B03.zh.docx")
    assert "都与发布一致" in sent(letter).text
    assert "处与发布不一致" in sent(edited(letter, cell(0, 1, 2, "99.9"))).text
    assert sent(b"nothing").status_code == 422
    assert client.post(where, data={"csrf_token": stamp}).status_code == 422

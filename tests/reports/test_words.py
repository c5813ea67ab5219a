"""Words of comments on their way: from residents' forms into the release, the letter, the page."""

import io
import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from docx import Document

from survey.app import create_app
from survey.cli import survey
from survey.demo.campaigns import stage_result
from survey.exchange.document import FrozenDocument, find_document
from survey.exchange.schema import SCORE_DOCUMENT
from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import Site
from tests.appraisal.test_shared_words import different
from tests.demonstrated import CODE, answered
from tests.officials import add_officials, signed_in
from tests.respond.factories import hand_in, opened, poster_code

pytestmark = pytest.mark.second

HERE = f"/office/campaigns/{CODE}"
CANARIES = ("13800138000", "350102199001011234", "欧阳金凤", "琉璃瓦")
ONCE = (
    "窗口叫我打13800138000问",
    "材料里写错成350102199001011234不给改",
    "我叫欧阳金凤，请回个话",
    "屋顶的琉璃瓦掉了没人管",
)


@pytest.fixture
def told(site: Site) -> Site:
    """Residents wrote of street lamps to A01, one each what nobody else wrote; it was released."""
    answered(site, n=900)
    poster = poster_code(site)
    with site.database.writing() as session:
        entrance = opened(session, site, poster)
        for number, text in enumerate([*different("路灯", 12), *ONCE]):
            mark = str(number).zfill(8).encode()
            receipt = b"w" + str(number).zfill(9).encode()
            changed = {"receipt": receipt, "device_mark": mark, "network_mark": mark}
            hand_in(session, entrance, comment=text, **changed)
    stage_result(site, code=CODE)
    return site


def test_words_reach_the_unit_and_nothing_of_one_resident_does(told: Site, tmp_path: Path) -> None:
    document = _document(told)
    _is_in_the_release(document)
    add_officials(told)
    application = create_app(told)
    client, admin = (signed_in(application, name) for name in ("liaison", "admin"))
    page = client.get(f"{HERE}/results/A01").text
    assert "多人提到的词：需要办理或答复的意见" in page
    assert "路灯" in page
    english = client.get(f"{HERE}/results/A01?lang=en").text
    assert "Words that many share: comments that need an answer" in english
    letter = client.get(f"{HERE}/letters/A01.zh.docx").data
    rows = _rows(letter)
    assert ("路灯", "12") in rows
    assert "路灯" not in page[: page.index("意见建议，按种类计数")]
    assert "多人提到的词" not in admin.get(f"{HERE}/results/B01").text
    for canary in CANARIES:
        assert canary not in document.text
        assert canary not in page
        assert canary not in str(rows)
    _an_edited_count_is_named(document, letter, tmp_path)


def _document(site: Site) -> FrozenDocument:
    with site.database.reading() as session:
        return find_document(session, campaign=find_campaign(session, CODE))


def _is_in_the_release(document: FrozenDocument) -> None:
    content = json.loads(document.text)
    jsonschema.Draft202012Validator(SCORE_DOCUMENT).validate(content)
    by_unit = {
        unit["unit_code"]: [one for one in unit["reported"]["comments"] if "words" in one]
        for unit in content["units"]
    }
    (case,) = by_unit.pop("A01")
    assert case["kind"] == "case"
    assert case["n"] >= 12
    assert case["words"] == [{"word": "路灯", "n": 12}]
    # The demonstration's residents write a dozen sentences: copies, however many send them.
    assert not any(by_unit.values())


def _rows(letter: bytes) -> list[tuple[str, ...]]:
    tables = Document(io.BytesIO(letter)).tables
    return [tuple(cell.text for cell in row.cells) for table in tables for row in table.rows]


def _an_edited_count_is_named(document: FrozenDocument, letter: bytes, tmp_path: Path) -> None:
    (tmp_path / "scores.json").write_text(document.text, "utf-8")
    for name, edit in (("held.docx", "12"), ("edited.docx", "31")):
        word = Document(io.BytesIO(letter))
        rows = [row for table in word.tables for row in table.rows]
        row = next(row for row in rows if row.cells[0].text == "路灯")
        row.cells[1].paragraphs[0].runs[0].text = edit
        word.save(str(tmp_path / name))
    scores = str(tmp_path / "scores.json")
    held, edited = (
        CliRunner().invoke(survey, ["check-document", str(tmp_path / name), "--release", scores])
        for name in ("held.docx", "edited.docx")
    )
    assert held.exit_code == 0, held.output
    assert edited.exit_code == 1
    assert "unit.words[1].given[1].n" in str(edited.exception)
    assert "发布的是 12，文书写的是 31" in str(edited.exception)

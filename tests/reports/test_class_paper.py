"""The paper of a class: on A4, what its page says, its taking on record."""

from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from survey.model import AuditEntry
from survey.site.installation import Site
from tests.demonstrated import CODE

pytestmark = pytest.mark.second

HERE = f"/office/campaigns/{CODE}"
Official = Callable[[str], FlaskClient]


def read(content: bytes) -> tuple[str, list[tuple[float, float]]]:
    """Return the words of a PDF without blanks, and the size of its pages in millimetres."""
    pdf = pypdfium2.PdfDocument(content)
    words = "".join("".join(page.get_textpage().get_text_range().split()) for page in pdf)
    sizes = [(page.get_width() / 72 * 25.4, page.get_height() / 72 * 25.4) for page in pdf]
    return words, sizes


def test_a_leader_takes_a_class_as_a_paper_that_is_on_record(
    as_official: Official, scores: dict[str, Any], released_site: Site
) -> None:
    leader = as_official("leader")
    address = f"{HERE}/classes/B.zh.pdf"
    assert address in leader.get(f"{HERE}/classes/B").text
    given = leader.get(address)
    assert given.mimetype == "application/pdf"
    words, sizes = read(given.data)
    assert [(round(width), round(height)) for width, height in sizes] == [(210, 297)]
    for unit in scores["units"]:
        assert (unit["name"] in words) == (unit["class"] == "B")
        if unit["class"] == "B" and unit["score"]:
            assert f"{unit['lower']}–{unit['upper']}" in words
    for heading in (
        "必须先决定的",
        "可以肯定的",
        "得分和区间",
        "哪些单位超出了偶然",
        "得分靠得住吗",
    ):
        assert heading in words
    assert "演示数据" in words
    assert leader.get(address).data == given.data
    english, _sizes = read(leader.get(f"{HERE}/classes/B.en.pdf").data)
    assert "Howfarthescorescanbereliedon" in english
    with released_site.database.reading() as session:
        query = sa.select(AuditEntry).where(AuditEntry.action == "release.export")
        found = [(one.by, one.detail["format"]) for one in session.scalars(query)]
    assert found[-3:] == [
        ("leader", "class-B.zh.pdf"),
        ("leader", "class-B.zh.pdf"),
        ("leader", "class-B.en.pdf"),
    ]


@pytest.mark.parametrize("path", ["classes/Z.zh.pdf", "classes/B.fr.pdf"])
def test_what_there_is_not_is_not_found(as_official: Official, path: str) -> None:
    assert as_official("admin").get(f"{HERE}/{path}").status_code == 404

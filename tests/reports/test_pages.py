"""What a unit and a leader read in the browser."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from survey.appraisal.record import ScoreDocument
from survey.exchange.document import FrozenDocument
from survey.model import Release
from survey.reports.classes.page import class_page
from survey.site.installation import Site
from tests.demonstrated import CODE
from tests.officials import office, signed_in

HERE = f"/office/campaigns/{CODE}"
Official = Callable[[str], FlaskClient]


def test_a_liaison_reads_the_own_result_and_takes_the_letter(
    as_official: Official, scores: dict[str, Any]
) -> None:
    client, unit = as_official("liaison"), scores["units"][0]
    assert unit["unit_code"] == "A01"
    listed = client.get(f"{HERE}/documents").text
    assert f"{HERE}/results/A01" in listed
    assert "A02" not in listed
    assert "letters.zh.zip" not in listed
    page = client.get(f"{HERE}/results/A01").text
    assert unit["score"] in page
    assert f"{unit['lower']}–{unit['upper']}" in page
    for item in unit["reported"]["items"]:
        assert item["score"] in page
        assert item["mean"] in page
    for step in unit["reported"]["steps"]:
        assert step["score"] in page
    english = client.get(f"{HERE}/results/A01?lang=en").text
    assert "What to look at first" in english
    main = english[english.index("<main") : english.index("</main>")]
    assert not re.search(r"[一-鿿]", main)


def test_before_the_release_there_is_nothing(site: Site) -> None:
    client = signed_in(office(site), "liaison")
    page = client.get(f"{HERE}/documents")
    assert page.status_code == 200
    assert "发布得分以后" in page.text
    for path in ("results/A01", "letters/A01.zh.docx"):
        assert client.get(f"{HERE}/{path}").status_code == 404


def test_a_leader_sees_a_class_on_one_page(as_official: Official, scores: dict[str, Any]) -> None:
    page = as_official("leader").get(f"{HERE}/classes/B").text
    units = [unit for unit in scores["units"] if unit["class"] == "B"]
    for unit in units:
        assert unit["name"] in page
        assert unit["score"] in page
    assert page.count('class="dots"') == 2
    assert page.count("<polyline") == 4  # both limits, above and below
    assert page.count("<circle") == 2 * len(units)
    assert "99.8%" in page
    assert "可能排第一的" in page


def test_beyond_chance_is_what_lies_outside_the_limits(document: FrozenDocument) -> None:
    page = class_page(document.content, class_code="B", lang="zh", words=("得分", "漏斗"))
    units = {unit.unit_code: unit for unit in document.content.units if unit.class_code == "B"}
    weights = {code: float(unit.effective_n) for code, unit in units.items()}
    mean = sum(weights[c] * float(units[c].score or 0) for c in units) / sum(weights.values())
    assert page.target == f"{mean:.1f}"
    for code, standing in page.standing.items():
        away = float(units[code].score or 0) - mean
        if standing.beyond:
            assert (away > 0) == (standing.beyond > 0)
    assert page.n_beyond == sum(abs(one.beyond) == 2 for one in page.standing.values())
    assert page.n_beyond > 0


def test_two_units_have_no_funnel(document: FrozenDocument) -> None:
    kept = [unit for unit in document.content.units if unit.class_code == "B"][:2]
    small = replace(document.content, units=tuple(kept))
    page = class_page(small, class_code="B", lang="en", words=("scores", "funnel"))
    assert page.funnel is None
    assert page.intervals is not None


def test_a_release_of_an_earlier_program_says_what_to_do(
    as_official: Official, released_site: Site
) -> None:
    client = as_official("admin")
    with released_site.database.reading() as session:
        release = session.scalars(sa.select(Release)).one()
        content = ScoreDocument.from_dict(json.loads(release.document))
    old = replace(
        content, reported=None, units=tuple(replace(u, reported=None) for u in content.units)
    )
    with released_site.database.writing() as session:
        release = session.scalars(sa.select(Release)).one()
        release.document = json.dumps(old.to_dict(), ensure_ascii=False)
    page = client.get(f"{HERE}/documents")
    assert page.status_code == 200
    assert "旧版程序生成" in page.text
    assert client.get(f"{HERE}/results/A01").status_code == 422
    assert client.get(f"{HERE}/classes/A").status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "classes/Z",
        "documents/notice.fr.docx",
        "documents/x.zh.docx",
        "documents/notice.zh.odt",
        "letters/A01.fr.docx",
        "letters.fr.zip",
    ],
)
def test_what_there_is_not_is_not_found(as_official: Official, path: str) -> None:
    assert as_official("admin").get(f"{HERE}/{path}").status_code == 404

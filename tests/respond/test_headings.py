"""Headings over several items, scored or not, on the page of one unit and of several."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from survey.app import create_app
from survey.appraisal.changes import question_digest
from survey.problems import Refused
from survey.scheme.folder import read_folder
from survey.site.installation import Site
from tests.factories import LOCAL_ITEMS, in_fieldwork
from tests.respond.factories import open_folder, poster_code, sitting_codes, thanked
from tests.respond.test_resident_page import send
from tests.scheme.own_ages import copied

SERVICE = {"zh": "一、{unit}的服务", "en": "I. Service of {unit}", "items": ["C1", "C2", "C3"]}
VISIT = {"zh": "二、您最近一次办事", "en": "II. Your last visit", "items": ["VISITED", "TIMES"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied(tmp_path / "county")


def with_headings(folder: Path, *headings: dict[str, Any]) -> None:
    path = folder / "questionnaire.json"
    content = json.loads(path.read_text("utf-8"))
    content |= {"headings": list(headings), "local_items": LOCAL_ITEMS}
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


@pytest.fixture
def resident(site: Site, folder: Path) -> Callable[..., FlaskClient]:
    with_headings(folder, SERVICE, VISIT)
    open_folder(site, folder)
    return create_app(replace(site, clock=in_fieldwork)).test_client(use_cookies=False)


def headings_in(page: str) -> list[tuple[str, bool]]:
    """Return the headings in their order, and whether a reader without script sees each."""
    found = re.findall(r'<h2 class="name( script)?" tabindex="-1">([^<]*)</h2>', page)
    return [(words, not script) for script, words in found]


def test_a_heading_stands_over_its_items_once_without_script(
    resident: FlaskClient, site: Site
) -> None:
    code = poster_code(site)
    page = resident.get(f"/q/{code}").text
    unit = re.search('<h1 class="name">([^<]*)</h1>', page)
    assert unit is not None
    service = f"一、{unit[1]}的服务"
    visit = "二、您最近一次办事"
    assert headings_in(page) == [
        (service, True),
        (service, False),
        (service, False),
        (visit, True),
        (visit, False),
    ]
    assert page.index(service) < page.index('name="q_C1"') < page.index('name="q_C4"')
    assert page.index('name="q_S2A"') < page.index(visit) < page.index('name="l_VISITED"')
    english = headings_in(resident.get(f"/q/{code}?lang=en").text)
    assert [shown for _words, shown in english] == [True, False, False, True, False]
    assert english[3][0] == "II. Your last visit"
    assert thanked(send(resident, code, l_VISITED="no"))


def test_a_heading_stands_over_the_questions_of_several_units(
    resident: FlaskClient, site: Site
) -> None:
    page = resident.get(f"/q/{sitting_codes(site)[0]}").text
    words = "一、下列各单位的服务"
    assert headings_in(page) == [(words, True), (words, False), (words, False)]


def test_a_page_without_headings_is_as_it_was(site: Site, folder: Path) -> None:
    open_folder(site, folder)
    client = create_app(replace(site, clock=in_fieldwork)).test_client(use_cookies=False)
    assert headings_in(client.get(f"/q/{poster_code(site)}").text) == []


@pytest.mark.parametrize(
    ("headings", "field", "zh"),
    [
        ([SERVICE | {"items": ["C1", "C9"]}], "headings[0].items", "没有题目“C9”"),
        ([SERVICE, VISIT | {"items": ["C3"]}], "headings[1].items", "“C3”已在一个标题下"),
        ([{"zh": "一", "items": ["C1"]}], "headings[0].en", ""),
    ],
)
def test_a_heading_over_what_is_not_there_is_refused_by_its_field(
    folder: Path, headings: list[dict[str, Any]], field: str, zh: str
) -> None:
    with_headings(folder, *headings)
    if field.endswith(".en"):  # English may be left out everywhere
        assert read_folder(folder).questionnaire["headings"][0]["en"] == "一"
        return
    with pytest.raises(Refused) as caught:
        read_folder(folder)
    (problem,) = caught.value.problems
    assert (problem.file, problem.field) == ("questionnaire.json", field)
    assert zh in problem.zh


def test_scores_under_another_heading_are_not_compared_as_the_same_question(folder: Path) -> None:
    before = question_digest(read_folder(folder).questionnaire)
    with_headings(folder, VISIT)
    assert question_digest(read_folder(folder).questionnaire) == before
    with_headings(folder, SERVICE)
    assert question_digest(read_folder(folder).questionnaire) != before

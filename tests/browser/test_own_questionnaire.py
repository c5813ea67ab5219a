"""A county's own questionnaire in a real browser: headings, and a question that decides."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from survey.site.installation import Site
from tests.browser.conftest import Visit
from tests.browser.resident import Resident, stored
from tests.browser.server import served
from tests.browser.test_resident_screens import _SIDEWAYS
from tests.factories import in_fieldwork
from tests.respond.factories import open_folder, poster_code
from tests.respond.test_eligibility import A_YEAR
from tests.scheme.own_ages import copied

pytestmark = pytest.mark.browser
SERVICE = {"zh": "一、服务和作风", "en": "I. Service", "items": ["C1", "C2", "C3"]}
YEAR, C1, C3, C4 = 1, 2, 4, 5


@pytest.fixture
def own_site(site: Site, tmp_path: Path) -> Site:
    folder = copied(tmp_path / "county")
    path = folder / "questionnaire.json"
    content = json.loads(path.read_text("utf-8"))
    content |= {"headings": [SERVICE], "local_items": [A_YEAR]}
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    open_folder(site, folder)
    return replace(site, clock=in_fieldwork)


@pytest.fixture
def address(own_site: Site) -> Iterator[str]:
    code = poster_code(own_site)
    for url in served(own_site):
        yield f"{url}/q/{code}"


def started(page: Page, address: str) -> Resident:
    resident = Resident(page, address).open()
    resident.tap("#start")
    resident.at(YEAR)
    return resident


def test_who_may_not_take_part_is_thanked_at_once_and_may_correct_a_slip(
    page_360: Page, address: str, own_site: Site
) -> None:
    resident = started(page_360, address)
    resident.tap(resident.answer(YEAR, 1))
    page_360.wait_for_timeout(400)
    assert resident.at(YEAR)  # a slip of the finger ends nothing
    resident.tap("#next")
    page_360.wait_for_selector("text=没有保存任何内容")
    assert page_360.evaluate("Object.keys(localStorage).filter(key => key !== 'gp:id')") == []
    assert resident.complaints == []
    assert stored(own_site) == 0
    resident = started(page_360, address)
    resident.tap(resident.answer(YEAR, 1))
    resident.tap(resident.answer(YEAR, 0))
    resident.tap("#next")
    assert resident.at(C1)


def test_a_heading_stands_over_each_of_its_questions_and_over_no_other(
    page_360: Page, address: str, axe: Callable[[Page], list[str]]
) -> None:
    resident = started(page_360, address)
    resident.tap(resident.answer(YEAR, 0))
    resident.tap("#next")
    shown = "section.on h2:visible"
    for step in range(C1, C4 + 1):
        resident.at(step)
        assert page_360.locator(shown).all_inner_texts() == (
            ["一、服务和作风"] if step <= C3 else []
        )
        assert page_360.evaluate(_SIDEWAYS) <= 0
        if step == C1:
            assert axe(page_360) == []
            assert page_360.evaluate("document.activeElement.tagName") == "H2"
        resident.tap(resident.answer(step, 1))
    assert resident.complaints == []


def test_without_script_the_heading_stands_once(visit: Visit, address: str) -> None:
    page = visit(viewport={"width": 360, "height": 640}, java_script_enabled=False)
    page.goto(address)
    assert page.locator("h2:visible", has_text="一、服务和作风").count() == 1

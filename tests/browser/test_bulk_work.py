"""A clerk's bulk work in a real browser without script: posters of a table, codes of the plan."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from survey.app import create_app
from survey.site.installation import Site
from tests.browser.conftest import Visit
from tests.browser.test_office import enter, wider
from tests.factories import CODE, in_fieldwork
from tests.officials import add_officials, signed_in, token

pytestmark = pytest.mark.browser

HERE = f"/office/campaigns/{CODE}"


def untick(page: Page, legend: str, but: tuple[str, ...]) -> None:
    for box in page.locator("fieldset", has_text=legend).locator("input").all():
        if box.get_attribute("value") not in but:
            box.uncheck()


def looked_at(page: Page, axe: Callable[[Page], list[str]]) -> None:
    assert wider(page) == 0
    assert axe(page) == []


def downloaded(page: Page, button: str) -> bytes:
    with page.expect_download() as file:
        page.get_by_role("button", name=button).click()
    return Path(file.value.path()).read_bytes()


def approve_as_another(site: Site) -> None:
    review = signed_in(create_app(replace(site, clock=in_fieldwork)), "review")
    data = {"csrf_token": token(review.get("/office/password"))}
    assert review.post("/office/proposals/1/approve", data=data).status_code == 302


def test_a_clerk_hangs_posters_of_a_table_and_issues_and_withdraws_codes_of_the_plan(
    visit: Visit, live_site: Site, live_url: str, axe: Callable[[Page], list[str]]
) -> None:
    add_officials(live_site)
    page = visit(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    seen = visit(viewport={"width": 360, "height": 740})  # axe is a script
    enter(page, live_url)
    enter(seen, live_url)

    page.goto(f"{live_url}{HERE}/posters")
    page.fill("#rows", "unit\tplace\nA01\t汽车站\nZ99\t医院\n")
    page.get_by_role("button", name="登记表格里的海报").click()
    expect(page.get_by_text("没有单位“Z99”")).to_be_visible()
    page.fill("#rows", "unit\tplace\nA01\t汽车站\nA02\t医院\n")
    page.get_by_role("button", name="登记表格里的海报").click()
    expect(page.get_by_text("登记了2张")).to_be_visible()
    page.locator("fieldset input[value=A02]").uncheck()
    assert downloaded(page, "下载勾选的海报").startswith(b"%PDF")
    seen.goto(f"{live_url}{HERE}/posters")
    looked_at(seen, axe)

    page.goto(f"{live_url}{HERE}/invitations")
    page.get_by_role("link", name="一次发放计划内全部评议码…").click()
    page.get_by_role("link", name="全不选").click()
    page.check("input[name=units][value=A01]")
    untick(page, "评议对象", but=("G4",))
    untick(page, "每个单位的文件", but=("list",))
    first, again = (downloaded(page, "发放并下载") for _twice in range(2))
    with ZipFile(io.BytesIO(first)) as archive, ZipFile(io.BytesIO(again)) as repeated:
        [name] = archive.namelist()
        assert archive.read(name) == repeated.read(name)
        code = archive.read(name).decode("utf-8-sig").splitlines()[1].partition(",")[0]
    assert name == f"A01/{CODE}-A01-G4-15-list.csv"

    page.goto(f"{live_url}{HERE}/invitations/plan")
    expect(page.get_by_text("计划内还有8706个")).to_be_visible()
    page.get_by_role("link", name="停用…").click()
    seen.goto(page.url)
    looked_at(seen, axe)
    page.fill("#reason", "名单遗失")
    page.get_by_role("button", name="提请停用").click()
    expect(page.get_by_text("由另一人批准后才办理")).to_be_visible()
    approve_as_another(live_site)
    page.goto(f"{live_url}{HERE}/invitations")
    expect(page.get_by_text("admin提请、review批准：名单遗失")).to_be_visible()
    seen.goto(page.url)
    looked_at(seen, axe)

    page.goto(f"{live_url}/q")
    page.fill("#code", code)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("这个评议码已停用")

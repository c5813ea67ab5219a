"""A county's clerk, who has a browser and Excel: from an empty installation to a closed campaign.

With a colleague who approves, and sixty residents. Nothing is done behind the pages but the clock,
which is put forward. `SURVEY_SCREENSHOTS` names a folder to keep what was seen.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdfium2 import PdfDocument

from survey.access.first_account import setup_token
from survey.site.installation import Site, upgrade_site
from tests.browser.conftest import Visit
from tests.browser.official import Official, Watch
from tests.browser.resident import Resident
from tests.browser.server import served
from tests.browser.test_bulk_work import untick

pytestmark = pytest.mark.browser

CODE = "PINGCHUAN-2026-GZPY"
HERE = f"/office/campaigns/{CODE}"
WORDS = {
    "安澜": "平川",
    "Anlan": "Pingchuan",
    "ANLAN": "PINGCHUAN",
    "（待填）": "皖统",
}
SETTINGS = {"county.fictional": "false", "hotline": "0555-12345", "contact": "0555-1234567"}
PASSWORDS = {"chen": "腊月二十三送灶王爷上天", "lin": "清明前后种瓜点豆子吧"}
PREPARING = datetime(2026, 11, 16, 2, tzinfo=UTC)
FIELDWORK = datetime(2026, 12, 3, 2, tzinfo=UTC)
AFTERWARDS = datetime(2026, 12, 21, 2, tzinfo=UTC)
Entrance = tuple[str, str]  # of a unit, its code
# Where those live who rate a township's government.
TOWNSHIPS = {
    f"A{number:02}": f"990621{part}000"
    for number, part in enumerate(
        ["001", "002", "100", "101", "102", "103", "104", "105", "106", "200", "201", "202"],
        start=1,
    )
}
CODES_USED_EACH = 4
N_ANSWERS = 60


@pytest.fixture
def watch() -> Watch:
    return Watch(PREPARING)


@pytest.fixture
def nothing_yet(tmp_path: Path, watch: Watch) -> Iterator[tuple[Site, str]]:
    """An installation without accounts and campaigns, as the machine's keeper starts it."""
    environment = {
        "SURVEY_HOME": str(tmp_path / "home"),
        "SURVEY_BASE_URL": "https://ping.pingchuan.gov.cn",
        "SURVEY_HOSTS": "localhost",
    }
    site = replace(upgrade_site(environment), clock=watch)
    for url in served(site):
        yield site, url.replace("127.0.0.1", "localhost")
    site.database.close()


def test_a_clerk_runs_a_campaign_from_nothing_to_its_end(
    visit: Visit,
    nothing_yet: tuple[Site, str],
    watch: Watch,
    keep: Callable[[Page, str], None],
    tmp_path: Path,
) -> None:
    site, url = nothing_yet
    clerk = Official(visit(viewport={"width": 1280, "height": 800}), url, watch, keep)
    colleague = Official(visit(viewport={"width": 360, "height": 740}), url, watch, keep)

    the_office_is_staffed(clerk, colleague, setup_token(site.keys.web()))
    another_county_is_loaded(clerk, tmp_path)
    it_is_rehearsed(clerk)
    posters, codes = posters_and_codes_are_made(clerk)
    it_is_opened_by_two(clerk, colleague)
    watch.now = FIELDWORK
    residents_answer(visit, url, watch, posters, codes)
    clerk.signs_in("chen", PASSWORDS["chen"])  # the days have ended every session
    the_answers_are_watched(clerk)
    a_bulletin_is_issued(clerk)
    whoever_has_not_answered_is_reminded(clerk)
    watch.now = AFTERWARDS
    clerk.signs_in("chen", PASSWORDS["chen"])
    it_is_closed(clerk)


def the_office_is_staffed(clerk: Official, colleague: Official, console: str) -> None:
    page = clerk.goes_to("/office/")
    expect(page.locator("h1")).to_have_text("创建第一个管理员账号")
    clerk.keeps("01-first")
    page.fill("#token", console)
    page.fill("#username", "chen")
    page.fill("#name", "陈静")
    page.fill("#password", PASSWORDS["chen"])
    page.fill("#again", PASSWORDS["chen"])
    clerk.presses("创建并登录")
    clerk.adds_the_second_step(PASSWORDS["chen"])

    page = clerk.goes_to("/office/people/")
    page.fill("#name", "林涛")
    page.fill("#username", "lin")
    page.select_option("#role", "office_review")
    clerk.presses("新建")
    one_time = page.locator("#password").inner_text()
    clerk.keeps("02-one-time-password")

    colleague.signs_in("lin", one_time)
    expect(colleague.page.locator("h1")).to_have_text("修改密码")
    colleague.page.fill("#old", one_time)
    colleague.page.fill("#password", PASSWORDS["lin"])
    colleague.page.fill("#again", PASSWORDS["lin"])
    colleague.presses("修改密码")
    colleague.adds_the_second_step(PASSWORDS["lin"])


def another_county_is_loaded(clerk: Official, folder: Path) -> None:
    clerk.goes_to("/office/new")
    clerk.keeps("03-new")
    template = clerk.downloads("下载工作簿模板")
    path = folder / "平川县.xlsx"
    path.write_bytes(as_pingchuan_fills_it_in(Path(template.path()).read_bytes()))
    clerk.page.set_input_files("input[type=file]", path)
    clerk.presses("核对并载入")
    expect(clerk.page.locator("main")).to_contain_text("平川县")
    page = clerk.goes_to(f"{HERE}/plan")
    expect(page.locator("main")).to_contain_text("26 个单位分 3 类")
    clerk.keeps("04-plan")
    assert Path(clerk.downloads("PDF").path()).read_bytes().startswith(b"%PDF")


def as_pingchuan_fills_it_in(template: bytes) -> bytes:
    """Replace in Excel what is another in another county."""
    book = load_workbook(io.BytesIO(template))
    for sheet in book.worksheets[1:]:  # the first one explains
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    for old, new in WORDS.items():
                        cell.value = cell.value.replace(old, new)
            if row[0].value in SETTINGS:
                row[1].value = SETTINGS[row[0].value]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def it_is_rehearsed(clerk: Official) -> None:
    clerk.goes_to(f"{HERE}/rehearsal")
    rehearsed = clerk.downloads("开始演练，下载海报和得分")
    with ZipFile(rehearsed.path()) as archive:
        assert any(name.endswith(".pdf") for name in archive.namelist())
    page = clerk.goes_to(f"{HERE}/rehearsal")
    expect(page.locator("main")).to_contain_text("本评议的答卷和存证记录共 0 条")
    clerk.keeps("05-rehearsal")


def posters_and_codes_are_made(clerk: Official) -> tuple[list[Entrance], list[Entrance]]:
    page = clerk.goes_to(f"{HERE}/posters")
    clerk.presses("登记全部单位")
    printed = clerk.downloads("下载全部 · A4 海报")
    clerk.keeps("06-posters")
    assert len(PdfDocument(printed.path())) >= len(TOWNSHIPS)
    rows = page.locator("#posters tbody tr", has_text="群众").all()
    posters = [
        (row.locator("th small").inner_text()[:3], row.locator("code").inner_text()) for row in rows
    ]

    page = clerk.goes_to(f"{HERE}/invitations/plan?tick=none")
    for unit in TOWNSHIPS:
        page.check(f"input[name=units][value={unit}]")
    untick(page, "评议对象", but=("G1",))
    untick(page, "每个单位的文件", but=("list",))
    issued = clerk.downloads("发放并下载")
    codes = []
    with ZipFile(issued.path()) as archive:
        for name in archive.namelist():
            rows = csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig")))
            used = [row[0] for row in rows][1 : 1 + CODES_USED_EACH]
            codes += [(name[:3], code) for code in used]
    assert len(codes) == len(TOWNSHIPS) * CODES_USED_EACH
    clerk.goes_to(f"{HERE}/invitations")
    clerk.keeps("07-codes")
    return posters, codes


def it_is_opened_by_two(clerk: Official, colleague: Official) -> None:
    page = clerk.goes_to(f"{HERE}/open")
    expect(page.locator(".readiness, main")).not_to_contain_text("须先解决")
    clerk.keeps("08-open")
    clerk.presses("提请开启")
    [number] = re.findall(r"/proposals/(\d+)", clerk.page.url)
    colleague.approves(int(number))
    colleague.keeps("09-approved")
    page = clerk.goes_to(HERE)
    expect(page.locator("h1")).to_contain_text("已开启，未到时间")


def residents_answer(
    visit: Visit, url: str, watch: Watch, posters: list[Entrance], codes: list[Entrance]
) -> None:
    """One taps through the pages on a phone; the others send the same forms."""
    phone = visit(viewport={"width": 360, "height": 740}, has_touch=True)
    resident = Resident(phone, f"{url}/q/{codes[0][1]}")
    resident.to_the_end()
    watch.now += timedelta(minutes=2)
    resident.submit()
    assert resident.thanked()
    assert resident.complaints == []
    others = [*codes[1:], *posters][: N_ANSWERS - 1]
    assert len(others) == N_ANSWERS - 1
    for number, (unit, code) in enumerate(others):
        page = visit(java_script_enabled=False)
        answer(page, f"{url}/q/{code}", watch, 1 + number % 5, TOWNSHIPS[unit])


def answer(page: Page, address: str, watch: Watch, value: int, area: str) -> None:
    asked = page.request.get(address).text()
    form = dict.fromkeys(re.findall(r'name="(q_[^"]+)"', asked), str(value))
    [token] = re.findall(r'name="response_id" value="([^"]+)"', asked)
    assert f'<option value="{area}"' in asked
    about = {"age": "45-59", "sex": "male", "area": area, "residence": "rural"}
    watch.now += timedelta(minutes=2)
    sent = {**form, **about, "response_id": token, "asked": "1", "lang": "zh", "mode": "normal"}
    done = page.request.post(address, form=sent)
    assert "答卷已收到" in done.text(), done.text()
    page.context.close()


def the_answers_are_watched(clerk: Official) -> None:
    page = clerk.goes_to(f"{HERE}/progress")
    expect(page.locator("dl.figures")).to_contain_text(str(N_ANSWERS))
    clerk.keeps("10-progress")


def a_bulletin_is_issued(clerk: Official) -> None:
    page = clerk.goes_to("/office/")
    page.get_by_role("link", name="组织评议").click()
    page = clerk.goes_to(f"{HERE}/bulletins")
    clerk.keeps("11-bulletin")
    clerk.presses("发出第1期")
    issued = clerk.downloads("中文 Word")
    written = [part.text for part in Document(str(issued.path())).paragraphs]
    assert any("平川县" in line for line in written)
    assert any(f"{N_ANSWERS}份" in line.replace(" ", "") for line in written), written


def whoever_has_not_answered_is_reminded(clerk: Official) -> None:
    page = clerk.goes_to(f"/office/reminders?code={CODE}")
    untick(page, "文件", but=("list",))
    with ZipFile(clerk.downloads("记为一次催办并下载").path()) as archive:
        assert archive.namelist()
    page = clerk.goes_to(f"/office/reminders?code={CODE}&wave=1")
    expect(page.locator("#reminded tbody tr", has_text="第1次")).to_have_count(len(TOWNSHIPS))
    clerk.keeps("12-reminded")


def it_is_closed(clerk: Official) -> None:
    clerk.goes_to(f"{HERE}/close")
    clerk.keeps("13-close")
    clerk.presses("确认结束")
    expect(clerk.page.locator("h1")).to_contain_text("已结束")
    clerk.keeps("14-closed")

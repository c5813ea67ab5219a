"""From the last answer to a result that was contested and published, by those who do it.

What scoring found is decided by two people, or three; calls are made, the result is released by
two, contested by the unit, decided anew, superseded and published. Every document is opened again
and held against its release. What is the same form again is sent without a browser.
`SURVEY_SCREENSHOTS` names a folder to keep what was seen.
"""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from survey.app import create_app
from survey.cli import survey
from survey.site.installation import Site
from tests.appraisal.appeals.contested import WORDS, answered, word_file
from tests.appraisal.callbacks.calling import fill_in
from tests.appraisal.review.attacked import STUFFED, case_numbers, say
from tests.browser.conftest import Visit
from tests.browser.official import DESK, PHONE, Official, Watch
from tests.browser.server import served
from tests.demonstrated import CODE
from tests.factories import standing_at
from tests.officials import PASSWORD, signed_in
from tests.reports.read_back import HERE, all_read_back, holds, taken, words_of
from tests.reports.test_documents import text_of

pytestmark = pytest.mark.browser

REVIEW = f"{HERE}/review/"
CALLS = f"/office/callbacks?code={CODE}"
OWN = f"{HERE}/units/{STUFFED}"
APPEAL = f"{HERE}/appeals/1"
CLOSING = datetime(2026, 12, 21, 2, tzinfo=UTC)
CALLING = datetime(2026, 12, 23, 2, tzinfo=UTC)
RELEASING = datetime(2026, 12, 29, 2, tzinfo=UTC)
CONTESTING = datetime(2026, 12, 30, 2, tzinfo=UTC)
PUBLISHING = datetime(2027, 1, 6, 2, tzinfo=UTC)
N_FINDINGS = 8


@dataclass(frozen=True)
class Office:
    """Who sits where; `client` is somebody without a browser, for what is sent again and again."""

    site: Site
    watch: Watch
    people: dict[str, Official]
    client: Callable[[str], FlaskClient]

    def __getattr__(self, name: str) -> Official:
        return self.people[name]

    def come_in(self, at: datetime, *names: str) -> None:
        """Put the clock forward and let some sign in; the days have ended every session."""
        self.watch.now = at
        for name in names:
            self.people[name].signs_in(name, PASSWORD)

    def scores(self) -> Official:
        """Score as the page does, and look at the scores."""
        self.admin.goes_to(f"{HERE}/score")
        self.admin.presses("确认计分")
        expect(self.admin.page.locator("h1")).to_contain_text("得分")
        return self.admin

    def released(self, number: int) -> dict[str, Any]:
        """Return a score document as it is downloaded."""
        answer = self.client("admin").get(f"{HERE}/releases/{number}/json")
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = json.loads(answer.data)
        return document


@pytest.fixture
def office(site: Site, visit: Visit, keep: Callable[[Page, str], None]) -> Iterator[Office]:
    """Two units answered, one of them stuffed; the campaign is over and not closed yet."""
    answered(site)
    watch = Watch(CLOSING)
    site = replace(site, clock=watch)
    app = create_app(site)
    sizes = {"admin": DESK, "review": PHONE, "review2": DESK, "leader": PHONE, "own": PHONE}
    for url in served(site):
        people = {
            name: Official(visit(viewport=size), url, watch, keep) for name, size in sizes.items()
        }
        yield Office(site, watch, people, lambda name: signed_in(app, name))


@pytest.mark.timeout(600)  # a minute where nobody else works
def test_a_result_is_reviewed_released_contested_superseded_and_published(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.come_in(CLOSING, "admin", "review", "review2")
    it_is_closed_and_scored(office)
    findings_are_decided_on(office)
    office.come_in(CALLING, "admin")
    people_are_called(office, tmp_path)
    office.come_in(RELEASING, "admin", "review", "leader")
    it_is_released_by_two(office)
    first = office.released(1)
    every_document_holds(office, first, tmp_path)
    office.come_in(CONTESTING, "admin", "review", "own")
    the_unit_contests_it(office, tmp_path)
    it_is_decided_anew(office)
    it_is_superseded(office, first, tmp_path)
    office.come_in(PUBLISHING, "admin", "review", "leader")
    it_is_published(office)
    standing_at(monkeypatch, office.watch())
    monkeypatch.setenv("SURVEY_HOME", str(office.site.settings.home))
    whole = CliRunner().invoke(survey, ["verify"], catch_exceptions=False)
    assert whole.exit_code == 0, whole.output


def it_is_closed_and_scored(office: Office) -> None:
    office.admin.goes_to(f"{HERE}/close")
    office.admin.presses("确认结束")
    expect(office.admin.page.locator("h1")).to_contain_text("已结束")
    office.scores().keeps_in_both("20-scored")


def findings_are_decided_on(office: Office) -> None:
    """Two decide on a case and a third on the next, at their pages; the rest is the same again."""
    first, contested, *rest = case_numbers(office.site, "shared_network")
    kept = case_numbers(office.site, "quarantined", "coaching")  # the networks' cases are stricter
    assert len([first, contested, *rest, *kept]) >= N_FINDINGS
    page = office.admin.goes_to(REVIEW)
    expect(page.locator("main")).to_contain_text("B03")
    office.admin.keeps_in_both("21-cases")
    page = office.admin.goes_to(f"{REVIEW}{first}")
    office.admin.presses("试算三种认定的得分")
    expect(page.locator("main")).to_contain_text("合并按一份计")
    office.admin.keeps_in_both("22-case")
    speaks(office.admin, first, "不计入", "同一网络的答卷一样")
    expect(page.locator("main")).to_contain_text("待另一人认定")
    speaks(office.review, first, "不计入", "核对过时段和网络")
    speaks(office.admin, contested, "照常计入", "是窗口排队的群众")
    speaks(office.review, contested, "不计入", "时段和选法都一样")
    expect(office.review.page.locator("main")).to_contain_text("两人不一致，待第三人")
    speaks(office.review2, contested, "不计入", "同意第二人")
    expect(office.review2.page.locator("main")).to_contain_text("已认定")
    office.review2.keeps_in_both("23-overruled")
    clients = [office.client(name) for name in ("admin", "review")]
    for number in (*rest, *kept):
        for client in clients:
            answer = say(client, number, "keep" if number in kept else "exclude")
            assert answer.status_code == 302, answer.text
    page = office.scores().goes_to(f"{HERE}/runs")
    expect(page.locator("main")).to_contain_text("新认定")
    office.admin.keeps_in_both("24-runs")


def speaks(official: Official, case: int, verdict: str, reason: str) -> None:
    page = official.goes_to(f"{REVIEW}{case}")
    page.fill("#reason", reason)
    official.presses(verdict)


def people_are_called(office: Office, folder: Path) -> None:
    page = office.admin.goes_to(CALLS)
    page.fill("#at-most-B", "40")
    page.get_by_role("button", name="抽B").click()
    given = Path(office.admin.downloads("下载B类回访登记表").path())
    book = load_workbook(io.BytesIO(given.read_bytes()))
    told = ("本人所答", "本人所答", "未联系上")
    fill_in(book, lambda number, _row: told[number % len(told)])
    book.save(folder / "回访.xlsx")
    page.set_input_files("#file", folder / "回访.xlsx")
    office.admin.presses("录入回访结果")
    expect(page.locator("main")).to_contain_text("0个还没有结果")
    office.admin.keeps_in_both("25-calls")
    page = office.scores().goes_to(f"{HERE}/scores/{STUFFED}")
    expect(page.locator("main")).to_contain_text("回访核验")
    office.admin.keeps_in_both("26-unit")


def it_is_released_by_two(office: Office) -> None:
    page = office.admin.goes_to(f"{HERE}/release")
    office.admin.keeps_in_both("27-release")
    page.fill("#reason", "复核和回访已经办完")
    office.admin.presses("提请发布")
    office.review.approves(office.admin.asked_to_wait())
    office.review.keeps_in_both("28-approved")
    the_leaders_approve(office, "安绩〔2026〕31号", "2026-12-29")


def the_leaders_approve(office: Office, paper: str, day: str) -> None:
    page = office.leader.goes_to(f"{HERE}/release/approval")
    page.fill("#approved_on", day)
    page.fill("#document_number", paper)
    office.leader.presses("记录审定")
    page = office.leader.goes_to(f"{HERE}/scores")
    expect(page.locator("main")).to_contain_text(paper)


def every_document_holds(office: Office, released: dict[str, Any], folder: Path) -> None:
    page = office.leader.goes_to(f"{HERE}/documents")
    expect(page.locator("main")).to_contain_text("评议结果报告")
    office.admin.goes_to(f"{HERE}/documents")
    office.admin.keeps_in_both("29-documents")
    all_read_back(office.client("admin"), released, unit_code=STUFFED, folder=folder)


def the_unit_contests_it(office: Office, folder: Path) -> None:
    page = office.own.goes_to(OWN.replace("/units/", "/results/"))
    office.own.keeps_in_both("30-result")
    page = office.own.goes_to(f"{OWN}/appeals")
    attached = word_file()
    (folder / "证明.docx").write_bytes(attached)
    page.select_option("#matter", WORDS["matter"])
    page.fill("#which", WORDS["which"])
    page.fill("#statement", WORDS["statement"])
    page.set_input_files("#file", folder / "证明.docx")
    office.own.keeps_in_both("31-contesting")
    office.own.presses("提交申诉")
    expect(page.locator("main")).to_contain_text("证明.docx")
    office.admin.goes_to(f"{HERE}/appeals/")
    office.admin.keeps_in_both("32-appeals")
    office.admin.goes_to(APPEAL)
    office.admin.presses("受理")
    given = office.client("review").get(f"{APPEAL}/file")
    assert given.data == attached


def it_is_decided_anew(office: Office) -> None:
    first, contested, *_rest = case_numbers(office.site, "shared_network")
    for number in (first, contested):
        speaks(office.admin, number, "照常计入", "单位提供了排队记录")
        speaks(office.review, number, "照常计入", "核对过排队记录")
    page = office.admin.goes_to(APPEAL)
    office.admin.presses("复核计算")
    expect(page.locator("main")).to_contain_text("复核计算前后")
    page.select_option("#outcome", "upheld")
    page.fill("#reason", "排队记录属实，恢复计入")
    office.admin.keeps_in_both("33-deciding")
    office.admin.presses("提请另一人批准")
    number = office.admin.asked_to_wait()
    office.review.goes_to(f"/office/proposals/{number}")
    office.review.keeps_in_both("34-proposed")
    office.review.approves(number)
    expect(office.review.page.locator("main")).to_contain_text("申诉成立")


def it_is_superseded(office: Office, first: dict[str, Any], folder: Path) -> None:
    second = office.released(2)
    granted = second["release"]["appeal"]
    assert (granted["number"], granted["outcome"]) == (1, "upheld")
    assert granted["contested"] == first["release"]["id"]
    before, after = (
        next(unit["score"] for unit in one["units"] if unit["unit_code"] == STUFFED)
        for one in (first, second)
    )
    assert before != after
    page = office.own.goes_to(APPEAL)
    expect(page.locator("main")).to_contain_text("申诉成立")
    office.own.keeps_in_both("35-answered")
    client = office.client("own")
    letter = taken(client, "appeals/1/letter.zh.docx")
    holds(folder, letter, second)
    words = text_of(letter)
    for said in (before, after, "排队记录属实，恢复计入", "复核意见书"):
        assert said in words
    holds(folder, taken(client, "appeals/1/letter.en.docx"), second)
    assert after in words_of(taken(client, "appeals/1/letter.zh.pdf"))
    for kind in ("result", "quality", "ranking"):
        holds(folder, taken(office.client("admin"), f"documents/{kind}.zh.docx"), second)


def it_is_published(office: Office) -> None:
    the_leaders_approve(office, "安绩〔2027〕2号", "2027-01-06")
    page = office.admin.goes_to(f"{HERE}/publish")
    page.fill("#reason", "公示五个工作日")
    office.admin.keeps_in_both("36-publish")
    office.admin.presses("提请公布第2号结果")
    office.review.approves(office.admin.asked_to_wait())
    second = office.released(2)
    page = office.own.goes_to(f"/p/{CODE}")
    office.own.keeps_in_both("37-public")
    main = page.locator("main")
    for unit in second["units"]:
        if unit["score"]:
            expect(main).to_contain_text(f"{unit['score']}分，区间{unit['lower']}–{unit['upper']}")
    for words in ("谁参加了评议", "哪些答卷没有计入", "意见办得怎么样", "不显示"):
        expect(main).to_contain_text(words)
    expect(main).to_contain_text(second["release"]["ledger"]["root"])
    expect(main).to_contain_text("安绩〔2027〕2号")
    office.own.goes_to(f"/p/{CODE}?lang=en")
    office.own.keeps_in_both("38-public-en")

"""The page of a long work as whoever asked for it sees it: its progress, its end, the way on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.papers.printing import POSTERS, Printing
from survey.jobs.asking import ask
from survey.jobs.claiming import Claimed, claim_next, go_on
from survey.jobs.ending import end_done, end_failed
from survey.jobs.files import keep_file
from survey.problems import Refused
from survey.site.installation import Site
from tests.browser.conftest import Visit
from tests.browser.official import DESK, PHONE
from tests.browser.test_cases import entered
from tests.browser.test_office import wider
from tests.factories import CODE
from tests.officials import add_officials

pytestmark = pytest.mark.browser

WANTED = Printing(size="a4", words="zh", units=[], of="0" * 64)
READING = {"zh": "正在进行：读取答卷（25%）", "en": "At work: reading the answers (25%)"}
MADE = {"zh": "文件已做好，保留一天。", "en": "The file is ready and kept for a day."}
ALTERED = {"zh": "答卷变了", "en": "answers changed"}
BACK = {"zh": "返回再试", "en": "Back, to try again"}


def begun(site: Site) -> Claimed:
    """Ask for posters as a job, and claim it: what is done of it, the test says."""
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        about = WANTED.arguments()
        ask(
            session, kind=POSTERS, campaign=campaign, arguments=about, by="admin", clock=site.clock
        )  # fmt: skip
    claimed = claim_next(site)
    assert claimed is not None
    return claimed


Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Callable[[Page], list[str]], keep: Callable[[Page, str], None]) -> Look:
    """Looks at a page on a telephone and at a desk: whole on both, and for everybody."""

    def looked_at(page: Page, name: str) -> None:
        assert axe(page) == [], name
        for size, viewport in (("360", PHONE), ("1280", DESK)):
            page.set_viewport_size(viewport)
            keep(page, f"{name}-{size}")
            assert wider(page) == 0, (name, size)

    return looked_at


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_its_progress_its_file_and_its_failure_are_seen_on_any_screen(
    live_site: Site, live_url: str, visit: Visit, look: Look, lang: str
) -> None:
    add_officials(live_site)
    page = entered(visit(viewport=DESK), live_url, "admin")
    page.goto(f"{live_url}/office/language/{lang}")

    first = begun(live_site)
    page.goto(f"{live_url}/office/jobs/{first.job.id}")
    go_on(live_site, first, step="read")
    expect(page.locator("[data-poll]")).to_contain_text(READING[lang])  # by itself
    assert page.locator("progress").get_attribute("value") == "25"
    look(page, f"job-at-work-{lang}")
    result = keep_file(live_site, b"%PDF-1.7", name="posters.pdf")
    end_done(live_site, first.job, claim=first.claim, result=result)
    expect(page.get_by_role("status")).to_contain_text(MADE[lang])
    assert "/posters.pdf?" in (page.locator("main a.button").get_attribute("href") or "")
    look(page, f"job-made-{lang}")
    second = begun(live_site)
    page.goto(f"{live_url}/office/jobs/{second.job.id}")
    refused = Refused.of(zh=ALTERED["zh"], en=ALTERED["en"])
    end_failed(live_site, second.job, claim=second.claim, refused=refused)
    expect(page.locator("main")).to_contain_text(ALTERED[lang])
    expect(page.get_by_role("link", name=BACK[lang])).to_be_visible()
    look(page, f"job-failed-{lang}")

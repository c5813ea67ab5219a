"""An account that acts waits for a second person: read and confirmed on a phone and at a desk."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from survey.access import accounts, passwords
from survey.model import Account, Campaign, SecondFactor
from survey.site.installation import Site
from tests.browser.conftest import Visit
from tests.browser.test_deputy_and_leader import SIZES, Axe, enter, fits
from tests.factories import FIELDWORK
from tests.officials import add_officials

pytestmark = pytest.mark.browser


def waits(site: Site) -> None:
    """Let an administrator make an account, once the campaign is real."""
    with site.database.writing() as session:
        session.execute(sa.update(Campaign).values(simulated=False))
        for account in session.scalars(sa.select(Account)).all():
            factor = SecondFactor(sealed_secret=b"", enrolled_at=FIELDWORK, last_counter=0)
            factor.account_id = account.id
            session.add(factor)
    with site.database.writing() as session:
        accounts.create_account(
            session,
            username="wang",
            name="王五",
            role="office_review",
            by="admin",
            clock=site.clock,
            password=passwords.one_time(),
        )


@SIZES
def test_a_reviewer_confirms_an_account_that_another_made(
    visit: Visit, live_site: Site, live_url: str, axe: Axe, size: dict[str, object]
) -> None:
    add_officials(live_site)
    maker = enter(visit(**size), live_url, "admin")
    page = enter(visit(**size), live_url, "review")
    waits(live_site)
    for address, words in (
        ("/office/proposals/", "须由另一人确认"),
        ("/office/people/", "待另一人确认"),
        ("/office/people/wang", "待另一人确认"),
    ):
        maker.goto(f"{live_url}{address}")
        expect(maker.locator("main")).to_contain_text(words)
        fits(maker, axe)
    page.goto(f"{live_url}/office/proposals/")
    expect(page.locator("#accounts")).to_contain_text("王五（wang）")
    fits(page, axe)
    page.click("button:has-text('确认，准其登录')")
    expect(page.locator("main")).not_to_contain_text("待确认的账号")
    maker.goto(f"{live_url}/office/people/wang")
    expect(maker.locator("main")).to_contain_text("确认：测试review（review）")
    fits(maker, axe)

"""What a draft's plan takes from earlier releases: scores of last time, slopes of silence."""

import hashlib
import io
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from flask.testing import FlaskClient

from survey.app import create_app
from survey.appraisal.earlier import released
from survey.appraisal.record import AppraisalRecord
from survey.appraisal.release import latest_release
from survey.appraisal.runs import read_record
from survey.drafting.copying import Next, copy_campaign
from survey.fieldwork.campaigns import find_campaign
from survey.model import Appraisal, AuditEntry
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.planning import build_plan
from survey.scheme.scoring import Debiasing
from survey.scheme.stored import stored_folder
from survey.site.installation import Site
from survey.stats.campaign.corrections import BorrowingPlan
from survey.stats.campaign.silence_figures import NonresponseFigure
from tests.factories import CODE
from tests.officials import add_officials, signed_in, token

NEXT = "ANLAN-NEXT"
HERE = f"/office/campaigns/{NEXT}/earlier"


@pytest.fixture
def site(released_site: Site) -> Site:
    """Give the released campaign, and a draft of the next one."""
    wanted = Next(
        code=NEXT, title_zh="下次", title_en="Next", starts_on=date(2027, 12, 1),
        ends_on=date(2027, 12, 20),
    )  # fmt: skip
    add_officials(released_site)
    copy_campaign(released_site, earlier=CODE, wanted=wanted, by="tests")
    return released_site


@pytest.fixture
def admin(site: Site) -> FlaskClient:
    return signed_in(create_app(site), "admin")


def wanted(site: Site) -> Debiasing:
    with site.database.reading() as session:
        return scheme_of(find_campaign(session, NEXT)).scoring.debiasing


def press(client: FlaskClient, deed: str, **more: Any) -> tuple[int, str]:
    said = {"csrf_token": token(client.get(HERE)), **more}
    answer = client.post(f"{HERE}/{deed}", data=said, follow_redirects=True)
    return answer.status_code, answer.text


def let_borrow(site: Site) -> None:
    """Let the draft's groups borrow, as its sheet does."""
    with site.database.writing() as session:
        campaign = find_campaign(session, NEXT)
        scheme = json.loads(json.dumps(campaign.scheme))
        scheme["scoring"].setdefault("debiasing", {})["borrowing"] = "groups"
        campaign.scheme = scheme


def test_one_press_takes_the_scores_that_were_released_last_time(
    site: Site, admin: FlaskClient
) -> None:
    assert "须先在方案中写明 borrowing: groups" in admin.get(HERE).text
    status, page = press(admin, "scores", of=CODE)
    assert status == 422
    assert "只用于 borrowing: groups" in page
    let_borrow(site)
    status, page = press(admin, "scores", of=CODE)
    assert status == 200, page
    with site.database.reading() as session:
        release = latest_release(session, campaign=find_campaign(session, CODE))
        assert release is not None
        said = {unit["unit_code"]: unit["score"] for unit in json.loads(release.document)["units"]}
        plan = build_plan(stored_folder(session, find_campaign(session, NEXT))).borrowing
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "campaign.change")
        ).one()
    assert dict(plan.earlier) == {unit: float(score) for unit, score in said.items() if score}
    assert (plan.campaign, plan.document) == (CODE, release.digest)
    assert plan.covariate == "last_release"
    assert entry.detail["files"] == {CODE: release.digest}
    assert planned_again(site) == plan
    assert f"方案使用 {CODE} 公布的得分，{len(plan.earlier)}个单位" in page
    assert release.digest in page


def planned_again(site: Site) -> BorrowingPlan:
    """Return what the scheme says once it was written to a file and read again."""
    with site.database.reading() as session:
        county = stored_folder(session, find_campaign(session, NEXT))
    text = yaml.safe_dump(county.document, allow_unicode=True, sort_keys=False)
    return build_plan(replace(county, document=yaml.safe_load(text))).borrowing


def test_a_signed_document_of_another_installation_is_taken_by_its_key_alone(
    site: Site, admin: FlaskClient
) -> None:
    let_borrow(site)
    with site.database.reading() as session:
        release = latest_release(session, campaign=find_campaign(session, CODE))
        assert release is not None
        content = release.document.encode()
    key = json.loads(content)["release"]["signature"]["public_key"]

    def give(content: bytes, key: str) -> tuple[int, str]:
        return press(admin, "document", file=(io.BytesIO(content), "scores.json"), key=key)

    status, page = give(content, "A" * 43 + "=")
    assert status == 422
    assert "签名与给定的公钥不符" in page
    altered = content.replace(b'"score": "8', b'"score": "9', 1)
    assert altered != content
    assert give(altered, key)[0] == 422
    status, page = give(b"[]", key)
    assert status == 422
    assert "不是签名的得分文件" in page
    assert wanted(site).last_release.scores == {}
    status, page = give(content, key)
    assert status == 200, page
    assert wanted(site).last_release.document == hashlib.sha256(content).hexdigest()


def silent(run: Appraisal) -> AppraisalRecord:
    """Return the record of a run as one with three waves of reminders keeps it."""
    figure = NonresponseFigure(
        method="waves_interval", invited=900, answered=600, r_indicator=0.9, variation=0.1,
        partial=(), g=0.2134567, g_se=0.14, g_lower=0.0, g_upper=0.4,
    )  # fmt: skip
    return replace(read_record(run), nonresponse=figure)


def test_one_press_takes_the_slopes_and_says_where_each_comes_from(
    site: Site, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "以往已公布的评议都没有测得斜率" in admin.get(HERE).text
    assert press(admin, "slopes", of=CODE)[0] == 422
    monkeypatch.setattr(released, "read_record", silent)
    assert "0.21 ± 0.14" in admin.get(HERE).text
    status, page = press(admin, "slopes", of=CODE)
    assert status == 200, page
    with site.database.reading() as session:
        release = latest_release(session, campaign=find_campaign(session, CODE))
        assert release is not None
    assert wanted(site).earlier_slopes == ((0.213457, 0.14),)
    assert wanted(site).earlier_slopes_of == (f"{CODE} {release.digest}",)
    assert release.digest in page
    assert press(admin, "slopes", of="NOBODY")[0] == 422


def test_an_opened_plan_takes_nothing(site: Site, admin: FlaskClient) -> None:
    here = f"/office/campaigns/{CODE}/earlier"
    page = admin.get(here)
    assert "取上次得分" not in page.text
    said = {"csrf_token": token(admin.get(HERE)), "of": NEXT}
    assert admin.post(f"{here}/scores", data=said).status_code == 422

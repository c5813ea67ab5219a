"""A city's common items in a county's draft: as the city signed them, beside the county's own."""

import base64
import io
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from survey.appraisal.record import ScoreDocument
from survey.appraisal.score_document import common_items_of
from survey.canonical import canonical
from survey.cli import survey
from survey.drafting.common_items import common_file
from survey.exchange.schema import SCORE_DOCUMENT
from survey.fieldwork.campaigns import find_campaign
from survey.model import AuditEntry
from survey.scheme.folder import read_folder
from survey.scheme.questionnaire.common_items import common_digest, common_part
from survey.scheme.stored import stored_folder
from survey.scheme.workbook.writing import sheets_of
from survey.site.installation import Site
from tests.airgap.parcels import KEY, OTHER_KEY, public
from tests.city.counties import document
from tests.drafting.conftest import office_with_a_draft
from tests.drafting.test_changing import save
from tests.factories import ANLAN, CODE
from tests.officials import token

HERE = f"/office/campaigns/{CODE}/common-items"
Content = dict[str, Any]


def of_the_city(**changed: Any) -> bytes:
    """Return a city's common items: those of 安澜县, the first in other words and all as given."""
    county = read_folder(ANLAN)
    asked = deepcopy(county.questionnaire)
    asked["scored_items"][0] |= {"zh": "您对{unit}的服务是否满意？"} | changed
    object.__setattr__(county, "questionnaire", asked)
    return common_file(county, organiser="市绩效办", key=KEY)


@pytest.fixture
def admin(site: Site) -> FlaskClient:
    return office_with_a_draft(site)


@pytest.fixture
def draft(site: Site, admin: FlaskClient) -> Site:
    assert admin.get(HERE).status_code == 200
    return site


def given(client: FlaskClient, content: bytes, key: str = public(KEY)) -> tuple[int, str]:
    said = {
        "csrf_token": token(client.get(HERE)),
        "file": (io.BytesIO(content), "common.json"),
        "key": key,
    }
    answer = client.post(HERE, data=said, content_type="multipart/form-data", follow_redirects=True)
    return answer.status_code, answer.text


def asked(site: Site) -> Content:
    with site.database.reading() as session:
        found: Content = find_campaign(session, CODE).questionnaire.content
        return found


def at(site: Site, *words: str) -> Result:
    where = {"SURVEY_HOME": str(site.settings.home), "SURVEY_DATABASE": site.settings.database_url}
    return CliRunner().invoke(survey, ["campaign", "common", CODE, *words], env=where)


def sheet_heading(site: Site) -> list[str]:
    with site.database.reading() as session:
        county = stored_folder(session, find_campaign(session, CODE))
    return sheets_of(county)["题目"][0]


def test_they_stand_locked_beside_the_countys_own(draft: Site, admin: FlaskClient) -> None:
    before = asked(draft)
    status, page = given(admin, of_the_city())
    assert status == 200, page
    assert "本方案的共性题由市绩效办给出" in page
    after = asked(draft)
    assert after["scored_items"][0]["zh"] == "您对{unit}的服务是否满意？"
    own = [item for item in before["scored_items"] if item["kind"] != "common"]
    assert [item for item in after["scored_items"] if item["kind"] != "common"] == own
    assert after["item_sets"] == before["item_sets"]
    assert after["common_source"]["organiser"] == "市绩效办"
    assert after["common_source"]["digest"] == common_digest(common_part(after))
    place = next(
        number
        for number, heading in enumerate(sheet_heading(draft))
        if heading.endswith("zh") and not heading.endswith("hint.zh")
    )
    answer = save(admin, "items", {("C1", place): "您对{unit}真的不满意吗？"})
    assert answer.status_code == 422
    assert "共性题不能在县里改" in answer.text
    assert asked(draft) == after
    answer = save(admin, "items", {(own[0]["id"], place): "您对{unit}的本地服务是否满意？"})
    assert answer.status_code == 302, answer.text
    assert "本地服务" in json.dumps(asked(draft), ensure_ascii=False)
    assert asked(draft)["common_source"] == after["common_source"]
    with draft.database.reading() as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "campaign.change")
        ).first()
    assert entry is not None
    assert list(entry.detail["files"]) == ["common.json"]


def test_what_the_city_did_not_sign_is_refused(draft: Site, admin: FlaskClient) -> None:
    before, whole = asked(draft), of_the_city()
    altered = whole.replace("服务是否".encode(), "服务不是".encode())
    digest = json.loads(whole)["digest"]
    for content, key, words in (
        (altered, public(KEY), "签名与给定的公钥不符"),
        (whole, public(OTHER_KEY), "签名与给定的公钥不符"),
        (whole, "no key", "不是市里的共性题文件"),
        (b"{}", public(KEY), "不是市里的共性题文件"),
        (b"\xff", public(KEY), "不是市里的共性题文件"),
        (signed_anew(whole, digest="0" * len(digest)), public(KEY), "不是市里的共性题文件"),
        (signed_anew(whole, organiser=""), public(KEY), "不是市里的共性题文件"),
    ):
        status, page = given(admin, content, key)
        assert status == 422
        assert words in page
    assert asked(draft) == before


def signed_anew(whole: bytes, **changed: str) -> bytes:
    said = json.loads(whole) | changed
    signature = said.pop("signature")
    signature["value"] = base64.b64encode(KEY.sign(canonical(said))).decode()
    return json.dumps({**said, "signature": signature}).encode()


def test_weights_that_do_not_sum_any_more_are_refused_as_a_whole(
    draft: Site, admin: FlaskClient
) -> None:
    before = asked(draft)
    status, page = given(admin, of_the_city(weight=14))
    assert status == 422
    assert "100" in page
    assert asked(draft) == before


def test_out_and_in_again_by_the_command_changes_nothing_but_the_source(
    draft: Site, tmp_path: Path
) -> None:
    before, file = asked(draft), tmp_path / "common.json"
    assert at(draft, "--out", str(file)).exit_code == 0
    assert at(draft, "--out", str(tmp_path / "again.json")).exit_code == 0
    assert file.read_bytes() == (tmp_path / "again.json").read_bytes()
    own_key = json.loads(file.read_text("utf-8"))["signature"]["public_key"]
    result = at(draft, "--from", str(file), "--key", own_key)
    assert result.exit_code == 0, result.exception
    after = asked(draft)
    assert after.pop("common_source")["key_id"]
    assert common_part(after) == common_part(before)
    assert at(draft, "--from", str(file)).exit_code == 2
    assert at(draft).exit_code == 2


def test_the_page_gives_the_same_file_as_the_command(
    draft: Site, admin: FlaskClient, tmp_path: Path
) -> None:
    at(draft, "--out", str(tmp_path / "common.json"))
    assert admin.get(f"{HERE}.json").data == (tmp_path / "common.json").read_bytes()


def test_a_score_document_says_whose_common_items_were_asked(
    draft: Site, admin: FlaskClient
) -> None:
    assert common_items_of(asked(draft)) is None
    given(admin, of_the_city())
    facts = common_items_of(asked(draft))
    assert facts is not None

    def say(found: Content) -> None:
        found["campaign"]["common_items"] = asked(draft)["common_source"]

    said = document("安澜县", change=say)
    jsonschema.Draft202012Validator(SCORE_DOCUMENT).validate(said)
    assert ScoreDocument.from_dict(said).campaign.common_items == facts

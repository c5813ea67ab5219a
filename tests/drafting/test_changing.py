"""A draft is read and changed in pages; two who write at once both see what the other wrote."""

import html
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.drafting.sheet_page import BY_SLUG
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import default_posters
from survey.fieldwork.opening import open_campaign, plan_to_open
from survey.model import AuditEntry, Campaign
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.folder import read_folder
from survey.scheme.stored import stored_folder
from survey.scheme.workbook.reading import read_workbook
from survey.site.installation import Site
from tests.factories import ANLAN, CODE
from tests.officials import signed_in

HERE = f"/office/campaigns/{CODE}/parts"
_FIELD = re.compile(
    r"<input\s[^>]*?name=\"(?P<input>[\w-]+)\"[^>]*?value=\"(?P<value>[^\"]*)\""
    r"|<textarea\s[^>]*?name=\"(?P<area>[\w-]+)\"[^>]*>\n?(?P<text>.*?)</textarea>"
    r"|<select\s[^>]*?name=\"(?P<select>[\w-]+)\"[^>]*>(?P<options>.*?)</select>",
    re.DOTALL,
)


def fields(page: str) -> dict[str, str]:
    """Return what a browser would send of a page's form."""
    found = {}
    for each in _FIELD.finditer(page[page.index('class="plan"') :]):
        if each["input"]:
            found[each["input"]] = html.unescape(each["value"])
        elif each["area"]:
            found[each["area"]] = html.unescape(each["text"]).replace("\n", "\r\n")
        else:
            chosen = re.search(r"<option\s+selected\s*>(.*?)</option>", each["options"])
            found[each["select"]] = html.unescape(chosen[1]) if chosen else ""
    return found


def field_of(said: dict[str, str], key: str, place: int = 1) -> str:
    """Return the name of a field in the row that a key begins."""
    row = next(name for name, value in said.items() if value == key and name.endswith("-0"))
    return f"{row[:-1]}{place}"


def save(
    client: FlaskClient, part: str, changed: dict[tuple[str, int], str], **more: str
) -> TestResponse:
    said = fields(client.get(f"{HERE}/{part}").text)
    for (key, place), value in changed.items():
        said[field_of(said, key, place)] = value
    return client.post(f"{HERE}/{part}", data=said | more)


def draft(site: Site) -> Campaign:
    with site.database.reading() as session:
        found = find_campaign(session, CODE)
        _ = found.units, found.groups, found.questionnaire
        return found


def changes(site: Site) -> list[Any]:
    with site.database.reading() as session:
        entries = session.scalars(
            sa.select(AuditEntry).filter_by(action="campaign.change").order_by(AuditEntry.id)
        )
        return [(entry.by, entry.detail["sheet"], entry.detail["changes"]) for entry in entries]


@pytest.mark.parametrize("part", BY_SLUG)
def test_every_part_is_shown_and_saved_as_it_is_it_stays(
    part: str, client: FlaskClient, site: Site
) -> None:
    assert f'"{HERE}/{part}"' in client.get(HERE).text
    with site.database.reading() as session:
        before = stored_folder(session, find_campaign(session, CODE))
    answer = save(client, part, {})
    assert answer.status_code == 302, answer.text
    assert "没有改动" in client.get(answer.location).text
    with site.database.reading() as session:
        assert stored_folder(session, find_campaign(session, CODE)) == before
    assert changes(site) == []


def test_a_setting_is_changed_and_is_on_record_with_both_values(
    client: FlaskClient, site: Site
) -> None:
    page = html.unescape(client.get(f"{HERE}/scheme").text)
    assert "公开答卷最多使得分偏离受邀样本几个标准误" in page  # what it does
    assert "不填则为：0.5" in page
    answer = save(
        client,
        "scheme",
        {
            ("scoring.debiasing.limit", 1): "none",
            ("campaign.fieldwork.end", 1): "2026/12/25",
            ("hotline", 1): "0999-12345",
        },
    )
    assert answer.status_code == 302, answer.text
    stored = draft(site)
    assert scheme_of(stored).scoring.debiasing.limit is None
    assert scheme_of(stored).hotline == "0999-12345"
    assert stored.ends_at.isoformat() == "2026-12-25T15:59:59+00:00"
    [(by, sheet, told)] = changes(site)
    assert (by, sheet) == ("admin", "方案")
    assert {"at": "hotline value", "before": "", "after": "0999-12345"} in told
    assert len(told) == 3
    said = html.unescape(client.get("/office/audit/").text)
    assert "hotline value 从“”改为“0999-12345”" in said
    assert "草稿的“方案”" in said


def test_items_are_changed_in_both_languages_as_a_new_version(
    client: FlaskClient, site: Site
) -> None:
    new = {("C1", 1): "您对{unit}的态度满意吗？", ("C1", 2): "Is {unit} polite?"}
    assert save(client, "items", new).status_code == 302
    made = draft(site).questionnaire
    assert (made.content["scored_items"][0]["zh"], made.version) == ("您对{unit}的态度满意吗？", 2)
    assert made.content["version"] == 2
    assert made.content["scored_items"][0]["en"] == "Is {unit} polite?"


def test_the_resident_s_page_stands_beside_the_items_and_sends_nothing(
    client: FlaskClient,
) -> None:
    new = {("C1", 1): "您对{unit}的态度满意吗？", ("C1", 2): "Is {unit} polite?"}
    page = client.get(save(client, "items", new).location)
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    frames = re.findall(r'<iframe\s+src="([^"]+)"', page.text)
    shown = [client.get(html.unescape(frame)) for frame in frames]
    assert "您对安澜县城关街道办事处的态度满意吗？" in shown[0].text
    assert "Is Chengguan Subdistrict Office polite?" in shown[1].text
    for answer in shown:
        policy = answer.headers["Content-Security-Policy"]
        assert "form-action 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "script-src" not in policy
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get(f"{HERE}/preview/NONE").status_code == 404
    assert "<iframe" not in client.get(f"{HERE}/weights").text


def test_weights_show_their_sums_and_are_refused_unless_they_are_a_hundred(
    client: FlaskClient, site: Site
) -> None:
    page = client.get(f"{HERE}/weights").text
    assert page.count("类合计 100") == 3
    said = fields(page)
    at = next(name for name in said if name.endswith("-2") and said[name] == "50")
    answer = client.post(f"{HERE}/weights", data=said | {at: "40"})
    assert answer.status_code == 422
    told = html.unescape(answer.text)
    assert "A 类各组权重合计为 90，应为 100" in told
    assert "工作表“权重” 第 6 行 C 列 weight_percent" in told
    assert "A 类合计 90" in told
    assert 'value="40"' in told  # what was filled in is not lost
    other = next(name for name in said if name.endswith("-2") and said[name] == "20")
    assert client.post(f"{HERE}/weights", data=said | {at: "40", other: "30"}).status_code == 302
    [(_by, _sheet, told_on_record)] = changes(site)
    assert told_on_record[0] == {"at": "A G1 weight_percent", "before": "50", "after": "40"}
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        assert plan_to_open(session, campaign=campaign).classes[0].coefficients[0] == 40


def test_all_faults_of_the_plan_are_told_and_nothing_is_stored(
    client: FlaskClient, site: Site
) -> None:
    before = draft(site).scheme
    answer = save(
        client,
        "scheme",
        {
            ("scoring.debiasing.min_units", 1): "1",
            ("campaign.timezone", 1): "Anlan",
            ("hotline", 1): "热" * 50,
        },
    )
    assert answer.status_code == 422
    for name in ("scoring.debiasing.min_units", "campaign.timezone", "hotline"):
        assert f"{name}：" in answer.text
    english = client.post(f"{HERE}/scheme?lang=en", data=fields(answer.text))
    assert "'Anlan' is no time zone" in html.unescape(english.text)
    assert draft(site).scheme == before


def test_two_at_once_are_told_of_each_other_with_both_versions(
    client: FlaskClient, site: Site
) -> None:
    other = signed_in(client.application, "admin")
    mine = fields(client.get(f"{HERE}/texts").text)
    theirs = {("thanks", 1): "谢谢您。"}
    assert save(other, "texts", theirs).status_code == 302
    mine[field_of(mine, "thanks")] = "感谢参与。"
    answer = client.post(f"{HERE}/texts", data=mine)
    assert answer.status_code == 409
    told = html.unescape(answer.text)
    assert "<td>谢谢您。</td>" in told
    assert "<td>感谢参与。</td>" in told
    assert draft(site).notices["thanks"]["zh"] == "谢谢您。"
    # Whoever has seen both may still have the last word; another part was in nobody's way.
    assert save(other, "calendar", {}).status_code == 302
    again = fields(answer.text)
    assert client.post(f"{HERE}/texts", data=again).status_code == 302
    assert draft(site).notices["thanks"]["zh"] == "感谢参与。"


def test_rows_come_and_go(client: FlaskClient, site: Site) -> None:
    said = fields(client.get(f"{HERE}/calendar").text)
    last = int(said["rows"]) - 1
    row = {f"c-{last}-0": "总结", f"c-{last}-4": "2027-05-31"}
    gone = {name: "" for name in said if name.startswith("c-0-")}
    assert client.post(f"{HERE}/calendar", data=said | row | gone).status_code == 302
    steps = [step.zh for step in scheme_of(draft(site)).calendar]
    assert (len(steps), steps[-1]) == (13, "总结")
    [(_by, _sheet, told)] = changes(site)
    assert [bool(change["before"]) for change in told] == [True, False]


def test_units_change_in_place_and_what_has_a_poster_stays(client: FlaskClient, site: Site) -> None:
    default_posters(
        site.database, campaign_code=CODE, unit_code="A01", by="tests", clock=site.clock
    )
    assert save(client, "units", {("A01", 3): "城关"}).status_code == 302
    assert draft(site).units[0].unit.short_zh == "城关"
    said = fields(client.get(f"{HERE}/units").text)
    row = field_of(said, "A01", 0)[:-1]
    without = {name: "" for name in said if name.startswith(row)}
    answer = client.post(f"{HERE}/units", data=said | without)
    assert answer.status_code == 422
    assert "写有 12 个单位" in html.unescape(answer.text)
    assert save(client, "classes", {("A", 3): ""}).status_code == 302
    said = fields(client.get(f"{HERE}/units").text)
    answer = client.post(f"{HERE}/units", data=said | without)
    assert "“A01”已有海报或评议码，不能删去" in html.unescape(answer.text)
    row = field_of(said, "A02", 0)[:-1]
    without = {name: "" for name in said if name.startswith(row)}
    assert client.post(f"{HERE}/units", data=said | without).status_code == 302
    assert len(draft(site).units) == 25


def test_the_id_stays_and_an_opened_plan_is_only_read(client: FlaskClient, site: Site) -> None:
    answer = save(client, "scheme", {("campaign.id", 1): "OTHER"})
    assert answer.status_code == 422
    assert f"编号 {CODE} 不能再改" in answer.text
    said = fields(client.get(f"{HERE}/texts").text)
    with site.database.writing() as session:
        open_campaign(session, campaign=find_campaign(session, CODE), by="t", clock=site.clock)
    page = client.get(f"{HERE}/texts")
    assert page.status_code == 200
    assert "核对并保存" not in page.text
    said[field_of(said, "thanks")] = "改"
    assert client.post(f"{HERE}/texts", data=said).status_code == 422


def test_the_draft_is_given_out_as_the_workbook_it_could_have_come_from(
    client: FlaskClient, site: Site
) -> None:
    save(client, "scheme", {("hotline", 1): "0999-12345"})
    answer = client.get(f"{HERE}.xlsx")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{CODE}.xlsx"'
    with site.database.reading() as session:
        stored = stored_folder(session, find_campaign(session, CODE))
    county = read_workbook(answer.data, "plan.xlsx")
    for name in ("campaign", "groups", "units", "townships", "questionnaire", "document", "texts"):
        if name != "document":
            assert getattr(county, name) == getattr(stored, name), name
    assert county.scheme == stored.scheme
    assert read_workbook(client.get("/office/new/template.xlsx").data, "t.xlsx").units == (
        read_folder(ANLAN).units
    )


def test_an_earlier_campaign_is_copied_with_its_calendar_moved(
    client: FlaskClient, site: Site
) -> None:
    here = "/office/new/copy"
    said = {
        "csrf_token": re.search(r'csrf_token"[^>]*value="([^"]+)"', client.get(here).text)[1],  # type: ignore[index]
        "earlier": CODE,
        "code": "ANLAN-2027-GZPY",
        "title_zh": "安澜县2027年度绩效管理公众评议",
        "starts_on": "2027-12-01",
        "ends_on": "2027-12-18",
    }
    answer = client.post(here, data=said)
    assert answer.location == "/office/campaigns/ANLAN-2027-GZPY/parts", answer.text
    with site.database.reading() as session:
        made = find_campaign(session, "ANLAN-2027-GZPY")
        assert (made.state, made.simulated, made.year) == ("draft", True, 2027)
        assert made.title_en == made.title_zh == said["title_zh"]
        assert made.ends_at.isoformat() == "2027-12-18T15:59:59+00:00"
        assert made.questionnaire is find_campaign(session, CODE).questionnaire
        assert str(scheme_of(made).calendar[0].starts_on) == "2027-11-03"
        entry = session.scalars(sa.select(AuditEntry).filter_by(subject=made.code)).one()
        assert (entry.by, entry.action) == ("admin", "campaign.load")
        assert list(entry.detail["files"]) == [CODE]
    again = client.post(here, data=said | {"ends_on": "2027-11-01"})
    assert again.status_code == 422
    assert "结束时间须晚于开始时间" in again.text
    assert "评议活动 ANLAN-2027-GZPY 已存在" in client.post(here, data=said).text

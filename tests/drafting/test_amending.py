"""A new version of an opened plan: by two, with a reason, sealed, public; anything else is seen."""

import html
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from survey import audit
from survey.app import create_app
from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.papers import font
from survey.ledger.head import newest_head
from survey.ledger.records import fixed_digests
from survey.ledger.signing import seal_of_today
from survey.model import AuditEntry, AuditTail, Campaign, ProgressCounter
from survey.scheme.campaign_scheme import scheme_of
from survey.site.installation import Site
from survey.verification.amendments import amendments_of, whole_digest
from survey.verification.whole import verify
from tests.drafting.test_changing import field_of, fields
from tests.factories import CODE, FIELDWORK, poster
from tests.fieldwork.spoiled_workbooks import put
from tests.officials import (
    approved,
    at_the_console,
    open_as_an_office,
    open_with_a_seal,
    signed_in,
)
from tests.prepared import prepared

HERE = f"/office/campaigns/{CODE}"
AMEND = ("campaign", "amend", CODE, "--from", "plan.xlsx")
LATER = FIELDWORK + timedelta(days=1)


@pytest.fixture(autouse=True)
def _any_name_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font, "_system_families", frozenset[str])


@pytest.fixture
def opened(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return open_as_an_office(site, tmp_path, monkeypatch)


@pytest.fixture
def each_opened(each_site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return open_as_an_office(each_site, tmp_path, monkeypatch)


@pytest.fixture
def renewed(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The plan has its second version: another hotline."""
    site = at_the_console(site, tmp_path, monkeypatch)

    def make() -> None:
        open_with_a_seal(site)
        amended(("方案", "hotline", "0999-66666", 2))

    prepared(site, "opened, with a second version", make)
    return site


def run(*words: str) -> Result:
    return CliRunner().invoke(survey, list(words))


def workbook(*changes: tuple[str, str, object, int]) -> None:
    """Write the campaign's workbook with some cells changed: sheet, key, value, column."""
    assert run("campaign", "workbook", CODE, "--out", "plan.xlsx").exit_code == 0
    book = openpyxl.load_workbook("plan.xlsx")
    for sheet, key, value, column in changes:
        put(book, sheet, key, value, column)
    book.save("plan.xlsx")


def amended(*changes: tuple[str, str, object, int], reason: str = "电话有误") -> None:
    """Let two officials give the plan a new version by command."""
    workbook(*changes)
    proposed = run(*AMEND, "--by", "admin", "--reason", reason)
    assert proposed.exit_code == 1, proposed.output
    done = run(*AMEND, "--by", "review")
    assert done.exit_code == 0, (done.exception, done.output)


def propose(
    client: FlaskClient, part: str, changed: dict[tuple[str, int], str], **more: str
) -> TestResponse:
    said = fields(client.get(f"{HERE}/parts/{part}").text)
    for (key, place), value in changed.items():
        said[field_of(said, key, place)] = value
    return client.post(f"{HERE}/parts/{part}", data={**said, "reason": "电话有误", **more})


def office(site: Site, who: str = "admin") -> FlaskClient:
    return signed_in(create_app(site), who)


def stored(site: Site) -> Campaign:
    with site.database.reading() as session:
        found = find_campaign(session, CODE)
        _ = found.groups, found.questionnaire
        return found


def told(site: Site) -> str:
    return "\n".join(problem.both() for problem in verify(site))


def test_one_proposes_another_approves_and_residents_read_what_changed(opened: Site) -> None:
    with opened.database.writing() as session:
        path = f"/q/{poster(session).code}"
    resident = create_app(opened).test_client()
    assert "12345" in resident.get(path).text
    before = stored(opened)
    admin = office(opened)
    asked = propose(admin, "scheme", {("hotline", 1): "0999-66666"})
    proposal = html.unescape(admin.get(asked.location).text)
    assert "方案：hotline value 从“”改为“0999-66666”" in proposal
    assert stored(opened).scheme == before.scheme  # nothing is done yet
    assert approved(office(opened, "review"), asked).status_code == 302
    now = stored(opened)
    assert scheme_of(now).hotline == "0999-66666"
    assert (now.plan, now.plan_digest) == (before.plan, before.plan_digest)
    assert now.questionnaire.digest == before.questionnaire.digest
    # A page made before is not served again: the process sees that there is a new version.
    resident.application.extensions["respond"].memory._rows.clear()  # as after two seconds
    assert "0999-66666" in resident.get(path).text
    public = " ".join(html.unescape(resident.get("/ledger").text).split())
    for words in ("方案第2版", "理由：电话有误", "方案 · 监督电话", "从“–”改为“0999-66666”"):
        assert words in public
    assert "测试admin" not in public
    assert "version 2" in html.unescape(resident.get("/ledger?lang=en").text)
    [campaign] = resident.get("/ledger?format=json").json["campaigns"]  # type: ignore[index]
    [version] = campaign["plan_versions"]
    assert (version["version"], version["reason"]) == (2, "电话有误")
    for who in ("auditor", "leader", "admin"):
        shown = html.unescape(office(opened, who).get(f"{HERE}/versions").text)
        for words in ("电话有误", "0999-66666", version["before"], version["after"], "测试admin"):
            assert words in shown
    said = html.unescape(office(opened, "auditor").get("/office/audit/").text)
    assert "的方案改为第2版，理由：电话有误；hotline value 从“”改为“0999-66666”" in said
    assert verify(opened) == []


def test_it_is_on_record_with_both_digests_and_sealed(each_opened: Site) -> None:
    with each_opened.database.reading() as session:
        first = fixed_digests(session, find_campaign(session, CODE))
    amended(("方案", "hotline", "0999-66666", 2), ("告知文字", "thanks", "谢谢您。", 2))
    extend = ("campaign", "extend", CODE, "--until", "2026-12-25", "--by")
    assert run(*extend, "admin", "--reason", "汛情").exit_code == 1
    assert run(*extend, "review").exit_code == 0
    amended(("评议对象", "G1", "城乡居民群众", 2), reason="错字")
    with each_opened.database.reading() as session:
        campaign = find_campaign(session, CODE)
        one, two = amendments_of(session, campaign)
        head = newest_head(session, campaign=campaign)
        now = fixed_digests(session, campaign)
        entry = session.scalars(sa.select(AuditEntry).filter_by(action="campaign.amend")).first()
    assert (one.version, two.version) == (2, 3)
    assert (one.proposed_by, one.approved_by, one.reason) == ("admin", "review", "电话有误")
    assert [change.sheet for change in one.changes] == ["方案", "告知文字"]
    assert len({one.before, one.after, two.before, two.after}) == 4  # the extension lies between
    assert entry is not None
    assert set(entry.detail["fixed"]) == {"scheme", "texts"}
    assert {part for part in now if now[part] != first[part]} == {
        *("scheme", "texts", "campaign", "groups")
    }
    assert head is not None
    assert head.occasion == "amend"
    assert {part: (head.records or {})[part] for part in now} == now
    assert verify(each_opened) == []
    tomorrow = replace(each_opened, clock=lambda: LATER)
    seal_of_today(tomorrow, campaign=campaign)
    assert verify(tomorrow) == []
    close = ("campaign", "close", CODE, "--reason", "x", "--by")
    assert [run(*close, "admin").exit_code, run(*close, "review").exit_code] == [1, 0]
    assert "已结束" in str(run(*AMEND, "--by", "admin", "--reason", "x").exception)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (("方案", "scoring.min_group_weight_covered_percent", "70", 2), "得分由此算出"),
        (("方案", "privacy.min_cell_for_reports", "5", 2), "得分由此算出，或居民已经按此作答"),
        (("方案", "campaign.fieldwork.end", "2026-12-25", 2), "评议时间用“延长评议时间”改"),
        (("题目", "C1", "您对{unit}的服务态度满意吗？", 2), "居民已经按此作答"),
        (("题目", "C1", "Is {unit} polite?", 3), "居民已经按此作答"),
        (("选项", "5", "非常好", 2), "居民已经按此作答"),
        (("告知文字", "privacy", "我们什么都不保存。", 2), "居民已经按这些话同意参加"),
        (("告知文字", "intro", "请评。", 2), "居民已经按这些话同意参加"),
        (("单位", "A01", "安澜县城关街道办", 3), "得分由此算出，或居民已经按此作答"),
        (("渠道", "qr_open", "true", 4), "得分由此算出"),
        (("评议对象", "G1", "人大代表", 2), "改的就不只是错字"),
        (("有效性规则", "V04", "10", 5), "得分由此算出"),
        (("乡镇", "990621001000", "城关", 2), "得分由此算出"),
    ],
)
def test_what_scores_are_made_of_or_people_answered_by_is_refused_with_the_reason(
    opened: Site, cell: tuple[str, str, str, int], why: str
) -> None:
    before = stored(opened)
    workbook(cell, ("方案", "hotline", "0999-66666", 2))
    refused = run(*AMEND, "--by", "admin", "--reason", "x")
    assert refused.exit_code == 1
    said = str(refused.exception)
    assert f"工作表“{cell[0]}”" in said, said
    assert "评议已经开启，这里不能再改：" in said
    assert why in said, said
    assert "close this campaign and hold a new one" in said
    assert stored(opened).scheme == before.scheme
    assert told(opened) == ""


def test_names_do_not_change_places(opened: Site) -> None:
    names = {group.code: group.name_zh for group in stored(opened).groups}
    workbook(("评议对象", "G2", names["G3"], 2), ("评议对象", "G3", names["G2"], 2))
    refused = run(*AMEND, "--by", "admin", "--reason", "x")
    assert str(refused.exception).count("改的就不只是错字") == 2


def test_the_page_asks_for_a_reason_and_refuses_what_may_not_change(opened: Site) -> None:
    admin = office(opened)
    silent = propose(admin, "texts", {("thanks", 1): "谢谢您。"}, reason="")
    assert (silent.status_code, "请写明理由" in silent.text) == (422, True)
    assert "谢谢您。" in silent.text  # what was filled in is not lost
    wrong = propose(admin, "texts", {("privacy", 1): "什么都存。"})
    assert (wrong.status_code, "居民已经按这些话同意参加" in wrong.text) == (422, True)
    same = propose(admin, "texts", {})
    assert (same.status_code, "与现行方案相同，没有改动" in same.text) == (422, True)
    stale = propose(admin, "texts", {("thanks", 1): "谢谢您。"}, made_from="0")
    assert stale.status_code == 409
    texts = admin.get(f"{HERE}/parts/texts").text
    fixed = re.findall(r'aria-label="(\w+) 中文"[^>]*?readonly', texts)
    assert {"privacy", "intro", "consent_buttons"} <= set(fixed)
    assert not {"thanks", "closed", "poster", "sms"} & set(fixed)
    assert "提请新版本" not in admin.get(f"{HERE}/parts/items").text
    said = fields(admin.get(f"{HERE}/parts/items").text)
    assert admin.post(f"{HERE}/parts/items", data=said).status_code == 422
    said = fields(admin.get(f"{HERE}/parts/weights").text) | {"reason": "权重有误"}
    for weight, other in (("50", "40"), ("20", "30")):
        said[next(name for name in said if said[name] == weight and name.endswith("-2"))] = other
    answer = admin.post(f"{HERE}/parts/weights", data=said)
    assert (answer.status_code, answer.text.count("得分由此算出")) == (422, 2)


def test_calendar_targets_and_planned_numbers_may_change(opened: Site) -> None:
    admin, review = office(opened), office(opened, "review")
    said = fields(admin.get(f"{HERE}/parts/weights").text)
    row = next(name for name, value in said.items() if value == "G1")[:-1]
    said |= {f"{row}3": "250", "reason": "样本不足"}
    assert approved(review, admin.post(f"{HERE}/parts/weights", data=said)).status_code == 302
    said = fields(admin.get(f"{HERE}/parts/calendar").text)
    last = int(said["rows"]) - 1
    late = said | {f"c-{last}-0": "总结", f"c-{last}-4": "2027-05-31", "reason": "补一步"}
    answer = admin.post(f"{HERE}/parts/calendar", data=late)
    assert (answer.status_code, "居民的意见原文保存到那一天" in answer.text) == (422, True)
    said |= {f"c-{last}-0": "总结", f"c-{last}-4": "2026-12-30", "reason": "补一步"}
    assert approved(review, admin.post(f"{HERE}/parts/calendar", data=said)).status_code == 302
    asked = propose(admin, "scheme", {("quality_targets.half_width", 1): "4"})
    assert approved(review, asked).status_code == 302
    assert scheme_of(stored(opened)).calendar[-1].zh == "总结"
    assert scheme_of(stored(opened)).quality_targets.half_width == 4
    assert "250" in admin.get(HERE).text
    assert verify(opened) == []


def test_days_of_bulletins_may_change_as_where_the_period_gets_longer(opened: Site) -> None:
    admin = office(opened)
    asked = propose(admin, "scheme", {("bulletin_days", 1): "4\n17"})
    assert approved(office(opened, "review"), asked).status_code == 302
    assert scheme_of(stored(opened)).bulletin_days == (4, 17)
    assert "第4、17天发出" in admin.get(f"{HERE}/bulletins").text
    assert verify(opened) == []


def test_a_proposal_is_void_once_the_plan_has_another_version(opened: Site) -> None:
    workbook(("方案", "hotline", "0999-11111", 2))
    assert run(*AMEND, "--by", "admin", "--reason", "电话").exit_code == 1
    asked = propose(office(opened), "scheme", {("hotline", 1): "0999-66666"})
    assert approved(office(opened, "review"), asked).status_code == 302
    assert "things have changed" in str(run(*AMEND, "--by", "review").exception)
    own = run(*AMEND, "--by", "admin", "--reason", "电话")
    assert own.exit_code == 1
    assert scheme_of(stored(opened)).hotline == "0999-66666"


def test_nothing_is_amended_over_what_was_altered(opened: Site) -> None:
    workbook(("方案", "hotline", "0999-11111", 2))
    assert run(*AMEND, "--by", "admin", "--reason", "电话").exit_code == 1
    with opened.database.writing() as session:
        campaign = find_campaign(session, CODE)
        counted = ProgressCounter(
            campaign_id=campaign.id, unit_id=campaign.units[0].unit_id, group_code="G1"
        )
        counted.channel, counted.day = "qr_open", "2026-12-01"
        counted.received = counted.valid = counted.sources = 5
        session.add(counted)
    assert "counters" in str(run(*AMEND, "--by", "review").exception)
    assert scheme_of(stored(opened)).hotline != "0999-11111"


def edit_the_plan(session: Session) -> None:
    campaign = find_campaign(session, CODE)
    campaign.scheme = {**campaign.scheme, "hotline": "0999-00000"}


def edit_the_scoring(session: Session) -> None:
    campaign = find_campaign(session, CODE)
    campaign.plan = {**(campaign.plan or {}), "digits": 1}


def undo_the_version(session: Session) -> None:
    campaign = find_campaign(session, CODE)
    campaign.scheme = {name: v for name, v in campaign.scheme.items() if name != "hotline"}


def _rewrite(session: Session, change: Callable[[dict[str, object]], None]) -> None:
    """Edit the entry of a version, and make the whole chain after it agree again."""
    before = audit.NOTHING_YET
    for entry in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)):
        if entry.action == "campaign.amend":
            detail = dict(entry.detail)
            change(detail)
            entry.detail = detail
        said = {name: getattr(entry, name) for name in ("action", "by", "detail", "subject", "at")}
        entry.hash = before = audit._hash(before, said)
    session.scalars(sa.select(AuditTail)).one().hash = before


def edit_the_reason(session: Session) -> None:
    entry = session.scalars(sa.select(AuditEntry).filter_by(action="campaign.amend")).one()
    entry.detail = {**entry.detail, "reason": "别的理由"}


def edit_the_reason_and_the_chain(session: Session) -> None:
    _rewrite(session, lambda detail: detail.update(reason="别的理由"))


def edit_the_values_and_the_chain(session: Session) -> None:
    _rewrite(session, lambda detail: detail.update(changes=[]))


def edit_the_digest_and_the_chain(session: Session) -> None:
    _rewrite(session, lambda detail: detail.update(before="0" * 64))


def remove_the_entry(session: Session) -> None:
    session.execute(sa.delete(AuditEntry).where(AuditEntry.action == "campaign.amend"))


def _with_an_entry(session: Session, by: str, **more: object) -> None:
    """Write all that a version writes, but for the head that only the key can sign."""
    campaign = find_campaign(session, CODE)
    before = fixed_digests(session, campaign)
    edit_the_plan(session)
    session.flush()
    after = fixed_digests(session, campaign)
    said: dict[str, object] = {
        "version": len(amendments_of(session, campaign)) + 2,
        "before": whole_digest(before),
        "after": whole_digest(after),
        "proposed_by": "admin",
        "reason": "无",
        "changes": [],
        "fixed": {"scheme": after["scheme"]},
    }
    audit.record(
        session, by=by, at=FIELDWORK, action="campaign.amend", subject=CODE, **(said | more)
    )


def write_a_version(session: Session) -> None:
    _with_an_entry(session, "review")


def write_a_version_alone(session: Session) -> None:
    _with_an_entry(session, "admin")


def write_a_version_too_many(session: Session) -> None:
    _with_an_entry(session, "review", version=9)


def write_a_version_that_changes_nothing(session: Session) -> None:
    now = whole_digest(fixed_digests(session, find_campaign(session, CODE)))
    said = {"version": 3, "before": now, "after": now, "proposed_by": "admin", "reason": "无"}
    audit.record(
        session,
        by="review",
        at=FIELDWORK,
        action="campaign.amend",
        subject=CODE,
        **said,
        changes=[],
        fixed={},
    )


def write_a_version_of_the_scoring(session: Session) -> None:
    campaign = find_campaign(session, CODE)
    edit_the_scoring(session)
    session.flush()
    _with_an_entry(session, "review", fixed={"plan": fixed_digests(session, campaign)["plan"]})


PLAN, SCHEME = "the plan changed after the opening", "the scheme changed after the opening"
CHAIN, UNSEALED = "does not follow the one before it", "is not what the head signed"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (edit_the_plan, SCHEME),
        (edit_the_scoring, PLAN),
        (undo_the_version, SCHEME),
        (edit_the_reason, CHAIN),
        (edit_the_reason_and_the_chain, f"the record of deeds {UNSEALED}"),
        (edit_the_values_and_the_chain, f"the record of deeds {UNSEALED}"),
        (edit_the_digest_and_the_chain, "is not version 2"),
        (remove_the_entry, SCHEME),
        (write_a_version, f"the scheme {UNSEALED}"),
        (write_a_version_alone, "was proposed and approved by one person"),
        (write_a_version_too_many, "is not version 3"),
        (write_a_version_that_changes_nothing, "is not version 3"),
        (write_a_version_of_the_scoring, "changes what nobody may change"),
    ],
)
def test_a_version_that_came_in_any_other_way_is_an_alarm(
    renewed: Site, change: Callable[[Session], None], named: str
) -> None:
    assert told(renewed) == ""
    with renewed.database.writing() as session:
        change(session)
    assert named in told(renewed), told(renewed)
    stopped = run("campaign", "close", CODE, "--by", "admin", "--reason", "x")
    assert named in str(stopped.exception)
    shown = run("verify")
    assert shown.exit_code == 1
    assert named in str(shown.exception)


def test_a_workbook_with_faults_is_refused_by_its_cells(opened: Site) -> None:
    workbook(("方案", "quality_targets.half_width", "-1", 2))
    refused = run(*AMEND, "--by", "admin", "--reason", "x")
    assert "工作表“方案”" in str(refused.exception)
    assert "quality_targets.half_width" in str(refused.exception)
    Path("plan.xlsx").write_bytes(io.BytesIO(b"no").getvalue())
    assert "不是 Excel 工作簿" in str(run(*AMEND, "--by", "admin", "--reason", "x").exception)

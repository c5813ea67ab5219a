"""A case through all its steps, on both databases."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from survey.feedback import caseload, cases, coaching, listing
from survey.feedback.erasure import erase_originals
from survey.feedback.matters import Matters
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.once import Once
from survey.ledger.leaf import row_leaf
from survey.model import AuditEntry, Case, CaseStep, CoachingReport, Comment, Response
from survey.problems import Refused
from survey.respond import reply
from survey.site.installation import Site
from tests.factories import CODE, in_fieldwork, open_anlan
from tests.feedback.factories import (
    TEXT,
    TICKET,
    answered,
    at,
    brought_to,
    found,
    later,
    only_case,
    said_back,
    step,
)
from tests.respond.factories import hand_in, opened, poster_code


def test_a_comment_opens_a_case_to_be_verified_within_a_working_day(each_site: Site) -> None:
    answered(each_site)
    case = only_case(each_site)
    assert (case.state, case.due_on) == ("opened", "2026-12-07")  # the answer came on a Saturday
    assert "2026-12-13" <= case.release_on <= "2026-12-15"
    assert (case.level, case.redacted, case.seen_on, case.satisfied) == (None, None, None, None)


def test_a_reason_without_a_word_is_counted_and_opens_no_case(each_site: Site) -> None:
    open_anlan(each_site)
    with each_site.database.writing() as session:
        entrance = opened(session, each_site, poster_code(each_site))
        hand_in(session, entrance, reasons=("R1",), receipt=b"onlyreason")
    Matters(each_site.database).write()
    with each_site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        found = caseload.office_list(
            session,
            campaign=campaign,
            today="2026-12-18",
            asked=caseload.Asked(),
            once=Once(),
        )
        assert session.scalars(sa.select(Case)).all() == []
    assert (found.n_cases, found.counted["reasons"], found.n_late) == (0, 1, 0)


def test_praise_waits_for_nobody_until_the_office_takes_it_up(each_site: Site) -> None:
    answered(each_site, comment="服务态度很好，办事快。")
    case = only_case(each_site)
    assert (case.state, case.due_on) == ("opened", None)
    brought_to(each_site, "verified")
    assert only_case(each_site).due_on == "2026-12-21"  # a working day after it was taken up


def test_praise_that_an_earlier_program_gave_a_deadline_is_late_for_nobody(site: Site) -> None:
    answered(site, comment="服务态度很好，办事快。")
    with site.database.writing() as session:
        _campaign, case = found(session)
        case.due_on = "2026-12-07"  # as every comment got one
    Matters(site.database).write()
    with site.database.reading() as session:
        listed = caseload.office_list(
            session,
            campaign=find_campaign(session, CODE),
            today="2026-12-18",
            asked=caseload.Asked(kind="praise"),
            once=Once(),
        )
        [told] = reply.handlings(session, ticket=TICKET, lang="zh", clock=later)
    assert (listed.n_late, listed.n_cases, listed.total) == (0, 0, 1)
    assert listed.rows[0].due_on is None
    assert told.counted
    brought_to(site, "verified")
    assert only_case(site).due_on == "2026-12-21"


def test_the_release_day_is_late_and_shuffled(site: Site) -> None:
    open_anlan(site)
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
    seen = set()
    for _try in range(60):
        rows: list[dict[str, str]] = []

        class Spy:
            def execute(self, _statement: object, row: dict[str, str]) -> None:
                rows.append(row)  # noqa: B023 - used at once

        cases.open_case(
            Spy(),
            response_id=1,
            unit_id=1,
            ticket=b"0123456789abcdef",
            kind="case",
            campaign=campaign,
            at=in_fieldwork(),  # type: ignore[arg-type]
        )
        seen.add(rows[0]["release_on"])
    assert seen == {"2026-12-13", "2026-12-14", "2026-12-15"}


def test_from_the_office_to_the_unit_and_back_to_the_resident(each_site: Site) -> None:
    answered(each_site)
    brought_to(each_site, "verified")
    case = only_case(each_site)
    assert case.redacted == "窗口让我跑了三趟，我叫〔姓名〕，电话〔电话〕"
    with each_site.database.writing() as session:
        campaign, case = found(session)
        cases.assign(session, campaign=campaign, case=case, by="admin", clock=later)
        assert (case.seen_on, case.due_on) == ("2026-12-18", "2026-12-25")
        cases.reply(session, campaign=campaign, case=case, text="已整改", by="l", clock=later)
        cases.publish(session, campaign=campaign, case=case, by="admin", clock=later)
    with each_site.database.reading() as session:
        [told] = reply.handlings(session, ticket=TICKET, lang="zh", clock=later)
    assert told is not None
    assert (told.state, told.reply, told.may_answer) == ("published", "已整改", True)
    assert told.weekends_only  # the reply can be rated until January 2027
    with each_site.database.writing() as session:
        said_back(session, satisfied=False, text="没修")
        campaign, case = found(session)
        note = {"note": "请再核实", "by": "admin", "clock": later}
        cases.give_back(session, campaign=campaign, case=case, **note)
        assert (case.state, case.due_on) == ("assigned", "2026-12-25")
        cases.reply(session, campaign=campaign, case=case, text="修好了", by="l", clock=later)
        cases.publish(session, campaign=campaign, case=case, by="admin", clock=later)
        cases.close(session, campaign=campaign, case=case, by="admin", clock=later)
    with each_site.database.reading() as session:
        [told] = reply.handlings(session, ticket=TICKET, lang="en", clock=later)
        done = session.execute(sa.select(AuditEntry.action, AuditEntry.subject)).all()
        steps = session.scalars(sa.select(CaseStep.step).order_by(CaseStep.position)).all()
    assert told is not None
    assert (told.state, told.reply, told.satisfied) == ("closed", "修好了", False)
    assert steps == [
        *("verified", "assigned", "replied", "published", "answered"),
        *("returned", "replied", "published", "closed"),
    ]
    subject = f"{CODE}/{only_case(each_site).code}"
    assert [a for a, s in done if s == subject] == [f"case.{step}" for step in steps]


def test_rating_the_handling_changes_no_answer(each_site: Site) -> None:
    answered(each_site)
    brought_to(each_site, "published")
    with each_site.database.reading() as session:
        before = session.execute(sa.select(Response.__table__)).mappings().all()
    with each_site.database.writing() as session:
        said_back(session, satisfied=False)
    with each_site.database.reading() as session:
        after = session.execute(sa.select(Response.__table__)).mappings().all()
    assert before == after


def test_a_resident_answers_once(each_site: Site) -> None:
    answered(each_site)
    brought_to(each_site, "replied")
    for _try in range(2):
        with pytest.raises(Refused), each_site.database.writing() as session:
            said_back(session, satisfied=False)
        if only_case(each_site).state == "replied":
            with each_site.database.writing() as session:
                campaign, case = found(session)
                cases.publish(session, campaign=campaign, case=case, by="admin", clock=later)
                said_back(session, satisfied=True)
    with pytest.raises(Refused), each_site.database.writing() as session:
        said_back(session, satisfied=True, ticket="0" * 12)


def test_a_unit_with_few_answers_gets_no_case(each_site: Site) -> None:
    answered(each_site, others=8)
    brought_to(each_site, "verified")
    with pytest.raises(Refused, match="9 份答卷"):
        step(each_site, cases.assign)
    step(each_site, cases.answer_directly, text="已处理")
    assert only_case(each_site).state == "published"
    with each_site.database.writing() as session:
        said_back(session, satisfied=False)
    with pytest.raises(Refused, match="没有承办单位"):
        step(each_site, cases.give_back, note="x")


def test_an_early_assignment_waits_for_the_release_day(each_site: Site) -> None:
    answered(each_site)
    brought_to(each_site, "assigned", clock=in_fieldwork)
    case = only_case(each_site)
    assert case.seen_on == case.release_on > "2026-12-12"
    with each_site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        given = {"campaign": campaign, "unit_id": case.unit_id}
        known = {"code": case.code, "lang": "zh"}
        day_before = (date.fromisoformat(case.release_on).toordinal()) - 1
        early = date.fromordinal(day_before).isoformat()
        assert listing.unit_list(session, today=early, **given).rows == []
        assert listing.unit_case(session, today=early, **known, **given) is None
        shown = listing.unit_case(session, today=case.release_on, **known, **given)
        other = listing.unit_case(
            session, today=case.release_on, campaign=campaign, unit_id=999, **known
        )
    assert shown is not None
    assert "张三" not in str(shown)
    assert "13800138000" not in str(shown)
    assert other is None


@pytest.mark.parametrize("state", ["opened", "verified", "assigned", "replied", "published"])
def test_a_step_out_of_turn_is_refused(site: Site, state: str) -> None:
    answered(site)
    if state != "opened":
        brought_to(site, state)
    deeds = {
        "verify": (cases.verify, {"level": "simple", "text": "x"}, {"opened"}),
        "dismiss": (cases.dismiss, {"reason": "x"}, {"opened", "verified"}),
        "assign": (cases.assign, {}, {"verified"}),
        "reply": (cases.reply, {"text": "x"}, {"assigned"}),
        "answer": (cases.answer_directly, {"text": "x"}, {"verified"}),
        "publish": (cases.publish, {}, {"replied"}),
        "give_back": (cases.give_back, {"note": "x"}, {"replied"}),
        "close": (cases.close, {}, set()),  # published, but the resident still has time
    }
    for name, (deed, given, allowed) in deeds.items():
        if state in allowed:
            continue
        with pytest.raises(Refused):
            step(site, deed, **given)
        assert only_case(site).state == state, name


@pytest.mark.parametrize("text", ["", "  \n", "长" * 2001])
def test_words_that_are_missing_or_too_many_are_refused(site: Site, text: str) -> None:
    answered(site)
    with pytest.raises(Refused):
        step(site, cases.dismiss, reason=text)
    with pytest.raises(Refused, match="办理难度"):
        step(site, cases.verify, level="x", text="x")


def test_a_case_nobody_rated_closes_after_its_day(each_site: Site) -> None:
    answered(each_site)
    brought_to(each_site, "published")
    due = only_case(each_site).due_on
    assert due == "2027-01-08"  # 15 working days; of 2027 only weekends are known
    with each_site.database.writing() as session:
        campaign, case = found(session)
        clock = at(datetime(2027, 1, 9, 2, tzinfo=UTC))
        cases.close(session, campaign=campaign, case=case, by="admin", clock=clock)


def test_lists_filter_and_count(each_site: Site) -> None:
    answered(each_site)
    Matters(each_site.database).write()
    with each_site.database.reading() as session:
        campaign, once = find_campaign(session, CODE), Once()

        def n(today: str = "2026-12-05", **given: object) -> int:
            asked = caseload.Asked(**given)  # type: ignore[arg-type]
            return caseload.office_list(
                session, campaign=campaign, today=today, asked=asked, once=once
            ).total

        assert (n(), n(state="opened"), n(state="closed")) == (1, 1, 0)
        assert (n(unit_code="A01"), n(unit_code="A02")) == (1, 0)
        assert (n(late=True), n(today="2026-12-08", late=True)) == (0, 1)
        asked = caseload.Asked()
        given = {"campaign": campaign, "today": "2026-12-08", "asked": asked, "once": once}
        row = caseload.office_list(session, **given).rows[0]
    assert row.left == -1
    assert "13800138000" not in row.excerpt


def test_a_list_is_counted_anew_after_words_were_read_and_after_every_step(
    each_site: Site,
) -> None:
    once = Once()

    def listed() -> dict[str, int]:
        with each_site.database.reading() as session:
            return caseload.office_list(
                session,
                campaign=find_campaign(session, CODE),
                today="2026-12-18",
                asked=caseload.Asked(),
                once=once,
            ).counts

    answered(each_site)
    assert listed() == {}
    Matters(each_site.database).write()
    assert listed() == {"opened": 1}
    step(each_site, cases.verify, level="simple", text=TEXT)
    assert listed() == {"verified": 1}
    step(each_site, cases.assign)
    assert listed() == {"assigned": 1}


def test_a_report_of_coaching_counts_once_and_names_nobody(each_site: Site) -> None:
    answered(each_site)
    with each_site.database.writing() as session:
        campaign, case = found(session)
        given = {
            "campaign": campaign,
            "unit_id": case.unit_id,
            "poster_id": None,
            "at": later(),
            "text": "我叫王小二，村口有人教",
            "mark": b"once",
            "source": b"network1",
        }
        coaching.report_coaching(session, **given)
        coaching.report_coaching(session, **given)
    with each_site.database.reading() as session:
        [group] = coaching.report_groups(session, campaign=campaign)
        assert coaching.count_by_unit(session, campaign=campaign) == {case.unit_id: (1, 1)}
    assert (group.days, group.text) == (("2026-12-18",), "我叫〔姓名〕，村口有人教")
    assert (group.forms, group.sources, group.places) == (1, 1, ())
    assert {column.name for column in CoachingReport.__table__.columns} == {
        *("id", "campaign_id", "unit_id", "entrance_id", "day", "text", "mark", "source")
    }


def test_what_residents_wrote_goes_when_the_scheme_has_ended(each_site: Site) -> None:
    answered(each_site)
    brought_to(each_site, "published")
    with each_site.database.writing() as session:
        said_back(session, satisfied=True, text="谢谢")
    end = at(datetime(2027, 5, 1, 2, tzinfo=UTC))
    with each_site.database.writing() as session:
        campaign, _ = found(session)
        with pytest.raises(Refused, match="2027-04-30"):
            erase_originals(session, campaign=campaign, by="admin", clock=later)
    with each_site.database.writing() as session:
        campaign, _ = found(session)
        assert erase_originals(session, campaign=campaign, by="admin", clock=end) == 1
    with each_site.database.reading() as session:
        assert session.scalars(sa.select(Comment.text)).all() == [""]
        said = session.scalars(sa.select(CaseStep.text).where(CaseStep.by == cases.RESIDENT))
        assert said.all() == [""]
        row = session.execute(sa.select(Response.__table__)).mappings().all()[-1]
    assert row_leaf(row, campaign_code=CODE) == row["leaf"]  # the ledger still proves it


def test_the_scheme_sets_the_days(site: Site) -> None:
    answered(site)
    with site.database.writing() as session:
        campaign, case = found(session)
        campaign.scheme = {**campaign.scheme, "rectification": {"simple_workdays": 2}}
        given = {"campaign": campaign, "case": case, "by": "admin", "clock": later}
        cases.verify(session, level="simple", text=TEXT, **given)
        cases.assign(session, **given)
        assert case.due_on == "2026-12-22"
    with site.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1

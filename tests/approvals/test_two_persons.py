"""One official alone can do none of the deeds that take two, by page or by command."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey import audit
from survey.access import passwords
from survey.access.accounts import create_account
from survey.app import create_app
from survey.appraisal.appeals.filing import Contest, file_appeal
from survey.appraisal.appeals.receiving import receive_appeal
from survey.appraisal.appeals.weighing import weigh_appeal
from survey.appraisal.on_site.entering import Seen, enter_visit
from survey.approvals.all_deeds import DEEDS
from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.draws.recorded import DrawOnRecord, draws_of
from survey.model import (
    AppealStep,
    AuditEntry,
    Comment,
    Entrance,
    OnSiteDecision,
    Proposal,
    Release,
    Response,
)
from survey.problems import Refused
from survey.publication.publishing import published
from survey.site.installation import Site
from tests.factories import ANLAN, CODE, FIELDWORK, in_fieldwork, open_anlan, poster, standing_at
from tests.feedback.factories import commented
from tests.fieldwork.spoiled_workbooks import put
from tests.officials import PASSWORD, add_officials, signed_in, token

HERE = f"/office/campaigns/{CODE}"
REASON = {"reason": "测试"}


def run(*words: str) -> Result:
    return CliRunner().invoke(survey, list(words))


def state(session: Session) -> str:
    return find_campaign(session, CODE).state


def issued(session: Session) -> int:
    query = sa.select(sa.func.count(Entrance.id)).where(Entrance.kind == "invitation")
    return session.scalar(query) or 0


def codes_in_use(session: Session) -> int:
    query = sa.select(sa.func.count(Entrance.id)).where(Entrance.kind == "invitation")
    return session.scalar(query.where(Entrance.withdrawn_at.is_(None))) or 0


def in_use(session: Session) -> list[int]:
    posters = sa.select(Entrance.id).where(Entrance.kind == "poster")
    return list(session.scalars(posters.where(Entrance.withdrawn_at.is_(None))))


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A deed, the doors to it, and what of the database shows that it was done."""

    kind: str
    command: tuple[str, ...] = ()
    page: str = ""
    form: dict[str, str] = field(default_factory=dict)
    shows: Callable[[Session], object]
    before: Callable[[Site, pytest.MonkeyPatch], None] = lambda _site, _monkeypatch: None
    through_command: bool = True


def score(_site: Site, _monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("score", CODE).exit_code == 0


def contested(site: Site, _monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a unit contest the release, and the office receive and compute the appeal."""
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        unit = next(entry for entry in campaign.units if entry.unit.code == "A01")
        said = Contest(matter="score", which="", statement="得分有误")
        file_appeal(session, site=site, campaign=campaign, unit=unit, said=said, by="liaison")
        receive_appeal(session, site=site, campaign=campaign, number=1, by="admin")
    weigh_appeal(site, campaign_code=CODE, number=1, by="admin")


def decided(session: Session) -> list[str | None]:
    return list(session.scalars(sa.select(AppealStep.outcome).order_by(AppealStep.position)))


def visited(site: Site, _monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an inspector enter a visit."""
    findings = dict.fromkeys(("hours", "notices", "poster", "told"), "not_met")
    said = Seen(visited_on=FIELDWORK.date(), place="大厅", findings=findings)
    enter_visit(site, campaign_code=CODE, unit_code="A01", said=said, by="inspector")


def visits_decided(session: Session) -> list[str]:
    return list(session.scalars(sa.select(OnSiteDecision.outcome)))


def draws(session: Session) -> list[DrawOnRecord]:
    return draws_of(session, campaign=find_campaign(session, CODE))


def announced(site: Site, _monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be a roster whose seed is announced."""
    said = {"roster": "c" * 64, "sizes": "b" * 64, "people": 900, "source": "双色球"}
    with site.database.writing() as session:
        words = {"by": "review", "at": FIELDWORK, "action": "draw.commit", "subject": CODE}
        audit.record(session, **words, **said, known_on="2026-12-01")


def end_of_scheme(_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    standing_at(monkeypatch, FIELDWORK + timedelta(days=365))


def has_key(session: Session) -> bool:
    database = session.get_bind().engine.url.database  # beside it lie the keys
    return (Path(database).parent / "keys" / f"campaign-{CODE}.key").exists()


def answered(site: Site, _monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be two posters and a comment."""
    site.campaign_key(CODE)
    commented(site)
    with site.database.writing() as session:
        poster(session, "A02")


def workbook(_site: Site, _monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the campaign's workbook with another telephone number."""
    assert run("campaign", "workbook", CODE, "--out", "plan.xlsx").exit_code == 0
    book = openpyxl.load_workbook("plan.xlsx")
    put(book, "方案", "hotline", "0999-66666")
    book.save("plan.xlsx")


# In the order of a campaign's life.
TRIED = (
    Tried(
        kind="campaign.open",
        command=("campaign", "open", CODE),
        page=f"{HERE}/open",
        shows=state,
    ),
    Tried(
        kind="draw.commit",
        page=f"{HERE}/draw",
        form={
            "roster": "a" * 64,
            "sizes": "b" * 64,
            "people": "900",
            "source": "双色球",
            "known_on": "2026-12-20",
            **REASON,
        },
        shows=draws,
        through_command=False,
    ),
    Tried(
        kind="draw.seed",
        before=announced,
        page=f"{HERE}/draw/2",
        form={"seed": "0714", **REASON},
        shows=draws,
        through_command=False,
    ),
    Tried(
        kind="code.issue",
        before=answered,
        command=(
            *("code", "issue", CODE, "--unit", "A01", "--group", "G2", "--count", "61"),
            *("--out", "codes.csv"),
        ),
        page=f"{HERE}/invitations",
        form={
            "unit": "A01",
            "group": "G2",
            "channel": "token_sms",
            "count": "61",
            "file": "list",
            "words": "zh",
        },
        shows=issued,
    ),
    Tried(
        kind="code.withdraw",
        command=("code", "withdraw", CODE, "--batch", "3", "--reason", "测试"),
        page=f"{HERE}/batches/3/withdraw",
        form=REASON,
        shows=codes_in_use,
    ),
    Tried(
        kind="visit.decide",
        before=visited,
        page=f"{HERE}/visits/1/decide",
        form={"outcome": "confirmed", **REASON},
        shows=visits_decided,
        through_command=False,
    ),
    Tried(
        kind="poster.withdraw",
        page=f"{HERE}/posters/1/withdraw",
        form=REASON,
        shows=in_use,
        through_command=False,
    ),
    Tried(
        kind="poster.reissue",
        page=f"{HERE}/posters/2/reissue",
        form=REASON,
        shows=in_use,
        through_command=False,
    ),
    Tried(
        kind="campaign.extend",
        command=("campaign", "extend", CODE, "--until", "2026-12-22", "--reason", "汛情"),
        page=f"{HERE}/extend",
        form={"until": "2026-12-22", **REASON},
        shows=lambda session: find_campaign(session, CODE).ends_at,
    ),
    Tried(
        kind="campaign.amend",
        command=("campaign", "amend", CODE, "--from", "plan.xlsx", "--reason", "电话有误"),
        shows=lambda session: find_campaign(session, CODE).scheme.get("hotline"),
        before=workbook,
    ),
    Tried(
        kind="campaign.close_early",
        command=("campaign", "close", CODE),
        page=f"{HERE}/close",
        form=REASON,
        shows=state,
    ),
    Tried(
        kind="code.balance",
        command=("code", "balance", CODE),
        page=f"{HERE}/invitations/balance",
        form=REASON,
        shows=lambda session: session.scalar(
            sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.action == "code.balance")
        ),
    ),
    Tried(
        kind="release.make",
        command=("release", CODE),
        page=f"{HERE}/release",
        form=REASON,
        shows=lambda session: session.scalar(sa.select(sa.func.count(Release.id))),
        before=score,
    ),
    Tried(
        kind="release.publish",
        command=("publish", CODE),
        page=f"{HERE}/publish",
        form=REASON,
        shows=lambda session: published(session, campaign=find_campaign(session, CODE)) is not None,
    ),
    Tried(
        kind="appeal.decide",
        page=f"{HERE}/appeals/1/decide",
        form={"outcome": "rejected", **REASON},
        shows=decided,
        before=contested,
        through_command=False,
    ),
    Tried(
        kind="key.destroy",
        command=("keys", "destroy", CODE, "--early"),
        shows=has_key,
    ),
    Tried(
        kind="campaign.anonymise",
        command=("anonymise", CODE),
        shows=lambda session: session.scalars(sa.select(Response.receipt)).all(),
        before=end_of_scheme,
    ),
    Tried(
        kind="comment.erase",
        command=("comments", "erase", CODE),
        shows=lambda session: session.scalars(sa.select(Comment.text)).all(),
    ),
)


@pytest.fixture
def loaded(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A draft whose period has begun, and officials of every role."""
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    monkeypatch.chdir(tmp_path)
    standing_at(monkeypatch, FIELDWORK)
    assert run("campaign", "load", str(ANLAN), "--simulated").exit_code == 0
    add_officials(site)
    known = passwords.chosen(PASSWORD)
    with site.database.writing() as session:
        for username, name, role in (
            ("other", "另一人", "office_admin"),
            ("twin", " 测试ＡＤＭＩＮ ", "office_review"),
        ):
            create_account(
                session,
                username=username,
                name=name,
                role=role,
                by="tests",
                clock=in_fieldwork,
                password=known,
            )
    return replace(site, clock=in_fieldwork)


@pytest.fixture
def opened(loaded: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The same open, with a comment and two posters."""
    assert run("campaign", "open", CODE).exit_code == 0
    answered(loaded, monkeypatch)
    return loaded


def waiting(site: Site) -> Proposal:
    with site.database.reading() as session:
        return session.scalars(sa.select(Proposal).where(Proposal.outcome.is_(None))).one()


def posted(client: FlaskClient, address: str, form: dict[str, str]) -> int:
    carried = token(client.get("/office/password"))
    return client.post(address, data={"csrf_token": carried, **form}).status_code


def test_every_deed_is_tried() -> None:
    assert sorted(tried.kind for tried in TRIED) == sorted(DEEDS)


def test_the_page_names_every_deed_that_takes_two(opened: Site) -> None:
    page = signed_in(create_app(opened), "review").get("/office/proposals/").text
    assert [deed.name.zh for deed in DEEDS.values() if deed.name.zh not in page] == []


def test_no_deed_is_done_by_one_person_and_each_by_two(
    loaded: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = create_app(loaded)
    admin, review, twin = (signed_in(web, name) for name in ("admin", "review", "twin"))

    def shown(tried: Tried) -> object:
        with loaded.database.reading() as session:
            return tried.shows(session)

    for tried in TRIED:
        tried.before(loaded, monkeypatch)
        before = shown(tried)
        if tried.page:
            assert posted(admin, tried.page, tried.form) == 302, tried.kind
            assert (waiting(loaded).deed, shown(tried)) == (tried.kind, before)
            declined = f"/office/proposals/{waiting(loaded).id}/decline"
            if tried.through_command:
                assert posted(review, declined, {}) == 422, "a reason is asked for"
                assert posted(review, declined, REASON) == 302
        if tried.through_command:
            alone = run(*tried.command, "--by", "admin")
            assert (alone.exit_code, "review" in alone.stderr) == (1, True), (
                tried.kind,
                alone.output,
                alone.exception,
            )
            assert "提请 proposal" in alone.stdout
            for name, words in (
                ("admin", "has proposed it"),
                ("other", "has proposed it"),
                ("twin", "bears the name"),
                ("inspector", "is inspector"),
                ("nobody", "survey user add"),
            ):
                refused = run(*tried.command, "--by", name).exception
                assert isinstance(refused, Refused), (tried.kind, name)
                assert words in str(refused), (tried.kind, name)
        number = waiting(loaded).id
        approve = f"/office/proposals/{number}/approve"
        assert posted(admin, approve, {}) == 403
        assert posted(twin, approve, {}) == 422
        assert shown(tried) == before, tried.kind
        if tried.through_command:
            done = run(*tried.command, "--by", "review")
            assert done.exit_code == 0, done.output
        else:
            assert posted(review, approve, {}) == 302
        after = shown(tried)
        assert after != before, tried.kind
        assert posted(review, approve, {}) == 422, "once"
        assert shown(tried) == after, tried.kind
        with loaded.database.reading() as session:
            deeds = sa.select(AuditEntry).where(AuditEntry.action == "proposal.approve")
            [last] = [e for e in session.scalars(deeds) if e.detail["proposal"] == number]
        assert (last.by, last.detail["proposed_by"]) == ("review", "admin")
        assert (last.detail["deed"], last.subject) == (tried.kind, CODE)
    assert Path("codes.csv").read_text("utf-8-sig").count("\n") == 62
    listed = run("proposals", CODE).stdout
    assert listed.count("approved and done") == len(TRIED)


def test_a_draft_changed_since_it_was_proposed_is_not_opened(loaded: Site) -> None:
    opens = ("campaign", "open", CODE, "--by")
    assert run(*opens, "admin").exit_code == 1
    with loaded.database.writing() as session:
        draft = find_campaign(session, CODE)
        draft.scheme = {**draft.scheme, "hotline": "12388"}
    assert "things have changed" in str(run(*opens, "review").exception)
    with loaded.database.reading() as session:
        assert find_campaign(session, CODE).state == "draft"


def test_what_has_changed_since_is_not_done(opened: Site) -> None:
    words = ("code", "issue", CODE, "--unit", "A01", "--group", "G2", "--count")
    beyond = (*words, "61", "--out", "beyond.csv", "--by")
    assert run(*beyond, "admin").exit_code == 1
    assert run(*words, "10", "--out", "within.csv").exit_code == 0
    stale = run(*beyond, "review")
    assert "things have changed" in str(stale.exception)
    assert not Path("beyond.csv").exists()
    assert run(*beyond, "other").exit_code == 1  # asked for anew
    assert run(*beyond, "leader").exit_code == 0
    with opened.database.reading() as session:
        outcomes = session.scalars(sa.select(Proposal.outcome).order_by(Proposal.id)).all()
    assert outcomes == ["withdrawn", "approved"]


def test_codes_within_the_plan_are_one_persons_and_the_page_gives_those_beyond(
    opened: Site,
) -> None:
    words = ("code", "issue", CODE, "--unit", "A01", "--group", "G2", "--count")
    assert run(*words, "60", "--out", "within.csv").exit_code == 0
    beyond = run(*words, "1", "--out", "beyond.csv")
    assert "--by USERNAME" in str(beyond.exception)
    assert run(*words, "1", "--out", "beyond.csv", "--by", "admin").exit_code == 1
    assert not Path("beyond.csv").exists()
    leader = signed_in(create_app(opened), "leader")
    assert '<span class="count">1</span>' in leader.get("/office/").text
    page = f"/office/proposals/{waiting(opened).id}"
    shown = leader.get(page).text
    for told in ("发放 1 个一次性评议码", "计划 60，已发 60", waiting(opened).digest):
        assert told in shown
    carried = token(leader.get("/office/password"))
    answer = leader.post(f"{page}/approve", data={"csrf_token": carried})
    assert answer.mimetype == "text/csv"
    assert answer.text.count("\n") == 2


def test_a_proposer_withdraws_and_a_disabled_account_does_nothing(opened: Site) -> None:
    assert run("campaign", "close", CODE, "--by", "admin").exit_code == 1
    number = str(waiting(opened).id)
    foreign = run("decline", number, "--by", "other", "--reason", "不")
    assert "is office_admin" in str(foreign.exception)
    done = run("decline", number, "--by", "admin", "--reason", "算错了")
    assert done.stdout == f"{number} 已撤回 withdrawn\n"
    assert run("user", "disable", "review").exit_code == 0
    assert "no enabled account" in str(run("campaign", "close", CODE, "--by", "review").exception)


def test_nothing_is_approved_over_what_was_altered_since(opened: Site) -> None:
    assert run("campaign", "close", CODE, "--by", "admin").exit_code == 1
    review, page = (
        signed_in(create_app(opened), "review"),
        f"/office/proposals/{waiting(opened).id}",
    )
    carried = token(review.get("/office/password"))
    with opened.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE response SET answers = '11111111'")
    answer = review.post(f"{page}/approve", data={"csrf_token": carried})
    assert answer.status_code == 409
    assert "被改动" in answer.text
    with opened.database.reading() as session:
        assert state(session) == "open"
        assert waiting(opened).outcome is None


def test_the_database_itself_refuses_one_person(each_site: Site) -> None:
    open_anlan(each_site)
    facts = {"deed": "x", "arguments": "{}", "basis": "{}", "digest": "d", "told": [], "reason": ""}
    with pytest.raises(sa.exc.IntegrityError, match="two"), each_site.database.writing() as session:
        session.add(
            Proposal(
                **facts,
                campaign_id=find_campaign(session, CODE).id,
                proposed_by="admin",
                proposed_at=FIELDWORK,
                decided_by="admin",
                decided_at=FIELDWORK,
                outcome="approved",
                done_at=FIELDWORK,
            )
        )

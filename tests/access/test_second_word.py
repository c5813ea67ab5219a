"""Nobody makes the other half of two persons alone: one lets an account in, another confirms."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.access import accounts, passwords, second_word
from survey.access.first_account import setup_token
from survey.app import create_app
from survey.cli import survey
from survey.model import Account, AuditEntry, Campaign, SecondFactor
from survey.site.installation import Site
from tests.access.clocks import Clock
from tests.factories import CODE, FIELDWORK
from tests.officials import PASSWORD, sign_in, signed_in, token

PEOPLE = "/office/people/"
PROPOSALS = "/office/proposals/"


class Office:
    """Officials who are signed in, in an installation that is no demonstration any more."""

    def __init__(self, app: Flask, *names: str) -> None:
        self.app, self.site = app, app.extensions["survey"]
        self.browsers = {name: signed_in(app, name) for name in names}
        self.be_real()
        for name in names:
            self.give_factor(name)

    def be_real(self, *, real: bool = True) -> None:
        with self.site.database.writing() as session:
            session.execute(sa.update(Campaign).values(simulated=not real))

    def give_factor(self, name: str) -> None:
        with self.site.database.writing() as session:
            factor = SecondFactor(sealed_secret=b"", enrolled_at=FIELDWORK, last_counter=0)
            factor.account_id = accounts.require_account(session, username=name).id
            session.add(factor)

    def post(self, who: str, address: str, **form: str) -> TestResponse:
        client = self.browsers[who]
        carried = token(client.get("/office/password"))
        return client.post(address, data={"csrf_token": carried, **form})

    def do(self, who: str, whom: str, deed: str, **form: str) -> TestResponse:
        if deed == "confirm":
            form = {"seen": self.seen(who, whom), **form}
        return self.post(who, f"{PEOPLE}{whom}/{deed}", **form)

    def seen(self, who: str, whom: str) -> str:
        """Return what the page sends back of what it showed; nothing where it asks for no word."""
        page = self.browsers[who].get(PROPOSALS).text
        found = re.search(rf'{whom}/confirm">.*?name="seen" value="(\d+)"', page, re.DOTALL)
        return found[1] if found else ""

    def add(self, who: str, username: str, role: str) -> TestResponse:
        form = {"username": username, "name": f"新{username}", "role": role}
        return self.post(who, PEOPLE, **form, class_code="", unit="")

    def is_shut(self, name: str) -> bool:
        with self.site.database.reading() as session:
            return accounts.require_account(session, username=name).disabled_at is not None

    def says(self, who: str, address: str = PROPOSALS) -> str:
        return re.sub(r"<[^>]+>|\s+", "", self.browsers[who].get(address).text)

    def details(self, subject: str, action: str) -> list[dict[str, object]]:
        query = sa.select(AuditEntry.detail).where(
            AuditEntry.subject == subject, AuditEntry.action == action
        )
        with self.site.database.reading() as session:
            return list(session.scalars(query.order_by(AuditEntry.id)))


@pytest.fixture
def office(each_office_app: Flask) -> Office:
    return Office(each_office_app, "admin", "review", "leader")


def shown_password(page: TestResponse) -> str:
    assert page.status_code == 200, page.text
    [password] = re.findall(r'<code id="password">(\w+)</code>', page.text)
    return password


def test_a_person_made_out_of_nothing_approves_nothing(office: Office) -> None:
    made = office.add("admin", "wang", "office_review")
    password = shown_password(made)
    assert "须由另一人在“待批事项”里确认后才能登录：leader、review" in made.text
    for deed in ("confirm", "enable", "reset", "decline"):
        office.do("admin", "wang", deed)
        if deed == "reset":
            continue
        assert sign_in(office.app.test_client(), "wang", password).status_code == 422, deed
    assert office.details("wang", "account.confirm") == []


def test_another_persons_word_lets_it_in_and_both_stand_on_record(office: Office) -> None:
    password = shown_password(office.add("admin", "wang", "office_review"))
    assert "待确认的账号" in office.says("review")
    assert "您本人办理的" not in office.says("review")
    assert office.do("admin", "wang", "confirm").status_code == 302
    assert "是您本人办理的，须由另一人确认" in office.says("admin")
    assert office.do("review", "wang", "confirm").status_code == 302
    assert sign_in(office.app.test_client(), "wang", password).status_code == 302
    assert office.details("wang", "account.create")[0]["waits"] is True
    [said] = office.details("wang", "account.confirm")
    assert said == {"done_by": ["admin"], "deeds": ["account.create"]}
    told = office.says("review", "/office/audit/?about=wang")
    assert "须另一人确认，确认前不能登录" in told
    assert "确认测试admin（admin）对账号新wang（wang）的办理（新建账号）" in told
    shown = office.says("admin", f"{PEOPLE}wang")
    assert "新建账号，办理：测试admin（admin）；确认：测试review（review）" in shown


def test_the_word_is_for_what_was_seen_and_for_nothing_done_since(office: Office) -> None:
    office.add("admin", "wang", "office_review")
    seen = office.seen("review", "wang")
    office.do("admin", "wang", "role", role="leader", class_code="", unit="")
    office.do("review", "wang", "confirm", seen=seen)
    assert office.is_shut("wang")
    assert "又有改动，没有确认" in office.says("review")
    office.do("review", "wang", "confirm")
    assert not office.is_shut("wang")


def test_a_twin_in_name_confirms_nothing(office: Office) -> None:
    with office.site.database.writing() as session:
        named = sa.update(Account).where(Account.username == "leader")
        session.execute(named.values(name=" 测试ＡＤＭＩＮ "))
    office.add("admin", "wang", "leader")
    office.do("leader", "wang", "confirm")
    assert office.is_shut("wang")


@pytest.mark.parametrize("deed", ["reset", "reset-totp", "role"])
def test_who_approves_is_taken_over_by_nobody_alone(office: Office, deed: str) -> None:
    """Another password, no second step, another role: each with a second person's word."""
    form = {"role": "inspector", "class_code": "", "unit": ""} if deed == "role" else {}
    assert office.do("admin", "leader", deed, **form).status_code in {200, 302}
    assert office.is_shut("leader")
    office.do("admin", "leader", "confirm")
    assert office.do("admin", "leader", "enable").status_code == 302
    assert office.is_shut("leader")
    office.do("review", "leader", "confirm")
    assert not office.is_shut("leader")


def test_enabling_takes_the_word_of_whoever_gave_no_password_before(office: Office) -> None:
    office.do("admin", "leader", "disable")
    office.do("admin", "leader", "reset")
    with office.site.database.writing() as session:
        other = {"username": "other", "name": "另一人", "role": "office_admin", "by": "tests"}
        known = passwords.chosen(PASSWORD)
        accounts.create_account(session, clock=office.site.clock, password=known, **other)
        accounts.enable_account(
            session,
            account=accounts.require_account(session, username="leader"),
            by="other",
            clock=office.site.clock,
        )
        leader = accounts.require_account(session, username="leader")
        found = second_word.waiting(session, account=leader)
    assert found
    assert found.by == ("admin", "other")
    office.do("admin", "leader", "confirm")
    assert office.is_shut("leader")


def test_declined_stays_shut_and_what_waited_is_gone(office: Office) -> None:
    office.add("admin", "wang", "leader")
    assert office.do("review", "wang", "decline").status_code == 302
    assert "待确认的账号" not in office.says("review")
    office.do("leader", "wang", "confirm")
    assert office.is_shut("wang")
    assert office.details("wang", "account.decline")[0]["done_by"] == ["admin"]


def test_whoever_shuts_everybody_out_first_makes_nobody_up(office: Office) -> None:
    """Disabled people count: there is nobody to confirm, so it is refused, not done alone."""
    for name in ("review", "leader"):
        office.do("admin", name, "disable")
    answer = office.add("admin", "wang", "office_review")
    assert answer.status_code == 422
    assert "现在没有能确认的人" in answer.text
    assert office.details("wang", "account.create") == []


def test_roles_that_decide_nothing_wait_for_nobody(office: Office) -> None:
    password = shown_password(office.add("admin", "wang", "inspector"))
    assert sign_in(office.app.test_client(), "wang", password).status_code == 302


def test_what_the_proposer_had_a_hand_in_stands_beside_the_approval(office: Office) -> None:
    office.do("admin", "leader", "reset-totp")
    office.do("review", "leader", "confirm")
    office.be_real(real=False)  # as it was opened and sealed
    office.browsers["leader"] = signed_in(office.app, "leader")
    asked = office.post("admin", f"/office/campaigns/{CODE}/close", reason="人数已够")
    assert asked.status_code == 302, asked.text
    words = "取消两步登录，办理：测试admin（admin）；确认：测试review（review）"
    page = office.says("leader", asked.location)
    assert "提请人经手过批准人的账号" in page
    assert words in page
    approved = office.post("leader", f"{asked.location}/approve")
    assert approved.status_code == 302, approved.text
    assert words in office.says("admin", asked.location)
    ties = office.details(CODE, "proposal.approve")[-1]["ties"]
    assert ties == [{"deed": "account.reset_totp", "by": "admin", "word_of": "review"}]
    told = office.says("review", "/office/audit/?deed=proposal.approve")
    assert "取消两步登录：测试admin（admin）办理，测试review（review）确认" in told


@pytest.fixture
def empty(site: Site) -> Office:
    """An installation whose first administrator has just been made with the setup token."""
    app = create_app(replace(site, clock=Clock()))
    client = app.test_client()
    setup = setup_token(site.keys.web())
    form = {"token": setup, "username": "admin", "name": "主任", "again": PASSWORD}
    carried = token(client.get("/office/first"))
    answer = client.post(
        "/office/first", data={**form, "password": PASSWORD, "csrf_token": carried}
    )
    assert answer.status_code == 302, answer.text
    return Office(app, "admin")


def own_password(office: Office, name: str, password: str) -> None:
    """Sign in with a one-time password and set an own one."""
    client: FlaskClient = office.app.test_client()
    assert sign_in(client, name, password).status_code == 302
    office.browsers[name] = client
    words = {"password": PASSWORD, "again": PASSWORD}
    assert office.post(name, "/office/password", old=password, **words).status_code == 302
    office.give_factor(name)


def test_the_first_two_accounts_need_nobody_and_that_stands_there(empty: Office) -> None:
    second = shown_password(empty.add("admin", "li", "office_review"))
    assert not empty.is_shut("li")
    assert "新建账号，办理：主任（admin）；没有第二人确认" in empty.says("admin", f"{PEOPLE}li")
    own_password(empty, "li", second)
    empty.add("admin", "wang", "leader")
    assert empty.is_shut("wang")
    empty.do("li", "wang", "confirm")
    assert not empty.is_shut("wang")
    assert "ties" not in {key for one in empty.details("li", "account.create") for key in one}


def test_the_servers_commands_follow_the_same_rule(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(office.site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", office.site.settings.database_url)

    def run(*words: str) -> Result:
        return CliRunner().invoke(survey, ["user", *words])

    added = run("add", "wang", "--name", "王五", "--role", "leader")
    assert added.exit_code == 0
    assert re.fullmatch(r"\w{16}\n", added.stdout)
    assert "survey user confirm wang" in added.stderr
    assert office.is_shut("wang")
    assert run("enable", "wang").stdout == "wang waits\n"
    refused = run("confirm", "wang", "--by", "auditor")
    assert refused.exit_code == 1
    assert office.is_shut("wang")
    assert run("confirm", "wang", "--by", "review").stdout == "wang enabled\n"
    assert not office.is_shut("wang")
    run("reset", "wang")
    assert run("decline", "wang", "--by", "leader").stdout == "wang disabled\n"
    for name in ("admin", "review", "leader"):
        with office.site.database.writing() as session:
            session.execute(
                sa.update(Account).where(Account.username == name).values(disabled_at=FIELDWORK)
            )
    run("add", "zhao", "--name", "赵六", "--role", "office_admin")
    assert not office.is_shut("zhao")  # an office that all have left is not shut for ever

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from survey.access import accounts, passwords
from survey.model import Account, AuditEntry
from survey.problems import Refused
from survey.site.installation import Site
from tests.factories import in_fieldwork, open_anlan
from tests.quickened import FULL_PRICE

PASSWORD = "correct horse battery"


def add(site: Site, *, password: str | None = None, **changed: str | None) -> str:
    given = {"username": "zhang", "name": "张三", "role": "office_admin", **changed}
    made = passwords.one_time() if password is None else passwords.chosen(password)
    with site.database.writing() as session:
        return accounts.create_account(
            session, by="tests", clock=in_fieldwork, password=made, **given
        )


def test_a_new_account_gets_a_random_password_that_lets_it_in(
    each_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", FULL_PRICE)
    first, second = add(each_site), add(each_site, username="li")
    assert first != second
    assert len(first) == 16
    with each_site.database.reading() as session:
        made = accounts.require_account(session, username="zhang")
    assert made.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(first, made.password_hash)
    assert not passwords.matches(second, made.password_hash)


def test_a_disabled_account_is_let_in_again_and_each_step_is_recorded_once(
    each_site: Site,
) -> None:
    add(each_site, password=PASSWORD, role="leader")
    with each_site.database.writing() as session:
        account = accounts.require_account(session, username="zhang")
        for step in (accounts.disable_account, accounts.enable_account):
            for _ in range(2):
                step(session, account=account, by="tests", clock=in_fieldwork)
    with each_site.database.reading() as session:
        assert accounts.require_account(session, username="zhang").disabled_at is None
        actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert actions == ["account.create", "account.disable", "account.enable"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "Zhang San"}, "username"),
        ({"username": "z"}, "username"),
        ({"name": " "}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"role": "king"}, "role"),
        ({"role": "class_group"}, "class"),
        ({"role": "leader", "class_code": "A"}, "class"),
        ({"role": "unit_liaison"}, "unit"),
        ({"role": "unit_liaison", "unit_code": "Z99"}, "unit"),
        ({"role": "office_admin", "unit_code": "A01"}, "unit"),
        ({"name": "王\u200b芳"}, "name"),
        ({"name": "王\u202e芳"}, "name"),
        ({"name": "王\n芳"}, "name"),
    ],
)
def test_what_is_unfit_is_refused_by_field_and_nothing_kept(
    each_site: Site, changed: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        add(each_site, **changed)
    assert [problem.field for problem in refused.value.problems] == [field]
    with each_site.database.reading() as session:
        assert session.scalars(sa.select(Account)).all() == []
        assert session.scalars(sa.select(AuditEntry)).all() == []


def test_a_taken_name_is_refused(site: Site) -> None:
    add(site)
    with pytest.raises(Refused, match="已存在"):
        add(site)


def test_roles_change_with_their_scope(each_site: Site) -> None:
    open_anlan(each_site)
    add(each_site, role="leader")
    with each_site.database.writing() as session:
        account = accounts.require_account(session, username="zhang")
        accounts.change_role(
            session,
            account=account,
            role="unit_liaison",
            unit_code="A01",
            by="tests",
            clock=in_fieldwork,
        )
    with each_site.database.writing() as session:
        account = accounts.require_account(session, username="zhang")
        assert account.unit_id is not None
        accounts.change_role(
            session,
            account=account,
            role="class_group",
            class_code="B",
            by="tests",
            clock=in_fieldwork,
        )
    with each_site.database.reading() as session:
        account = accounts.require_account(session, username="zhang")
        assert (account.role, account.class_code, account.unit_id) == ("class_group", "B", None)


def test_a_class_that_no_campaign_has_is_refused(each_site: Site) -> None:
    open_anlan(each_site)
    with pytest.raises(Refused, match="没有类别“a”；可选：A、B"):
        add(each_site, role="class_group", class_code="a")


def shut_out(site: Site, username: str, *, by: str) -> None:
    with site.database.writing() as session:
        account = accounts.require_account(session, username=username)
        accounts.disable_account(session, account=account, by=by, clock=in_fieldwork)


def test_the_last_administrator_is_neither_disabled_nor_given_another_role(
    each_site: Site,
) -> None:
    add(each_site)
    add(each_site, username="gone")
    shut_out(each_site, "gone", by="tests")
    with pytest.raises(Refused, match="唯一能用的绩效办管理员"):
        shut_out(each_site, "zhang", by="tests")
    with each_site.database.writing() as session, pytest.raises(Refused, match="make another"):
        accounts.change_role(
            session,
            account=accounts.require_account(session, username="zhang"),
            role="leader",
            by="tests",
            clock=in_fieldwork,
        )


def test_of_two_administrators_who_shut_each_other_out_at_once_one_stays(each_site: Site) -> None:
    pairs = {"zhang": "li", "li": "zhang"}
    for username in pairs:
        add(each_site, username=username)
    start, refused = Barrier(2), []

    def shut(by: str) -> None:
        start.wait()
        try:
            shut_out(each_site, pairs[by], by=by)
        except Refused:
            refused.append(by)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(shut, pairs))
    assert len(refused) == 1
    with each_site.database.reading() as session:
        able = session.scalars(sa.select(Account).where(Account.disabled_at.is_(None))).all()
    assert len(able) == 1


def test_an_account_made_or_changed_is_on_record_with_the_old_and_the_new(each_site: Site) -> None:
    open_anlan(each_site)
    add(each_site, role="unit_liaison", unit_code="A01")
    with each_site.database.writing() as session:
        account = accounts.require_account(session, username="zhang")
        changed = {"role": "class_group", "class_code": "B", "by": "tests", "clock": in_fieldwork}
        for _ in range(2):  # the second time nothing changes
            accounts.change_role(session, account=account, **changed)
    query = sa.select(AuditEntry.detail).where(AuditEntry.action.startswith("account."))
    with each_site.database.reading() as session:
        assert session.scalars(query.order_by(AuditEntry.id)).all() == [
            {"name": "张三", "role": "unit_liaison", "scope": "A01"},
            {
                "before": "unit_liaison",
                "before_scope": "A01",
                "role": "class_group",
                "scope": "B",
            },
        ]

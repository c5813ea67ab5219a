import pytest
import sqlalchemy as sa

from survey.access import accounts, passwords
from survey.model import Account, AuditEntry
from survey.problems import Refused
from survey.site.installation import Site
from tests.factories import in_fieldwork, open_anlan

PASSWORD = "correct horse battery"


def add(site: Site, *, password: str | None = None, **changed: str | None) -> str:
    given = {"username": "zhang", "name": "张三", "role": "office_admin", **changed}
    made = passwords.one_time() if password is None else passwords.chosen(password)
    with site.database.writing() as session:
        return accounts.create_account(
            session, by="tests", clock=in_fieldwork, password=made, **given
        )


def test_a_new_account_gets_a_random_password_that_lets_it_in(each_site: Site) -> None:
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
    add(each_site, password=PASSWORD)
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
    add(each_site)
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

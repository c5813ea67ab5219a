from typing import get_args

import pytest

from survey.access import roles
from survey.model import ROLES, Account, CampaignUnit
from tests.factories import FIELDWORK

READ = {
    *("campaign.read", "progress.read", "fieldwork.watch"),
    *("poster.read", "score.read", "export.make", "review.read", "call.read", "document.read"),
    "appeal.read",
    "visit.read",
    "case.watch",
    "receiver.read",
    "city.read",
    "rating.read",
}
CASES = {
    *("case.read", "case.run", "answer.collect", "review.decide", "appeal.run", "visit.photo"),
    "microdata.take",
}
EXPECTED = {
    "office_admin": READ
    | CASES
    | {"campaign.run", "poster.make", "invitation.issue", "score.run", "release.make"}
    | {"appeal.decide", "visit.run"}
    | {"batch.read", "proposal.read", "record.erase", "call.run", "template.change", "result.use"}
    | {"account.read", "account.run", "account.confirm", "audit.read"}
    | {"receiver.run", "receiver.approve", "city.run"},
    "office_review": READ
    | CASES
    | {"score.run", "batch.read", "proposal.read", "proposal.decide", "audit.read"}
    | {"result.use", "release.approve", "account.confirm", "receiver.approve", "city.confirm"},
    "class_group": {
        *("campaign.read", "progress.read", "fieldwork.watch", "score.read", "review.read"),
        *("call.read", "call.run", "document.read", "appeal.read"),
        *("visit.read", "visit.run", "visit.photo"),
    },
    "unit_liaison": {
        *("campaign.read", "progress.read", "document.read"),
        *("case.read", "case.reply", "case.watch", "appeal.read", "appeal.file"),
        "visit.read",
    },
    "inspector": {
        *("campaign.read", "poster.read", "batch.read", "proposal.read", "audit.read"),
        *("review.read", "call.read", "call.run", "visit.read", "visit.run", "visit.photo"),
    },
    "leader": READ
    | {"batch.read", "proposal.read", "proposal.decide", "audit.read", "result.use"}
    | {"release.approve", "account.confirm", "receiver.approve", "city.confirm"},
    "auditor": READ
    | {"batch.read", "proposal.read", "account.read", "audit.read", "microdata.take"},
}
ACTIONS = get_args(roles.Action)


def account(role: str, **changed: object) -> Account:
    scope: dict[str, object] = {
        "disabled_at": None,
        "class_code": "A" if role == "class_group" else None,
        "unit_id": 1 if role == "unit_liaison" else None,
    }
    return Account(username="x", role=role, **{**scope, **changed})


@pytest.mark.parametrize("role", ROLES)
def test_what_each_role_may_do(role: str) -> None:
    assert {action for action in ACTIONS if roles.may(account(role), action)} == EXPECTED[role]


@pytest.mark.parametrize("role", ROLES)
def test_a_disabled_account_may_nothing(role: str) -> None:
    gone = account(role, disabled_at=FIELDWORK)
    assert not any(roles.may(gone, action) for action in ACTIONS)


def test_scope_narrows_class_groups_and_liaisons() -> None:
    own, same_class, other_class = (
        CampaignUnit(unit_id=1, class_code="A"),
        CampaignUnit(unit_id=2, class_code="A"),
        CampaignUnit(unit_id=3, class_code="B"),
    )
    seen = {
        role: [
            roles.may(account(role), "progress.read", unit)
            for unit in (own, same_class, other_class)
        ]
        for role in ROLES
    }
    assert seen == {
        "office_admin": [True, True, True],
        "office_review": [True, True, True],
        "class_group": [True, True, False],
        "unit_liaison": [True, False, False],
        "inspector": [False, False, False],
        "leader": [True, True, True],
        "auditor": [True, True, True],
    }

"""Which role may do what, and to which units: one table and one function that reads it."""

from typing import Literal

from survey.model import ROLES, Account, CampaignUnit

Action = Literal[
    "campaign.read",
    "campaign.run",
    "progress.read",
    "fieldwork.watch",
    "poster.read",
    "poster.make",
    "invitation.issue",
    "answer.collect",
    "score.read",
    "score.run",
    "review.read",
    "review.decide",
    "release.make",
    "release.approve",
    "appeal.read",
    "appeal.file",
    "appeal.run",
    "appeal.decide",
    "call.read",
    "call.run",
    "visit.read",
    "visit.run",
    "visit.photo",
    "rating.read",
    "export.make",
    "microdata.take",
    "document.read",
    "result.use",
    "template.change",
    "case.read",
    "case.run",
    "case.reply",
    "case.watch",
    "batch.read",
    "record.erase",
    "proposal.read",
    "proposal.decide",
    "account.read",
    "account.run",
    "account.confirm",
    "receiver.read",
    "receiver.run",
    "receiver.approve",
    "city.read",
    "city.run",
    "city.confirm",
    "audit.read",
]

_OFFICE = frozenset({"office_admin", "office_review"})
_READERS = _OFFICE | {"leader", "auditor"}

_MAY: dict[Action, frozenset[str]] = {
    "campaign.read": _READERS | {"class_group", "unit_liaison", "inspector"},
    "campaign.run": frozenset({"office_admin"}),
    "progress.read": _READERS | {"class_group", "unit_liaison"},
    # What counts foretell and who answers: exact, so not for a unit's own liaison.
    "fieldwork.watch": _READERS | {"class_group"},
    "poster.read": _READERS | {"inspector"},
    "poster.make": frozenset({"office_admin"}),
    "invitation.issue": frozenset({"office_admin"}),
    "answer.collect": _OFFICE,
    "score.read": _READERS | {"class_group"},
    "score.run": _OFFICE,
    "review.read": _READERS | {"class_group", "inspector"},
    "review.decide": _OFFICE,
    "release.make": frozenset({"office_admin"}),
    # A paper of the leading group, entered by one of them or by who reviews for the office.
    "release.approve": frozenset({"office_review", "leader"}),
    "appeal.read": _READERS | {"class_group", "unit_liaison"},
    "appeal.file": frozenset({"unit_liaison"}),
    # Taking one in, computing what it would change, and reading what was attached.
    "appeal.run": _OFFICE,
    "appeal.decide": frozenset({"office_admin"}),
    # Whether invited answers are real: never the unit's own liaison.
    "call.read": _READERS | {"class_group", "inspector"},
    "call.run": frozenset({"office_admin", "class_group", "inspector"}),
    # A liaison: what counts of the own unit, once results are released.
    "visit.read": _READERS | {"class_group", "inspector", "unit_liaison"},
    "visit.run": frozenset({"office_admin", "class_group", "inspector"}),
    # Photographs and the list with names: those who deal with them.
    "visit.photo": _OFFICE | {"class_group", "inspector"},
    # What another system says of units, beside the scores: for those who weigh both.
    "rating.read": _READERS,
    "export.make": _READERS,
    # Answers one by one: who analyses and who checks, nobody who decides on units or is rated.
    "microdata.take": _OFFICE | {"auditor"},
    # Letters, each of a unit: a class group's own class, a liaison's own unit.
    "document.read": _READERS | {"class_group", "unit_liaison"},
    # Results for budgets and cadre files leave for consequences: not by an auditor.
    "result.use": _OFFICE | {"leader"},
    "template.change": frozenset({"office_admin"}),
    "case.read": _OFFICE | {"unit_liaison"},
    "case.run": _OFFICE,
    "case.reply": frozenset({"unit_liaison"}),
    # Which cases are late and how far they climbed, without a word: a liaison's own unit's.
    "case.watch": _READERS | {"unit_liaison"},
    "batch.read": _READERS | {"inspector"},
    "record.erase": frozenset({"office_admin"}),
    "proposal.read": _READERS | {"inspector"},
    # None of those who may propose: whoever asks for a deed never decides on it.
    "proposal.decide": frozenset({"office_review", "leader"}),
    "account.read": frozenset({"office_admin", "auditor"}),
    "account.run": frozenset({"office_admin"}),
    # Whoever proposes or approves: they are whom making another one would double.
    "account.confirm": _OFFICE | {"leader"},
    # Which other systems take scores by a token: made by one, let in or shut by another.
    "receiver.read": _READERS,
    "receiver.run": frozenset({"office_admin"}),
    "receiver.approve": _OFFICE | {"leader"},
    # A city over its counties: what is shown, who takes releases and names keys, who confirms one.
    "city.read": _READERS,
    "city.run": frozenset({"office_admin"}),
    "city.confirm": frozenset({"office_review", "leader"}),
    "audit.read": _READERS | {"inspector"},
}


def who_may(action: Action) -> tuple[str, ...]:
    """Return the roles that may do this, in the order roles are listed."""
    return tuple(role for role in ROLES if role in _MAY[action])


def may(account: Account, action: Action, unit: CampaignUnit | None = None) -> bool:
    """Say whether an official may do this, to a unit if one is given.

    A class group sees its own class, a liaison the own unit, whatever the action.
    """
    if account.disabled_at is not None or account.role not in _MAY[action]:
        return False
    if unit is None:
        return True
    if account.role == "class_group":
        return unit.class_code == account.class_code
    if account.role == "unit_liaison":
        return unit.unit_id == account.unit_id
    return True

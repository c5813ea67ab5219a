"""The balance sheet of codes, signed by two once nobody can answer any more."""

from sqlalchemy.orm import Session

from survey import audit
from survey.fieldwork.invitations.balance.sheet import signed_entry, told_lines
from survey.ledger.committed.balance import BALANCE, Balance, balance_of
from survey.model import Campaign
from survey.problems import Problem, Refused
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said
from survey.verification.whole import require_whole


def signable(session: Session, campaign: Campaign) -> Balance:
    """Return the balance to be signed.

    Raises Refused while people can answer, once answers are anonymous, once it is signed, and
    where the sums do not add up.
    """
    if campaign.state in {"draft", "open"} or campaign.anonymised_at is not None:
        raise Refused.of(
            field=campaign.code,
            zh="评议结束之后、答卷作匿名处理之前，才能签字确认评议码收支",
            en="codes are balanced after the campaign is closed and before its answers are made"
            " anonymous",
        )
    balance = balance_of(session, campaign)
    if problems := [*_signed_before(session, campaign, balance), *balance.problems()]:
        raise Refused(problems)
    return balance


def _signed_before(session: Session, campaign: Campaign, balance: Balance) -> list[Problem]:
    """Return that it is signed already: a second signature would cover what changed since."""
    entry = signed_entry(session, campaign)
    if entry is None:
        return []
    two = f"{entry.detail['proposed_by']}、{entry.by}"
    same = entry.detail["digest"] == balance.digest()
    zh, en = ("", "") if same else ("；现在的收支与那时不同", "; it is another now")
    return [
        Problem(
            field=campaign.code,
            zh=f"评议码收支已由 {two} 签字确认，只签一次{zh}",
            en=f"the balance of codes is signed by {two}, and is signed once{en}",
        )
    ]


def _basis(matter: Matter) -> Facts:
    balance = signable(matter.session, matter.campaign)
    return {**balance.totals(), "digest": balance.digest()}


def _told(matter: Matter) -> list[Said]:
    balance = signable(matter.session, matter.campaign)
    made, used, void, left = balance.totals().values()
    return [
        Said(
            zh=f"确认评议码收支：{len(balance.lines)} 批，制作 {made} 个，已用 {used} 个，"
            f"停用 {void} 个，未用 {left} 个",
            en=f"sign the balance of codes: {len(balance.lines)} batches, {made} made, {used} used,"
            f" {void} withdrawn, {left} left",
        ),
        Said(
            zh=f"逐批明细校验值 {balance.digest()}（“评议码收支”页可查看明细）",
            en=f"digest of all batches {balance.digest()} (the page of the balance lists them)",
        ),
    ]


def _carry_out(matter: Matter, persons: Persons, _prepared: object) -> Done:
    balance = signable(matter.session, matter.campaign)
    audit.record(
        matter.session,
        by=persons.approved_by,
        at=matter.site.clock(),
        action="code.balance",
        subject=matter.campaign.code,
        proposed_by=persons.proposed_by,
        digest=balance.digest(),
        **balance.totals(),
        batches=told_lines(balance),
    )
    return Done(
        said=Said(zh="评议码收支已由两人确认。", en="Two persons have signed the balance of codes.")
    )


BALANCE_CODES = Deed(
    kind=BALANCE,
    name=Said(zh="确认评议码收支", en="Sign the balance of codes"),
    propose="invitation.issue",
    basis=_basis,
    told=_told,
    carry_out=_carry_out,
    prepare=lambda matter: require_whole(matter.site, matter.campaign.code),
)

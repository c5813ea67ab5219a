"""The balance sheet of codes, signed by two once nobody can answer any more."""

from sqlalchemy.orm import Session

from survey import audit
from survey.fieldwork.counting import FEWEST_TOLD
from survey.ledger.committed.balance import BALANCE, Balance, balance_of
from survey.model import Campaign
from survey.problems import Refused
from survey.two_persons.deeds import Deed, Done, Facts, Matter, Persons, Said


def signable(session: Session, campaign: Campaign) -> Balance:
    """Return the balance to be signed.

    Raises Refused while people can answer, once answers are anonymous, and where the sums do not
    add up.
    """
    if campaign.state in {"draft", "open"} or campaign.anonymised_at is not None:
        raise Refused.of(
            field=campaign.code,
            zh="评议结束之后、答卷作匿名处理之前，才能签字确认评议码收支",
            en="codes are balanced after the campaign is closed and before its answers are made"
            " anonymous",
        )
    balance = balance_of(session, campaign)
    if problems := balance.problems():
        raise Refused(problems)
    return balance


def told_lines(balance: Balance) -> list[dict[str, int]]:
    """Return the batches that tell of nobody: those of a few codes are in the sums alone."""
    return [
        {"batch": line.batch, "made": line.made, "used": line.used, "void": line.void}
        for line in balance.lines
        if line.made >= FEWEST_TOLD
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
            zh=f"逐批明细校验值 {balance.digest()}（survey code balance 可查看明细）",
            en=f"digest of all batches {balance.digest()} (`survey code balance` lists them)",
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
)

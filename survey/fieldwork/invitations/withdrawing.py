"""A batch of codes that shall open nothing any more: lost, leaked, sent to the wrong people.

By two persons: one alone could keep from answering whom he does not want to hear.
"""

from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import local_minute
from survey.fieldwork.entrances import check_campaign
from survey.fieldwork.invitations.withdrawals import KIND, withdrawals
from survey.model import Campaign, CodeBatch, CoveredUnit, Entrance, Unit
from survey.problems import Refused
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said
from survey.verification.entrances.withdrawn import unanswered

_ENTRANCE = cast(sa.Table, Entrance.__table__)


def find_batch(session: Session, *, campaign: Campaign, number: int) -> Entrance:
    """Return the first code of a batch, whose number is the batch's; raises Refused for none."""
    batch = session.get(CodeBatch, number)
    if batch is not None and batch.campaign_id == campaign.id:
        return session.get_one(Entrance, number)
    raise Refused.of(
        field="batch",
        zh=f"没有第 {number} 批评议码；批号见“一次性评议码”页面的批次表，"
        "或用 survey code batches 查看",
        en=f"there is no batch {number} of codes; the table of batches has the numbers, and"
        " `survey code batches` prints it",
    )


def forget_which(session: Session, *, campaign: Campaign) -> None:
    """Let withdrawn batches no longer tell which codes were answered, only how many.

    Done when the answers become anonymous: as many codes are withdrawn as before, the first ones.
    """
    for number, withdrawal in withdrawals(session, campaign=campaign).items():
        first, of = session.get_one(Entrance, number), _ENTRANCE.c
        codes = sa.select(of.id).where(first.issued_with())
        unused = codes.where(of.withdrawn_at.is_not(None)).subquery()
        n = session.scalar(sa.select(sa.func.count()).select_from(unused)) or 0
        firsts = codes.order_by(of.id).limit(n).subquery()
        last = session.scalar(sa.select(sa.func.max(firsts.c.id)))
        moment = sa.literal(withdrawal.at, of.withdrawn_at.type)
        changed = sa.update(_ENTRANCE).where(first.issued_with())
        session.connection().execute(
            changed.values(withdrawn_at=sa.case((of.id <= (last or 0), moment)))
        )


def arguments(number: int) -> Facts:
    """Return a batch as the argument of its deed."""
    return {"batch": number}


def _first(matter: Matter) -> Entrance:
    number = int(matter.arguments["batch"])
    return find_batch(matter.session, campaign=matter.campaign, number=number)


def _basis(matter: Matter) -> Facts:
    check_campaign(matter.campaign)
    first = _first(matter)
    if first.id in withdrawals(matter.session, campaign=matter.campaign):
        raise Refused.of(
            field="batch",
            zh=f"第 {first.id} 批评议码已停用",
            en=f"batch {first.id} of codes is withdrawn already",
        )
    return {"batch": first.id, "codes": _n_codes(matter.session, first)}


def _n_codes(session: Session, first: Entrance) -> int:
    return session.get_one(CodeBatch, first.id).issued


def _rated(session: Session, first: Entrance) -> list[str]:
    """Return the units that a batch's codes let people rate, by their codes."""
    if first.unit_id is not None:
        return [first.unit.code]
    covered = sa.select(CoveredUnit.unit_id).where(CoveredUnit.invitation_id == first.id)
    return list(
        session.scalars(sa.select(Unit.code).where(Unit.id.in_(covered)).order_by(Unit.code))
    )


def _told(matter: Matter) -> list[Said]:
    first, n = _first(matter), _basis(matter)["codes"]
    units = "、".join(_rated(matter.session, first))
    issued_at = local_minute(first.issued_at, matter.campaign.timezone)
    return [
        Said(
            zh=f"停用第 {first.id} 批评议码：{first.issued_by} {issued_at} 发放，单位 {units}，"
            f"对象 {first.group_code}，渠道 {first.channel}，共 {n} 个",
            en=f"withdraw batch {first.id} of codes: {n} issued by {first.issued_by} at"
            f" {issued_at}, units {units}, group {first.group_code}, channel {first.channel}",
        ),
        Said(
            zh="没有用过的码不再打开问卷，也不计入回收率的基数；已经收到的答卷不受影响",
            en="codes not used yet open nothing any more and leave the base of the response rate;"
            " answers that came through the others stay",
        ),
        Said(
            zh="不能恢复，需要时可另行发放", en="it cannot be undone; others can be issued instead"
        ),
    ]


def _carry_out(matter: Matter, persons: Persons, _prepared: object) -> Done:
    session, first, at = matter.session, _first(matter), matter.site.clock()
    unused = sa.update(_ENTRANCE).where(first.issued_with(), unanswered())
    n = session.connection().execute(unused.values(withdrawn_at=at)).rowcount
    session.get_one(CodeBatch, first.id).withdrawn = n
    audit.record(
        session,
        by=persons.approved_by,
        at=at,
        action="batch.withdraw",
        subject=matter.campaign.code,
        batch=first.id,
        units=",".join(_rated(session, first)),
        group=first.group_code,
        channel=first.channel,
        issued_by=first.issued_by,
        count=_n_codes(session, first),
        withdrawn=n,
        proposed_by=persons.proposed_by,
        reason=persons.reason,
    )
    return Done(
        said=Said(
            zh="这一批评议码已停用，没有用过的不再打开问卷。",
            en="The batch is withdrawn; codes not used yet open nothing.",
        )
    )


WITHDRAW_CODES = Deed(
    kind=KIND,
    name=Said(zh="停用一批评议码", en="Withdraw a batch of codes"),
    propose="invitation.issue",
    basis=_basis,
    told=_told,
    carry_out=_carry_out,
    needs_reason=lambda _basis: True,
)

"""Two persons: one official proposes a deed, another approves it, and only then is it done."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.access import accounts, roles, second_word
from survey.ledger.book import lock_tail
from survey.ledger.proposed import proposal_digest
from survey.model import Account, Campaign, Proposal
from survey.problems import Problem, Refused
from survey.site.installation import Site
from survey.two_persons.arguments import arguments_of
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A proposal that waits, and who may decide on it."""

    proposal: Proposal
    may_approve: tuple[Account, ...]


def propose(
    session: Session,
    *,
    site: Site,
    deed: Deed,
    campaign: Campaign,
    arguments: Facts,
    by: str,
    reason: str,
    told: Sequence[Said] | None = None,
) -> Proposal:
    """Ask for a deed; nothing is done yet.

    What it would do is `told` before where that takes longer than residents should wait.

    Raises Refused where the official may not ask for it, where it could not be done now, and
    where it is asked for already. One asked for in a state that has passed is withdrawn first.
    """
    require_official(session, username=by, action=deed.propose)
    matter = Matter(session=session, site=site, campaign=campaign, arguments=arguments).standing()
    facts, at = deed.basis(matter), matter.site.clock()
    if deed.needs_reason(facts):
        _need_reason(reason)
    basis = _canonical(facts)
    waiting = find_waiting(session, deed=deed, campaign=campaign, arguments=arguments)
    if waiting is not None:
        if waiting.basis == basis:
            raise Refused([_waits(waiting)])
        _decide(session, waiting, "withdrawn", by=by, at=at, reason="情况已变，重新提请")
    made = Proposal(
        deed=deed.kind,
        campaign_id=campaign.id,
        arguments=_canonical(arguments),
        basis=basis,
        digest=_digest(deed.kind, campaign.code, _canonical(arguments), basis),
        told=[asdict(line) for line in (deed.told(matter) if told is None else told)],
        reason=_tidy(reason),
        proposed_by=by,
        proposed_at=at,
    )
    session.add(made)
    session.flush()
    _record(session, "propose", made, campaign, by=by, at=at)
    return made


def approve(
    session: Session,
    *,
    site: Site,
    deed: Deed,
    proposal: Proposal,
    by: str,
    reason: str = "",
    prepared: Any = None,
) -> Done:
    """Do what was proposed, in this transaction: once, as proposed, by the second person's will.

    `prepared` is what the deed wants made before.

    Raises Refused for the one who proposed it, under whatever account; for one decided on
    already; and where the state it was proposed in has passed.
    """
    campaign = _hold(session, proposal)
    lock_tail(session, campaign_id=campaign.id)  # before the audit's, as every sealed deed does
    official = require_official(session, username=by, action="proposal.decide")
    _need_waiting(proposal)
    _need_another(session, proposal, official)
    arguments = arguments_of(proposal)
    matter = Matter(session=session, site=site, campaign=campaign, arguments=arguments).standing()
    if _canonical(deed.basis(matter)) != proposal.basis:
        raise Refused([_changed(proposal)])
    at = matter.site.clock()
    persons = Persons(proposed_by=proposal.proposed_by, approved_by=by, reason=proposal.reason)
    _decide(session, proposal, "approved", by=by, at=at, reason=reason)
    return deed.carry_out(matter, persons, prepared)


def decline(
    session: Session, *, proposal: Proposal, by: str, reason: str, at: datetime
) -> Proposal:
    """Decide against a proposal; its own proposer withdraws it. Raises Refused without a reason."""
    _hold(session, proposal)
    own = proposal.proposed_by == by
    require_official(session, username=by, action="proposal.read" if own else "proposal.decide")
    _need_waiting(proposal)
    _need_reason(reason)
    _decide(session, proposal, "withdrawn" if own else "declined", by=by, at=at, reason=reason)
    return proposal


def propose_or_approve(
    session: Session,
    *,
    site: Site,
    deed: Deed,
    campaign: Campaign,
    arguments: Facts,
    by: str,
    reason: str = "",
    prepared: Any = None,
    told: Sequence[Said] | None = None,
) -> Proposed | Done:
    """Ask for a deed, or approve it where another official has asked for the same.

    What a command does that is given the same words by one official and then by another.
    """
    official = require_official(session, username=by)
    waiting = find_waiting(session, deed=deed, campaign=campaign, arguments=arguments)
    if waiting is not None and not roles.may(official, deed.propose):
        return approve(
            session,
            site=site,
            deed=deed,
            proposal=waiting,
            by=by,
            reason=reason,
            prepared=prepared,
        )
    made = propose(
        session,
        site=site,
        deed=deed,
        campaign=campaign,
        arguments=arguments,
        by=by,
        reason=reason,
        told=told,
    )
    return Proposed(proposal=made, may_approve=may_approve(session, proposal=made))


def find_waiting(
    session: Session, *, deed: Deed, campaign: Campaign, arguments: Facts
) -> Proposal | None:
    """Return the proposal of exactly this that waits, or None."""
    return session.scalar(
        sa.select(Proposal).where(
            Proposal.deed == deed.kind,
            Proposal.campaign_id == campaign.id,
            Proposal.arguments == _canonical(arguments),
            Proposal.outcome.is_(None),
        )
    )


def find_proposal(session: Session, *, number: int) -> Proposal:
    """Return a proposal by its number; raises Refused if there is none."""
    found = session.get(Proposal, number)
    if found is None:
        raise Refused.of(
            zh=f"没有第 {number} 号提请；用 survey proposals 查看",
            en=f"there is no proposal {number}; `survey proposals` lists them",
        )
    return found


def all_proposals(session: Session, *, campaign: Campaign | None = None) -> list[Proposal]:
    """Return proposals, those that wait first, then the latest decided."""
    query = sa.select(Proposal).order_by(Proposal.outcome.is_not(None), Proposal.id.desc())
    if campaign is not None:
        query = query.where(Proposal.campaign_id == campaign.id)
    return list(session.scalars(query))


def n_waiting(session: Session) -> int:
    """Return how many proposals wait."""
    waiting = sa.select(sa.func.count(Proposal.id)).where(Proposal.outcome.is_(None))
    return session.scalar(waiting) or 0


def may_approve(session: Session, *, proposal: Proposal) -> tuple[Account, ...]:
    """Return the officials who may decide on a proposal."""
    own = accounts.find_account(session, username=proposal.proposed_by)
    enabled = sa.select(Account).where(Account.disabled_at.is_(None)).order_by(Account.username)
    return tuple(
        account
        for account in session.scalars(enabled)
        if roles.may(account, "proposal.decide")
        and account.username != proposal.proposed_by
        and not (own and second_word.is_same_person(own.name, account.name))
    )


def ties_of(session: Session, *, proposal: Proposal, approver: str) -> list[second_word.LetIn]:
    """Return how the proposer had a hand in letting the approver in, until the decision."""
    return second_word.ties(
        session,
        proposer=proposal.proposed_by,
        approver=approver,
        until=proposal.decided_at,
    )


def require_official(
    session: Session, *, username: str, action: roles.Action | None = None
) -> Account:
    """Return an enabled account, one that may do something where that is said.

    Raises Refused saying how such an account is made.
    """
    account = accounts.find_account(session, username=username)
    if account is None or account.disabled_at is not None:
        known = "没有" if account is None else "已停用"
        raise Refused.of(
            field="by",
            zh=f"{known}账号“{username}”；须由在用账号办理，"
            "新建账号：survey user add 账号 --name 姓名 --role 角色",
            en=f"there is no enabled account {username!r}; deeds are done by real accounts:"
            " `survey user add USERNAME --name NAME --role ROLE` makes one",
        )
    if action is not None and not roles.may(account, action):
        needed = roles.who_may(action)
        raise Refused.of(
            field="by",
            zh=f"账号“{username}”的角色是 {account.role}，此事须由 {'、'.join(needed)} 办理；"
            "可用 survey user add 新建账号或由有此角色的人办理",
            en=f"{username!r} is {account.role}; this is for {', '.join(needed)}: let such an"
            " official do it, or make an account by `survey user add`",
        )
    return account


def _hold(session: Session, proposal: Proposal) -> Campaign:
    """Keep proposal and campaign as they are until this transaction ends, and read them anew."""
    session.refresh(proposal, with_for_update=True)
    campaign = session.get_one(Campaign, proposal.campaign_id)
    held = sa.select(Campaign.id).where(Campaign.id == campaign.id)
    session.execute(held.with_for_update(key_share=True))
    session.refresh(campaign, ["state"])
    return campaign


def _decide(
    session: Session, proposal: Proposal, outcome: str, *, by: str, at: datetime, reason: str
) -> None:
    proposal.outcome, proposal.decided_by, proposal.decided_at = outcome, by, at
    proposal.decision_reason = _tidy(reason)
    proposal.done_at = at if outcome == "approved" else None
    session.flush()
    word = {"approved": "approve", "declined": "decline", "withdrawn": "withdraw"}[outcome]
    campaign = session.get_one(Campaign, proposal.campaign_id)
    more: dict[str, Any] = {"proposed_by": proposal.proposed_by}
    if outcome == "approved" and (found := ties_of(session, proposal=proposal, approver=by)):
        more["ties"] = [{"deed": tie.action, "by": tie.by, "word_of": tie.word_of} for tie in found]
    _record(session, word, proposal, campaign, by=by, at=at, **more)


def _record(
    session: Session,
    word: str,
    proposal: Proposal,
    campaign: Campaign,
    *,
    by: str,
    at: datetime,
    **more: Any,
) -> None:
    audit.record(
        session,
        by=by,
        at=at,
        action=f"proposal.{word}",
        subject=campaign.code,
        proposal=proposal.id,
        deed=proposal.deed,
        digest=proposal.digest,
        sealed=proposal_digest(proposal, salt=campaign.record_salt),
        **more,
    )


def _need_waiting(proposal: Proposal) -> None:
    if proposal.outcome is not None:
        words = {"approved": "批准", "declined": "不批准", "withdrawn": "撤回"}[proposal.outcome]
        raise Refused.of(
            zh=f"第 {proposal.id} 号提请已由 {proposal.decided_by} {words}，不能再次办理",
            en=f"proposal {proposal.id} was {proposal.outcome} by {proposal.decided_by};"
            " it is decided once",
        )


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused.of(field="reason", zh="请写明理由", en="say why")


def _need_another(session: Session, proposal: Proposal, official: Account) -> None:
    own = accounts.find_account(session, username=proposal.proposed_by)
    if proposal.proposed_by == official.username:
        zh, en = "提请人不能批准自己的提请", "who proposed it cannot approve it"
    elif own is not None and second_word.is_same_person(own.name, official.name):
        zh = f"账号“{official.username}”与提请人“{own.username}”姓名相同（{own.name}），视为同一人"
        en = f"{official.username!r} bears the name of {own.username!r}: counted as one person"
    else:
        return
    raise Refused.of(field="by", zh=f"{zh}；请另一人批准", en=f"{en}; another official must")


def _waits(proposal: Proposal) -> Problem:
    return Problem(
        zh=f"已由 {proposal.proposed_by} 提请（第 {proposal.id} 号），等待另一人批准",
        en=f"{proposal.proposed_by} has proposed it (number {proposal.id}); it waits for another"
        " official's approval",
    )


def _changed(proposal: Proposal) -> Problem:
    return Problem(
        zh=f"第 {proposal.id} 号提请之后情况已有变化，不能照原样办理；请不予批准或撤回，重新提请",
        en=f"things have changed since proposal {proposal.id} was made; decline or withdraw it and"
        " propose anew",
    )


def _canonical(facts: Facts) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _tidy(reason: str) -> str:
    tidy = " ".join(reason.split())
    if len(tidy) > _LONGEST_REASON:
        raise Refused.of(field="reason", zh="理由不超过500个字", en="at most 500 characters")
    return tidy

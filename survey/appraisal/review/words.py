"""A person gives a word on a case: independently of the first, or as the third where two differ."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey import audit
from survey.access import accounts, second_word
from survey.appraisal.review.kinds import VERDICTS
from survey.appraisal.review.standing import find_case
from survey.appraisal.runs import need_scorable, wait_for_turn
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.book import lock_tail
from survey.ledger.reviewed import review_word_digest
from survey.model import Account, Campaign, ReviewCase, ReviewWord
from survey.problems import Refused
from survey.site.installation import Site
from survey.two_persons.case_log import NOTHING_SAID, CaseVerdict, Standing
from survey.two_persons.case_standing import read_standings
from survey.two_persons.proposals import require_official

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a word came to: the decision where it made one, else how many words there are."""

    outcome: CaseVerdict | None
    n_words: int


def give_word(
    session: Session,
    *,
    site: Site,
    campaign: Campaign,
    number: int,
    verdict: str,
    reason: str,
    by: str,
) -> Given:
    """Keep one person's word on a case, sealed; where it decides, say so in the audit.

    Raises Refused for an official who may not, for one who gave a word on this decision already,
    under whatever account, for a verdict that is not open to him, without a reason, and where the
    campaign cannot be scored any more.
    """
    wait_for_turn(session, campaign=campaign)
    lock_tail(session, campaign_id=campaign.id)  # before the audit's, as every sealed deed does
    official = require_official(session, username=by, action="review.decide")
    need_scorable(campaign)
    case = find_case(session, campaign=campaign, number=number)
    standing = read_standings(session, campaign=campaign).get(number, NOTHING_SAID)
    _need_another(session, standing, official)
    said = _allowed(case, standing, verdict)
    word = ReviewWord(
        case_id=case.id,
        turn=standing.next_turn,
        position=len(standing.current) + 1,
        verdict=said,
        reason=_reason(reason),
        by=by,
        at=site.clock(),
    )
    session.add(word)
    session.flush()
    outcome = _outcome(standing, said)
    _record(session, campaign, case, word, outcome)
    seal_ledger(site, session, campaign, "review")
    return Given(outcome=outcome, n_words=word.position)


def open_verdicts(case: ReviewCase, standing: Standing) -> tuple[CaseVerdict, ...]:
    """Return what can be said of a case now: the third decides among what two have said."""
    if len(standing.current) == 2:
        return tuple(dict.fromkeys(word.verdict for word in standing.current))
    known: list[CaseVerdict] = ["keep"]
    known += ["exclude"] if case.n else []
    known += ["one"] if case.n > 1 else []
    return (*known, "undo") if standing.verdict else tuple(known)


def may_speak(session: Session, standing: Standing, official: Account) -> bool:
    """Say whether an official has given no word yet on the decision that is being made."""
    return _said_by(session, standing, official) is None


def _said_by(session: Session, standing: Standing, official: Account) -> str | None:
    """Return the account under which this very person has given a word already."""
    for word in standing.current:
        other = accounts.find_account(session, username=word.by)
        if word.by == official.username:
            return word.by
        if other is not None and second_word.is_same_person(other.name, official.name):
            return word.by
    return None


def _need_another(session: Session, standing: Standing, official: Account) -> None:
    own = _said_by(session, standing, official)
    if own is None:
        return
    as_zh = "您" if own == official.username else f"同名账号“{own}”（视为同一人）"
    as_en = "you have" if own == official.username else f"{own!r}, of the same name, has"
    raise Refused.of(
        field="by",
        zh=f"{as_zh}已经对这次认定表过态；请另一人办理",
        en=f"{as_en} given a word on this decision; another person gives the next",
    )


def _allowed(case: ReviewCase, standing: Standing, verdict: str) -> CaseVerdict:
    allowed = open_verdicts(case, standing)
    for known in allowed:
        if known == verdict:
            return known
    raise Refused.of(
        field="verdict",
        zh=f"这里只能选：{'、'.join(VERDICTS[one].zh for one in allowed)}",
        en=f"choose one of: {', '.join(VERDICTS[one].en for one in allowed)}",
    )


def _reason(reason: str) -> str:
    tidy = " ".join(reason.split())
    if not tidy:
        raise Refused.of(field="reason", zh="请写明理由", en="say why")
    if len(tidy) > _LONGEST_REASON:
        raise Refused.of(field="reason", zh="理由不超过500个字", en="at most 500 characters")
    return tidy


def _outcome(standing: Standing, said: CaseVerdict) -> CaseVerdict | None:
    before = [word.verdict for word in standing.current]
    return said if len(before) == 2 or before == [said] else None


def _record(
    session: Session,
    campaign: Campaign,
    case: ReviewCase,
    word: ReviewWord,
    outcome: CaseVerdict | None,
) -> None:
    """Say that a word was given, by its salted digest, and what was decided where it was."""
    audit.record(
        session,
        by=word.by,
        at=word.at,
        action="review.word",
        subject=campaign.code,
        case=case.number,
        word=word.id,
        turn=word.turn,
        position=word.position,
        digest=review_word_digest(word, number=case.number, salt=campaign.record_salt),
    )
    if outcome is not None:
        audit.record(
            session,
            by=word.by,
            at=word.at,
            action="review.decide",
            subject=campaign.code,
            case=case.number,
            turn=word.turn,
            verdict=outcome,
            unit=case.unit_code,
            kind=case.kind,
            n=case.n,
        )

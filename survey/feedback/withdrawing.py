"""A resident takes back what he wrote: the words go wherever they stand, the answer counts on.

No ledger leaf covers a comment, so that everything proved stays proved.
"""

from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock
from survey.feedback import matters
from survey.feedback.cases import RESIDENT
from survey.feedback.kinds import kind_of_case
from survey.model import Campaign, Case, Comment


def has_words(session: Session, case: Case) -> bool:
    """Tell whether anything is kept that a case's resident wrote, be it redacted."""
    comment = session.get_one(Comment, case.response_id)
    said = any(step.text for step in case.steps if step.by == RESIDENT)
    return bool(comment.text or comment.local_texts or case.redacted or said)


def withdraw_words(session: Session, *, campaign: Campaign, case: Case, clock: Clock) -> bool:
    """Erase all that a case's resident wrote, whatever its state; False where nothing is left.

    What the office and the unit wrote stays, and so do the reasons that were ticked: they are part
    of the answer. A case that nobody had taken up is only counted from now on.
    """
    if not has_words(session, case):
        return False
    comment = session.get_one(Comment, case.response_id)
    comment.text = comment.local_texts = ""
    if case.redacted is not None:
        case.redacted = ""
    for step in case.steps:
        if step.by == RESIDENT:
            step.text = ""
    kind = kind_of_case(case.state, "", comment.reasons)
    if kind != "case":
        case.due_on = None
    matters.forget_words(session, campaign=campaign, response_id=case.response_id)
    subject = f"{campaign.code}/{case.code}"
    audit.record(session, by=RESIDENT, at=clock(), action="case.withdrawn", subject=subject)
    return True

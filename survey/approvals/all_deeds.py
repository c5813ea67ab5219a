"""Every deed that takes two persons."""

from survey.appraisal.anonymity.anonymising import ANONYMISE
from survey.appraisal.appeals.deciding import DECIDE_APPEAL
from survey.appraisal.key_destruction import DESTROY_KEY
from survey.appraisal.on_site.deciding import DECIDE_VISIT
from survey.appraisal.release import RELEASE
from survey.drafting.amending import AMENDING
from survey.feedback.erasure import ERASE
from survey.fieldwork.closing import CLOSE_EARLY
from survey.fieldwork.draws.deeds import ENTER_SEED, FIX_ROSTER
from survey.fieldwork.extending import EXTEND
from survey.fieldwork.invitations.balance.signing import BALANCE_CODES
from survey.fieldwork.invitations.beyond_plan import ISSUE_BEYOND_PLAN
from survey.fieldwork.invitations.withdrawing import WITHDRAW_CODES
from survey.fieldwork.opening import OPEN
from survey.fieldwork.papers.withdrawing import REISSUE, WITHDRAW
from survey.publication.publishing import PUBLISH
from survey.two_persons.deed import Deed

DEEDS: dict[str, Deed] = {
    deed.kind: deed
    for deed in (
        *(OPEN, ISSUE_BEYOND_PLAN, WITHDRAW_CODES, WITHDRAW, REISSUE, CLOSE_EARLY, EXTEND, RELEASE),
        BALANCE_CODES,
        *(DECIDE_APPEAL, DECIDE_VISIT, PUBLISH, AMENDING, DESTROY_KEY, ANONYMISE, ERASE),
        *(FIX_ROSTER, ENTER_SEED),
    )
}

"""What visits are called: findings, how a visit stands, and the deed that decides on one."""

from typing import Literal

from survey.model import Finding, VisitOutcome
from survey.two_persons.deed import Said

DEED = "visit.decide"
State = Literal["waiting", "confirmed", "withdrawn"]

FINDINGS: dict[Finding, Said] = {
    "met": Said(zh="符合", en="Met"),
    "not_met": Said(zh="不符合", en="Not met"),
    "not_seen": Said(zh="未查看", en="Not seen"),
}
STATES: dict[State, Said] = {
    "waiting": Said(zh="待确认，不扣分", en="Not confirmed, does not count"),
    "confirmed": Said(zh="已确认", en="Confirmed"),
    "withdrawn": Said(zh="已撤销，不扣分", en="Withdrawn, does not count"),
}
OUTCOMES: dict[VisitOutcome, Said] = {
    "confirmed": Said(zh="确认，计入扣分", en="Confirm: its deduction counts"),
    "withdrawn": Said(zh="撤销，不计扣分", en="Withdraw: it does not count"),
}

"""The posters and invitations through which the simulated residents come in."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from survey.clock import Clock
from survey.demo.respondents import Respondent
from survey.fieldwork.entrances import OPEN_CHANNEL, register_poster
from survey.fieldwork.invitations.issuing import issue_codes
from survey.model import Campaign

BY = "demo"

# Share of those invited who answer; more codes are issued than come back.
_ANSWERED = {"token_sms": 0.38, "token_sheet": 0.72, "phone": 0.31, "paper_home": 0.64}
_AT_A_TIME = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Which code opens a campaign's page for whom."""

    campaign_code: str
    posters: dict[tuple[str, str], str] = field(default_factory=dict)
    invitations: dict[tuple[str, str, str, str], str] = field(default_factory=dict)

    def code_of(self, person: Respondent) -> str:
        """Return the code a resident scans or types."""
        if person.channel == OPEN_CHANNEL:
            return self.posters[person.unit_code, person.group_code]
        return self.invitations[(*_domain(person), person.invitation)]


def prepare_entrances(
    session: Session,
    *,
    campaign: Campaign,
    respondents: Iterable[Respondent],
    clock: Clock,
    key: bytes,
) -> Codes:
    """Hang a poster wherever one is scanned and issue the invitations that are used, and more."""
    units = {entry.unit.code: entry for entry in campaign.units}
    prepared = Codes(campaign_code=campaign.code)
    invited: dict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
    for person in respondents:
        if person.channel != OPEN_CHANNEL:
            invited[_domain(person)][person.invitation] = None
        elif (place := (person.unit_code, person.group_code)) not in prepared.posters:
            poster = register_poster(
                session,
                campaign=campaign,
                unit=units[person.unit_code].unit,
                group_code=person.group_code,
                place="便民服务中心",
                by=BY,
                clock=clock,
            )
            prepared.posters[place] = poster.code or ""
    for (unit_code, group_code, channel), wanted in invited.items():
        missing = math.ceil(len(wanted) / _ANSWERED[channel])
        codes: list[str] = []
        while len(codes) < missing:
            codes += issue_codes(
                session,
                campaign=campaign,
                units=[units[unit_code]],
                group_code=group_code,
                channel=channel,
                count=min(missing - len(codes), _AT_A_TIME),
                by=BY,
                clock=clock,
                key=key,
            )
        for invitation, code in zip(wanted, codes, strict=False):
            prepared.invitations[unit_code, group_code, channel, invitation] = code
    return prepared


def _domain(person: Respondent) -> tuple[str, str, str]:
    return person.unit_code, person.group_code, person.channel

"""What visits take away, as a release says it: by unit, bounded, with what was counted."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy.orm import Session

from survey.appraisal.on_site.standing import VisitStanding, deducted, in_points, read_visits
from survey.appraisal.record.scores import Indicator, OnSiteDeductions, UnitDeduction
from survey.canonical import digest_of
from survey.ledger.visited import visit_digest
from survey.model import Campaign
from survey.scheme.campaign_scheme import scheme_of


def counted_visits(session: Session, *, campaign: Campaign) -> OnSiteDeductions | None:
    """Return the deductions of confirmed visits; None where there is no such visit."""
    of_unit: dict[str, list[VisitStanding]] = defaultdict(list)
    counted = [one for one in read_visits(session, campaign=campaign) if one.counts]
    if not counted:
        return None
    for one in counted:
        of_unit[one.entry.unit.code].append(one)
    on_site = scheme_of(campaign).on_site
    units = []
    for entry in campaign.units:
        visits = of_unit.get(entry.unit.code)
        if visits:
            found, bounded = deducted(campaign, visits)
            units.append(
                UnitDeduction(
                    unit_code=entry.unit.code,
                    n_visits=len(visits),
                    found=in_points(found),
                    deduction=in_points(bounded),
                )
            )
    salt = campaign.record_salt
    return OnSiteDeductions(
        indicator=Indicator(code=on_site.indicator_code, name=on_site.indicator_name),
        most=in_points(on_site.most),
        n_visits=len(counted),
        digest=digest_of(
            [[one.visit.number, visit_digest(one.visit, salt=salt)] for one in counted]
        ),
        units=tuple(units),
    )

"""Open the demonstration county's campaign and say where residents come in: one line of JSON.

    python -m deploy.rehearsal.county

Run on a node by the program's own user, with its settings, after `survey init`.
"""

from __future__ import annotations

import json
import os
import sys

import sqlalchemy as sa

from survey.demo.campaigns import stage_open
from survey.demo.seeding import today
from survey.model import Campaign, CampaignUnit, Entrance
from survey.site.installation import Site, open_site

CODE = "FAILOVER-GZPY"
_UNITS = 10


def main() -> None:
    """Open the campaign and tell its code and the addresses of some posters."""
    with open_site(os.environ) as site:
        stage_open(site, starts_on=today(site), code=CODE, respondents=())
        sys.stdout.write(json.dumps({"campaign": CODE, "addresses": _addresses(site)}) + "\n")


def _addresses(site: Site) -> list[str]:
    query = (
        sa.select(Entrance.code)
        .join(Campaign, Campaign.id == Entrance.campaign_id)
        .join(
            CampaignUnit,
            sa.and_(
                CampaignUnit.campaign_id == Campaign.id, CampaignUnit.unit_id == Entrance.unit_id
            ),
        )
        .where(Campaign.code == CODE, CampaignUnit.class_code == "A")
        .order_by(Entrance.id)
        .limit(_UNITS)
    )
    with site.database.reading() as session:
        return [f"/q/{code}" for code in session.scalars(query)]


if __name__ == "__main__":
    main()

"""A signed head of the ledger at the moments that matter: the close and each release."""

from survey.ledger.head import seal
from survey.model import Campaign, TreeHead
from survey.site.installation import Site


def seal_ledger(site: Site, campaign: Campaign) -> TreeHead:
    """Sign the campaign's ledger as it is committed now; nothing if it is signed already."""
    return seal(
        site.database,
        campaign=campaign,
        key=site.keys.signing(),
        home=site.settings.home,
        at=site.clock(),
    )

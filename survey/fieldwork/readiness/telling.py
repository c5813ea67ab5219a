"""The list as commands print it."""

from collections.abc import Iterator

import click
from sqlalchemy.orm import Session

from survey.fieldwork.readiness.checklist import NAMES, deeds_ahead, lines, readiness
from survey.fieldwork.readiness.item import Deed
from survey.model import Campaign
from survey.site.installation import Site
from survey.verification.whole import verify


def tell_before(session: Session, *, site: Site, campaign: Campaign, deed: Deed) -> None:
    """Print what is to be heeded before a deed; what stops it is said by its refusal."""
    found = readiness(session, site=site, campaign=campaign, deed=deed)
    for line in lines([item for item in found if item.standing == "warns"]):
        click.echo(line, err=True)


def ahead(session: Session, *, site: Site, campaign: Campaign) -> Iterator[str]:
    """Yield the whole list for each deed the campaign can come to next."""
    altered = verify(site, only=campaign.code)
    for deed in deeds_ahead(campaign):
        yield ""
        yield f"{NAMES[deed].zh}前检查 before {NAMES[deed].en}"
        found = readiness(session, site=site, campaign=campaign, deed=deed, altered=altered)
        yield from lines(found)

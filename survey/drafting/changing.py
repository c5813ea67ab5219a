"""One sheet of a draft's plan changed: checked with all others, stored whole, on record."""

from survey import audit
from survey.drafting.version import Change, Version, changes_of
from survey.fieldwork.campaigns import find_campaign, need_state
from survey.fieldwork.given_county import checked
from survey.fieldwork.loading import store_again
from survey.problems import Refused
from survey.scheme.folder import read_county
from survey.scheme.stored import stored_folder
from survey.scheme.workbook.reading import WorkbookSource
from survey.scheme.workbook.sheets import Rows, Sheet
from survey.scheme.workbook.writing import sheets_of
from survey.site.installation import Site

_ATTEMPTS = 5


class Overtaken(Exception):  # noqa: N818  nobody failed: two people wrote at once
    """Somebody else has changed the sheet since the form was made."""

    def __init__(self, theirs: Version) -> None:
        self.theirs = theirs
        super().__init__(theirs.sheet.name)


def change_sheet(
    site: Site, *, campaign_code: str, sheet: Sheet, rows: Rows, made_from: str, by: str
) -> list[Change]:
    """Store what a draft's sheet shall say, and return what is another one.

    ``made_from`` is the digest of the version that was read. Raises Overtaken if that is no more
    the one stored, and Refused with all faults of the whole plan; nothing is stored of either.
    """
    for _attempt in range(_ATTEMPTS):
        with site.database.reading() as session:
            campaign = find_campaign(session, campaign_code)
            need_state(campaign, "draft")
            before = stored_folder(session, campaign)
        filled = sheets_of(before)
        current = Version(sheet=sheet, rows=filled[sheet.name])
        if current.digest != made_from:
            raise Overtaken(current)
        changes = changes_of(sheet, current.rows, rows)
        if not changes:
            return []
        source = WorkbookSource.of_sheets({**filled, sheet.name: rows})
        with source.told():
            county = checked(site, read_county(source))
            with site.database.writing() as session:
                campaign = find_campaign(session, campaign_code)
                if stored_folder(session, campaign) != before:
                    continue  # another sheet was stored meanwhile: check against that
                at = site.clock()
                store_again(session, campaign, folder=county, at=at)
                audit.record(
                    session,
                    by=by,
                    at=at,
                    action="campaign.change",
                    subject=campaign_code,
                    sheet=sheet.name,
                    changes=[change._asdict() for change in changes],
                )
        return changes
    raise Refused.of(
        zh="别人正在修改这个方案，请稍后再保存",
        en="somebody else keeps changing this plan; save again in a moment",
    )

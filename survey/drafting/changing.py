"""One sheet of a draft's plan changed: checked with all others, stored whole, on record."""

from collections.abc import Callable, Mapping

from survey import audit
from survey.drafting.version import Change, Version, changes_of
from survey.fieldwork.campaigns import find_campaign, need_state
from survey.fieldwork.loading import store_again
from survey.fieldwork.openable import checked
from survey.problems import Refused
from survey.scheme.county import CountyFolder
from survey.scheme.folder import read_county
from survey.scheme.stored import stored_folder
from survey.scheme.workbook.reading import WorkbookSource
from survey.scheme.workbook.sheets import BY_NAME, Rows, Sheet, Sheets
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
    return change_sheets(
        site,
        campaign_code=campaign_code,
        wanted=lambda _county: {sheet.name: rows},
        made_from=(sheet, made_from),
        by=by,
    )


def change_sheets(
    site: Site,
    *,
    campaign_code: str,
    wanted: Callable[[CountyFolder], Sheets],
    made_from: tuple[Sheet, str] | None,
    by: str,
    files: Mapping[str, str] | None = None,
) -> list[Change]:
    """Store what some sheets shall say, made of the draft as it is, as `change_sheet` does one.

    ``files`` are those that were given for it, with their digests.
    """
    for _attempt in range(_ATTEMPTS):
        with site.database.reading() as session:
            campaign = find_campaign(session, campaign_code)
            need_state(campaign, "draft")
            before = stored_folder(session, campaign)
        filled = sheets_of(before)
        if made_from:
            current = Version(sheet=made_from[0], rows=filled[made_from[0].name])
            if current.digest != made_from[1]:
                raise Overtaken(current)
        after = wanted(before)
        changed = {
            name: found
            for name, rows in after.items()
            if (found := changes_of(BY_NAME[name], filled[name], rows))
        }
        if not changed:
            return []
        source = WorkbookSource.of_sheets({**filled, **after})
        with source.told():
            county = checked(site, read_county(source))
            with site.database.writing() as session:
                campaign = find_campaign(session, campaign_code)
                if stored_folder(session, campaign) != before:
                    continue  # another sheet was stored meanwhile: check against that
                at = site.clock()
                store_again(session, campaign, folder=county, at=at)
                for name, found in changed.items():
                    audit.record(
                        session,
                        by=by,
                        at=at,
                        action="campaign.change",
                        subject=campaign_code,
                        sheet=name,
                        changes=[change._asdict() for change in found],
                        **({"files": dict(files)} if files else {}),
                    )
        return [change for found in changed.values() for change in found]
    raise Refused.of(
        zh="别人正在修改这个方案，请稍后再保存",
        en="somebody else keeps changing this plan; save again in a moment",
    )

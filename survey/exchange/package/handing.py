"""A package leaves: who took it, with which release, and whether answers can be read from it."""

from pathlib import Path

from survey import audit
from survey.access.accounts import require_account
from survey.access.roles import may
from survey.exchange.answers_folder import note_folder
from survey.exchange.document import FrozenDocument, find_document, note_export
from survey.exchange.package.making import Tell, make_package
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.sealing import seal_ledger
from survey.problems import Refused
from survey.site.installation import Site
from survey.verification.meanwhile import whole_meanwhile

PACKAGE = "package"


def hand_over(
    site: Site,
    *,
    campaign_code: str,
    number: int | None,
    openings: bool,
    by: str,
    out: Path,
    tell: Tell,
) -> None:
    """Write a release's package; nothing is there before its leaving is on record and sealed.

    Raises Refused where there is no such release, where `make_package` does, and where openings
    are asked for by an account that may not export; Altered where anything is not as it was sealed.
    """
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        document = find_document(session, campaign=campaign, number=number)
        if openings:
            account = require_account(session, username=by)
            if not may(account, "export.make"):
                raise _may_not(by)
    made = out.with_name(f"{out.name}.part")
    try:
        tell("核对全部存档… / comparing all that is stored with its seals …")
        with whole_meanwhile(site, campaign_code):
            n_answers = make_package(
                site,
                campaign_code=campaign_code,
                number=document.content.release.number,
                openings=openings,
                out=made,
                tell=tell,
            )
        _note(site, campaign_code, document, answers=n_answers, openings=openings, by=by)
        made.replace(out)
    finally:
        made.unlink(missing_ok=True)


def _note(
    site: Site, code: str, document: FrozenDocument, *, answers: int, openings: bool, by: str
) -> None:
    """Put on record that a package leaves, and seal it."""
    with site.database.writing() as session:
        campaign = find_campaign(session, code)
        note_export(
            session, campaign=campaign, document=document, name=PACKAGE, by=by, clock=site.clock
        )
        note_folder(session, campaign=campaign, answers=answers, by=by, clock=site.clock)
        if openings:
            audit.record(
                session,
                by=by,
                at=site.clock(),
                action="openings.export",
                subject=campaign.code,
                number=document.content.release.number,
            )
        seal_ledger(site, session, campaign, "export")


def _may_not(by: str) -> Refused:
    return Refused.of(
        field="by",
        zh=f"账号“{by}”已停用或无权导出结果；须由有权导出的账号（如监察）要求拆封内容",
        en=f"the account {by!r} is disabled or may not export results; an account that may,"
        " as an auditor’s, asks for openings",
    )

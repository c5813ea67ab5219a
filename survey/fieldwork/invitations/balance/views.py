"""The office's page of the balance of codes: read, taken away, and proposed to be signed."""

from flask import Blueprint, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey import audit
from survey.access.sign_in import current_account, requires
from survey.fieldwork.campaign_pages import campaign_or_404, need_whole
from survey.fieldwork.invitations.addressees import invited_channels
from survey.fieldwork.invitations.balance.sheet import Sheet, sheet_of, signed_entry, workbook
from survey.fieldwork.invitations.balance.signing import BALANCE_CODES
from survey.fieldwork.once import Once, codes_version
from survey.forms.office import ProposalForm
from survey.model import Campaign
from survey.problems import Problem, Refused
from survey.two_persons.proposals import find_waiting, propose
from survey.two_persons.waiting import shown_waiting
from survey.web.downloads import attachment
from survey.web.request import language, site

blueprint = Blueprint("balance", __name__, url_prefix="/office/campaigns/<code>/invitations")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LINES = 100  # of one page; the workbook has them all
Page = str | Response | tuple[str, int]


@blueprint.record
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["balance"] = Once()


@blueprint.get("/balance")
@requires("batch.read")
def page(code: str) -> Page:
    return _page(code)


@blueprint.post("/balance")
@requires("invitation.issue")
def sign(code: str) -> Page:
    """Propose that two persons sign the balance."""
    form = ProposalForm()
    if not form.validate_on_submit():
        return _page(code, form=form), 422
    need_whole(code)
    try:
        with site().database.writing() as session:
            made = propose(
                session,
                site=site(),
                deed=BALANCE_CODES,
                campaign=campaign_or_404(session, code),
                arguments={},
                by=current_account().username,
                reason=form.reason.data or "",
            )
    except Refused as refused:
        return _page(code, form=form, refused=refused), 422
    return shown_waiting(made)


@blueprint.get("/balance.xlsx")
@requires("batch.read")
def download(code: str) -> Page:
    """Give the balance as a workbook, contradictions and all; never a code."""
    try:
        with site().database.reading() as session:
            content = workbook(sheet_of(session, campaign_or_404(session, code)))
    except Refused as refused:
        return _page(code, refused=refused), 422
    with site().database.writing() as session:
        audit.record(
            session,
            by=current_account().username,
            at=site().clock(),
            action="balance.export",
            subject=code,
        )
    disposition = attachment(f"{code}-code-balance.xlsx")
    return Response(content, mimetype=_XLSX, headers={"Content-Disposition": disposition})


def _page(code: str, *, form: ProposalForm | None = None, refused: Refused | None = None) -> str:
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        sheet, faults = _sheet(session, campaign)
        given = refused.problems if refused else ()
        said = dict.fromkeys([*given, *faults, *(sheet.problems if sheet else ())])
        n_lines = len(sheet.lines) if sheet else 0
        page = max(1, request.args.get("p", 1, type=int))
        waiting = find_waiting(session, deed=BALANCE_CODES, campaign=campaign, arguments={})
        return render_template(
            "office/code_balance.html",
            campaign=campaign,
            sheet=sheet,
            page=page,
            n_pages=-(-n_lines // _LINES) or 1,
            shown=sheet.lines[(page - 1) * _LINES : page * _LINES] if sheet else (),
            waiting=waiting.id if waiting else None,
            groups={group.code: group.name(language()) for group in campaign.groups},
            channels=invited_channels(campaign, language()),
            form=form or ProposalForm(formdata=None),
            lines=Refused(said).text(language()).splitlines() if said else [],
        )


def _sheet(session: Session, campaign: Campaign) -> tuple[Sheet | None, tuple[Problem, ...]]:
    """Return what there is to read, or why there is nothing any more.

    All codes are counted for it, so that while people answer it is done once a minute at most;
    whoever signs has them counted then.
    """
    once: Once = current_app.extensions["balance"]
    minute = site().clock().replace(second=0, microsecond=0)
    signed = signed_entry(session, campaign)
    version = (codes_version(session, campaign), minute, signed.id if signed else None)
    try:
        return once.value(campaign.id, version, lambda: sheet_of(session, campaign)), ()
    except Refused as refused:
        return None, tuple(refused.problems)

"""The office's page of one-time codes, each for one unit or for several in one sitting."""

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from survey import audit
from survey.access import roles
from survey.access.sign_in import current_account, requires
from survey.fieldwork.campaign_pages import campaign_or_404, shown_readiness
from survey.fieldwork.invitations import batch_table
from survey.fieldwork.invitations.addressees import invited_channels
from survey.fieldwork.invitations.batches import batch_of, batches_of
from survey.fieldwork.invitations.beyond_plan import (
    Batch,
    arguments_of,
    issue_or_propose,
    prepare,
)
from survey.fieldwork.invitations.covered import chosen_units
from survey.fieldwork.invitations.shown import shown_batches
from survey.fieldwork.invitations.withdrawing import WITHDRAW_CODES, arguments, find_batch
from survey.fieldwork.readiness.checklist import deeds_ahead
from survey.forms.office import InvitationForm, ProposalForm
from survey.model import Campaign
from survey.problems import Refused
from survey.two_persons.deed import Matter
from survey.two_persons.proposals import Proposed, propose
from survey.two_persons.waiting import shown_waiting
from survey.web.downloads import attachment
from survey.web.pages import found_or_404
from survey.web.request import language, site

blueprint = Blueprint("invitations", __name__, url_prefix="/office")

Page = str | Response | tuple[str, int]


@blueprint.route("/campaigns/<code>/invitations", methods=["GET", "POST"])
@blueprint.route("/campaigns/<code>/sittings", methods=["GET", "POST"], endpoint="sittings")
@requires("batch.read")
def batches(code: str) -> Page:
    """Show what was issued; a POST issues a batch and answers with its file, or proposes it.

    Codes for several units once had a page of their own, whose address still leads here.
    """
    if request.method == "POST" and not roles.may(current_account(), "invitation.issue"):
        abort(403)
    form, lines = InvitationForm(), []
    with site().database.reading() as session:
        _offer(form, campaign_or_404(session, code))
        valid = form.validate_on_submit()
    if valid:
        try:
            return _issue(code, form)
        except Refused as refused:
            lines = refused.text(language()).splitlines()
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        page = render_template(
            "office/invitations.html",
            campaign=campaign,
            **shown_batches(session, campaign),
            ready=shown_readiness(session, campaign, "code")
            if "code" in deeds_ahead(campaign)
            else [],
            groups={group.code: group.name(language()) for group in campaign.groups},
            channels=invited_channels(campaign, language()),
            form=form,
            lines=lines,
        )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/campaigns/<code>/batches.<kind>")
@requires("batch.read")
def download(code: str, kind: str) -> Response:
    """Give the batches as a table: by whom, how many, for whom, how answered; never a code."""
    if kind not in batch_table.WRITERS:
        abort(404)
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        content = batch_table.WRITERS[kind](
            campaign, batches_of(session, campaign=campaign), language()
        )
    with site().database.writing() as session:
        audit.record(
            session,
            by=current_account().username,
            at=site().clock(),
            action="batch.export",
            subject=code,
            kind=kind,
        )
    return Response(
        content,
        mimetype=batch_table.MEDIA_TYPES[kind],
        headers={"Content-Disposition": attachment(f"{code}-batches.{kind}")},
    )


@blueprint.route("/campaigns/<code>/batches/<int:number>/withdraw", methods=["GET", "POST"])
@requires("invitation.issue")
def withdraw(code: str, number: int) -> Page:
    """Ask whether a batch shall open nothing any more; a POST proposes it to a second person."""
    form, lines = ProposalForm(), []
    if form.validate_on_submit():
        try:
            return _propose_withdrawal(code, number, form.reason.data or "")
        except Refused as refused:
            lines = refused.text(language()).splitlines()
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        found_or_404(find_batch, session, campaign=campaign, number=number)
        batch = batch_of(session, campaign=campaign, number=number)
        page = render_template(
            "office/withdraw_codes.html",
            campaign=campaign,
            batch=batch,
            groups={group.code: group.name(language()) for group in campaign.groups},
            form=form,
            lines=lines,
        )
    return page, 422 if form.is_submitted() else 200


def _propose_withdrawal(code: str, number: int, reason: str) -> Response:
    with site().database.writing() as session:
        campaign = campaign_or_404(session, code)
        found_or_404(find_batch, session, campaign=campaign, number=number)
        made = propose(
            session,
            site=site(),
            deed=WITHDRAW_CODES,
            campaign=campaign,
            arguments=arguments(number),
            by=current_account().username,
            reason=reason,
        )
    return shown_waiting(made)


def _issue(code: str, form: InvitationForm) -> Response:
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        batch = Batch(
            units=tuple(
                chosen_units(
                    session,
                    campaign=campaign,
                    unit_code=form.unit.data,
                    unit_codes=form.units.data or "",
                    class_code=form.class_code.data,
                    group_code=form.group.data,
                )
            ),
            group_code=form.group.data,
            channel=form.channel.data,
            count=form.count.data or 0,
            until=form.until.data,
            lang=form.words.data,
            files=(form.file.data,),
        )
        arguments = arguments_of(batch)
        prepared = prepare(
            Matter(session=session, site=site(), campaign=campaign, arguments=arguments),
            asked=request.form.get("csrf_token", ""),  # another each time the page is shown
        )
    with site().database.writing() as session:
        outcome = issue_or_propose(
            session,
            site=site(),
            campaign=campaign_or_404(session, code),
            batch=batch,
            by=current_account().username,
            reason=form.reason.data or "",
            prepared=prepared,
        )
    if isinstance(outcome, Proposed):
        return shown_waiting(outcome.proposal)
    [paper] = outcome.papers
    return Response(
        paper.content,
        mimetype="application/pdf" if paper.name.endswith("pdf") else "text/csv",
        headers={"Content-Disposition": attachment(paper.name)},
    )


def _offer(form: InvitationForm, campaign: Campaign) -> None:
    form.offer(
        units=[(unit.unit.code, unit.unit.name(language())) for unit in campaign.units],
        classes=list(dict.fromkeys(unit.class_code for unit in campaign.units)),
        groups=[(group.code, group.name(language())) for group in campaign.groups],
        channels=list(invited_channels(campaign, language()).items()),
    )

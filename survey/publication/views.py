"""The public page of a release, and the office's page that asks for it."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from survey.access.sign_in import current_account, requires
from survey.appraisal.release import latest_release
from survey.fieldwork.campaign_pages import campaign_or_404, need_whole, reading_campaign
from survey.forms.office import ProposalForm
from survey.problems import Refused
from survey.publication.publishing import PUBLISH, published
from survey.publication.shown import read_public
from survey.respond import page
from survey.respond.presentation import presentation, show
from survey.two_persons.proposals import propose
from survey.two_persons.waiting import shown_waiting
from survey.web import alterations
from survey.web.request import language, site

blueprint = Blueprint("publication", __name__)


@blueprint.get("/p/<code>")
def public_page(code: str) -> ResponseReturnValue:
    """Show the campaign's public release; 404 before there is one."""
    look, altered = presentation(), bool(alterations.known())
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        public = published(session, campaign=campaign)
        if public is None:
            abort(404)
        found = (
            None
            if altered
            else read_public(session, campaign=campaign, public=public, clock=site().clock)
        )
        newest = latest_release(session, campaign=campaign)
        shown = render_template(
            "publication/scores.html",
            **page.frame(None, look, campaign=campaign),
            campaign=campaign,
            found=found,
            superseded=newest is not None and newest.id != public.release.id,
        )
    return show(shown, 503 if altered else 200)


@blueprint.route("/office/campaigns/<code>/publish", methods=["GET", "POST"])
@requires("release.make")
def publish_page(code: str) -> ResponseReturnValue:
    """Ask for a release to be made public."""
    form, lines = ProposalForm(), list[str]()
    if form.validate_on_submit():
        need_whole(code)
        try:
            with site().database.writing() as session:
                made = propose(
                    session,
                    site=site(),
                    deed=PUBLISH,
                    campaign=campaign_or_404(session, code),
                    arguments={},
                    by=current_account().username,
                    reason=form.reason.data or "",
                )
        except Refused as refused:
            lines = refused.text(language()).splitlines()
        else:
            return shown_waiting(made)
    with reading_campaign(code, "score.read") as (session, campaign):
        shown = render_template(
            "office/publish.html",
            campaign=campaign,
            form=form,
            public=published(session, campaign=campaign),
            release=latest_release(session, campaign=campaign),
            lines=lines,
        )
    return shown, 422 if lines or (request.method == "POST" and form.errors) else 200

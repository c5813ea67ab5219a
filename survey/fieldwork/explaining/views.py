"""The plan in words: a page, and the same on paper."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from survey.access.sign_in import requires
from survey.fieldwork.campaign_pages import reading_campaign
from survey.fieldwork.explaining.paper import make_plan_paper
from survey.fieldwork.explaining.told import plan_in_words
from survey.fieldwork.papers.font import choose_font
from survey.fieldwork.planned import plan_of
from survey.problems import Refused
from survey.web.downloads import attachment
from survey.web.request import language, site

blueprint = Blueprint("explaining", __name__, url_prefix="/office/campaigns/<code>")

Page = str | tuple[str, int]


@blueprint.get("/plan")
@requires("campaign.read")
def shown(code: str) -> Page:
    with reading_campaign(code, "campaign.read") as (session, campaign):
        lines, sections, digest = [], [], ""
        try:
            sections = plan_in_words(session, campaign=campaign)
            digest = plan_of(session, campaign=campaign).digest()
        except Refused as refused:
            lines = refused.text(language()).splitlines()
        page = render_template(
            "office/plan.html", campaign=campaign, sections=sections, digest=digest, lines=lines
        )
    return page, 422 if lines else 200


@blueprint.get("/plan.pdf")
@requires("campaign.read")
def paper(code: str) -> Response:
    with reading_campaign(code, "campaign.read") as (session, campaign):
        pdf = make_plan_paper(
            campaign,
            plan_in_words(session, campaign=campaign),
            digest=plan_of(session, campaign=campaign).digest(),
            font=choose_font(site().settings),
            lang=language(),
        )
    return Response(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": attachment(f"{code}-plan.pdf")},
    )

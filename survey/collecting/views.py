"""The office's page that takes answers of telephone interviews and paper sheets as a table."""

import hashlib

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.collecting.collected_file import collected_channels
from survey.collecting.entering import collect
from survey.collecting.receipts_table import receipts_of
from survey.fieldwork.campaign_pages import campaign_or_404
from survey.forms.office import CollectForm
from survey.office_files.given import table_in
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.campaign.plan import Plan
from survey.web.downloads import attachment
from survey.web.request import file_name, language, site

blueprint = Blueprint("collecting", __name__, url_prefix="/office")

COLLECT = "/office/collect"
LARGEST_TABLE = 2_000_000
Page = str | Response | tuple[str, int]


@blueprint.route("/collect", methods=["GET", "POST"])
@requires("answer.collect")
def page() -> Page:
    """Ask for a table; a POST stores its answers and gives their receipts, or says its faults.

    The address names its campaign in the query: bodies larger than others go by the address.
    """
    code = request.args.get("code", "")
    form, lines = CollectForm(), []
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        channels = scheme_of(campaign).channels
        plan = Plan.from_dict(campaign.plan) if campaign.plan else None
        known = collected_channels(plan.channels) if plan else {}
        form.offer(channels=[(each, channels[each].name(language())) for each in known])
    if form.validate_on_submit():
        try:
            return _collect(code, form)
        except Refused as refused:
            lines = refused.text(language()).splitlines()
    shown = render_template("office/collect.html", campaign=campaign, form=form, lines=lines)
    return shown, 422 if form.is_submitted() else 200


def _collect(code: str, form: CollectForm) -> Response:
    content = form.file.data.read()
    name = file_name(form.file.data.filename)
    stored = collect(
        site(),
        campaign_code=code,
        table=table_in(content, name),
        digest=hashlib.sha256(content).hexdigest(),
        channel=form.channel.data,
        skip_bad=bool(form.skip_bad.data),
        by=current_account().username,
    )
    return Response(
        receipts_of(stored),
        mimetype="text/csv",
        headers={"Content-Disposition": attachment(f"{code}-receipts.csv")},
    )

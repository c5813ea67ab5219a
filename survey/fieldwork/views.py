from collections.abc import Sequence
from datetime import date, datetime

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access import roles
from survey.access.sign_in import current_account, requires
from survey.clock import local_minute
from survey.fieldwork import (
    closing,
    entrances,
    extending,
    given_county,
    opening,
    plan_summary,
    progress,
)
from survey.fieldwork.campaign_pages import (
    campaign_or_404,
    need_whole,
    reading_campaign,
    shown_readiness,
    visible_units,
)
from survey.fieldwork.counting import codes_issued
from survey.fieldwork.once import Once, versions
from survey.fieldwork.readiness.checklist import require_ready
from survey.fieldwork.refusal_counts import refused_in
from survey.forms.office import ConfirmForm, ExtensionForm, NewCampaignForm, ProposalForm
from survey.model import Campaign, CampaignUnit
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.two_persons.deed import Deed, Said
from survey.two_persons.proposals import propose
from survey.two_persons.waiting import shown_waiting
from survey.web import charts
from survey.web.request import file_name, language, site

blueprint = Blueprint("fieldwork", __name__, url_prefix="/office")

NEW_CAMPAIGN = "/office/new"
LARGEST_ARCHIVE = 2_000_000
Page = str | Response | tuple[str, int]


blueprint.add_app_template_filter(local_minute, "local")


@blueprint.record
def prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["progress"] = Once()


@blueprint.route("/new", methods=["GET", "POST"])
@requires("campaign.run")
def new_campaign() -> Page:
    """Ask for a campaign's folder as one archive; a POST loads it as a draft or says its faults."""
    form, lines = NewCampaignForm(), []
    if form.validate_on_submit():
        try:
            content, name = form.archive.data.read(), file_name(form.archive.data.filename)
            with given_county.source_from(content, name) as source:
                loaded = given_county.load(site(), source=source, by=_by())
        except Refused as refused:
            lines = refused.text(language()).splitlines()
        else:
            flash(_("已载入为草稿。请核对方案，再开启评议。"))
            return redirect(url_for("fieldwork.overview", code=loaded.code))
    page = render_template("office/new_campaign.html", form=form, lines=lines)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/campaigns/<code>")
@requires("campaign.read")
def overview(code: str) -> Page:
    with reading_campaign(code, "campaign.read") as (session, campaign):
        units = visible_units(campaign, "campaign.read")
        summary = plan_summary.summarise_plan(session, campaign=campaign)
        return render_template(
            "office/overview.html",
            campaign=campaign,
            units=units,
            summary=summary,
            at=site().clock(),
        )


@blueprint.route("/campaigns/<code>/open", methods=["GET", "POST"], endpoint="open_page")
@requires("campaign.run")
def open_page(code: str) -> Page:
    """Show what opening fixes; a POST proposes it to a second person."""
    form = ConfirmForm()
    if not form.validate_on_submit():
        return _state_page(code, form, to="open")
    try:
        with site().database.reading() as session:
            campaign = campaign_or_404(session, code)
            require_ready(session, site=site(), campaign=campaign, deed="open")
            told = opening.told_before(session, campaign=campaign)
        return _propose(code, opening.OPEN, told)
    except Refused as refused:
        return _state_page(code, form, to="open", refused=refused)


@blueprint.route("/campaigns/<code>/close", methods=["GET", "POST"], endpoint="close_page")
@requires("campaign.run")
def close_page(code: str) -> Page:
    with site().database.reading() as session:
        early = closing.is_early(campaign_or_404(session, code), site().clock())
    form = ProposalForm() if early else ConfirmForm()
    if not form.validate_on_submit():
        return _state_page(code, form, to="early" if early else "closed")
    need_whole(code)
    try:
        return _propose_early_close(code, form) if early else _close(code)
    except Refused as refused:
        return _state_page(code, form, to="early" if early else "closed", refused=refused)


def _close(code: str) -> Response:
    with site().database.writing() as session:
        campaign = campaign_or_404(session, code)
        closing.close_in_time(session, site=site(), campaign=campaign, by=_by())
    flash(_("评议已结束。"))
    return redirect(url_for("fieldwork.overview", code=code))


def _propose_early_close(code: str, form: FlaskForm) -> Response:
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        told = closing.told_before(session, site=site(), campaign=campaign)
    return _propose(code, closing.CLOSE_EARLY, told, reason=form.reason.data)


def _propose(code: str, deed: Deed, told: Sequence[Said], *, reason: str = "") -> Response:
    with site().database.writing() as session:
        made = propose(
            session,
            site=site(),
            deed=deed,
            campaign=campaign_or_404(session, code),
            arguments={},
            by=_by(),
            reason=reason,
            told=told,
        )
    return shown_waiting(made)


@blueprint.route("/campaigns/<code>/extend", methods=["GET", "POST"])
@requires("campaign.run")
def extend(code: str) -> Page:
    """Ask for the new last day; a POST proposes it to a second person."""
    form, lines = ExtensionForm(), []
    if form.validate_on_submit() and form.until.data:
        need_whole(code)
        try:
            return _propose_extension(code, form.until.data, form.reason.data or "")
        except Refused as refused:
            lines = refused.text(language()).splitlines()
    with reading_campaign(code, "campaign.read") as (_session, campaign):
        page = render_template("office/extend.html", campaign=campaign, form=form, lines=lines)
    return page, 422 if form.is_submitted() else 200


def _propose_extension(code: str, until: date, reason: str) -> Response:
    with site().database.writing() as session:
        made = propose(
            session,
            site=site(),
            deed=extending.EXTEND,
            campaign=campaign_or_404(session, code),
            arguments=extending.arguments_of(until),
            by=_by(),
            reason=reason,
        )
    return shown_waiting(made)


def _state_page(code: str, form: FlaskForm, *, to: str, refused: Refused | None = None) -> Page:
    with reading_campaign(code, "campaign.read") as (session, campaign):
        ready = shown_readiness(session, campaign, "open" if to == "open" else "close")
        page = render_template(
            "office/state.html",
            campaign=campaign,
            summary=plan_summary.summarise_plan(session, campaign=campaign),
            ready=ready,
            to=to,
            numbers=closing.numbers(session, site=site(), campaign=campaign, ready=ready)
            if campaign.state == "open" and to != "open"
            else [],
            form=form,
            lines=refused.text(language()).splitlines() if refused else [],
        )
    return page, 422 if refused or form.errors else 200


@blueprint.get("/campaigns/<code>/progress")
@requires("progress.read")
def progress_page(code: str) -> Page:
    with reading_campaign(code, "campaign.read") as (session, campaign):
        asked, (at, coarse) = _asked(campaign), _sight(campaign)
        units = visible_units(campaign, "progress.read")
        found = _read_once(session, campaign, units, asked["channel"], at=at, coarse=coarse)
        rows = progress.select(
            found,
            class_code=asked["class"],
            text=asked["q"],
            only_behind=bool(asked["behind"]),
            sort=asked["sort"],
            descending=asked["dir"] == "desc",
        )
        partial = request.headers.get("X-Partial") == "1"
        template = "office/progress_table.html" if partial else "office/progress.html"
        page = render_template(
            template,
            campaign=campaign,
            progress=found,
            rows=rows,
            groups=[group for group in campaign.groups if asked["group"] in {"", group.code}],
            asked=asked,
            charts=charts,
            refused=refused_in(session, campaign=campaign),
            at=at,
            coarse=coarse,
        )
    response = make_response(page)
    response.headers["Vary"] = "X-Partial, Cookie"  # or Back would show the fragment alone
    if partial:
        response.headers["X-Partial"] = "1"
    return response


@blueprint.get("/campaigns/<code>/progress/<unit_code>")
@requires("progress.read")
def unit_progress(code: str, unit_code: str) -> Page:
    with reading_campaign(code, "campaign.read") as (session, campaign):
        taking_part = _unit(session, campaign, unit_code, "progress.read")
        at, coarse = _sight(campaign)
        found = _read_once(session, campaign, [taking_part], at=at, coarse=coarse)
        return render_template(
            "office/unit_progress.html",
            campaign=campaign,
            taking_part=taking_part,
            progress=found,
            by_channel=progress.by_group_and_channel(campaign, found),
            charts=charts,
            at=at,
            coarse=coarse,
        )


def _read_once(
    session: Session,
    campaign: Campaign,
    units: Sequence[CampaignUnit],
    channel: str = "",
    *,
    at: datetime,
    coarse: bool,
) -> progress.Progress:
    """Return what is computed once for each version of the data, however many look at it."""
    once: Once = current_app.extensions["progress"]
    minute, ids = at.replace(second=0, microsecond=0), tuple(unit.unit_id for unit in units)
    version, of_codes = versions(session, campaign)
    # Batches are thousands in a large county, and change far less often than answers come.
    issued = once.value(
        (campaign.id, ids), of_codes, lambda: codes_issued(session, campaign, list(ids))
    )
    return once.value(
        (campaign.id, ids, channel, coarse),
        (minute, version),
        lambda: progress.read_progress(
            session,
            campaign=campaign,
            units=units,
            at=at,
            channel=channel,
            coarse=coarse,
            issued=issued,
        ),
    )


def _unit(
    session: Session, campaign: Campaign, unit_code: str, action: roles.Action
) -> CampaignUnit:
    """Return a unit somebody may see; 404 for a foreign one as for one that does not exist."""
    found = entrances.find_unit(session, campaign=campaign, unit_code=unit_code)
    if found is None:
        abort(404)
    if not roles.may(current_account(), action, found):
        current_app.logger.warning("%s asked for the foreign unit %s", _by(), unit_code)
        abort(404)
    return found


def _sight(campaign: Campaign) -> tuple[datetime, bool]:
    """Return of what moment somebody sees the figures, and whether as a unit's liaison may."""
    coarse = current_account().unit_id is not None
    now = site().clock()
    return (progress.last_midnight(campaign, now), True) if coarse else (now, False)


def _by() -> str:
    return current_account().username


def _asked(campaign: Campaign) -> dict[str, str]:
    """Return filter and order as asked; what does not exist counts as not asked."""
    known = {
        "class": set(scheme_of(campaign).classes),
        "group": {group.code for group in campaign.groups},
        "channel": set(scheme_of(campaign).channels),
        "behind": {"1"},
        "sort": {"class"},
        "dir": {"desc"},
    }
    asked = {name: request.args.get(name, "") for name in known}
    asked = {name: value if value in known[name] else "" for name, value in asked.items()}
    return {**asked, "q": request.args.get("q", "")[:40]}

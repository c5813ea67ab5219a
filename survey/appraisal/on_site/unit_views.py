"""A unit's page of visits: its records, and the form that an inspector fills in on the spot."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.access import roles
from survey.access.sign_in import current_account, requires
from survey.appraisal.on_site.entering import Photo, Seen, enter_visit
from survey.appraisal.on_site.shown import need_list, units_visited
from survey.appraisal.on_site.words import FINDINGS, STATES
from survey.clock import local_day
from survey.fieldwork.campaign_pages import need_whole, reading_campaign, visible_units
from survey.forms.on_site import VisitForm, visit_form
from survey.model import Campaign, CampaignUnit
from survey.office_files.photos import LARGEST_PHOTO
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.web.pages import found_or_404
from survey.web.request import file_name, language, site

blueprint = Blueprint("unit_visits", __name__, url_prefix="/office/campaigns/<code>")

UNIT_VISITS = "/office/campaigns/<code>/units/<unit_code>/visits"
LARGEST_VISIT = LARGEST_PHOTO + 64 * 1024  # with the form around it
Page = str | Response | tuple[str, int]


@blueprint.get("/units/<unit_code>/visits")
@requires("visit.read", hidden=True)
def page(code: str, unit_code: str) -> Page:
    """Show a unit's visits, and the form to whoever makes them."""
    return _shown(code, unit_code)


@blueprint.post("/units/<unit_code>/visits")
@requires("visit.run", hidden=True)
def enter(code: str, unit_code: str) -> Page:
    """Take what an inspector found at a unit."""
    with reading_campaign(code, "visit.run") as (_session, campaign):
        found_or_404(need_list, campaign)
        _entry(campaign, unit_code, "visit.run")
        form = _offered(campaign)
    if not form.validate_on_submit():
        return _shown(code, unit_code, form=form), 422
    need_whole(code)
    try:
        number = enter_visit(
            site(),
            campaign_code=code,
            unit_code=unit_code,
            said=_said(form),
            by=current_account().username,
        )
    except Refused as refused:
        return _shown(code, unit_code, form=form, refused=refused), 422
    flash(_("已录入第%(n)d号察访记录，由另一人确认后扣分才算数。", n=number))
    return redirect(url_for("on_site.visit", code=code, number=number))


def _entry(campaign: Campaign, unit_code: str, action: roles.Action) -> CampaignUnit:
    """Return a unit the official may do this to; 404 for all others."""
    units = {entry.unit.code: entry for entry in visible_units(campaign, action)}
    if unit_code not in units:
        abort(404)
    return units[unit_code]


def _said(form: VisitForm) -> Seen:
    given = form.photo.data
    visited_on = form.visited_on.data
    assert visited_on is not None  # the form asks for it
    return Seen(
        visited_on=visited_on,
        place=form.place.data or "",
        findings=form.findings(),
        seen=form.seen.data or "",
        photo=Photo(name=file_name(given.filename), content=given.read()) if given else None,
    )


def _offered(campaign: Campaign, *, fresh: bool = False) -> VisitForm:
    items = scheme_of(campaign).on_site.items
    return visit_form(
        [(item.item_id, item.name(language())) for item in items],
        [(name, said.text(language())) for name, said in FINDINGS.items()],
        fresh=fresh,
    )


def _shown(
    code: str, unit_code: str, *, form: VisitForm | None = None, refused: Refused | None = None
) -> str:
    with reading_campaign(code, "visit.read") as (session, campaign):
        found_or_404(need_list, campaign)
        entry = _entry(campaign, unit_code, "visit.read")
        account = current_account()
        [unit] = units_visited(session, campaign=campaign, units=[entry], account=account)
        if form is None:
            form = _offered(campaign, fresh=True)
            today = local_day(site().clock(), campaign.timezone)
            form.visited_on.data = date.fromisoformat(today)
        return render_template(
            "office/unit_visits.html",
            campaign=campaign,
            entry=entry,
            unit=unit,
            states=STATES,
            form=form,
            may_enter=roles.may(account, "visit.run", entry) and campaign.opened_at is not None,
            lines=refused.text(language()).splitlines() if refused else [],
        )

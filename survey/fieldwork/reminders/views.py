"""Reminders: which codes nobody has used, and a wave of reminders in one step."""

from io import BytesIO

from flask import Blueprint, abort, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey import audit
from survey.access import roles
from survey.access.sign_in import current_account, requires
from survey.fieldwork.campaign_pages import campaign_or_404
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.invitations.addressees import invited_channels
from survey.fieldwork.reminders.files import KINDS, make_file, require_typeset_soon, suffix
from survey.fieldwork.reminders.overview import BatchReminded, Wanted, batches_reminded
from survey.fieldwork.reminders.own_list import OwnList, read_own_list
from survey.fieldwork.reminders.recording import batches_to_remind, remind
from survey.fieldwork.reminders.to_remind import to_remind
from survey.fieldwork.reminders.unused import issued_codes, n_unused
from survey.fieldwork.reminders.unused_table import KINDS as TABLES
from survey.fieldwork.reminders.unused_table import unused_table
from survey.forms.office import ReminderForm
from survey.model import Campaign
from survey.office_files.given import table_in
from survey.problems import Refused
from survey.web.downloads import attachment, pack
from survey.web.request import file_name, language, site

blueprint = Blueprint("reminders", __name__, url_prefix="/office")

REMINDERS = "/office/reminders"
LARGEST_LIST = 2_000_000
_MOST_ROWS = 100
Page = str | Response | tuple[str, int]


@blueprint.route("/reminders", methods=["GET", "POST"])
@requires("batch.read")
def page() -> Page:
    """Show the batches in use; a POST records a wave and answers with its files in one archive.

    The address names its campaign in the query: bodies larger than others go by the address.
    """
    if request.method == "POST" and not roles.may(current_account(), "invitation.issue"):
        abort(403)
    code, at = request.args.get("code", ""), site().clock()
    form, lines = ReminderForm(), []
    with site().database.reading() as session:
        found = batches_reminded(session, campaign=campaign_or_404(session, code), at=at)
        form.offer(batches=[one.batch.number for one in found])
    if form.validate_on_submit():
        try:
            return _remind(code, form)
        except Refused as refused:
            lines = refused.text(language()).splitlines()
    if not form.is_submitted():
        form.files.data = ["list", "texts"]
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        wanted = _wanted(campaign)
        mine = [one for one in found if wanted.holds(one)]
        shown = render_template(
            "office/reminders.html",
            campaign=campaign,
            found=mine[:_MOST_ROWS],
            n_found=len(mine),
            ticked=_ticked(form, found),
            wanted=wanted,
            waves=sorted({one.waves for one in found}),
            groups={group.code: group.name(language()) for group in campaign.groups},
            channels=invited_channels(campaign, language()),
            form=form,
            lines=lines,
        )
    return shown, 422 if form.is_submitted() else 200


@blueprint.get("/campaigns/<code>/unused.<kind>")
@requires("invitation.issue")
def unused(code: str, kind: str) -> Response:
    """Give the codes not used before today as a table: batch and serial, no person."""
    if kind not in TABLES:
        abort(404)
    at = site().clock()
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        batches = batches_reminded(session, campaign=campaign, at=at, wanted=_wanted(campaign))
        content = unused_table(
            session, campaign=campaign, batches=batches, at=at, lang=language(), kind=kind
        )
    with site().database.writing() as session:
        audit.record(
            session,
            by=current_account().username,
            at=at,
            action="unused.export",
            subject=code,
            kind=kind,
        )
    return Response(
        content,
        mimetype=TABLES[kind],
        headers={"Content-Disposition": attachment(f"{code}-unused.{kind}")},
    )


def _wanted(campaign: Campaign) -> Wanted:
    asked = request.args
    waves = asked.get("wave", "")
    units = {entry.unit.code for entry in campaign.units}
    groups = {group.code for group in campaign.groups}
    return Wanted(
        unit_code=asked.get("unit", "") if asked.get("unit") in units else "",
        group_code=asked.get("group", "") if asked.get("group") in groups else "",
        waves=int(waves) if waves.isascii() and waves.isdecimal() and len(waves) < 4 else None,
    )


def _ticked(form: ReminderForm, found: list[BatchReminded]) -> set[int]:
    """Return the batches whose boxes are ticked: at first all that were not reminded today."""
    if form.is_submitted():
        return set(form.batches.data or ())
    return {one.batch.number for one in found if one.is_open and not one.is_reminded_today}


def _remind(code: str, form: ReminderForm) -> Response:
    kinds = tuple(kind for kind in KINDS if kind in (form.files.data or ()))
    numbers, lang = list(form.batches.data or ()), form.words.data
    with site().database.reading() as session:
        campaign = find_campaign(session, code)
        own = _own_list(session, campaign, form, numbers)
        at = site().clock()
        firsts = batches_to_remind(session, campaign=campaign, numbers=numbers, at=at)
        n = sum(n_unused(session, first=first, before=at) for first in firsts)  # of both halves
        require_typeset_soon(len(own.rows) if own else n, kinds)
    with site().database.writing() as session:
        campaign = find_campaign(session, code)
        by = current_account().username
        wave = remind(
            session,
            campaign=campaign,
            numbers=numbers,
            by=by,
            clock=site().clock,
            half=int(form.half.data),
        )
    with site().database.reading() as session:
        campaign = find_campaign(session, code)
        people = to_remind(
            session, campaign=campaign, wave=wave, lang=lang, at=site().clock(), own=own
        )
        papers = [
            (
                f"{code}-reminder-{kind}.{suffix(kind)}",
                make_file(
                    kind,
                    people,
                    campaign=campaign,
                    own=own,
                    settings=site().settings,
                    lang=lang,
                ),
            )
            for kind in kinds
        ]
    archive = BytesIO()
    pack(archive, papers)
    return Response(
        archive.getvalue(),
        mimetype="application/zip",
        headers={"Content-Disposition": attachment(f"{code}-reminder.zip")},
    )


def _own_list(
    session: Session, campaign: Campaign, form: ReminderForm, numbers: list[int]
) -> OwnList | None:
    """Return the office's list if it gave one; refused where it has no code of the batches."""
    if not form.own.data:
        return None
    name = file_name(form.own.data.filename)
    table = table_in(form.own.data.read(), name)
    own = read_own_list(session, campaign=campaign, table=table, key=site().keys.intake())
    firsts = batches_to_remind(session, campaign=campaign, numbers=numbers, at=site().clock())
    # Used or not: a refusal leaves no record, so it must not tell whether somebody has answered.
    issued = {code for first in firsts for code in issued_codes(session, first=first)}
    if not any(row.code_hash in issued for row in own.rows):
        raise Refused.of(
            file=name,
            zh="清单里没有所勾选批次的评议码；请核对是否选错了清单或批次",
            en="holds no code of the batches ticked; is it the wrong list, or the wrong batches?",
        )
    return own

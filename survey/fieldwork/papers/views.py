from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access import roles
from survey.access.sign_in import current_account, requires
from survey.fieldwork import entrances
from survey.fieldwork.campaign_pages import campaign_or_404, shown_readiness
from survey.fieldwork.papers import poster_pdf, poster_register
from survey.fieldwork.papers.drawable import require_drawable
from survey.fieldwork.papers.font import choose_font
from survey.fieldwork.papers.poster_sheet import (
    read_sheet,
    register_sheet,
    require_drawable_sheet,
)
from survey.fieldwork.papers.printing import (
    AT_ONCE,
    POSTERS,
    Printing,
    digest_of,
    drawn_posters,
)
from survey.fieldwork.papers.withdrawing import REISSUE, WITHDRAW
from survey.fieldwork.readiness.checklist import deeds_ahead, require_ready
from survey.forms.office import PosterForm, ProposalForm, SheetForm
from survey.jobs.taking import made_or_wait
from survey.model import Campaign, Entrance
from survey.problems import Refused
from survey.two_persons.deed import Deed
from survey.two_persons.proposals import propose
from survey.two_persons.waiting import shown_waiting
from survey.web.downloads import attachment
from survey.web.request import LANGUAGES, language, site

blueprint = Blueprint("posters", __name__, url_prefix="/office")

Page = str | Response | tuple[str, int]


@blueprint.route("/campaigns/<code>/posters", methods=["GET", "POST"])
@requires("poster.read")
def listed(code: str) -> Page:
    """Show the posters registered; a POST registers another."""
    if request.method == "POST" and not roles.may(current_account(), "poster.make"):
        abort(403)
    form = PosterForm()
    with site().database.reading() as session:
        _offer(form, campaign_or_404(session, code))
        valid = form.validate_on_submit()
    lines: list[str] = []
    if valid:
        try:
            _register(code, form)
        except Refused as refused:
            lines = refused.text(language()).splitlines()
        else:
            return redirect(url_for("posters.listed", code=code))
    return _shown(code, form, SheetForm(formdata=None), lines), 422 if form.is_submitted() else 200


@blueprint.post("/campaigns/<code>/posters/sheet")
@requires("poster.make")
def sheet(code: str) -> Page:
    """Register posters for the places of a table, uploaded or pasted; all its faults at once."""
    asked, form = SheetForm(), PosterForm(formdata=None)
    with site().database.reading() as session:
        _offer(form, campaign_or_404(session, code))
    lines: list[str] = []
    if asked.validate_on_submit():
        try:
            return _register_sheet(code, asked)
        except Refused as refused:
            lines = refused.text(language()).splitlines()
    return _shown(code, form, asked, lines), 422


def _register_sheet(code: str, asked: SheetForm) -> Response:
    table = asked.table()
    with site().database.reading() as session:
        hangings = read_sheet(session, campaign=campaign_or_404(session, code), table=table)
    require_drawable_sheet(hangings, file=table.file, font=choose_font(site().settings))
    n = register_sheet(
        site().database,
        hangings,
        campaign_code=code,
        by=current_account().username,
        clock=site().clock,
    )
    flash(
        _(
            "表格里的%(n)d张海报：登记了%(new)d张，其余此前已登记，没有重复登记。",
            n=len(hangings),
            new=n,
        )
    )
    return redirect(url_for("posters.listed", code=code))


def _offer(form: PosterForm, campaign: Campaign) -> None:
    form.offer(
        units=[(unit.unit.code, unit.unit.name(language())) for unit in campaign.units],
        groups=[(group.code, group.name(language())) for group in campaign.groups],
    )


def _shown(code: str, form: PosterForm, asked: SheetForm, lines: list[str]) -> str:
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        return render_template(
            "office/posters.html",
            campaign=campaign,
            rows=entrances.posters_of(session, campaign=campaign),
            ready=shown_readiness(session, campaign, "poster")
            if "poster" in deeds_ahead(campaign)
            else [],
            groups={group.code: group.name(language()) for group in campaign.groups},
            form=form,
            sheet=asked,
            lines=lines,
            sizes=poster_pdf.SIZES,
            ticked=request.args.get("tick") != "none",
        )


def _register(code: str, form: PosterForm) -> None:
    _require_drawable(form.place.data or "")
    place = form.place.data or ""
    with site().database.writing() as session:
        campaign = campaign_or_404(session, code)
        unit = entrances.require_unit(session, campaign=campaign, unit_code=form.unit.data).unit
        wanted = {"campaign": campaign, "unit": unit, "group_code": form.group.data, "place": place}
        if entrances.is_registered(session, **wanted):
            flash(_("这个单位、评议对象在这一地点已经登记过海报，没有重复登记。"))
            return
        entrances.register_poster(
            session, **wanted, by=current_account().username, clock=site().clock
        )
    flash(_("海报已登记，可以下载打印。"))


def _require_drawable(place: str) -> None:
    require_drawable(entrances.tidy_place(place), font=choose_font(site().settings), field="place")


@blueprint.post("/campaigns/<code>/posters/default")
@requires("poster.make")
def add_defaults(code: str) -> Page:
    """Register a poster for every unit that has none."""
    with site().database.reading() as session:
        campaign_or_404(session, code)
    entrances.default_posters(
        site().database,
        campaign_code=code,
        unit_code="",
        by=current_account().username,
        clock=site().clock,
    )
    flash(_("已为每个尚无海报的单位登记一张。"))
    return redirect(url_for("posters.listed", code=code))


@blueprint.get("/campaigns/<code>/posters.pdf")
@requires("poster.read")
def pdf(code: str) -> Page:
    """Give the posters in use as a file to print: all, or those of the units asked for."""
    size = next((size for size in poster_pdf.SIZES if size == request.args.get("size", "a4")), None)
    if size is None:
        abort(404)
    words = request.args.get("words", LANGUAGES[0])
    if words not in LANGUAGES:
        abort(404)
    unit_codes = [code for code in request.args.getlist("unit") if code]
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        for unit_code in unit_codes:
            _require_unit(session, campaign, unit_code)
        require_ready(session, site=site(), campaign=campaign, deed="poster")
        rows = entrances.posters_of(
            session, campaign=campaign, unit_codes=unit_codes, withdrawn=False
        )
        if len(rows) <= AT_ONCE:
            made = drawn_posters(
                session, site=site(), campaign=campaign, size=size, lang=words, units=unit_codes
            )
    if len(rows) > AT_ONCE:
        wanted = Printing(size=size, words=words, units=unit_codes, of=digest_of(rows))
        found = made_or_wait(
            POSTERS, campaign=campaign, arguments=wanted.arguments(), anew=wanted.address(code)
        )
        if isinstance(found, Response):
            return found
        made = found.content
    with site().database.writing() as session:
        entrances.note_printing(
            session,
            campaign=campaign,
            unit_code=",".join(unit_codes),
            n=len(rows),
            by=current_account().username,
            clock=site().clock,
        )
    tail = () if words == LANGUAGES[0] else (words,)
    chosen = unit_codes[0] if len(unit_codes) == 1 else f"{len(unit_codes)}x" if unit_codes else ""
    name = "-".join(part for part in (code, chosen, size, *tail) if part)
    return Response(
        made,
        mimetype="application/pdf",
        headers={"Content-Disposition": attachment(f"{name}.pdf")},
    )


@blueprint.route("/campaigns/<code>/posters/<int:poster_id>/withdraw", methods=["GET", "POST"])
@requires("poster.make")
def withdraw(code: str, poster_id: int) -> Page:
    """Ask whether a poster shall open nothing any more; a POST proposes it to a second person."""
    return _propose(code, poster_id, WITHDRAW)


@blueprint.post("/campaigns/<code>/posters/<int:poster_id>/reissue")
@requires("poster.make")
def reissue(code: str, poster_id: int) -> Page:
    """Propose to replace a poster by its next version, with a new code."""
    return _propose(code, poster_id, REISSUE)


def _propose(code: str, poster_id: int, deed: Deed) -> Page:
    form, lines = ProposalForm(), []
    if form.validate_on_submit():
        try:
            with _changing(code, poster_id) as (session, campaign, poster):
                made = propose(
                    session,
                    site=site(),
                    deed=deed,
                    campaign=campaign,
                    arguments={"poster": poster.id},
                    by=current_account().username,
                    reason=form.reason.data or "",
                )
        except Refused as refused:
            lines = refused.text(language()).splitlines()
        else:
            return shown_waiting(made)
    with site().database.reading() as session:
        campaign, poster = _poster(session, code, poster_id)
        page = render_template(
            "office/withdraw.html",
            campaign=campaign,
            poster=poster,
            forms={
                one.kind: form if one is deed else ProposalForm(formdata=None)
                for one in (WITHDRAW, REISSUE)
            },
            lines=lines,
        )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/campaigns/<code>/posters/<int:poster_id>/move")
@requires("poster.make")
def move(code: str, poster_id: int) -> Page:
    """Note that a poster hangs at another place."""
    _require_drawable(request.form.get("place", ""))
    with _changing(code, poster_id) as (session, campaign, poster):
        poster_register.move_poster(
            session,
            poster=poster,
            campaign=campaign,
            place=request.form.get("place", ""),
            by=current_account().username,
            clock=site().clock,
        )
    flash(_("海报的新地点已登记。"))
    return redirect(url_for("posters.listed", code=code))


@contextmanager
def _changing(code: str, poster_id: int) -> Iterator[tuple[Session, Campaign, Entrance]]:
    with site().database.writing() as session:
        yield session, *_poster(session, code, poster_id)


def _poster(session: Session, code: str, poster_id: int) -> tuple[Campaign, Entrance]:
    campaign = campaign_or_404(session, code)
    poster = entrances.find_poster(session, campaign=campaign, poster_id=poster_id)
    if poster is None:
        abort(404)
    return campaign, poster


def _require_unit(session: Session, campaign: Campaign, unit_code: str) -> None:
    found = entrances.find_unit(session, campaign=campaign, unit_code=unit_code)
    if found is None or not roles.may(current_account(), "poster.read", found):
        abort(404)

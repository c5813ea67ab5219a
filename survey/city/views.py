"""The city's page of its counties: keys, releases taken, figures side by side and together."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey import audit
from survey.access import people
from survey.access.sign_in import current_account, requires
from survey.city import files, keys
from survey.city.shown import in_force, read_year
from survey.city.taking import MOST_BYTES, Offered, take_releases
from survey.forms.office import ConfirmForm
from survey.forms.receiver import CountyKeyForm, CountyReleasesForm, MarkForm
from survey.problems import Refused
from survey.web.downloads import attachment
from survey.web.request import file_name, language, site

blueprint = Blueprint("city", __name__, url_prefix="/office/city")

CITY = "/office/city/releases"
LARGEST_RELEASES = MOST_BYTES + 64 * 1024  # with the form around it
Page = str | Response | tuple[str, int]


@blueprint.get("/")
@requires("city.read")
def listed() -> Page:
    return _page()


@blueprint.post("/releases")
@requires("city.run")
def take() -> Page:
    form = CountyReleasesForm()
    if not form.validate():
        return _page(releases_form=form), 422
    offered = [
        Offered(name=file_name(each.filename), content=each.read(MOST_BYTES))
        for each in form.files.data
    ]
    try:
        with site().database.writing() as session:
            taken = take_releases(
                session, offered=offered, by=current_account().username, clock=site().clock
            )
            n_new = sum(each.is_new for each in taken)
    except Refused as refused:
        return _page(releases_form=form, refused=refused), 422
    flash(_("收下%(n)d个，以前已有%(had)d个。", n=n_new, had=len(taken) - n_new))
    return redirect(url_for("city.listed"))


@blueprint.get("/<int:year>.<name>")
@requires("city.read")
def download(year: int, name: str) -> Response:
    if name not in files.FORMATS:
        abort(404)
    with site().database.writing() as session:
        try:
            found = read_year(session, year=year)
        except Refused:
            abort(404)
        if found is None:
            abort(404)
        audit.record(
            session,
            by=current_account().username,
            at=site().clock(),
            action="city.export",
            subject="city",
            year=year,
            format=name,
        )
    write, kind = files.FORMATS[name]
    return Response(
        write(found),
        content_type=kind,
        headers={
            "Content-Disposition": attachment(files.file_name(found, name)),
            "Cache-Control": "private, no-store",
        },
    )


@blueprint.post("/keys")
@requires("city.run")
def name_key() -> Page:
    form = CountyKeyForm()
    if not form.validate():
        return _page(key_form=form), 422
    try:
        with site().database.writing() as session:
            keys.name_key(
                session,
                county=form.county.data or "",
                key=form.key.data or "",
                by=current_account().username,
                clock=site().clock,
            )
    except Refused as refused:
        return _page(key_form=form, refused=refused), 422
    flash(_("已登记，须由另一人照书面材料确认后才能用。"))
    return redirect(url_for("city.listed"))


@blueprint.post("/keys/<int:number>/confirm")
@requires("city.confirm")
def confirm(number: int) -> Page:
    form = MarkForm()
    if not form.validate():
        return _page(), 422

    def deed(**given: object) -> object:
        return keys.confirm_key(mark=form.mark.data or "", **given)  # type: ignore[arg-type]

    return _do(number, deed, _("已确认，可以收该县的得分文件。"))


@blueprint.post("/keys/<int:number>/revoke")
@requires("city.confirm")
def revoke(number: int) -> Page:
    if not ConfirmForm().validate():
        return _page(), 422
    return _do(number, keys.revoke_key, _("公钥已停用；已收下的不变。"))


def _do(number: int, deed: Callable[..., object], said: str) -> Page:
    try:
        with site().database.writing() as session:
            deed(
                session=session,
                number=number,
                by=current_account().username,
                clock=site().clock,
            )
    except Refused as refused:
        return _page(refused=refused), 422
    flash(said)
    return redirect(url_for("city.listed"))


def _page(
    *,
    key_form: CountyKeyForm | None = None,
    releases_form: CountyReleasesForm | None = None,
    refused: Refused | None = None,
) -> str:
    with site().database.reading() as session:
        asked = request.args.get("year", type=int)
        known = {each.document.campaign.year for each in in_force(session)}
        return render_template(
            "office/city.html",
            city=read_year(session, year=asked if asked in known else None),
            keys=keys.all_keys(session),
            fingerprint=keys.fingerprint,
            people=people.names(session),
            key_form=key_form or CountyKeyForm(formdata=None),
            releases_form=releases_form or CountyReleasesForm(formdata=None),
            mark_form=MarkForm(formdata=None),
            lines=refused.text(language()).splitlines() if refused else [],
        )

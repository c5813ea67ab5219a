"""The office's page of parcels: the next one made, each fetched, receipts handed in."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey.access import people
from survey.access.sign_in import current_account, requires
from survey.airgap.receipts import MOST_BYTES
from survey.airgap.returning import note_receipt
from survey.airgap.sending import content_of, make_parcel
from survey.airgap.series import Sent, read_sent
from survey.forms.receiver import ParcelForm, ReceiptForm
from survey.problems import Refused
from survey.web.downloads import attachment
from survey.web.request import file_name, language, site

blueprint = Blueprint("airgap", __name__, url_prefix="/office/parcels")

Page = str | Answer | tuple[str, int]


@blueprint.app_template_global()
def parcels_of(campaign_code: str) -> dict[int, list[Sent]]:
    """Return the parcels that hold releases of a campaign, by the release's number."""
    found: dict[int, list[Sent]] = {}
    with site().database.reading() as session:
        for sent in read_sent(session):
            for code, number in sent.releases:
                if code == campaign_code:
                    found.setdefault(number, []).append(sent)
    return found


@blueprint.get("/")
@requires("export.make")
def listed() -> Page:
    return _page()


@blueprint.post("/")
@requires("export.make")
def make() -> Page:
    form = ParcelForm()
    if not form.validate():
        return _page(form=form), 422
    try:
        sent = make_parcel(site(), to=(form.to.data or "").strip(), by=current_account().username)
    except Refused as refused:
        return _page(form=form, refused=refused), 422
    if sent is None:
        flash(_("没有新的发布，不用再做传递包。"))
    else:
        flash(_("第%(n)d号传递包已做好，请下载后拷到U盘。", n=sent.number))
    return redirect(url_for("airgap.listed"))


@blueprint.post("/receipt")
@requires("export.make")
def receipt() -> Page:
    form = ReceiptForm()
    if not form.validate():
        return _page(receipt_form=form), 422
    try:
        with site().database.writing() as session:
            sent, is_new = note_receipt(
                session,
                content=form.file.data.read(MOST_BYTES),
                file=file_name(form.file.data.filename),
                key=(form.key.data or "").strip(),
                by=current_account().username,
                clock=site().clock,
            )
    except Refused as refused:
        return _page(receipt_form=form, refused=refused), 422
    flash(
        _("已登记：对方收到了第%(n)d号和它以前的各号。", n=sent.number)
        if is_new
        else _("这张回执以前登记过。")
    )
    return redirect(url_for("airgap.listed"))


@blueprint.get("/<series>/<int:number>.zip")
@requires("export.make")
def download(series: str, number: int) -> Response:
    with site().database.reading() as session:
        wanted = (series, number)
        sent = next((s for s in read_sent(session) if (s.series, s.number) == wanted), None)
        if sent is None:
            abort(404)
        content = content_of(session, sent)
    return Response(
        content,
        mimetype="application/zip",
        headers={
            "Content-Disposition": attachment(sent.name),
            "Cache-Control": "private, no-store",
        },
    )


def _page(
    *,
    form: ParcelForm | None = None,
    receipt_form: ReceiptForm | None = None,
    refused: Refused | None = None,
) -> str:
    with site().database.reading() as session:
        return render_template(
            "office/parcels.html",
            parcels=read_sent(session)[::-1],
            people=people.names(session),
            form=form or ParcelForm(formdata=None),
            receipt_form=receipt_form or ReceiptForm(formdata=None),
            lines=refused.text(language()).splitlines() if refused else [],
        )

"""The office's page of releases sent to other systems: addresses, and what arrived."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access import people
from survey.access.sign_in import current_account, requires
from survey.delivery.retries import MOST_TRIES
from survey.delivery.words import FAULT_WORDS
from survey.forms.office import ConfirmForm
from survey.forms.receiver import AddressForm
from survey.model import Campaign, DeliveryAddress
from survey.problems import Refused
from survey.receivers import addresses, outbox, tokens
from survey.web.request import language, site

blueprint = Blueprint("delivery", __name__, url_prefix="/office/deliveries")

Page = str | Response | tuple[str, int]


@blueprint.app_context_processor
def words() -> dict[str, object]:
    return {"fault_words": FAULT_WORDS}


@blueprint.app_template_global("n_addresses_waiting")
def n_addresses_waiting() -> int:
    with site().database.reading() as session:
        return tokens.both_waiting(session, at=site().clock())[1]


@blueprint.get("/")
@requires("receiver.read")
def listed() -> Page:
    return _page()


@blueprint.post("/")
@requires("receiver.run")
def make() -> Page:
    form = AddressForm()
    with site().database.reading() as reading:
        _offer(reading, form)
    if not form.validate():
        return _page(form), 422
    asked = addresses.AskedAddress(
        name=form.name.data or "", url=form.url.data or "", campaigns=form.chosen
    )
    try:
        with site().database.writing() as writing:
            number, secret = addresses.make_address(
                writing,
                asked=asked,
                by=current_account().username,
                clock=site().clock,
                web_key=site().keys.web(),
                allowed=site().settings.delivery_hosts,
            )
    except Refused as refused:
        return _page(form, refused), 422
    with site().database.reading() as reading:
        address = reading.get_one(DeliveryAddress, number)
        waits = address.approved_at is None
        able = tokens.may_approve(reading, address) if waits else []
        return render_template(
            "office/delivery_secret.html", address=address, secret=secret, waits=waits, able=able
        )


@blueprint.post("/addresses/<int:number>/approve")
@requires("receiver.approve")
def approve(number: int) -> Page:
    return _do(number, addresses.approve_address, _("已确认，以后的发布会自动送到这个地址。"))


@blueprint.post("/addresses/<int:number>/stop")
@requires("receiver.approve")
def stop(number: int) -> Page:
    return _do(number, addresses.stop_address, _("地址已停用，不再往那里送。"))


@blueprint.post("/addresses/<int:number>/start")
@requires("receiver.approve")
def start(number: int) -> Page:
    return _do(number, addresses.start_address, _("地址已启用，等着的会马上送出。"))


@blueprint.post("/addresses/<int:number>/catch-up")
@requires("receiver.approve")
def catch_up(number: int) -> Page:
    return _do(number, outbox.send_in_force, _("已列入送达，马上送出。"))


@blueprint.post("/<int:number>/resend")
@requires("receiver.approve")
def resend(number: int) -> Page:
    return _do(number, outbox.resend, _("已列入送达，马上送出。"))


def _do(number: int, deed: Callable[..., object], said: str) -> Page:
    if not ConfirmForm().validate():
        return _page(), 422
    try:
        with site().database.writing() as session:
            deed(session, number=number, by=current_account().username, clock=site().clock)
    except Refused as refused:
        return _page(refused=refused), 422
    flash(said)
    return redirect(url_for("delivery.listed"))


def _page(form: AddressForm | None = None, refused: Refused | None = None) -> str:
    with site().database.reading() as session:
        if form is None:
            form = AddressForm(formdata=None)
            _offer(session, form)
        found = addresses.list_addresses(session)
        deliveries = outbox.list_deliveries(session)
        return render_template(
            "office/deliveries.html",
            addresses=[
                (
                    address,
                    addresses.standing_of(address),
                    [one.username for one in tokens.may_approve(session, address)]
                    if address.approved_at is None
                    else [],
                    sum(
                        each.delivery.address_id == address.id and each.delivery.state == "waiting"
                        for each in deliveries
                    ),
                )
                for address in found
            ],
            deliveries=deliveries,
            most_tries=MOST_TRIES,
            people=people.names(session),
            form=form,
            lines=refused.text(language()).splitlines() if refused else [],
        )


def _offer(session: Session, form: AddressForm) -> None:
    campaigns = session.scalars(sa.select(Campaign).order_by(Campaign.id.desc())).all()
    form.offer(
        campaigns=[(each.code, f"{each.code} {each.title(language())}") for each in campaigns]
    )

"""The resident's receipt. No page leads to an address that holds one: it is sent in a form.

A receipt in an address would stand in the log of every machine on the way, beside the sender's
address and the code he answered with. `/r/<receipt>` still opens for whoever types it.
"""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey import codes
from survey.forms.fields import clean_text
from survey.respond import page, receipt_page, receipts, reply
from survey.respond.door.typed_code import NUMBERS, typed_code
from survey.respond.inline import inline
from survey.respond.presentation import presentation, show
from survey.web.request import site

blueprint = Blueprint("receipt", __name__)

TLOG_PROOF = "tlog-proof"
_NOT_YET = {"kind": "public-review-receipt-pending"}, 202, {"Retry-After": "60"}


@blueprint.get("/r")
def type_receipt() -> Response:
    """Ask for a receipt; one behind the `#` of the address is asked for by the page's script."""
    shown = render_template("respond/type_receipt.html", **page.frame(None, presentation()))
    return show(shown, policy=inline().policy_with_files)


@blueprint.post("/r")
def look_up() -> Response:
    """Tell what is known of a receipt that was typed."""
    return _told(_sent("code"))


@blueprint.get("/r/<receipt>")
def receipt(receipt: str) -> Response:
    """Tell what is known of a receipt in an address that somebody typed or scanned."""
    return _told(codes.normalise(receipt))


@blueprint.post("/r/reply")
def answer() -> Response:
    """Take the resident's word on the handling of a comment."""
    look, code = presentation(), _sent("code")
    case_code, said = request.form.get("case", "")[:20], request.form.get("satisfied", "")
    text = clean_text(request.form.get("text"))
    if said in {"yes", "no"}:
        with site().database.writing() as session:
            reply.answer(
                session,
                ticket=code,
                case_code=case_code,
                satisfied=said == "yes",
                text=text,
                clock=site().clock,
            )
        return _told(code)
    with site().database.reading() as session:
        found = reply.handlings(session, ticket=code, lang=look.lang, clock=site().clock)
    handling = next((each for each in found if each.code == case_code), None)
    shown = render_template(
        "respond/reply_again.html",
        **page.frame(None, look),
        kept={"code": code, "case": case_code},
        handling=handling,
        said=text,
        fault=_("请选择“满意”或“不满意”"),
    )
    return show(shown, 422 if handling else 404)


@blueprint.post("/r/withdraw")
def withdraw() -> Response:
    """Erase what the resident wrote, once he has ticked that he wants that."""
    code = _sent("code")
    if request.form.get("sure") == "yes":
        case_code = request.form.get("case", "")[:20]
        with site().database.writing() as session:
            reply.withdraw(session, ticket=code, case_code=case_code, clock=site().clock)
    return _told(code)


@blueprint.post("/r/proof")
def proof() -> ResponseReturnValue:
    """Hand out the file that proves a receipt: ours, or one that programs of others read."""
    if request.form.get("format") == TLOG_PROOF:
        return _proof_for_strangers(_sent("code"))
    return _proof(_sent("code"))


@blueprint.get("/r/<receipt>.json")
def receipt_file(receipt: str) -> ResponseReturnValue:
    """Hand out the same under an address that names the receipt."""
    return _proof(codes.normalise(receipt))


def _sent(name: str) -> str:
    return codes.normalise(request.form.get(name, "")[:300])


def _told(code: str) -> Response:
    look, partial = presentation(), request.headers.get("X-Partial") == "1"
    given = _sent("ticket") or code
    with site().database.reading() as session:
        found = receipts.find(session, code)
        handlings = reply.handlings(session, ticket=given, lang=look.lang, clock=site().clock)
    if found is None and not handlings:
        template = "respond/receipt_unknown.html" if partial else "respond/no_receipt.html"
        typed = typed_code(code, NUMBERS)
        return show(render_template(template, **page.frame(None, look), typed=typed), 404)
    of_before = found is not None and given == code  # then one number was given for both
    numbers = receipt_page.Numbers(
        receipt=code if found else "", ticket=given if handlings and not of_before else ""
    )
    if found and request.form.get("new"):
        n_rated = len(found.leaves) if found.is_sitting else 0
        words: dict[str, Any] = {"numbers": numbers, "sitting": n_rated, "partial": partial}
        return show(receipt_page.thanks(found.campaign, look, **words))
    shown = receipt_page.told(
        found,
        look,
        numbers=numbers,
        proof=receipts.proof(site(), found) if found else None,
        handlings=handlings if of_before or not found else (),
        opens=given,
        chosen=request.form.get("case", ""),
        partial=partial,
    )
    return show(shown)


def _proof(code: str) -> ResponseReturnValue:
    with site().database.reading() as session:
        found = receipts.find(session, code)
    if found is None:
        abort(404)
    file = receipts.proof(site(), found)
    return _NOT_YET if file is None else _as_file(jsonify(file), f"receipt-{code}.json")


def _proof_for_strangers(code: str) -> ResponseReturnValue:
    with site().database.reading() as session:
        found = receipts.find(session, code)
    if found is None or found.is_sitting:  # whose answers have receipts of their own
        abort(404)
    proof = receipts.proof_for_strangers(site(), found)
    if proof is None:
        return _NOT_YET
    return _as_file(Response(proof.text, mimetype="text/plain"), f"receipt-{code}.{TLOG_PROOF}")


def _as_file(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access import people, second_word
from survey.access.sign_in import current_account, requires
from survey.approvals.all_deeds import DEEDS
from survey.forms.office import ApprovalForm, DecliningForm
from survey.model import Account, Proposal
from survey.problems import Refused
from survey.receivers import tokens
from survey.two_persons import proposals
from survey.two_persons.arguments import arguments_of
from survey.two_persons.deed import Done, Matter
from survey.web.alterations import Altered
from survey.web.downloads import attachment, pack
from survey.web.pages import found_or_404
from survey.web.request import language, site

blueprint = Blueprint("approvals", __name__, url_prefix="/office/proposals")

Page = str | Response | tuple[str, int]


@blueprint.app_template_global("n_waiting")
def n_waiting() -> int:
    with site().database.reading() as session:
        waiting = proposals.n_waiting(session) + len(second_word.all_waiting(session))
        return waiting + sum(tokens.both_waiting(session, at=site().clock()))


@blueprint.get("/")
@requires("proposal.read")
def listed() -> Page:
    with site().database.reading() as session:
        return render_template(
            "office/proposals.html",
            entries=proposals.all_proposals(session),
            to_confirm=[
                (found, current_account().id in {one.id for one in able}, able)
                for found in second_word.all_waiting(session)
                for able in [second_word.may_confirm(session, found=found)]
            ],
            people=people.names(session),
            names={kind: deed.name.text(language()) for kind, deed in DEEDS.items()},
        )


@blueprint.get("/<int:number>")
@requires("proposal.read")
def page(number: int) -> Page:
    return _show(number)


@blueprint.post("/<int:number>/approve")
@requires("proposal.decide")
def approve(number: int) -> Page:
    form = ApprovalForm()
    if not form.validate_on_submit():
        return _show(number, approving=form), 422
    try:
        prepared = _prepared(number)
    except Altered:
        raise  # a page of its own says so
    except Refused as refused:
        return _show(number, refused=refused), 422
    try:
        with site().database.writing() as session:
            entry = _find(session, number)
            campaign = entry.campaign
            done = proposals.approve(
                session,
                site=site(),
                deed=DEEDS[entry.deed],
                proposal=entry,
                by=current_account().username,
                reason=form.reason.data or "",
                prepared=prepared,
            )
    except Refused as refused:
        return _show(number, refused=refused), 422
    DEEDS[entry.deed].follow(site(), campaign)
    return _papers(done, number) or _back(number, done.said.text(language()))


@blueprint.post("/<int:number>/decline")
@requires("proposal.read")
def decline(number: int) -> Page:
    form = DecliningForm()
    if not form.validate_on_submit():
        return _show(number, declining=form), 422
    try:
        with site().database.writing() as session:
            entry = proposals.decline(
                session,
                proposal=_find(session, number),
                by=current_account().username,
                reason=form.reason.data or "",
                at=site().clock(),
            )
    except Refused as refused:
        return _show(number, refused=refused), 422
    withdrawn = entry.outcome == "withdrawn"
    return _back(number, _("提请已撤回。") if withdrawn else _("未予批准，理由已记下。"))


def _show(
    number: int,
    *,
    approving: FlaskForm | None = None,
    declining: FlaskForm | None = None,
    refused: Refused | None = None,
) -> str:
    account = current_account()
    with site().database.reading() as session:
        entry = _find(session, number)
        able = proposals.may_approve(session, proposal=entry)
        return render_template(
            "office/proposal.html",
            campaign=entry.campaign,
            entry=entry,
            name=DEEDS[entry.deed].name.text(language()),
            able=able,
            ties=_ties(session, entry, able),
            people=people.names(session),
            may_decide=entry.outcome is None and account.id in {one.id for one in able},
            own=entry.outcome is None and account.username == entry.proposed_by,
            approving=approving or ApprovalForm(formdata=None),
            declining=declining or DecliningForm(formdata=None),
            lines=refused.text(language()).splitlines() if refused else [],
        )


def _ties(
    session: Session, entry: Proposal, able: tuple[Account, ...]
) -> list[tuple[str, second_word.LetIn]]:
    """Return whom the proposer had a hand in letting in, and how: who approved, or might."""
    if entry.outcome is None:
        names = [account.username for account in able]
    else:
        names = [entry.decided_by or ""] if entry.outcome == "approved" else []
    return [
        (name, tie)
        for name in names
        for tie in proposals.ties_of(session, proposal=entry, approver=name)
    ]


def _prepared(number: int) -> object:
    """Make what a proposal that waits wants made before it is done."""
    with site().database.reading() as session:
        entry = _find(session, number)
        if entry.outcome is not None:
            return None
        matter = Matter(
            session=session,
            site=site(),
            campaign=entry.campaign,
            arguments=arguments_of(entry),
        )
        return DEEDS[entry.deed].prepare(matter)


def _find(session: Session, number: int) -> Proposal:
    return found_or_404(proposals.find_proposal, session, number=number)


def _back(number: int, words: str) -> Response:
    flash(words)
    return redirect(url_for("approvals.page", number=number))


def _papers(done: Done, number: int) -> Response | None:
    """Give the one file of a deed, or several in one archive; None where there is none."""
    papers = done.papers
    if not papers:
        return None
    name, content = papers[0].name, papers[0].content
    if len(papers) > 1:
        name, packed = f"proposal-{number}.zip", BytesIO()
        pack(packed, ((paper.name, paper.content) for paper in papers))
        content = packed.getvalue()
    kinds = {"pdf": "application/pdf", "csv": "text/csv", "zip": "application/zip"}
    return Response(
        content,
        mimetype=kinds[name.rpartition(".")[2]],
        headers={"Content-Disposition": attachment(name)},
    )

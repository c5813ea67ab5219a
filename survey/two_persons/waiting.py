"""What a page answers to an official who proposed a deed that another must approve."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.model import Proposal


def shown_waiting(proposal: Proposal) -> Response:
    """Lead to the proposal's own page, saying that it waits."""
    flash(_("已提请（第%(number)d号），由另一人批准后才办理。", number=proposal.id))
    return redirect(url_for("approvals.page", number=proposal.id))

"""The script that keeps a page for a visit without network, where the browser runs such scripts."""

from flask import Blueprint, Response, send_from_directory

from survey.site import resources

blueprint = Blueprint("offline", __name__)


@blueprint.get("/worker.js")
def worker() -> Response:
    """Hand out the service worker; from the root, because it may see only what lies below it."""
    folder = resources.folder("static") / "respond"
    response = send_from_directory(folder, "worker.js", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response

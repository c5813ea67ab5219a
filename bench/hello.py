"""A bare Flask page behind the same front as ours: what any answer costs on this server."""

from flask import Flask, Response

from survey.serving.front import Front
from survey.serving.watch import say_alive, take_part

_LARGEST_BODY = 64 * 1024


def build() -> Flask:
    """Build an application of one page, which also takes a form it does not look at."""
    app = Flask("hello")
    app.config.update(MAX_CONTENT_LENGTH=_LARGEST_BODY, LARGER_BODIES={})

    @app.route("/hello", methods=["GET", "POST"])
    def hello() -> Response:
        return Response("hello\n", mimetype="text/plain")

    @app.get("/readyz")
    def ready() -> Response:
        return Response("ready\n", mimetype="text/plain")

    return app


def build_front() -> Front:
    """Build it behind the front, in a worker process of granian."""
    take_part()
    return Front(build(), say_alive=say_alive)

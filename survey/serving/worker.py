"""The application in a worker process, which whoever starts a server names and does not load."""

import gc
import os
from functools import partial
from threading import Thread

from flask import Flask

from survey.app import create_app
from survey.fieldwork.sealing import keep_sealing
from survey.serving.front import Front
from survey.serving.watch import say_alive, take_part
from survey.site.installation import open_site


def build() -> Flask:
    """Build the application in a worker process, for any WSGI server."""
    site = open_site(os.environ)
    app = create_app(site)
    keeping = partial(keep_sealing, site, app.extensions["heads_watch"])
    Thread(target=keeping, name="heads", daemon=True).start()
    gc.collect()
    gc.freeze()  # what is there from the start is not looked through again while somebody waits
    return app


def build_front() -> Front:
    """Build the application behind its front, in a worker process of granian."""
    take_part()
    return Front(build(), say_alive=say_alive)

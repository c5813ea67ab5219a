"""The application in a worker process, which whoever starts a server names and does not load."""

import atexit
import gc
import os
import signal
import sys
from functools import partial
from threading import Thread

from flask import Flask

from survey.app import create_app
from survey.delivery.sender import keep_sending
from survey.fieldwork.sealing import keep_sealing
from survey.jobs.running import keep_working
from survey.serving.aside import do_aside
from survey.serving.front import Front
from survey.serving.watch import say_alive, take_part
from survey.site.installation import open_site
from survey.site.waiting_counts import keep_writing, write_all

# The thread that stores a batch lets go of the interpreter's lock some ten times, and would wait
# for it 5 ms each time while the loop is at work.
_TURN_SECONDS = 0.0005


def build() -> Flask:
    """Build the application in a worker process, for any WSGI server."""
    site = open_site(os.environ)
    app = create_app(site)
    keeping = partial(keep_sealing, site, app.extensions["heads_watch"])
    Thread(target=keeping, name="heads", daemon=True).start()
    Thread(target=keep_sending, args=(site,), name="deliveries", daemon=True).start()
    jobs = app.extensions["jobs"]
    jobs.do_by(do_aside(site))
    Thread(target=keep_working, args=(jobs,), name="jobs", daemon=True).start()
    counts = app.extensions["waiting_counts"]
    Thread(target=keep_writing, args=(counts,), name="counts", daemon=True).start()
    atexit.register(write_all, counts)
    gc.collect()
    gc.freeze()  # what is there from the start is not looked through again while somebody waits
    return app


def build_front() -> Front:
    """Build the application behind its front, in a worker process of granian."""
    take_part()
    sys.setswitchinterval(_TURN_SECONDS)
    app = build()
    # granian's own workers end without what atexit knows.
    at_end = partial(write_all, app.extensions["waiting_counts"])
    front = Front(app, say_alive=say_alive, at_end=at_end)
    if sys.platform != "win32":
        signal.signal(signal.SIGUSR1, lambda *_signal: front.leave())
    return front

"""Jobs are done in a process beside its requests: by a thread, or a process of its own if large.

Whoever asks for a job wakes its process, so that a small one is done before the page is answered.
What nobody does any more, because its worker died, is found by any process that looks.
"""

import logging
from collections.abc import Callable
from threading import Event, Lock, Thread
from time import sleep

from sqlalchemy.exc import SQLAlchemyError

from survey.jobs.claiming import LEASE, Claimed, claim_next, go_on
from survey.jobs.ending import broken, end_done, end_failed
from survey.jobs.files import sweep_files
from survey.jobs.kinds import Kinds, Work
from survey.problems import Refused
from survey.site.installation import Site

_EVERY_SECONDS = 3.0
_LOG = logging.getLogger(__name__)

Doing = Callable[[Claimed], None]


class Jobs:
    """The jobs of an installation, as one process of its server does them: one after another."""

    def __init__(self, site: Site, kinds: Kinds) -> None:
        self.kinds = kinds
        self._site = site
        self._doing: Doing = self._do_here
        self._lock = Lock()
        self._is_asked = self._is_at_work = False

    def do_by(self, doing: Doing) -> None:
        """Let something else do what is claimed; what it is given to do it with stays here."""
        self._doing = doing

    def wake(self) -> None:
        """Do what waits, unless that is being done."""
        with self._lock:
            self._is_asked = True
            if self._is_at_work:
                return
            self._is_at_work = True
        Thread(target=self._work, name="jobs", daemon=True).start()

    def sweep(self) -> None:
        """Delete the files that jobs made and nobody needs any more."""
        sweep_files(self._site)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._is_asked:
                    self._is_at_work = False
                    return
                self._is_asked = False
            try:
                while (claimed := claim_next(self._site)) is not None:
                    self._doing(claimed)
            except (Refused, SQLAlchemyError, OSError) as error:
                _LOG.error("工作未能开始或记录 jobs not done: %s", type(error).__name__)

    def _do_here(self, claimed: Claimed) -> None:
        do(self._site, self.kinds, claimed)


def keep_working(jobs: Jobs) -> None:
    """Do what waits and what others left undone, for ever."""
    while True:
        jobs.wake()
        jobs.sweep()
        sleep(_EVERY_SECONDS)


def do(site: Site, kinds: Kinds, claimed: Claimed) -> None:
    """Do a claimed job to its end, saying meanwhile that it goes on."""
    job = claimed.job
    over = Event()
    beat = Thread(target=_go_on_until, args=(over, site, claimed), name="job", daemon=True)
    beat.start()
    try:
        work = Work(
            site=site,
            campaign_code=claimed.campaign.code,
            arguments=job.arguments,
            by=job.asked_by,
            asked_at=job.asked_at,
            is_again=job.tries > 1,
            tell=lambda step: go_on(site, claimed, step=step),
        )
        result = kinds[job.kind].do(work)
    except Refused as refused:
        end_failed(site, job, claim=claimed.claim, refused=refused)
    except Exception:  # noqa: BLE001 - whatever it is, whoever asked is told
        _LOG.exception("工作 %d 出错 job failed", job.id)
        end_failed(site, job, claim=claimed.claim, refused=broken())
    else:
        end_done(site, job, claim=claimed.claim, result=result)
    finally:
        over.set()
        beat.join()


def _go_on_until(over: Event, site: Site, claimed: Claimed) -> None:
    while not over.wait(LEASE.total_seconds() / 6):
        try:
            go_on(site, claimed)
        except (Refused, SQLAlchemyError):
            _LOG.warning("工作 %d 的进度未能记录 progress not noted", claimed.job.id)

"""A file that a job makes, given to whoever asked once it is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from survey.jobs.files import kept_file
from survey.jobs.kinds import Kind
from survey.jobs.waiting import do_in_time, done_job
from survey.model import Campaign
from survey.web.request import site


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a job made: the file, and what the job said of it."""

    content: bytes
    name: str
    said: Mapping[str, Any]


def made_or_wait(
    kind: Kind, *, campaign: Campaign, arguments: Mapping[str, Any], anew: str
) -> Made | Response:
    """Return the file of the job that the address names, or of one asked for now.

    What leads to its progress where that takes longer; `anew` is the address that asks for it
    again, once a file is kept no more. Raises Refused as `do_in_time` does.
    """
    asked = request.args.get("job", type=int)
    job = (
        do_in_time(kind, campaign=campaign, arguments=arguments)
        if asked is None
        else done_job(asked, kind, campaign=campaign, arguments=arguments)
    )
    if isinstance(job, Response):
        return job
    said = job.result or {}
    content = kept_file(site(), said)
    if content is None:
        return redirect(anew)
    return Made(content=content, name=said["name"], said=said)

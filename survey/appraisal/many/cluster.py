"""Campaigns scored on the machines of a Dask cluster, one to a worker at a time.

Each worker opens the installation by its own SURVEY_HOME and SURVEY_DATABASE, verifies, scores and
keeps as `survey score` does here: only names of campaigns and digests travel.
"""

import importlib.util
import os
from collections.abc import Iterator, Sequence
from typing import Any

from survey.appraisal.many.score_all import Scored, score_apart
from survey.problems import Problem, Refused
from survey.site.config import Settings
from survey.site.identity import identity
from survey.site.installation import open_again, open_site

_WAIT_S = 15  # for a cluster that does not answer


def can_use_cluster() -> bool:
    """Say whether the optional package that speaks to a cluster is installed."""
    return importlib.util.find_spec("distributed") is not None


def score_on_cluster(
    codes: Sequence[str], *, address: str, settings: Settings, by: str
) -> Iterator[Scored]:
    """Score campaigns on the cluster whose scheduler has this address; yield each in their order.

    A campaign whose worker is lost is scored again by another. Raises Refused where there is no
    such cluster or it has no worker.
    """
    from distributed import Client  # noqa: PLC0415 - of the extra `cluster`, which few have

    connect: Any = Client  # it has no types
    with open_again(settings) as site, site.database.reading() as session:
        installation = identity(session) or ""
    try:
        client = connect(address, timeout=_WAIT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise _no_cluster(address, error) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_WAIT_S)
        except TimeoutError as error:
            raise _no_cluster(address, error) from error
        tasks = [client.submit(score_there, code, by, installation, pure=False) for code in codes]
        for task in tasks:
            yield task.result()


def score_there(campaign_code: str, by: str, installation: str) -> Scored:
    """Score a campaign in a worker, if that has the installation which asks for it."""
    try:
        with open_site(os.environ) as site, site.database.reading() as session:
            is_ours = identity(session) == installation
    except Refused as refused:
        return Scored(campaign_code=campaign_code, problems=refused.problems)
    if not is_ours:
        return Scored(campaign_code=campaign_code, problems=(_other_installation(),))
    return score_apart(campaign_code, by)


def _no_cluster(address: str, error: Exception) -> Refused:
    return Refused.of(
        field=address,
        zh=f"连不上这个集群，或集群里没有工作进程，没有计分（{error}）",
        en=f"there is no such cluster, or it has no worker; nothing was scored ({error})",
    )


def _other_installation() -> Problem:
    return Problem(
        field="SURVEY_HOME",
        zh="集群的工作进程所用的不是这套系统；请给它同样的 SURVEY_HOME 和 SURVEY_DATABASE",
        en="a worker of the cluster has another installation; give it the same SURVEY_HOME and"
        " SURVEY_DATABASE",
    )

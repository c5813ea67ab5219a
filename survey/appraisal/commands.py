"""`survey appraise`, `survey score`, `survey release`: from answers to frozen scores."""

import json
import os
from pathlib import Path

import click

from survey.appraisal import score_document
from survey.appraisal.folder_run import RESPONSES, appraise_folder
from survey.appraisal.listing import score_lines
from survey.appraisal.many.cluster import can_use_cluster, score_on_cluster
from survey.appraisal.many.score_all import campaigns_to_score, score_all
from survey.appraisal.release import RELEASE, latest_release
from survey.appraisal.run import score_campaign
from survey.appraisal.runs import need_scorable, read_record
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.readiness.telling import tell_before
from survey.jobs.steps import STEPS
from survey.problems import Problem, Refused
from survey.site.installation import open_site
from survey.site.processes import be_polite
from survey.stats.campaign.figures import UnitFigure
from survey.stats.campaign.result import AppraisalResult
from survey.two_persons.by_two import done_or_exit
from survey.two_persons.deed import Matter
from survey.two_persons.proposals import propose_or_approve
from survey.verification.meanwhile import whole_meanwhile
from survey.wording import Words

_TERMINAL = "survey"
_NO_CLUSTER = Words(
    "没有安装使用 Dask 集群的扩展；请运行 pip install 'gongping[cluster]'，或改用 --processes",
    "the extra that uses a Dask cluster is missing: run pip install 'gongping[cluster]', or take"
    " --processes",
)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the four files of the result go.",
)
@click.option(
    "--before",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="appraisal.json of an earlier campaign: tell what changed.",
)
@click.option("--responses", default=RESPONSES, show_default=True, help="File of the answers.")
def appraise(folder: Path, out: Path, responses: str, before: Path | None) -> None:
    """Score the answers of a FOLDER of files, without a database.

    Example: survey appraise survey/demo/anlan --out out
    """
    appraisal = appraise_folder(folder, out, responses, before)
    for line in _table(appraisal):
        click.echo(line)
    click.echo(appraisal.summary(), err=True)
    click.echo(f"→ {out}", err=True)


def _table(appraisal: AppraisalResult) -> list[str]:
    heading = f"{'unit':8} {'class':6} {'score':>6}  {'95 %':<15} {'n':>6} {'rank':>4}  set"
    return [heading, *(_line(unit) for unit in appraisal.units)]


def _line(unit: UnitFigure) -> str:
    start = f"{unit.unit_code:8} {unit.class_code:6}"
    if unit.score is None:
        return f"{start} {'-':>6}  {'insufficient':<15} {unit.n:>6}"
    interval = f"{unit.lower:.2f}–{unit.upper:.2f}"
    ranks = f"{unit.rank:>4}  {unit.rank_lower}–{unit.rank_upper}" if unit.rank else f"{'-':>4}"
    return f"{start} {unit.score:>6}  {interval:<15} {unit.n:>6} {ranks}"


@click.command()
@click.argument("campaign_id", metavar="[ID]", default="")
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON.")
@click.option("--all", "every", is_flag=True, help="Every closed campaign not released yet.")
@click.option(
    "--processes", type=click.IntRange(1, 64), help="With --all: so many at once; one if not given."
)
@click.option(
    "--dask",
    "--cluster",
    "cluster",
    metavar="ADDRESS",
    help="With --all: on the workers of the Dask cluster whose scheduler is there.",
)
def score(
    campaign_id: str, *, as_json: bool, every: bool, processes: int | None, cluster: str | None
) -> None:
    """Score a closed campaign and print the table; or all of them, on several processes.

    Example: survey score ANLAN-2026-GZPY

    With --all a line for each campaign says the digests of its run: the same however many
    processes or machines there are. Where one cannot be scored the others are.

    Example: survey score --all --processes 2

    Example: survey score --all --dask tcp://10.0.0.5:8786
    """
    spread = processes is not None or cluster is not None
    if every == bool(campaign_id) or (every and as_json) or (spread and not every):
        raise click.UsageError(
            "给一个 ID，或 --all（可加 --processes 或 --dask）"
            " / give one ID, or --all (with --processes or --dask)"
        )
    if processes and cluster:
        raise click.UsageError("--processes 和 --dask 只能用一个 / --processes or --dask, not both")
    if cluster and not can_use_cluster():
        raise Refused.of(field="--dask", zh=_NO_CLUSTER.zh, en=_NO_CLUSTER.en)
    be_polite()
    if every:
        _score_all(processes or 1, cluster)
        return
    with open_site(os.environ) as site:
        with site.database.reading() as session:
            need_scorable(find_campaign(session, campaign_id))
        _tell_step("verify")
        with whole_meanwhile(site, campaign_id) as confirm:
            appraisal = score_campaign(
                site, campaign_code=campaign_id, by=_TERMINAL, tell=_tell_step, confirm=confirm
            )
        with site.database.reading() as session:
            campaign = find_campaign(session, campaign_id)
            units = score_document.units_of(campaign=campaign, record=read_record(appraisal))
    if as_json:
        click.echo(json.dumps(appraisal.content, ensure_ascii=False, indent=1))
        return
    if campaign.simulated:
        click.echo(score_document.SIMULATED.zh, err=True)
    for line in score_lines(units):
        click.echo(line)
    click.echo(f"plan {appraisal.plan_digest}", err=True)
    click.echo(f"data {appraisal.data_digest}", err=True)


def _tell_step(step: str) -> None:
    said = STEPS[step]
    click.echo(f"{said.percent:3} %  {said.zh} / {said.en}", err=True)


def _score_all(processes: int, cluster: str | None) -> None:
    with open_site(os.environ) as site, site.database.reading() as session:
        codes, settings = campaigns_to_score(session), site.settings
    if cluster:
        each = score_on_cluster(codes, address=cluster, settings=settings, by=_TERMINAL)
    else:
        each = score_all(codes, processes=processes, by=_TERMINAL)
    problems: list[Problem] = []
    for n, scored in enumerate(each, start=1):
        if scored.problems:
            problems += [_not_scored(scored.campaign_code), *scored.problems]
        click.echo(f"{n}/{len(codes)} {scored.campaign_code}", err=True)
        if not scored.problems:
            digests = (scored.plan_digest, scored.data_digest, scored.record_digest)
            click.echo("  ".join((scored.campaign_code, *digests)))
    if problems:
        raise Refused(problems)


def _not_scored(campaign_code: str) -> Problem:
    return Problem(
        field=campaign_code,
        zh="没有计分，原因如下；其他评议活动不受影响",
        en="was not scored, and this is why; the others were",
    )


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--by", required=True, help="The account that proposes it, or approves it.")
@click.option("--reason", default="", help="Why: shown to whoever approves.")
def release(campaign_id: str, *, by: str, reason: str) -> None:
    """Freeze the newest scores of a campaign and sign them: proposed by one, approved by another.

    Example: survey release ANLAN-2026-GZPY --by zhang.min
    """
    with open_site(os.environ) as site:
        with site.database.reading() as session:
            campaign = find_campaign(session, campaign_id)
            tell_before(session, site=site, campaign=campaign, deed="release")
            matter = Matter(session=session, site=site, campaign=campaign, arguments={})
            prepared = RELEASE.prepare(matter)
        with site.database.writing() as session:
            campaign = find_campaign(session, campaign_id)
            outcome = propose_or_approve(
                session,
                site=site,
                deed=RELEASE,
                campaign=campaign,
                arguments={},
                by=by,
                reason=reason,
                prepared=prepared,
            )
        done_or_exit(RELEASE, outcome)
        with site.database.reading() as session:
            frozen = latest_release(session, campaign=campaign)
    assert frozen is not None
    click.echo(f"{score_document.release_code(campaign, frozen.number)}  sha256 {frozen.digest}")

"""All codes that the plan still wants, in one step: a batch for each unit and group.

Unit by unit they are drawn, put on paper, handed out and only then let open anything, so that the
whole of a county is never held at once and nothing is issued that nobody has.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from survey.canonical import canonical
from survey.fieldwork import entrances
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.counting import codes_in_use, targets_by_class
from survey.fieldwork.invitations import beyond_plan
from survey.fieldwork.invitations.beyond_plan import Batch
from survey.fieldwork.invitations.issuing import n_issued
from survey.fieldwork.papers.files import Kind, suffix
from survey.fieldwork.readiness.checklist import require_ready
from survey.model import Campaign
from survey.problems import Problem, Refused
from survey.site.installation import Site
from survey.two_persons.deed import Facts, Matter, Paper

MOST_TYPESET = 2_000  # half a minute; whoever waits longer for a page takes it for broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """For which units and groups (empty: all) codes are wanted, how they are sent, as what."""

    unit_codes: tuple[str, ...]
    group_codes: tuple[str, ...]
    channel: str
    until: date | None
    lang: str
    files: tuple[Kind, ...]


def missing(session: Session, *, campaign: Campaign) -> Mapping[tuple[int, str], int]:
    """Return how many codes, by unit and group, were not given of the plan's number."""
    issued = Counter[tuple[int, str]]()
    for codes in codes_in_use(session, campaign):
        issued[codes.unit_id, codes.group_code] += codes.n
    targets = targets_by_class(session, campaign)
    return {
        (unit.unit_id, group_code): max(planned - issued[unit.unit_id, group_code], 0)
        for unit in campaign.units
        for group_code, planned in targets[unit.class_code].items()
    }


def batches_wanted(
    session: Session, *, site: Site, campaign: Campaign, wanted: Wanted, asked: str = ""
) -> list[Facts]:
    """Return the batches that are missing, as arguments; those the same form issued are among them.

    Raises Refused where none is, and for the first that could not be issued.
    """
    require_ready(session, site=site, campaign=campaign, deed="code")
    found, left = [], missing(session, campaign=campaign)
    for batch in _batches(session, campaign, wanted):
        arguments = beyond_plan.arguments_of(batch)
        again = n_issued(session, key=site.keys.intake(), asked=_asked(asked, arguments))
        count = again or left[batch.units[0].unit_id, batch.group_code]
        if count:
            counted = replace(batch, count=count)
            arguments = beyond_plan.arguments_of(counted)
            matter = Matter(session=session, site=site, campaign=campaign, arguments=arguments)
            beyond_plan.check(matter, counted)
            found.append(arguments)
    if not found:
        raise Refused([_none_missing()])
    return found


def require_typeset_soon(batches: Sequence[Facts], files: Sequence[Kind]) -> None:
    """Refuse more cards and letters than a browser should wait for."""
    pages = sum(each["count"] for each in batches) * sum(suffix(kind) == "pdf" for kind in files)
    if pages > MOST_TYPESET:
        raise Refused.of(
            field="files",
            zh=f"一次最多排版 {MOST_TYPESET} 张小卡片、信函，这里有 {pages} 张；请少勾选几个单位"
            "分次发放，或只要清单和短信，或用命令 survey code issue --all 一次做完",
            en=f"at most {MOST_TYPESET} cards and letters are typeset at once, these are {pages};"
            " tick fewer units, take lists and messages alone, or let `survey code issue --all`"
            " make them",
        )


def issue_batches(
    site: Site, *, campaign_code: str, batches: Sequence[Facts], by: str, asked: str = ""
) -> Iterator[Paper]:
    """Give the papers of each batch in its unit's folder; its codes open once they are out.

    What somebody else issued meanwhile would be beyond the plan: it is not issued, and a note says
    so in its place.
    """
    for arguments in batches:
        with site.database.reading() as session:
            campaign = find_campaign(session, campaign_code)
            matter = Matter(session=session, site=site, campaign=campaign, arguments=arguments)
            prepared = beyond_plan.on_paper(matter, asked=_asked(asked, arguments))
        [folder] = arguments["units"]
        for paper in prepared.papers:
            yield replace(paper, name=f"{folder}/{paper.name}")
        with site.database.writing() as session:
            campaign = find_campaign(session, campaign_code)
            matter = Matter(session=session, site=site, campaign=campaign, arguments=arguments)
            batch = beyond_plan.batch_of(matter)
            done = beyond_plan.issue_within(matter, batch, prepared, by=by)
        if done is None:
            yield _note(folder, arguments["group"])


def _batches(session: Session, campaign: Campaign, wanted: Wanted) -> Iterator[Batch]:
    units = [u for u in campaign.units if not wanted.unit_codes or u.unit.code in wanted.unit_codes]
    asked = {group.code: group for group in campaign.groups}
    groups = [code for code in asked if not wanted.group_codes or code in wanted.group_codes]
    for unit in units:
        for group_code in groups:
            if entrances.planned(session, unit=unit, group_code=group_code):
                yield Batch(
                    units=(unit,),
                    group_code=group_code,
                    channel=wanted.channel,
                    count=0,
                    until=wanted.until,
                    lang=wanted.lang,
                    files=wanted.files,
                )


def _asked(asked: str, arguments: Facts) -> str:
    """Return the words that a batch is asked for by; how many are missing changes meanwhile."""
    return asked and f"{asked}:{canonical({**arguments, 'count': None}).decode()}"


def _none_missing() -> Problem:
    return Problem(
        field="count",
        zh="所选单位和评议对象的计划数已全部发放；文件遗失的，请先停用那一批再发",
        en="all codes of the plan have been issued for these units and groups; where a file is"
        " lost, withdraw its batch first",
    )


def _note(unit_code: str, group_code: str) -> Paper:
    zh = f"{unit_code} {group_code} 没有发放：其间另有人发放，再发就超出计划数；这批码无效"
    en = (
        f"{unit_code} {group_code} was not issued: others were meanwhile, and these would go beyond"
        " the plan; its codes open nothing, destroy them"
    )
    text = f"{zh}\n{en}\n"
    name = f"{unit_code}/{group_code}-not-issued.txt"
    return Paper(name=name, kind="note", content=text.encode("utf-8-sig"))

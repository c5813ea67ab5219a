"""The figures of a package computed anew from its folder, and compared to the last digit."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from survey.appraisal.folder_run import record_of_folder
from survey.appraisal.record import AppraisalRecord, ScoreDocument
from survey.appraisal.record.plain import plain
from survey.appraisal.record.scores import UnitScore
from survey.appraisal.score_document import Sources, common_items_of, remarks_of, units_of
from survey.canonical import JsonObject, JsonValue, digest_of
from survey.exchange.package import names
from survey.exchange.package.documents import objects_in
from survey.exchange.package.opened import Package, wrong
from survey.exchange.package.witnessing import check_declared
from survey.model import Campaign, CampaignUnit, RespondentGroup, Unit
from survey.problems import Problem, Refused
from survey.scheme.county import CountyFolder, plain_document
from survey.scheme.folder import read_folder
from survey.site import processes

# What a folder cannot give: what it was read from, the versions, who decided when, the year before.
NOT_COMPARED = ("inputs", "versions", "review", "changes")
UNLIKE = "codes_unlike"  # a notice about batches of codes, which are not in a folder
_PIECE = 1 << 20
_PARTS = (("scheme.yaml", "scheme"), ("notices.yaml", "texts"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """The folder of a package taken out of it, and what waits for the record of it scored anew."""

    folder: Path
    record: Callable[[], str]


@contextmanager
def scoring(package: Package) -> Iterator[Scoring]:
    """Score the folder of a package anew: at once and aside where its openings are many."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "folder"
        folder.mkdir()
        for file in package.places():
            with package.files.open(names.FOLDER + file) as there, (folder / file).open("wb") as to:
                shutil.copyfileobj(there, to, _PIECE)
        if package.has_openings and len(package.leaves) >= processes.LARGE:
            with processes.beside(_scored, folder) as record:
                yield Scoring(folder=folder, record=record)
        else:
            yield Scoring(folder=folder, record=partial(_scored, folder))


def _scored(folder: Path) -> str:
    record = record_of_folder(folder)
    return json.dumps(record.to_dict(), ensure_ascii=False, allow_nan=False)


def check_figures(package: Package, anew: Scoring) -> Iterator[Problem]:
    """Yield each part of the record that scored anew is not the same to the last digit.

    Raises Refused where the folder cannot be scored.
    """
    try:
        record, county = anew.record(), read_folder(anew.folder)
    except Refused as refused:
        raise Refused([_not_scored(), *refused.problems]) from refused
    yield from _record(package.document(names.APPRAISAL), json.loads(record))
    yield from _sealed(package, county)
    yield from check_declared(package, county)
    yield from _document(package, county, package.record)


def not_recomputed(package: Package) -> list[str]:
    """Return the parts of this package's figures that cannot be computed from a folder."""
    record = package.record
    parts = [name for name in ("review", "changes") if getattr(record, name) is not None]
    if any(notice.code == UNLIKE for notice in record.notices):
        parts.append(f"notices: {UNLIKE}")
    return [*parts, "scores.json: reported, sources, accounts, on_site"]


def _record(kept: JsonObject, anew: JsonObject) -> Iterator[Problem]:
    for part in sorted({*kept, *anew} - set(NOT_COMPARED)):
        was, now = kept.get(part), anew.get(part)
        if part == "notices":
            was = _made_of_a_folder(was)
        if was == now:
            continue
        yield wrong(
            names.APPRAISAL,
            f"重新计分的结果不同{_where(was, now)}；程序版本：当时 {kept['versions']}，"
            f"现在 {anew['versions']}",
            f"computed anew it is another{_where(was, now)}; versions then {kept['versions']},"
            f" now {anew['versions']}",
            field=part,
        )


def _made_of_a_folder(notices: JsonValue) -> JsonValue:
    """Return notices without those that a folder cannot give."""
    if not isinstance(notices, list):
        return notices
    return [one for one in notices if not (isinstance(one, dict) and one.get("code") == UNLIKE)]


def _where(was: object, now: object) -> str:
    """Return the unit whose figures differ first, where they are listed by unit."""
    if isinstance(was, list) and isinstance(now, list):
        for one, other in zip(was, now, strict=False):
            if one != other and isinstance(one, dict) and "unit_code" in one:
                return f" ({one['unit_code']})"
    return ""


def _sealed(package: Package, county: CountyFolder) -> Iterator[Problem]:
    """Yield the files of the plan that the last head does not seal."""
    records = package.records
    for (file, part), content in zip(_PARTS, (county.document, county.texts), strict=True):
        if digest_of(plain_document(content)) != records[part]:
            yield wrong(names.FOLDER + file, "不是所封存的方案", "is not the sealed one")


def _document(package: Package, county: CountyFolder, record: AppraisalRecord) -> Iterator[Problem]:
    """Compare the units of the score document with what the record says, as it would be written."""
    said, scores = package.document(names.SCORES), package.scores
    written = units_of(campaign=_campaign(county), record=record, sources=_sources(scores))
    anew = {unit.unit_code: unit for unit in written}
    # As they stand, or a member that nobody knows would pass.
    told = {str(unit["unit_code"]): unit for unit in objects_in(said, "units")}
    for code in sorted({*anew, *told}):
        if _unit(anew.get(code)) != {**told.get(code, {}), "reported": None}:
            yield wrong(
                names.SCORES,
                "与计分记录写出的不同",
                "is not what the record of the run gives",
                field=code,
            )
    campaign = said["campaign"]
    common = campaign.get("common_items") if isinstance(campaign, dict) else None
    if common != plain(common_items_of(county.questionnaire)):
        yield wrong(
            names.SCORES,
            "所写的共性题来源与方案不同",
            "names another source of common items than the plan",
            field="common_items",
        )
    if said["notices"] != plain(remarks_of(record, "")):
        yield wrong(names.SCORES, "说明与计分记录不同", "is not the record’s", field="notices")


def _unit(unit: UnitScore | None) -> JsonObject:
    return {**json.loads(json.dumps(plain(unit) or {})), "reported": None}


def _sources(scores: ScoreDocument) -> Sources:
    """Return what the document says came without repetition: it is not recomputed."""
    return {
        (unit.unit_code, group.group_code): group.sources
        for unit in scores.units
        for group in unit.groups
        if group.sources is not None
    }


def _campaign(county: CountyFolder) -> Campaign:
    """Return the campaign of a folder, held by no database."""
    return Campaign(
        code=county.campaign.campaign_code,
        scheme=plain_document(county.document),
        groups=[
            RespondentGroup(code=group.group_code, name_zh=group.name_zh, name_en=group.name_en)
            for group in county.groups
        ],
        units=[
            CampaignUnit(
                class_code=unit.class_code,
                unit=Unit(
                    code=unit.unit_code,
                    uscc=unit.uscc,
                    name_zh=unit.name_zh,
                    name_en=unit.name_en,
                    area_code=unit.area_code,
                ),
            )
            for unit in county.units
        ],
    )


def _not_scored() -> Problem:
    return wrong(
        names.FOLDER,
        "不能重新计分，原因如下",
        "cannot be scored anew; this is why",
    )

"""A closed campaign as the folder that `survey appraise` reads: to compute its scores elsewhere.

What the statistics see of each answer stands there and nothing else: marks as numbers that only
say which are equal, no receipt, no code, no word that somebody wrote.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from math import isnan
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import yaml
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from survey import audit
from survey.appraisal import load
from survey.appraisal.callbacks.calls_file import CALLS, rows_of_calls
from survey.appraisal.callbacks.calls_file import COLUMNS as CALL_COLUMNS
from survey.appraisal.folder_run import RESPONSES
from survey.appraisal.inputs.reading import Inputs, read_inputs
from survey.appraisal.invitations_file import COLUMNS as INVITATION_COLUMNS
from survey.appraisal.invitations_file import INVITATIONS, ROUNDS
from survey.appraisal.responses_file import COLUMNS, item_columns
from survey.appraisal.review.decisions_file import COLUMNS as DECISION_COLUMNS
from survey.appraisal.review.decisions_file import DECISIONS, decision_rows
from survey.appraisal.review.standing import decisions_for, read_decisions
from survey.appraisal.runs import need_scorable
from survey.clock import Clock
from survey.fieldwork.campaigns import find_campaign
from survey.model import Campaign
from survey.problems import Refused
from survey.scheme.county import CountyFolder
from survey.scheme.stored import stored_folder
from survey.scheme.workbook.sheets import QUESTIONNAIRE, SCHEME, SHEETS, TEXTS, Form, name_in
from survey.scheme.workbook.writing import sheets_of
from survey.site.database import Database
from survey.stats.campaign.code_lists import CodeLists
from survey.stats.campaign.invitations import Invitations, InvitedRounds
from survey.stats.campaign.sample import NONE, RESIDENCES, SEXES, Sample

Column = Sequence[str]

_AT_ONCE = 20_000
_MARKS = ("token", "device_hash", "ip_hash", "rater")


def write_folder(database: Database, *, campaign_code: str, out: Path) -> int:
    """Write the folder of a closed campaign; return how many answers are in it.

    Raises Refused for a folder with anything in it, a campaign that is not closed, and one whose
    answers are anonymous and cannot be scored again.
    """
    if out.exists() and any(out.iterdir()):
        raise Refused.of(
            field="out",
            zh=f"{out} 不是空文件夹；请另指定一个，以免新旧文件混在一起",
            en=f"{out} is not empty; name another folder, so that old and new files do not mix",
        )
    with database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        need_scorable(campaign)
        inputs = read_inputs(session, campaign=campaign)
        write_inputs(session, campaign, inputs, out=out)
    return inputs.loaded.sample.n_responses


def write_inputs(session: Session, campaign: Campaign, inputs: Inputs, *, out: Path) -> None:
    """Write what a run of a closed campaign is made from as a folder."""
    lists, loaded, county = inputs.plan.lists, inputs.loaded, stored_folder(session, campaign)
    decided = decisions_for(read_decisions(session, campaign=campaign).cases, loaded.ids)
    out.mkdir(parents=True, exist_ok=True)
    _write_plan(out, county)
    _write_answers(out / RESPONSES, loaded.sample, lists, county)
    if inputs.invited is not None:
        _write_invitations(out / INVITATIONS, inputs.invited, loaded.sample, lists)
    if decided is not None:
        _write(out / DECISIONS, DECISION_COLUMNS, decision_rows(decided, loaded.sample))
    if inputs.calls is not None:
        rows = rows_of_calls(inputs.calls, ids=loaded.ids, sample=loaded.sample)
        _write(out / CALLS, CALL_COLUMNS, rows)


def note_folder(
    session: Session, *, campaign: Campaign, answers: int, by: str, clock: Clock
) -> None:
    """Put on record that the answers of a campaign were written out."""
    audit.record(
        session,
        by=by,
        at=clock(),
        action="answers.export",
        subject=campaign.code,
        answers=answers,
    )


def _write_plan(out: Path, county: CountyFolder) -> None:
    for name, document in ((SCHEME, county.document), (TEXTS, county.texts)):
        text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
        (out / name).write_text(text, encoding="utf-8")
    questions = json.dumps(county.questionnaire, ensure_ascii=False, indent=1)
    (out / QUESTIONNAIRE).write_text(questions + "\n", encoding="utf-8")
    filled = sheets_of(county)
    for sheet in SHEETS:
        if sheet.form is Form.TABLE:
            heading, *rows = filled[sheet.name]
            if rows:
                _write(out / sheet.file, [name_in(cell) for cell in heading], rows)


def _write_answers(path: Path, sample: Sample, lists: CodeLists, county: CountyFolder) -> None:
    items = item_columns(county.questionnaire, lists.items)
    drawn = () if sample.probability is None else ("probability",)
    columns = (*COLUMNS, *_MARKS, "own_staff", *drawn, *items)
    zone, starts = ZoneInfo(county.campaign.timezone), range(0, sample.n_responses, _AT_ONCE)
    parts = (_columns(sample, lists, zone, slice(at, at + _AT_ONCE)) for at in starts)
    _write_columns(path, columns, parts)


def _columns(sample: Sample, lists: CodeLists, zone: ZoneInfo, some: slice) -> Iterator[Column]:
    """Yield the columns of some answers: `COLUMNS`, marks, own staff, chance if any, and items."""
    yield sample.response_id[some].tolist()
    yield _named(lists.units, sample.unit[some])
    yield _named(lists.groups, sample.group[some])
    yield _named(lists.channels, sample.channel[some])
    times = sample.submitted_at[some].tolist()
    yield [datetime.fromtimestamp(at, zone).isoformat() for at in times]
    yield _seconds(sample.duration_ms[some].tolist())
    yield _named(SEXES, sample.sex[some])
    yield _named(lists.ages, sample.age[some])
    yield _named(lists.townships, sample.township[some])
    yield _named(RESIDENCES, sample.residence[some])
    for mark in (sample.token, sample.device, sample.network, sample.rater):
        yield _marked(mark[some].tolist())
    yield _named("01", sample.own_staff[some].astype(np.intp))
    if sample.probability is not None:
        chances = sample.probability[some].tolist()
        yield ["" if isnan(chance) else repr(chance) for chance in chances]
    digits = [str(point) for point in range(lists.n_points)]
    for answers in sample.items[some].T:
        yield _named(digits, answers)


def _write_invitations(
    path: Path, invited: load.LoadedInvitations, sample: Sample, lists: CodeLists
) -> None:
    people: Invitations = invited.invitations
    spelt = {channel: _cell(channel) for channel in {*invited.channels}}
    answers = [*sample.response_id.tolist(), ""]  # of who gave none the last
    columns = (
        _named(lists.units, people.unit),
        _named(lists.groups, people.group),
        [spelt[channel] for channel in invited.channels],
        [answers[place] for place in people.response.tolist()],
        [str(wave) for wave in people.wave.tolist()],
    )
    if people.rounds is None:
        _write_columns(path, INVITATION_COLUMNS, [columns])
        return
    told = [map(str, column) for column in zip(*_rounds_of(people.rounds), strict=True)]
    _write_columns(path, (*INVITATION_COLUMNS, *ROUNDS), [(*columns, *map(list, told))])


def _rounds_of(rounds: InvitedRounds) -> list[tuple[int, int, int]]:
    return [rounds.row(place) for place in range(rounds.person.size)]


def _seconds(durations: Sequence[int]) -> Column:
    return ["" if ms < 0 else f"{ms // 1000}.{ms % 1000:03d}" for ms in durations]


def _named(names: Sequence[str], places: NDArray[Any]) -> Column:
    cells = [*map(_cell, names), ""]  # the last of which is found at NONE
    return [cells[place] for place in places.tolist()]


def _marked(numbers: Sequence[int]) -> Column:
    # Of one length, so that they sort as their numbers do; a letter, or Excel drops the zeros.
    return ["" if number == NONE else f"m{number:09d}" for number in numbers]


def _cell(text: str) -> str:
    """Return a cell as it is written, in quotation marks where it needs them."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow((text, ""))
    return out.getvalue().removesuffix(",")


def _write_columns(path: Path, heading: Sequence[str], parts: Iterable[Iterable[Column]]) -> None:
    """Write a table part by part, of columns of cells: a million rows cell by cell take minutes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(map(_cell, heading)) + "\n")
        for columns in parts:
            lines = map(",".join, zip(*columns, strict=True))
            file.write("".join([f"{line}\n" for line in lines]))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)

"""Reads and writes decisions.csv: what people decided about answers of a folder."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from survey.appraisal.review.standing import Decisions
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import Row, one_of, read_rows, told_once
from survey.stats.campaign.sample import Sample
from survey.stats.campaign.verdicts import ScreeningVerdict

DECISIONS = "decisions.csv"
COLUMNS = ("response_id", "verdict", "counted_as_one_of")
_VERDICTS = {"keep": ScreeningVerdict.KEEP, "exclude": ScreeningVerdict.EXCLUDE}
_NONE = -1


def read_decisions_file(path: Path, *, sample: Sample) -> Decisions:
    """Read what was decided of each answer that is named; of the others nothing was.

    Raises
    ------
    Refused
        With every cell that cannot be used, by row and field.
    """
    problems: list[Problem] = []
    rows = read_rows(
        path, columns=COLUMNS, problems=problems, key=("response_id",), of_answers=True
    )
    place_of = {str(name): place for place, name in enumerate(sample.response_id)}
    verdicts = np.full(sample.n_responses, _NONE, dtype=np.int8)
    counted_as = np.ones(sample.n_responses)
    for row in rows:
        name = row.cells["response_id"].strip()
        if name not in place_of:
            row.refuse("response_id", zh=f"没有答卷“{name}”", en=f"there is no response {name!r}")
            continue
        verdict = one_of(
            row, "verdict", _VERDICTS.__contains__, zh="可用 keep、exclude", en="keep or exclude"
        )
        verdicts[place_of[name]] = _VERDICTS.get(verdict, ScreeningVerdict.KEEP)
        counted_as[place_of[name]] = 1.0 / _answers_as_one(row)
    if problems:
        raise Refused(told_once(problems))
    return Decisions(verdicts=verdicts, counted_as=counted_as)


def _answers_as_one(row: Row) -> int:
    """Return how many answers this one counts as one together with."""
    cell = row.cells["counted_as_one_of"].strip()
    if cell.isascii() and cell.isdigit() and 0 < int(cell) <= 10_000_000:
        return int(cell)
    row.refuse(
        "counted_as_one_of",
        zh=f"“{cell}”不是份数；与几份答卷合并按一份计就写几，不合并写 1",
        en=f"{cell!r} is no number of answers: how many count as one together, 1 where none do",
    )
    return 1


def decision_rows(decided: Decisions, sample: Sample) -> Iterator[tuple[str, str, int]]:
    """Yield a row for each answer that people decided on, in the order of `COLUMNS`."""
    names = {int(verdict): name for name, verdict in _VERDICTS.items()}
    for place in np.flatnonzero(decided.verdicts >= 0):
        yield (
            str(sample.response_id[place]),
            names[int(decided.verdicts[place])],
            round(1.0 / float(decided.counted_as[place])),
        )

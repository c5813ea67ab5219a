"""The simulated residents: who answers, when, through which channel and what."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from survey.demo import FOLDER

ITEMS = ("C1", "C2", "C3", "C4", "C5", "C6", "S1", "S2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Respondent:
    """One simulated resident's answer; device, network and token are invented marks."""

    response_id: str
    unit_code: str
    group_code: str
    channel: str
    token: str
    device: str
    network: str
    submitted_at: datetime
    duration_s: int
    lang: str
    sex: str
    age_group: str
    township_code: str
    residence: str
    answers: str
    reasons: tuple[str, ...]
    comment: str

    @property
    def invitation(self) -> str:
        """Return what stands for this resident's one-time code; telephone interviews have none."""
        return self.token or self.response_id


def all_respondents(*, shift: timedelta) -> list[Respondent]:
    """Return every simulated resident in the order of answering, moved by some days."""
    with (FOLDER / "responses_demo.csv").open(encoding="utf-8-sig", newline="") as file:
        return [_respondent(row, shift) for row in csv.DictReader(file)]


def choose(respondents: Sequence[Respondent], *, n: int, seed: int) -> list[Respondent]:
    """Return n of the residents at random, in order; beyond their number, copies of all."""
    n_copies, n_more = divmod(n, len(respondents))
    places = np.random.default_rng(seed).permutation(len(respondents))[:n_more]
    chosen = [_copy(respondents[place], n_copies) for place in places]
    chosen += [_copy(person, copy) for copy in range(n_copies) for person in respondents]
    return sorted(chosen, key=lambda person: (person.submitted_at, person.response_id))


def _respondent(row: dict[str, Any], shift: timedelta) -> Respondent:
    return Respondent(
        response_id=row["response_id"],
        unit_code=row["unit_code"],
        group_code=row["group_code"],
        channel=row["channel"],
        token=row["token"],
        device=row["device_hash"],
        network=row["ip_hash"],
        submitted_at=datetime.fromisoformat(row["submitted_at"]) + shift,
        duration_s=int(row["duration_s"]),
        lang=row["lang"],
        sex=row["sex"],
        age_group=row["age_group"],
        township_code=row["township_code"],
        residence=row["residence"],
        answers="".join(row[f"q_{item}"] or "-" for item in ITEMS),
        reasons=tuple(row["reasons"].split(";")) if row["reasons"] else (),
        comment=row["comment"],
    )


def _copy(person: Respondent, copy: int) -> Respondent:
    """Return another person who answers alike, on another device and with another code."""
    if copy == 0:
        return person

    def renamed(mark: str) -> str:
        return f"{mark}~{copy}" if mark else ""

    return replace(
        person,
        response_id=renamed(person.response_id),
        token=renamed(person.token),
        device=renamed(person.device),
        network=renamed(person.network),
    )

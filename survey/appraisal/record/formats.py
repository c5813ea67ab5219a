"""The formats appraisals were stored in, and how each becomes that of today.

Format 1.0 was in use while parts came to be and words changed: whatever a run of it may lack is
said here and nowhere else.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from survey.problems import Problem, Refused
from survey.wording import earlier_words

KIND = "public-review-appraisal"
FORMAT = "2.0"

Plain = dict[str, Any]

_PARTS = ("campaign", "simulated", "plan_digest", "plan", "units")
# Parts that a run of format 1.0 may have been stored before.
_LATER = {
    "question_digest": "",
    "channels": (),
    "open_bias": (),
    "channel_mix": (),
    "cases": (),
    "publication": (),
    "robustness": (),
    "nonresponse": None,
    "sensitivity": (),
}
# What the plan of a run stood for before there were steps between screening and the score.
_NO_STEPS = {
    "cap_collusion": False,
    "weigh_carelessness": False,
    "combine_channels": False,
    "limit": None,
    "leniency": "none",
}
_CHANNEL_NAMES = {
    "free": "open",
    "free_se": "open_se",
    "free_n": "open_n",
    "alone": "reference_only",
}
_ROBUSTNESS_NAMES = {"bare": "unreferenced_share"}
_NOTICE_CODES = {"trim_exceeded": "margins_missed"}


def upgraded(data: object, *, file: str) -> Plain:
    """Return stored data in the format of today.

    Raises
    ------
    Refused
        If they are no appraisal, cut short, or of a format that is still unknown.
    """
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise Refused([_not_one(file)])
    version = data.get("schema_version", "1.0")
    if version not in ("1.0", FORMAT):
        raise Refused([_unknown(file, version)])
    if any(part not in data for part in _PARTS):
        raise Refused([_cut(file)])
    if version == FORMAT:
        return data
    try:
        return _from_first(data)
    except (AttributeError, KeyError, TypeError):
        raise unreadable(file, "") from None


def unreadable(file: str, place: str) -> Refused:
    """Return the refusal of data that are not what their format says at one place."""
    return Refused.of(
        file=file,
        field=place,
        zh="不是 survey appraise 写出的内容，可能被改动过；请重新写出",
        en="is not what `survey appraise` writes, it may have been changed; write it anew",
    )


def _from_first(data: Plain) -> Plain:
    """Return data of format 1.0; only words changed, no figure.

    A plan says its own format, and is brought up to date where it is read; one without any steps
    is told here that there were none.
    """
    fields = {**_LATER, **data, "schema_version": FORMAT}
    return fields | {
        "plan": {"debiasing": _NO_STEPS, **fields["plan"]},
        "notices": [_called_anew(entry) for entry in fields.get("notices", ())],
        "cases": [_case(entry) for entry in fields["cases"]],
        "channels": [
            {"stuffing": None, **_renamed(entry, _CHANNEL_NAMES)} for entry in fields["channels"]
        ],
        "robustness": [_renamed(entry, _ROBUSTNESS_NAMES) for entry in fields["robustness"]],
    }


def _renamed(entry: Plain, names: dict[str, str]) -> Plain:
    return {names.get(name, name): value for name, value in entry.items()}


def _called_anew(notice: Plain) -> Plain:
    """Return a notice that had one English sentence and no values."""
    code = str(notice["code"])
    code = _NOTICE_CODES.get(code, code)
    english = str(notice.get("message", ""))
    kept = {name: value for name, value in notice.items() if name != "message"}
    return {**kept, "code": code, "values": {}, **asdict(earlier_words(code, english))}


def _case(case: Plain) -> Plain:
    kept = {name: value for name, value in case.items() if name != "words"}
    return {**kept, "alike": None, **asdict(earlier_words("organised_answers", str(case["words"])))}


def _not_one(name: str) -> Problem:
    return Problem(
        file=name,
        zh="不是 survey appraise 写出的 appraisal.json",
        en="is no appraisal.json written by `survey appraise`",
    )


def _unknown(name: str, version: object) -> Problem:
    return Problem(
        file=name,
        zh=f"是本版程序还不认识的格式 {version}（本版最高到 {FORMAT}）；请用写出它的版本或更新版本",
        en=f"is of format {version}, which this version does not know yet (it knows those up to"
        f" {FORMAT}); use the version that wrote it or a later one",
    )


def _cut(name: str) -> Problem:
    return Problem(
        file=name,
        zh=f"不完整，缺少 {'、'.join(_PARTS)} 中的某项；请用 survey appraise 重新写出",
        en=f"is cut short: one of {', '.join(_PARTS)} is missing; write it anew with"
        " `survey appraise`",
    )

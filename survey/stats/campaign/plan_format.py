"""Plans stored by earlier programs, as this program stores them; each keeps its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FORMAT = 2

# Where the settings of one bag went: record and name in it.
_FORMERLY_TOGETHER = {
    "cap_collusion": ("quality", "cap_collusion"),
    "weigh_carelessness": ("quality", "weigh_carelessness"),
    "false_alarm_rate": ("quality", "false_alarm_rate"),
    "nonresponse": ("nonresponse", "method"),
    "calibration": ("calibration", "method"),
    "leniency": ("raters", "method"),
    "combination": ("combination", "method"),
    "alarms_exclude": ("combination", "alarms_exclude"),
    "heed_alarms": ("combination", "alarms_exclude"),
    "limit": ("combination", "limit"),
    "min_answers": ("combination", "min_answers"),
    "min_units": ("combination", "min_units"),
    "unprotected_share": ("protection", "unprotected_share"),
    "rank_unprotected": ("protection", "rank_unprotected"),
    "small_areas": ("small_areas", "method"),
    "largest_se": ("small_areas", "largest_se"),
}


def upgraded(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored plan in this format; one of an unknown format as it is."""
    fields = dict(data)
    if fields.get("format") not in {1, FORMAT}:
        return fields
    if fields["format"] == 1:
        fields["units"] = [_called(unit, "population", "universe") for unit in fields["units"]]
        fields["populations"] = [
            _called(entry, "population", "universe") for entry in fields.pop("universes")
        ]
        fields["format"] = FORMAT
    if "debiasing" in fields:
        fields |= corrections_apart(fields.pop("debiasing"))
    # Before there was a choice each unit was raked by itself; a stored plan keeps that.
    fields.setdefault("calibration", {"method": "raking"})
    return fields


def corrections_apart(together: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the settings of the correcting steps, stored in one bag, by step."""
    out: dict[str, dict[str, Any]] = {}
    for name, value in together.items():
        if name == "combine_channels":  # a switch where there is a choice now
            out.setdefault("combination", {})["method"] = "anchored" if value else "pooled"
        else:
            step, setting = _FORMERLY_TOGETHER[name]
            out.setdefault(step, {})[setting] = value
    return out


def _called(data: Mapping[str, Any], name: str, before: str) -> dict[str, Any]:
    return {name if key == before else key: value for key, value in data.items()}

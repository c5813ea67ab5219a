"""What a draft's plan takes from earlier releases: scores of last time, slopes of silence."""

from __future__ import annotations

import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from survey.appraisal.earlier.released import EarlierRelease, scores_in
from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.scores import KIND
from survey.problems import Refused
from survey.scheme.county import CountyFolder, with_last_release
from survey.scheme.workbook.sheets import BY_NAME, Sheet, Sheets
from survey.scheme.workbook.writing import sheets_of
from survey.verification.signature import holds, public_key

MOST_BYTES = 16_000_000
SCHEME: Sheet = BY_NAME["方案"]

_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, binascii.Error)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastScores:
    """Scores of a release, and where they come from."""

    campaign: str
    digest: str
    scores: Mapping[str, float]

    @classmethod
    def of_release(cls, release: EarlierRelease) -> LastScores:
        """Return those of a release of this installation."""
        return cls(campaign=release.campaign, digest=release.digest, scores=release.scores)

    @property
    def files(self) -> dict[str, str]:
        """The document they come from, for the record."""
        return {self.campaign: self.digest}

    def sheets(self, county: CountyFolder) -> Sheets:
        """Return the scheme's sheet with the scores of the units that are rated again.

        Raises Refused where there are none.
        """
        here = {unit.unit_code for unit in county.units}
        scores = {unit: score for unit, score in self.scores.items() if unit in here}
        if not scores:
            raise Refused.of(
                zh=f"{self.campaign} 公布得分的单位，本次一个也没有（按单位代码核对）",
                en=f"no unit that {self.campaign} released a score of is rated here (told by code)",
            )
        document = with_last_release(
            county.document, campaign=self.campaign, digest=self.digest, scores=scores
        )
        return _scheme_sheet(county, document)


def read_document(content: bytes, *, file: str, key: str, simulated: bool) -> LastScores:
    """Return the scores of a signed score document of another installation.

    Raises Refused where whoever has the key did not sign it, or its figures are invented and the
    campaign is not.
    """
    try:
        said = json.loads(content.decode())
        document = ScoreDocument.from_dict(said)
        is_signed = said["kind"] == KIND and holds(said, public_key(key.strip()))
    except (*_UNREADABLE, Refused) as error:
        raise Refused.of(
            file=file,
            zh="不是签名的得分文件（scores.json），或公钥填写有误；请照对方书面给出的核对",
            en="is no signed score document (scores.json), or the key is none; compare it with"
            " paper",
        ) from error
    if not is_signed:
        raise Refused.of(
            file=file,
            zh="签名与给定的公钥不符：被改动过，或不是对方发出的",
            en="is not signed by the key that was given: altered, or somebody else's",
        )
    if document.simulated != simulated:
        raise Refused.of(
            file=file,
            zh="真实评议与模拟评议不能互用上次得分",
            en="a real campaign takes no scores of a simulated one, nor the other way round",
        )
    return LastScores(
        campaign=document.campaign.id,
        digest=hashlib.sha256(content).hexdigest(),
        scores=scores_in(document),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Slopes:
    """Slopes of silence that earlier campaigns measured, the oldest first."""

    releases: Sequence[EarlierRelease]

    @property
    def files(self) -> dict[str, str]:
        """The documents they come from, for the record."""
        return {release.campaign: release.digest for release in self.releases}

    def sheets(self, county: CountyFolder) -> Sheets:
        """Return the scheme's sheet with these slopes, and no others."""
        told = [(release, release.slope) for release in self.releases if release.slope]
        scoring = county.document["scoring"]
        debiasing = {
            **(scoring.get("debiasing") or {}),
            "earlier_slopes": [f"{slope.g:.6f}±{slope.error:.6f}" for _release, slope in told],
            "earlier_slopes_of": [release.source for release, _slope in told],
        }
        document = {**county.document, "scoring": {**scoring, "debiasing": debiasing}}
        return _scheme_sheet(county, document)


def _scheme_sheet(county: CountyFolder, document: dict[str, Any]) -> Sheets:
    filled = sheets_of(replace(county, document=document))
    return {SCHEME.name: filled[SCHEME.name]}

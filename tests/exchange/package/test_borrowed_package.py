"""A release whose groups borrowed, by last time's scores too, is computed anew from its package."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
import yaml

from survey.demo import county
from survey.ledger.head import public_key
from survey.site.installation import Site
from tests.demonstrated import released
from tests.exchange.package.forging import opened
from tests.exchange.package.made import ASKED_BY, exported
from tests.exchange.package.programs import ours, theirs

pytestmark = pytest.mark.slow
_UNITS = [f"A{number:02}" for number in range(1, 11)]


def test_what_borrowed_and_looked_at_last_time_is_computed_anew_to_the_same(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "county"
    shutil.copytree(county.FOLDER, folder)
    scheme = yaml.safe_load((folder / "scheme.yaml").read_text("utf-8"))
    scores = {f"score_{unit}": 70.0 + number for number, unit in enumerate(_UNITS)}
    said = {"campaign": "THEN", "document": hashlib.sha256(b"then").hexdigest(), **scores}
    debiasing = scheme["scoring"].setdefault("debiasing", {})
    debiasing |= {
        "borrowing": "groups",
        "borrowing_covariate": "last_release",
        "last_release": said,
        "nonresponse": "waves_interval",
        "earlier_slopes": ["0.21±0.14"],
    }
    (folder / "scheme.yaml").write_text(yaml.safe_dump(scheme, allow_unicode=True), "utf-8")
    monkeypatch.setattr(county, "FOLDER", folder)
    released(site)
    out = tmp_path / "package.zip"
    files = opened(exported(site, out, "--openings", "--by", ASKED_BY))
    record = json.loads(files["appraisal.json"])
    assert record["borrowing"]
    codes = {notice["code"] for notice in record["notices"]}
    assert codes >= {"groups_borrow", "unit_drawn", "earlier_scores_used", "no_earlier_score"}
    key = public_key(site.keys.signing())
    for program in (ours, theirs):
        code, told = program(out, key)
        assert code == 0, told
    assert "every figure the same to the last digit" in ours(out, key)[1]

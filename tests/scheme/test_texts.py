"""The county's words for residents are whole before a campaign is loaded, not when one is shown."""

import shutil
from pathlib import Path

import pytest

from survey.fieldwork.loading import load_campaign
from survey.problems import Refused
from survey.scheme.folder import read_folder
from survey.site.installation import Site
from tests.factories import in_fieldwork

ANLAN = Path(__file__).parents[2] / "survey" / "demo" / "anlan"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "county"
    shutil.copytree(ANLAN, out, ignore=shutil.ignore_patterns("responses*", "main_system*"))
    return out


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("closed:", "finished:", "closed"),
        ("同意并开始, 不参加]", "同意并开始]", "consent_buttons.zh"),
        ('["请您评一评", ', "[", "poster.zh"),
        ('["请您评一评", ', '["请您评{who}", ', "poster.zh"),
        ('["请您评一评", ', '["请您评{unit.__class__}", ', "poster.zh"),
        ("约2分钟：{url} 评议码", "约2分钟：{ 评议码", "sms.zh"),
        ("约2分钟：{url} 评议码", "约2分钟：评议码", "sms.zh"),
        ("sms: {", "sms: 请评 #{", "sms"),
    ],
)
def test_words_that_could_not_be_shown_are_named(
    folder: Path, old: str, new: str, field: str
) -> None:
    path = folder / "notices.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(Refused) as caught:
        read_folder(folder)
    # A name that is missing may stand there under another one, which is a fault of its own.
    assert ("notices.yaml", field) in {(p.file, p.field) for p in caught.value.problems}


def test_no_campaign_is_loaded_without_them(folder: Path, site: Site) -> None:
    (folder / "notices.yaml").unlink()
    county = read_folder(folder)  # which is enough to score answers from elsewhere
    with site.database.writing() as session, pytest.raises(Refused, match=r"notices\.yaml"):
        load_campaign(session, folder=county, by="tests", clock=in_fieldwork, simulated=True)

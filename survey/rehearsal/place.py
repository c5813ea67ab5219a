"""Where a rehearsal happens: an installation of its own, marked as what it is, gone at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from survey.fieldwork.loading import load_campaign
from survey.scheme.county import CountyFolder
from survey.site.installation import Site, prepare_site

BY = "rehearsal"  # who does there what officials do
_MARK_ZH, _MARK_EN = "（演练）", " (rehearsal)"


@contextmanager
def place_of_its_own(site: Site, county: CountyFolder) -> Iterator[Site]:
    """Yield an installation that holds a county as its draft, before the first day."""
    with TemporaryDirectory(prefix="survey-rehearsal-") as home:
        folder = Path(home) / "home"
        environment = {"SURVEY_HOME": str(folder), "SURVEY_BASE_URL": site.settings.base_url}
        with prepare_site(environment) as made:
            there = replace(made, clock=lambda: county.campaign.starts_at - timedelta(hours=1))
            with there.database.writing() as session:
                load_campaign(
                    session, folder=_marked(county), by=BY, clock=there.clock, simulated=True
                )
            yield there


def _marked(county: CountyFolder) -> CountyFolder:
    """Return the county with titles that say what this is, on every page and paper.

    Nobody witnesses what is invented, so a plan that names witnesses is rehearsed without them.
    """
    facts = county.campaign
    zh, en = facts.title_zh + _MARK_ZH, facts.title_en + _MARK_EN
    document = {name: said for name, said in county.document.items() if name != "witnesses"}
    named = {**county.document["campaign"], "title_zh": zh, "title_en": en}
    return replace(
        county,
        campaign=replace(facts, title_zh=zh, title_en=en),
        document={**document, "campaign": named},
    )

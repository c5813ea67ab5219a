"""Homes of one small campaign at each of its stages, copied for each attack on them."""

from pathlib import Path

from click.testing import CliRunner, Result

from survey.cli import survey
from survey.site.installation import Site, upgrade_site

N = 300


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(survey, words, env={"SURVEY_HOME": str(home)})


def opened(home: Path) -> Site:
    return upgrade_site({"SURVEY_HOME": str(home)})


def whole_in_one_file(site: Site) -> None:
    with site.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    site.database.close()

"""An answer found stored already is acknowledged by a commit of its own.

It may have come by a commit whose outcome nobody knows, on a database that had lost its standby for
a moment: only a commit that writes waits until the standby has all that was written before it.
"""

from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from survey.app import create_app
from survey.site.installation import upgrade_site
from tests.journeys.test_crashes import FORM, ready

_WRITES = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL"


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_repeated_answer_is_acknowledged_by_a_commit_that_writes(
    postgresql_url: str, tmp_path: Path, accept: str
) -> None:
    headers = FORM | {"Accept": accept}  # of the page's script, of one without
    settings = {"SURVEY_HOME": str(tmp_path), "SURVEY_DATABASE": postgresql_url}
    with upgrade_site(settings) as site:
        phones = ready(site)
        web = create_app(site).test_client(use_cookies=False)
        _receipt, body = phones.form(Random(1))
        assert web.post(phones.address, data=body, headers=headers).status_code == 200
        wrote: list[bool] = []
        sa.event.listen(
            site.database.engine,
            "commit",
            lambda connection: wrote.append(connection.exec_driver_sql(_WRITES).scalar_one()),
        )
        assert web.post(phones.address, data=body, headers=headers).status_code == 200
        assert wrote
        assert wrote[0]

"""The list of codes as a spreadsheet opens it."""

import csv
import io

from survey.fieldwork.invitations.invited import Invited
from survey.fieldwork.papers.code_list import write_list
from survey.model import Campaign
from tests.factories import FIELDWORK


def test_no_name_becomes_a_formula() -> None:
    invited = Invited(
        title="=HYPERLINK(1)",
        group_name="+群众",
        channel_name="-",
        until=FIELDWORK,
        lang="zh",
        greeting="",
        written_on=FIELDWORK,
    )
    campaign = Campaign(simulated=False)
    text = write_list(["A" * 16], campaign=campaign, invited=invited, base_url="http://x")
    _heading, row = csv.reader(io.StringIO(text))
    assert row[2:5] == ["'=HYPERLINK(1)", "'+群众", "'-"]

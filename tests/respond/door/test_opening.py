from typing import Any

import pytest
import sqlalchemy as sa

from survey.model import Campaign
from survey.respond.door.opening import Closed, EntranceClosed, Memory, open_entrance
from survey.scheme.campaign_scheme import scheme_of
from survey.site.installation import Site
from tests.factories import FIELDWORK, open_anlan
from tests.respond.factories import invitation_codes, opened, poster_code


def test_a_poster_and_an_invitation_open_what_they_were_issued_for(site: Site) -> None:
    open_anlan(site)
    code, [invitation] = poster_code(site, "A06"), invitation_codes(site)
    with site.database.reading() as session:
        scanned, invited = opened(session, site, code), opened(session, site, invitation)
    assert (scanned.invited, scanned.group_code, scanned.channel) == (False, "G1", "qr_open")
    assert (invited.invited, invited.group_code, invited.channel) == (True, "G2", "token_sms")
    [asked] = scanned.questionnaire.units
    assert asked.unit.code == "A06"
    assert asked.item_ids == ("C1", "C2", "C3", "C4", "C5", "C6", "S1A", "S2A")
    assert invited.questionnaire.units[0].item_ids[-1] == "S2B01"


@pytest.mark.parametrize(
    "code", ["", "A", "0" * 10, "0" * 16, "' OR 1=1 --", "评" * 10, "\x00" * 16]
)
def test_any_other_code_opens_nothing(site: Site, code: str) -> None:
    open_anlan(site)
    with site.database.reading() as session, pytest.raises(EntranceClosed) as closed:
        opened(session, site, code)
    assert closed.value.reason is Closed.UNKNOWN


def test_closing_is_known_everywhere_after_two_seconds(site: Site) -> None:
    open_anlan(site)
    code = poster_code(site)
    ticks = [100.0]
    memory = Memory(lambda: ticks[0])
    words: dict[str, Any] = {"code": code, "at": FIELDWORK, "key": b"", "memory": memory}
    with site.database.reading() as session:
        assert open_entrance(session, **words).questionnaire.units[0].unit.code == "A01"
    with site.database.writing() as session:
        session.execute(sa.update(Campaign).values(state="closed"))
    ticks[0] += 0.9
    with site.database.reading() as session:
        assert open_entrance(session, **words)
        ticks[0] += 1.1
        with pytest.raises(EntranceClosed) as closed:
            open_entrance(session, **words)
    assert closed.value.reason is Closed.OVER


def test_a_townships_residents_alone_rate_it(site: Site) -> None:
    open_anlan(site)
    first, second = poster_code(site, "A06"), poster_code(site, "B01")
    with site.database.reading() as session:
        township = opened(session, site, first).questionnaire
        bureau = opened(session, site, second).questionnaire
    asked = township.units[0]
    home = next(area for area in township.areas if area.position == township.home_for(asked, "G1"))
    assert home.name_zh == "石桥镇"
    assert township.home_for(asked, "G2") == 0
    assert bureau.home_for(bureau.units[0], "G1") == 0
    assert (scheme_of(township.campaign).hotline, township.alone.min_seconds) == ("12345", 20.0)

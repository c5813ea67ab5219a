import itertools
import json
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from survey.appraisal import load
from survey.fieldwork import progress
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.fieldwork.invitations.issuing import issue_codes
from survey.fieldwork.progress import Progress
from survey.model import Campaign, CampaignUnit, ProgressCounter
from survey.site.installation import Site
from survey.stats.campaign.domains import cut_domains
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.verdicts import ScreeningVerdict
from survey.stats.pipeline.screening import screen
from tests.factories import CODE, FIELDWORK, in_fieldwork, open_anlan
from tests.respond.factories import hand_in, invitation_codes, opened, poster_code


def unit(campaign: Campaign, code: str) -> CampaignUnit:
    return next(entry for entry in campaign.units if entry.unit.code == code)


def count(
    session: Session,
    unit_code: str,
    valid: int,
    *,
    group: str = "G1",
    channel: str = "qr_open",
    day: str = "2026-12-02",
    extra: int = 0,
) -> None:
    campaign = find_campaign(session, CODE)
    session.add(
        ProgressCounter(
            campaign_id=campaign.id,
            unit_id=unit(campaign, unit_code).unit_id,
            group_code=group,
            channel=channel,
            day=day,
            received=valid + extra,
            valid=valid,
            sources=valid + extra,
        )
    )


def read(site: Site, **changed: object) -> Progress:
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        given = {"units": campaign.units, "at": FIELDWORK, **changed}
        return progress.read_progress(session, campaign=campaign, **given)


@pytest.fixture
def counted(each_site: Site) -> Site:
    open_anlan(each_site)
    with each_site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        count(session, "A01", 40, extra=3)
        count(session, "A01", 12, day="2026-12-04")
        count(session, "A01", 30, group="G2", channel="token_sms", extra=2)
        count(session, "A02", 7)
        issue_codes(
            session,
            campaign=campaign,
            units=[unit(campaign, "A01")],
            group_code="G2",
            channel="token_sms",
            count=80,
            by="tests",
            clock=in_fieldwork,
            key=b"key",
        )
    return each_site


def test_valid_answers_stand_against_the_plan_of_unit_and_group(counted: Site) -> None:
    found = read(counted)
    row = found.units[0]
    cell = row.cell("G1")
    assert cell is not None
    assert (cell.valid, cell.received, cell.target, cell.min_valid) == (52, 55, 220, 50)
    assert cell.share == pytest.approx(52 / 220)
    assert (row.valid, row.target) == (82, 345)
    assert (found.valid, found.received, found.target) == (89, 94, 8721)


def test_units_stand_in_the_schemes_order_without_groups_not_asked(counted: Site) -> None:
    found = read(counted)
    codes = [row.taking_part.unit.code for row in found.units]
    assert codes == sorted(codes)
    assert found.units[-1].cell("G1") is None
    assert [cell.group_code for cell in found.units[-1].cells] == ["G2", "G3", "G4", "G5"]


def test_a_response_rate_has_a_true_base_or_is_not_given(counted: Site) -> None:
    rates = {row.channel: (row.issued, row.rate) for row in read(counted).channels}
    assert rates["token_sms"] == (80, 32 / 80)
    assert rates["qr_open"] == (0, None)
    assert rates["phone"] == (0, None)


def test_every_day_so_far_is_there_and_the_days_sum_to_the_total(counted: Site) -> None:
    found = read(counted)
    assert [day for day, _count in found.days] == [f"2026-12-0{day}" for day in range(1, 6)]
    assert [count for _day, count in found.days] == [0, 77, 0, 12, 0]
    assert sum(count for _day, count in found.days) == found.valid


def test_one_channel_can_be_looked_at_alone(counted: Site) -> None:
    found = read(counted, channel="token_sms")
    assert [cell.valid for cell in found.units[0].cells] == [0, 30, 0, 0, 0]
    assert sum(count for _day, count in found.days) == found.valid == 30


def test_only_the_units_asked_for_are_counted(counted: Site) -> None:
    with counted.database.reading() as session:
        own = unit(find_campaign(session, CODE), "A02")
    found = read(counted, units=[own])
    assert (found.valid, found.received) == (7, 7)
    assert sum(row.issued for row in found.channels) == 0
    assert sum(count for _day, count in found.days) == 7


def test_standing_follows_the_time_that_has_passed(counted: Site) -> None:
    with counted.database.writing() as session:
        count(session, "A03", 220)
        campaign = find_campaign(session, CODE)
        starts, ends = campaign.starts_at, campaign.ends_at

    def standings(at: float) -> list[str]:
        found = read(counted, at=starts + (ends - starts) * at)
        cells = [row.cell("G1") for row in found.units[:4]]
        return [cell.standing for cell in cells if cell]

    assert standings(0.0) == ["on_course", "on_course", "met", "on_course"]
    assert standings(0.21) == ["on_course", "behind", "met", "behind"]
    assert standings(0.5) == ["behind", "behind", "met", "behind"]
    assert standings(1.0) == ["under", "short", "met", "short"]


def test_a_closed_campaign_is_measured_at_its_end(counted: Site) -> None:
    with counted.database.writing() as session:
        campaign = find_campaign(session, CODE)
        close_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)
    found = read(counted)
    assert found.expected == 1.0
    assert found.units[1].behind
    assert found.n_behind == sum(
        cell.valid < cell.min_valid for row in found.units for cell in row.cells
    )


def test_group_and_channel_of_one_unit(counted: Site) -> None:
    rows = _of_a01(counted)
    assert [(row.group_code, row.channel, row.received, row.issued) for row in rows] == [
        ("G1", "qr_open", 55, 0),
        ("G2", "token_sms", 32, 80),
    ]


def select(found: Progress, **changed: object) -> list[str]:
    given = {"class_code": "", "text": "", "only_behind": False, "sort": "", "descending": False}
    rows = progress.select(found, **{**given, **changed})
    return [row.taking_part.unit.code for row in rows]


def test_rows_are_filtered_and_ordered_but_never_by_counts(counted: Site) -> None:
    found = read(counted, at=FIELDWORK + timedelta(days=10))
    everyone = select(found)
    assert select(found, class_code="C") == ["C01", "C02", "C03", "C04", "C05"]
    assert select(found, text=" 白河 ") == ["A04"]
    assert select(found, text="b09") == ["B09"]
    assert select(found, text="tax") == ["C04"]
    assert select(found, only_behind=True) == everyone
    assert select(found, descending=True) == everyone[::-1]
    assert select(found, sort="class", descending=True)[0] == "C01"
    assert select(found, sort="valid") == everyone


def answered(site: Site, code: str, device: bytes | None, day: int = 0, **changed: object) -> None:
    """Let somebody answer behind a code on a telephone, some days later."""
    at = FIELDWORK + timedelta(days=day)
    with site.database.writing() as session:
        entrance = opened(session, site, code, at=at)
        receipt = str(next(_NUMBERS)).zfill(10).encode()
        hand_in(session, entrance, receipt=receipt, device_mark=device, at=at, **changed)


_NUMBERS = itertools.count(1)


def test_a_second_answer_of_a_telephone_is_not_counted_as_valid(each_site: Site) -> None:
    open_anlan(each_site)
    poster, other = poster_code(each_site), poster_code(each_site, "A02")
    [code] = invitation_codes(each_site, unit_code="A01")
    answered(each_site, poster, b"device01")
    answered(each_site, poster, b"device01", 1)  # set aside: V02
    answered(each_site, code, b"device01", 1)  # and so is a code's on that telephone
    answered(each_site, poster, b"device01", 1, own_staff=True)  # never was valid
    answered(each_site, poster, b"device02", 1)
    answered(each_site, poster, None, 1)
    answered(each_site, poster, None, 1)  # without script nobody can tell
    answered(each_site, other, b"device01", 1, area=2)  # about another unit
    later = FIELDWORK + timedelta(days=3)
    found = read(each_site, at=later)
    cells = {cell.group_code: (cell.received, cell.valid) for cell in found.units[0].cells}
    assert (cells["G1"], cells["G2"]) == ((6, 4), (1, 0))
    assert (found.valid, found.received) == (5, 8)
    days = dict(found.days)
    assert (days["2026-12-05"], days["2026-12-06"]) == (1, 4)
    channels = {row.channel: row.valid for row in found.channels}
    assert (channels["qr_open"], channels["token_sms"]) == (5, 0)
    only = {row.channel: row.valid for row in _of_a01(each_site)}
    assert only == {"qr_open": 4, "token_sms": 0}
    scored = screened(each_site)
    assert scored == found.valid  # what the rules say of all answers together


def _of_a01(site: Site) -> tuple[progress.ChannelRow, ...]:
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        found = progress.read_progress(
            session, campaign=campaign, units=[unit(campaign, "A01")], at=FIELDWORK
        )
        return progress.by_group_and_channel(campaign, found)


def screened(site: Site) -> int:
    """Return how many answers the scoring's own rules let count."""
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        plan = Plan.from_dict(campaign.plan or {})
        found = load.sample(session, campaign=campaign, lists=plan.lists).sample
        return int(
            (
                screen(cut_domains(plan, found), plan.screening).verdict
                < ScreeningVerdict.QUARANTINE
            ).sum()
        )


def test_they_count_where_the_scheme_has_no_such_rule(each_site: Site) -> None:
    open_anlan(each_site)
    with each_site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        plan = json.loads(json.dumps(campaign.plan))
        rules = plan["screening"]["rules"]
        plan["screening"]["rules"] = [rule for rule in rules if rule["rule_id"] != "V02"]
        campaign.plan = plan
    poster = poster_code(each_site)
    for _ in range(2):
        answered(each_site, poster, b"device01")
    assert read(each_site).valid == 2

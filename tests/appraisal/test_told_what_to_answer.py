"""Crosswise items from the scheme to the page: told of county and classes, never of a unit."""

import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml

from survey.app import create_app
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_campaign
from survey.problems import Refused
from survey.scheme.folder import read_folder
from survey.site.installation import Site
from tests.factories import ANLAN, CODE, in_fieldwork
from tests.officials import add_officials, signed_in
from tests.respond.factories import hand_in, opened, poster_code

OPTIONS = [
    {"value": "same", "zh": "两句都对，或都不对", "en": "Both or neither"},
    {"value": "other", "zh": "只有一句对", "en": "Exactly one"},
]
ITEMS = [
    {
        "id": "TOLD",
        "type": "single",
        "zh": "一、有人要求我怎么评。二、我母亲的生日在一月或二月。这两句话：",
        "en": "1. Somebody told me what to answer. 2. My mother's birthday is in January or"
        " February. Of these two:",
        "options": OPTIONS,
    },
    {
        "id": "ANCHOR",
        "type": "single",
        "zh": "一、我今年参加过南极科考。二、我父亲的生日在三月或四月。这两句话：",
        "en": "1. I took part in an Antarctic expedition this year. 2. My father's birthday is in"
        " March or April. Of these two:",
        "options": OPTIONS,
    },
]
SAID = {"item": "TOLD", "anchor": "ANCHOR", "chance": 0.15, "anchor_chance": 0.15}


def folder(to: Path, said: dict[str, Any], items: list[dict[str, Any]] = ITEMS) -> Path:
    """Write 安澜县's folder with a crosswise item."""
    copytree(ANLAN, to)
    scheme = yaml.safe_load((to / "scheme.yaml").read_text("utf-8"))
    (to / "scheme.yaml").write_text(
        yaml.safe_dump({**scheme, "crosswise": said}, allow_unicode=True), "utf-8"
    )
    asked = json.loads((to / "questionnaire.json").read_text("utf-8"))
    (to / "questionnaire.json").write_text(json.dumps({**asked, "local_items": items}), "utf-8")
    return to


@pytest.mark.parametrize(
    ("change", "items", "field", "words"),
    [
        ({"chance": None}, ITEMS, "crosswise.chance", "given together"),
        ({"chance": 0.5}, ITEMS, "crosswise.chance", "0.4"),
        ({"anchor": "TOLD"}, ITEMS, "crosswise.anchor", "another item"),
        ({"item": "TOLDD"}, ITEMS, "crosswise.item", "TOLD, ANCHOR"),
        ({"same": "both"}, ITEMS, "crosswise.item", "exactly two options"),
        ({}, [ITEMS[0] | {"classes": ["A"]}, ITEMS[1]], "crosswise.item", "remove relevant"),
        ({"ancor": "X"}, ITEMS, "crosswise.ancor", "anchor"),
    ],
)
def test_a_setting_that_cannot_be_asked_is_refused(
    tmp_path: Path, change: dict[str, Any], items: list[dict[str, Any]], field: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        read_folder(folder(tmp_path / "county", SAID | change, items))
    [problem] = [one for one in refused.value.problems if one.field == field]
    assert problem.file == "scheme.yaml"
    assert words in problem.en


def answered(site: Site, counts: dict[str, list[tuple[str, str, int]]], home: Path) -> None:
    """Open the campaign, let so many residents of each unit answer both items, and close it."""
    with site.database.writing() as session:
        campaign = load_campaign(
            session,
            folder=read_folder(folder(home, SAID)),
            by="tests",
            clock=in_fieldwork,
            simulated=True,
        )
        session.flush()
        session.refresh(campaign)
        open_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)
    for unit_code, groups in counts.items():
        code = poster_code(site, unit_code, "G5" if unit_code == "C01" else "G1")
        given = [pair for *pair, count in groups for _ in range(count)]
        with site.database.writing() as session:
            entrance = opened(session, site, code)
            for number, (told, anchor) in enumerate(given):
                said = json.dumps({"TOLD": told, "ANCHOR": anchor} if anchor else {"TOLD": told})
                receipt = f"{unit_code}{number:07d}".encode()
                hand_in(session, entrance, receipt=receipt, local_answers=said)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        close_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)


def test_the_page_tells_of_county_and_classes_alone(site: Site, tmp_path: Path) -> None:
    both = [("same", "same", 336), ("other", "same", 144), ("same", "other", 36)]
    few = [("same", "same", 3), ("same", "", 60)]
    idle = [(one, two, 30) for one in ("same", "other") for two in ("same", "other")]
    counts = {"A01": [*both, ("other", "other", 84)], "B01": idle, "C01": few}
    answered(site, counts, tmp_path / "county")
    add_officials(site)
    client = signed_in(create_app(replace(site, clock=in_fieldwork)), "admin")
    client.get("/office/language/en")
    page = client.get(f"/office/campaigns/{CODE}/items").get_data(as_text=True)
    rows = rows_of(page)
    assert rows["County"][0] == "723"
    # Of 600, by hand: l = .62, l' = .8, g = 6/7, share = 1/2 - (.12/.3)/2 = .3
    assert rows["A"][:3] == ["600", "86%", "30%"]
    lower, upper = (int(end.rstrip("%")) for end in rows["A"][3].split("–"))
    assert 20 <= lower < 30 < upper <= 40
    assert rows["B"] == ["120", "0%", "–", "Too few read the question, so nothing can be inferred"]
    assert rows["C"] == ["3", "–", "–", "Too few answers"]
    assert "Antarctic" not in page
    of_unit = client.get(f"/office/campaigns/{CODE}/items?unit=A01").get_data(as_text=True)
    assert 'id="told"' not in of_unit
    assert "Antarctic" not in of_unit


def rows_of(page: str) -> dict[str, list[str]]:
    """Return the cells of the table by county or class."""
    body = page.partition('id="told"')[2].partition("</table>")[0]
    found = {}
    for row in body.split("<tr>")[2:]:
        cells = [cell.partition(">")[2].partition("<")[0].strip() for cell in row.split("<t")[1:]]
        found[cells[0].split()[0]] = cells[1:]
    return found

"""The manual says in both languages the same, in the words of the pages, and is read in them."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from survey.app import create_app
from survey.manual import views
from survey.site.installation import Site
from tests.factories import CODE, open_anlan
from tests.officials import add_officials, signed_in

DOCS = Path(__file__).parents[2] / "docs"
CATALOGUE = DOCS.parent / "survey/translations/en/LC_MESSAGES/messages.po"
NAMES = sorted(path.stem for path in (DOCS / "zh").glob("*.md"))


def text(name: str, lang: str) -> str:
    return (DOCS / lang / f"{name}.md").read_text("utf-8")


@pytest.fixture(scope="module")
def words() -> Mapping[str, str]:
    """What stands on pages, in Chinese and in English."""
    with CATALOGUE.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def test_both_languages_have_the_same_chapters() -> None:
    assert len(NAMES) == 9
    assert sorted(path.stem for path in (DOCS / "en").glob("*.md")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_has_the_same_steps_tables_and_pictures_in_both(name: str) -> None:
    shapes = []
    for lang in ("zh", "en"):
        lines = text(name, lang).splitlines()
        starts = [re.match(r"(#+ |\d+\. |- |\| |!\[)", line) for line in lines]
        pictures = re.findall(r"\((\.\./screenshots/.+?)\)", text(name, lang))
        shapes.append(([found[0] for found in starts if found], pictures))
        assert all((DOCS / lang / picture).is_file() for picture in pictures)
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("name", NAMES)
def test_bold_words_are_words_of_the_pages(name: str, words: Mapping[str, str]) -> None:
    bold = {lang: re.findall(r"\*\*(.+?)\*\*", text(name, lang)) for lang in ("zh", "en")}
    assert [said for said in bold["zh"] if said not in words] == []
    assert [said for said in bold["en"] if said not in words.values()] == []
    assert {words[said] for said in bold["zh"]} == set(bold["en"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_chapter_is_read_at_the_office_s_door(client: FlaskClient, lang: str) -> None:
    client.get(f"/office/language/{lang}")
    contents = client.get("/office/help/").text
    for name in NAMES:
        address = f"/office/help/{name}"
        assert f'href="{address}"' in contents
        page = client.get(address)
        assert page.status_code == 200
        title = text(name, lang).splitlines()[0].removeprefix("# ")
        assert f"<h1>{title}</h1>" in page.text
        for picture in re.findall(r'src="(/office/help/pictures/[^"]+)"', page.text):
            assert client.get(picture, buffered=True).data.startswith(b"\x89PNG")


def test_nothing_but_chapters_and_pictures_is_given(client: FlaskClient) -> None:
    for name in ("10-none", "..%2f..%2fREADME", "pictures/none.png", "pictures/..%2f..%2fapi.md"):
        assert client.get(f"/office/help/{name}").status_code == 404


def test_a_page_leads_to_what_is_said_of_it(app: Flask) -> None:
    linked = re.findall(r'href="(/office/help/[^"]*)"', app.test_client().get("/office/first").text)
    assert linked == ["/office/help/01-accounts"]


def test_a_deed_s_page_leads_to_the_chapter_of_the_deed(site: Site) -> None:
    open_anlan(site)
    add_officials(site)
    admin = signed_in(create_app(site), "admin")
    for page, name in (
        ("/office/new", "02-setting-up"),
        (f"/office/campaigns/{CODE}/invitations/plan", "03-posters-and-codes"),
        (f"/office/campaigns/{CODE}/progress", "04-opening-and-watching"),
        (f"/office/campaigns/{CODE}/close", "06-closing-and-scoring"),
        (f"/office/campaigns/{CODE}/score", "06-closing-and-scoring"),
        (f"/office/campaigns/{CODE}/scores", "07-reading-scores"),
        ("/office/audit/", "08-handing-over"),
    ):
        assert f'href="/office/help/{name}"' in admin.get(page).text, page


def test_every_room_of_the_office_has_a_chapter(app: Flask) -> None:
    rooms = {
        rule.endpoint.partition(".")[0]
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/office")
    }
    assert rooms - {"manual"} <= views._OF_ROOM.keys()
    assert {*views._OF_ROOM.values(), *views._OF_PAGE.values()} <= set(NAMES)

"""The recipe in the documentation works as it is printed."""

import re
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature

from survey.exchange.document import find_document
from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import Site
from tests.demonstrated import CODE

DOCS = Path(__file__).parents[2] / "docs"


def test_the_signature_recipe(
    released_site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with released_site.database.reading() as session:
        document = find_document(session, campaign=find_campaign(session, CODE))
    found = re.search(r"```python\n(.*?)```", (DOCS / "api.md").read_text(), re.DOTALL)
    assert found is not None
    key_id = document.signature.key_id
    recipe = found[1].replace("the one you were given", key_id)
    recipe = recipe.replace('open("scores.json", encoding="utf-8")', "file")
    monkeypatch.chdir(tmp_path)
    Path("scores.json").write_text(document.text, encoding="utf-8")
    with Path("scores.json").open(encoding="utf-8") as file:
        exec(recipe, {"file": file})
    with Path("scores.json").open(encoding="utf-8") as file, pytest.raises(InvalidSignature):
        exec(recipe.replace("canonical.encode()", "canonical.encode() + b' '"), {"file": file})

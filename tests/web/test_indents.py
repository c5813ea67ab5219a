"""What Jinja makes of templates laid out for people."""

import re

import pytest
from flask import Flask
from jinja2 import Environment

from survey.web.indents import Unindented

ATTRIBUTES = """\
<div
  class="question"
  {{ " data-required" if required }}
  {%- if whole %}
  data-low="1"{% endif %}
  {%- if label %}
  aria-label="{{ label }}"
  {%- endif %}
>
  {% if label %}
    {{ label }}
  {% endif %}
</div>
"""


@pytest.fixture
def environment() -> Environment:
    return Environment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Unindented], autoescape=True
    )


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("label", ["", "岭上镇"])
def test_attributes_stay_apart_whatever_stands_between(
    environment: Environment, required: bool, label: str
) -> None:
    made = environment.from_string(ATTRIBUTES).render(required=required, whole=True, label=label)
    expected = {"class", "data-low"}
    expected |= ({"data-required"} if required else set()) | ({"aria-label"} if label else set())
    assert set(re.findall(r"\s([\w-]+)", made[: made.index(">")])) == expected


def test_text_is_served_without_indents(environment: Environment) -> None:
    made = environment.from_string(ATTRIBUTES).render(required=False, whole=False, label="x")
    assert made.splitlines()[-2:] == ["x", "</div>"]
    assert not re.search(r"^[ \t]+", made.partition(">")[2], re.MULTILINE)


def test_the_application_reads_its_templates_so(app: Flask) -> None:
    extensions = app.jinja_env.extensions.values()
    assert any(isinstance(extension, Unindented) for extension in extensions)

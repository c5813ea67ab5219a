"""Words of templates: found once for each language, and values in them are escaped each time."""

from flask import render_template_string

from survey.app import create_app
from survey.site.installation import Site


def _said(site: Site, lang: str, template: str, **values: object) -> str:
    with create_app(site).test_request_context(f"/?lang={lang}"):
        return render_template_string(template, **values)


def test_a_word_is_of_the_language_that_each_page_speaks(site: Site) -> None:
    said = [_said(site, lang, '{{ _("单位") }}') for lang in ("zh", "en", "zh")]
    assert said == ["单位", "Unit", "单位"]


def test_values_are_escaped_however_often_a_word_is_said(site: Site) -> None:
    template = '{{ _("计划 %(target)s 份", target=value) }}'
    first, other = _said(site, "zh", template, value="<b>"), _said(site, "zh", template, value="3")
    assert (first, other) == ("计划 &lt;b&gt; 份", "计划 3 份")


def test_a_percent_sign_is_one_sign_with_values_or_without(site: Site) -> None:
    assert _said(site, "zh", '{{ _("低于进度要求的80%%") }}') == "低于进度要求的80%"
    assert _said(site, "zh", '{{ _("%(n)s 的80%%", n=5) }}') == "5 的80%"

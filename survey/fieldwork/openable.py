"""Whether a county that was read can be opened as it is, and its papers be printed."""

from survey.fieldwork.papers.county_words import require_drawable_folder
from survey.fieldwork.papers.font import choose_font
from survey.scheme.county import CountyFolder
from survey.scheme.planning import build_plan
from survey.site.installation import Site


def checked(site: Site, county: CountyFolder) -> CountyFolder:
    """Return a county that can be opened as it is; raises Refused with what stands against it."""
    build_plan(county)  # what it would refuse at the opening is said now
    require_drawable_folder(county, font=choose_font(site.settings))
    return county

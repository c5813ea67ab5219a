"""Lists of batches stay short, however many there are."""

import re

from survey.site.installation import Site
from tests.factories import CODE
from tests.officials import office, signed_in
from tests.respond.factories import invitation_codes

PAGE = f"/office/campaigns/{CODE}/invitations"


def test_batches_are_listed_25_at_once_the_newest_first_and_each_once(site: Site) -> None:
    admin = signed_in(office(site), "admin")
    for _ in range(27):
        invitation_codes(site)
    shown = admin.get(PAGE).text
    newest = [int(number) for number in re.findall(r'<th scope="row">(\d+)</th>', shown)]
    assert len(newest) == 25
    assert newest == sorted(newest, reverse=True)
    [older] = re.findall(r'href="([^"]*before=\d+)"', shown)
    rest = admin.get(older).text
    assert "最新的" in rest
    assert "before=" not in re.sub(r'href="#[^"]*"', "", rest).partition("批号")[2]
    others = [int(number) for number in re.findall(r'<th scope="row">(\d+)</th>', rest)]
    assert len({*newest, *others}) == 27

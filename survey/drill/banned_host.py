"""The posters' host is blocked: another one serves the same codes, and is printed."""

from survey.drill.place import CODE, FORMER_HOST, NEW_HOST, Place
from survey.drill.timetable import Timetable, require
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import posters_of

_STRANGER = "https://pingyi.example.com"


def rehearse(place: Place, table: Timetable) -> None:
    """Move to another host while the former is still answered, and print what leads there."""
    former = FORMER_HOST.removeprefix("https://")
    moved = {"SURVEY_BASE_URL": NEW_HOST, "SURVEY_HOSTS": former}
    with place.site() as site, site.database.reading() as session:
        hung = posters_of(session, campaign=find_campaign(session, CODE), withdrawn=False)
        unit, path = hung[0].unit.code, f"/q/{hung[0].poster.code}"
    with table.step(
        "改 SURVEY_BASE_URL 为备用域名，旧域名写进 SURVEY_HOSTS",
        "set SURVEY_BASE_URL to the spare host, SURVEY_HOSTS to the former",
    ):
        place.command("serve", "--check", changed=moved)
    with table.step("新旧域名都能作答，别的域名不行", "both hosts are answered, no other is"):
        require(place.status_of(path, host=NEW_HOST, **moved) == 200, "not under the new host")
        require(place.status_of(path, **moved) == 200, "not under the former host")
        require(place.status_of(path, host=_STRANGER, **moved) == 400, "under any host")
    with table.step("重印海报，评议码不变", "print posters anew, with the same codes"):
        place.command("poster", CODE, "--unit", unit, "--out", str(place.pdf), changed=moved)
        require(place.pdf.read_bytes().startswith(b"%PDF"), "no PDF was made")

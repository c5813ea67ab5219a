"""The newest head sent to a witness that answers over HTTP (c2sp.org/tlog-witness)."""

import urllib.request
from http import HTTPStatus
from urllib.error import HTTPError
from urllib.parse import urlsplit

from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.witnesses.taking import Taken, take_cosignatures
from survey.ledger.notes.asked import asked_of_witness
from survey.ledger.notes.note import LARGEST
from survey.problems import Refused
from survey.site.installation import Site

_SECONDS = 30.0
_MOST_SIGNS = 200


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows nothing: whoever answers in a witness's place could send us anywhere."""

    def redirect_request(self, *_asked: object) -> None:
        """Ask nobody else."""


_OPENER = urllib.request.build_opener(_NoRedirects)


def send_to_witness(site: Site, *, campaign_code: str, url: str, by: str) -> list[Taken]:
    """Ask a witness to sign the newest head, and keep what it signs.

    Raises Refused where it cannot be reached, where it declines, and where it has seen what is no
    head of ours.
    """
    status, said = _posted(url, _request(site, campaign_code, 0))
    if status == HTTPStatus.CONFLICT and said.strip().isdecimal():
        status, said = _posted(url, _request(site, campaign_code, int(said)))
    if status != HTTPStatus.OK:
        raise _not_signed(url, status, said)
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        return take_cosignatures(session, site=site, campaign=campaign, text=said, by=by)


def _not_signed(url: str, status: int, said: str) -> Refused:
    if status // 100 == 3:
        return Refused.of(
            field=url,
            zh=f"对方要求转到别的地址（{status}），按规定不跟随；请向见证方核对网址",
            en=f"the answer leads elsewhere ({status}), which is not followed; ask the witness for"
            " its address",
        )
    told = "".join(sign for sign in " ".join(said.split()) if sign.isprintable())[:_MOST_SIGNS]
    return Refused.of(
        field=url,
        zh=f"见证方没有签名（{status}）：{told}",
        en=f"the witness did not sign ({status}): {told}",
    )


def _request(site: Site, campaign_code: str, old: int) -> bytes:
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        asked = asked_of_witness(session, campaign=campaign, old=old, key=site.keys.signing())
    if asked is None:
        raise Refused.of(
            field=campaign_code,
            zh=f"没有从 {old} 份起的总校验码：评议还没有开启，或见证方看到过另一本存证",
            en=f"no head of {old} answers is ours: the campaign is not open, or the witness has"
            " seen another ledger",
        )
    return asked.text.encode()


def _posted(url: str, body: bytes) -> tuple[int, str]:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise Refused.of(
            field=url,
            zh="网址应以 http:// 或 https:// 开头",
            en="the address must begin with http:// or https://",
        )
    asked = urllib.request.Request(  # noqa: S310 - looked at above
        f"{url.rstrip('/')}/add-checkpoint", data=body, method="POST"
    )
    try:
        with _OPENER.open(asked, timeout=_SECONDS) as answered:
            return answered.status, answered.read(LARGEST).decode()
    except HTTPError as error:
        with error:
            return error.code, error.read(LARGEST).decode("utf-8", "replace")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused.of(
            field=url,
            zh=f"连不上见证方（{error}）；请改用请求文件",
            en=f"the witness cannot be reached ({error}); take it the request as a file",
        ) from error

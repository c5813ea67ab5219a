"""Posters that open nothing any more, withdrawn or replaced: by two persons.

One alone could silence a place that speaks ill of a unit.
"""

from survey.fieldwork.entrances import check_campaign, find_poster, withdraw
from survey.fieldwork.papers.poster_register import check_in_use, reissue_poster
from survey.model import Entrance
from survey.problems import Refused
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said


def _poster(matter: Matter) -> Entrance:
    number = matter.arguments["poster"]
    poster = find_poster(matter.session, campaign=matter.campaign, poster_id=number)
    if poster is None:
        raise Refused.of(
            field="poster", zh=f"没有第 {number} 号海报", en=f"there is no poster {number}"
        )
    return poster


def _basis(matter: Matter) -> Facts:
    poster = _poster(matter)
    check_in_use(poster)
    return {"code": poster.code, "place": poster.place, "version": poster.version}


def _basis_of_reissue(matter: Matter) -> Facts:
    check_campaign(matter.campaign)
    return _basis(matter)


def _which(matter: Matter) -> tuple[str, str]:
    poster = _poster(matter)
    place = f"，{poster.place}" if poster.place else ""
    at = f", {poster.place}" if poster.place else ""
    unit, version, code = poster.unit, poster.version, poster.code
    return (
        f"{unit.name_zh}（{unit.code}）{place}，第{version}张，码 {code}",
        f"{unit.name_en} ({unit.code}){at}, version {version}, {code}",
    )


def _told_of_withdrawal(matter: Matter) -> list[Said]:
    zh, en = _which(matter)
    return [
        Said(zh=f"停用海报：{zh}", en=f"withdraw the poster: {en}"),
        Said(
            zh="此后扫码不再打开问卷；此前的答卷不受影响",
            en="its code opens nothing any more; answers that came through it stay",
        ),
    ]


def _told_of_reissue(matter: Matter) -> list[Said]:
    zh, en = _which(matter)
    return [
        Said(zh=f"停用旧海报并换新：{zh}", en=f"replace the poster: {en}"),
        Said(
            zh="旧码立即停用，同一地点登记一张新的",
            en="the old code opens nothing any more, a new one is registered for the place",
        ),
    ]


def _withdraw(matter: Matter, persons: Persons, _prepared: object) -> Done:
    withdraw(
        matter.session,
        entrance=_poster(matter),
        campaign=matter.campaign,
        by=persons.approved_by,
        clock=matter.site.clock,
    )
    return Done(said=Said(zh="海报已停用，扫码将不再打开问卷。", en="The poster is withdrawn."))


def _reissue(matter: Matter, persons: Persons, _prepared: object) -> Done:
    reissue_poster(
        matter.session,
        poster=_poster(matter),
        campaign=matter.campaign,
        by=persons.approved_by,
        clock=matter.site.clock,
    )
    return Done(
        said=Said(
            zh="新海报已登记，旧海报的二维码不再打开问卷。",
            en="The next version is registered; the old code opens nothing.",
        )
    )


WITHDRAW = Deed(
    kind="poster.withdraw",
    name=Said(zh="停用海报", en="Withdraw a poster"),
    propose="poster.make",
    basis=_basis,
    told=_told_of_withdrawal,
    carry_out=_withdraw,
)
REISSUE = Deed(
    kind="poster.reissue",
    name=Said(zh="换新海报", en="Replace a poster"),
    propose="poster.make",
    basis=_basis_of_reissue,
    told=_told_of_reissue,
    carry_out=_reissue,
)

"""What a server keeps of residents' words is what reading them all at once would say."""

import pytest
import sqlalchemy as sa

from survey.app import create_app
from survey.feedback import caseload, matters
from survey.feedback.matters import Matters
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.once import Once
from survey.model import Case, Comment, CommentMatter, MatterPlace
from survey.site.installation import Site
from survey.site.waiting_counts import write_all
from tests.factories import CODE, open_anlan
from tests.officials import add_officials, signed_in
from tests.respond.factories import hand_in, opened, poster_code

# The first and the last are not alike; what lies between belongs with both.
FIRST = "村口的路灯坏了半年没有人来修理"
BETWEEN = "村口的路灯坏了半年没有人管过问"
LAST = "桥上的路灯坏了半年没有人管过问"
PRAISE = "服务态度很好，办事快。"


class Office:
    """Residents write; what is kept of it by code of the case, in the order they wrote."""

    def __init__(self, site: Site) -> None:
        self.site, self._n = site, 0
        open_anlan(site)
        self._poster = poster_code(site)

    def write(self, *texts: str) -> None:
        with self.site.database.writing() as session:
            entrance = opened(session, self.site, self._poster)
            for text in texts:
                self._n += 1
                receipt = str(self._n).zfill(10).encode()
                hand_in(session, entrance, comment=text, receipt=receipt, device_mark=None)

    def kept(self) -> list[tuple[str, int]]:
        with self.site.database.reading() as session:
            query = (
                sa.select(CommentMatter.kind, CommentMatter.matter, CommentMatter.response_id)
                .join(Comment, Comment.response_id == CommentMatter.response_id)
                .order_by(CommentMatter.response_id)
            )
            rows = session.execute(query).all()
        number = {row.response_id: place for place, row in enumerate(rows)}
        return [(row.kind, number[row.matter]) for row in rows]


@pytest.fixture
def office(each_site: Site) -> Office:
    return Office(each_site)


def test_words_are_read_once_and_matters_become_one_when_words_between_them_come(
    office: Office,
) -> None:
    server = Matters(office.site.database)
    office.write(FIRST, LAST, PRAISE)
    server.write()
    assert office.kept() == [("case", 0), ("case", 1), ("praise", 2)]
    office.write(BETWEEN)
    server.write()
    assert office.kept() == [("case", 0), ("case", 0), ("praise", 2), ("case", 0)]


def test_several_processes_and_one_that_has_just_begun_keep_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matters, "CHUNK", 2)
    one, other = Matters(office.site.database), Matters(office.site.database)
    for server, words in zip(
        (one, other, one, Matters(office.site.database), other),
        ((FIRST, PRAISE, LAST), (PRAISE, "没有"), (BETWEEN,), ("桥头积水多日",), (FIRST,)),
        strict=True,
    ):
        office.write(*words)
        server.write()
    carried_on = office.kept()
    with office.site.database.writing() as session:
        matters.begin_anew(session, find_campaign(session, CODE))
    assert office.kept() == []
    Matters(office.site.database).write()
    assert office.kept() == carried_on
    assert [group for _kind, group in carried_on] == [0, 1, 0, 1, 4, 0, 6, 0]


def test_no_process_holds_words_that_were_erased(office: Office) -> None:
    here, elsewhere = Matters(office.site.database), Matters(office.site.database)
    office.write(FIRST)
    here.write()
    with office.site.database.writing() as session:
        session.execute(sa.update(Comment).values(text=""))
        matters.begin_anew(session, find_campaign(session, CODE))
    elsewhere.write()
    here.write()
    assert here._held == {}
    office.write(FIRST)
    here.write()
    assert office.kept() == [("nothing", 0), ("case", 1)]


def test_a_place_that_another_process_moved_is_not_written_twice(office: Office) -> None:
    office.write(FIRST)
    server = Matters(office.site.database)
    database, taken = office.site.database, server._database.writing

    def writing_after_another() -> object:
        monkeypatch.undo()
        Matters(database).write()
        return taken()

    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(database, "writing", writing_after_another)
    server.write()
    assert office.kept() == [("case", 0)]
    with database.reading() as session:
        assert session.scalars(sa.select(MatterPlace.size)).all() == [1]


def test_the_list_says_how_many_answers_came_since_and_the_page_reads_them(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matters, "CHUNK", 2)
    add_officials(office.site)
    client = signed_in(create_app(office.site), "admin")
    office.write(*(f"{place}的路口红绿灯不亮" for place in "甲乙丙丁戊"))
    page = client.get(f"/office/campaigns/{CODE}/cases").text
    assert "新来的3份答卷里的意见正在读入" in page
    client.get(f"/office/campaigns/{CODE}/cases")
    page = client.get(f"/office/campaigns/{CODE}/cases").text
    assert "正在读入" not in page
    with office.site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        found = caseload.office_list(
            session,
            campaign=campaign,
            today="2026-12-18",
            asked=caseload.Asked(),
            once=Once(),
        )
        code = session.scalars(sa.select(Case.code).limit(1)).one()
        alike = caseload.alike(session, campaign=campaign, code=code)
    assert (found.total, found.n_groups, found.n_unread) == (5, 1, 0)
    assert [row.alike for row in found.rows] == [5] * 5
    assert alike is not None
    assert (alike.state, alike.codes[0], len(alike.codes)) == ("opened", code, 5)


def test_what_a_list_counts_is_counted_beside_the_requests(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_officials(office.site)
    app = create_app(office.site)
    office.write(FIRST, PRAISE)
    write_all(app.extensions["waiting_counts"])  # as a server does from its start

    def counted_while_somebody_waits(*_given: object) -> None:
        raise AssertionError

    monkeypatch.setattr(caseload, "_count", counted_while_somebody_waits)
    client = signed_in(app, "admin")  # which is on record, and changes nothing that is counted
    assert "共 1 件" in client.get(f"/office/campaigns/{CODE}/cases").text
    office.write(LAST)
    assert client.get(f"/office/campaigns/{CODE}/cases").status_code == 500  # it would count
    monkeypatch.undo()
    write_all(app.extensions["waiting_counts"])
    monkeypatch.setattr(caseload, "_count", counted_while_somebody_waits)
    assert "共 2 件" in client.get(f"/office/campaigns/{CODE}/cases").text


def test_a_database_that_only_reads_lists_what_was_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_officials(office.site)
    client = signed_in(create_app(office.site), "admin")
    office.write(FIRST)
    client.get("/office/password")  # the session has been seen

    def no_writing() -> object:
        raise sa.exc.OperationalError("", {}, Exception("read-only"))

    monkeypatch.setattr(office.site.database, "writing", no_writing)
    answer = client.get(f"/office/campaigns/{CODE}/cases")
    assert answer.status_code == 200
    assert "新来的1份答卷里的意见正在读入" in answer.text

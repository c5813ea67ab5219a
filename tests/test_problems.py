from survey.problems import Problem, Refused

PLACED = Problem(zh="未知类别", en="unknown class", file="units.csv", row=3, field="class")


def test_a_problem_names_its_place_in_both_languages() -> None:
    assert PLACED.text("zh") == "units.csv 第 3 行 class：未知类别"
    assert PLACED.text("zh_Hans_CN") == PLACED.text("zh")
    assert PLACED.text("en") == "units.csv, row 3, class: unknown class"
    assert PLACED.both() == f"{PLACED.text('zh')}\n{PLACED.text('en')}"


def test_a_problem_without_a_place_is_its_words() -> None:
    assert Problem(zh="已关闭", en="closed").both() == "已关闭\nclosed"


def test_refused_holds_every_problem() -> None:
    refused = Refused([PLACED, Problem(zh="已关闭", en="closed")])
    assert len(refused.problems) == 2
    assert refused.text("en") == "units.csv, row 3, class: unknown class\nclosed"
    assert "未知类别" in str(refused)


def test_a_refusal_of_one_problem_names_its_place() -> None:
    refused = Refused.of(zh="未知类别", en="unknown class", file="units.csv", row=3, field="class")
    assert refused.problems == (PLACED,)


def test_what_a_page_asks_for_has_its_chinese_name_and_a_column_its_own() -> None:
    asked = Problem(field="username", zh="已存在", en="is taken")
    assert (asked.text("zh"), asked.text("en")) == ("账号：已存在", "username: is taken")
    read = Problem(file="units.csv", row=2, field="name", zh="不能为空", en="is empty")
    assert read.text("zh") == "units.csv 第 2 行 name：不能为空"

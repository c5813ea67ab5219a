from pathlib import Path

import pytest

from survey.problems import Refused
from survey.site.config import read_settings


def test_defaults_serve_a_laptop(tmp_path: Path) -> None:
    settings = read_settings({"SURVEY_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'survey.db'}"
    assert settings.host == "127.0.0.1:8000"
    assert not settings.secure


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(Refused) as refused:
        read_settings(
            {
                "SURVEY_DATABASE": "mysql://x",
                "SURVEY_BASE_URL": "pingyi.gov.cn",
                "SURVEY_TRUSTED_PROXIES": "-1",
                "SURVEY_SECOND_FACTOR": "nobody",
            }
        )
    assert [problem.field for problem in refused.value.problems] == [
        "SURVEY_DATABASE",
        "SURVEY_BASE_URL",
        "SURVEY_TRUSTED_PROXIES",
        "SURVEY_SECOND_FACTOR",
    ]


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("user:word@127.0.0.1/review", True),
        ("/review?host=/var/run/postgresql", True),
        ("user:word@db.county.gov.cn/review", False),
        ("user:word@10.1.2.3/review?sslmode=require", False),
        ("/review?host=10.1.2.3", False),
        ("user:word@db.county.gov.cn/review?sslmode=verify-full", True),
    ],
)
def test_a_database_elsewhere_is_reached_by_tls_alone(address: str, taken: bool) -> None:
    given = {"SURVEY_DATABASE": f"postgresql+psycopg://{address}"}
    if taken:
        assert read_settings(given).database_url == given["SURVEY_DATABASE"]
    else:
        with pytest.raises(Refused, match="sslmode=verify-full"):
            read_settings(given)

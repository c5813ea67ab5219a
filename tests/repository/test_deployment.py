"""The shipped unit starts this program with settings it knows, and shuts off all else."""

from pathlib import Path

from survey.serving.commands import serve
from survey.site.config import read_settings

UNIT = Path(__file__).resolve().parents[2] / "docs/deployment/gongping.service"


def said(name: str) -> list[str]:
    lines = UNIT.read_text("utf-8").splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")]


def test_the_unit_serves_with_options_and_settings_the_program_knows() -> None:
    [start] = said("ExecStart")
    program, command, *options = start.split()
    assert (Path(program).name, command) == ("survey", "serve")
    context = serve.make_context("serve", options)
    said_of = {name: context.params[name] for name in ("host", "port", "workers")}
    assert said_of == {"host": "127.0.0.1", "port": 8000, "workers": 4}
    environment = dict(word.split("=", 1) for word in said("Environment"))
    settings = read_settings(environment)
    assert (settings.secure, settings.trusted_proxies) == (True, 1)
    assert str(settings.home) == f"/var/lib/{said('StateDirectory')[0]}"


def test_the_unit_reaches_nothing_but_its_own_folder() -> None:
    assert said("ProtectSystem") == ["strict"]
    assert said("ReadWritePaths") == []
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices"):
        assert said(name) == ["yes"]
    assert said("UMask") == ["0077"]
    assert said("User") == ["gongping"]

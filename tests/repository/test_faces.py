"""A room is used through what its `__init__` names in `__all__`, and names nothing else."""

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module

import pytest

import survey.stats
from tests.repository.imported import MODULES, PACKAGES, ROOT, Import, face, imports

# The application wires pages, the command line wires commands: nobody else may.
WIRED = {"survey.app": ("views", "_views"), "survey.cli": ("commands", "_command")}
ROOMS = sorted(name for name in PACKAGES if name.count(".") == 1 and name != "survey.translations")
PRODUCT = [name for name in ROOMS if name != "survey.stats"]


WINGS = sorted(name for name in PACKAGES if name.startswith("survey.stats."))


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def from_other_rooms() -> Iterator[Import]:
    for by in MODULES:
        for found in imports(by):
            if room(found.module) in PRODUCT and room(by) != room(found.module):
                yield found


def is_wiring(found: Import) -> bool:
    return found.by in WIRED and found.module.endswith(WIRED[found.by])


def steps(found: Import) -> list[tuple[str, str]]:
    """The faces an import passes, each with the name it asks for there."""
    parts = [*found.module.split("."), *([found.name] if found.name else [])]
    passed = [".".join(parts[:depth]) for depth in range(2, len(parts))]
    return [(name, parts[name.count(".") + 1]) for name in passed if name in PACKAGES]


@pytest.mark.parametrize("package", sorted(set(PACKAGES) - {"survey"}))
def test_every_package_says_in_one_sentence_what_it_is_for(package: str) -> None:
    first = MODULES[package].read_text("utf-8").split('"""')[1]
    assert first.endswith("."), package
    assert "\n" not in first, package
    assert 20 < len(first) < 100, package


@pytest.mark.second
def test_a_room_is_entered_through_its_face_alone() -> None:
    wrong = [
        f"{found}: `{name}` is not in the `__all__` of {package}"
        for found in from_other_rooms()
        if not is_wiring(found)
        for package, name in steps(found)
        if name not in face(package)
    ]
    assert not wrong, "\n".join(wrong)


def test_a_face_names_only_what_is_there_and_what_somebody_outside_uses() -> None:
    used = {
        (package, name)
        for by in MODULES
        for found in imports(by)
        if room(found.module) in PRODUCT and not is_wiring(found)
        for package, name in steps(found)
        if not f"{by}.".startswith(f"{package}.")
    }
    # The model names its tables whole, whoever asks for them.
    rooms = [name for name in PACKAGES if room(name) in set(PRODUCT) - {"survey.model"}]
    idle = [
        f"{package}: nobody else uses `{name}`, take it out of `__all__`"
        for package in rooms
        for name in face(package)
        if (package, name) not in used
    ]
    assert not idle, "\n".join(idle)


def wing(module: str) -> str:
    """The wing of the statistics a module is in, else its room."""
    return ".".join(module.split(".")[: 3 if module.startswith("survey.stats.") else 2])


def across_wings() -> Iterator[Import]:
    for by in MODULES:
        for found in imports(by):
            # The front door itself only passes names on.
            if wing(found.module) in WINGS and wing(by) not in {wing(found.module), "survey.stats"}:
                yield found


def test_a_wing_of_the_statistics_is_used_through_its_face_alone() -> None:
    wrong = [
        f"{found}: `{found.name or 'all of it'}` is not in the `__all__` of {wing(found.module)}"
        for found in across_wings()
        if found.name not in face(wing(found.module))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_wing_names_only_what_others_use_or_the_front_door_shows() -> None:
    used = {(wing(found.module), found.name) for found in across_wings()}
    public = face("survey.stats")
    idle = [
        f"{package}: nobody else uses `{name}`, take it out of `__all__`"
        for package in WINGS
        for name in face(package)
        if (package, name) not in used and name not in public
    ]
    assert not idle, "\n".join(idle)


def test_every_name_of_the_front_door_and_of_the_wings_is_there() -> None:
    for package in ["survey.stats", *WINGS]:
        module = import_module(package)
        assert [name for name in face(package) if not hasattr(module, name)] == [], package
    assert sorted(set(dir(survey.stats))) == sorted(face("survey.stats"))


def test_asking_for_the_errors_loads_no_statistics() -> None:
    code = (
        "import sys, survey.stats.errors; print('numpy' in sys.modules or 'scipy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"

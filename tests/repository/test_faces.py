"""A room is used through what its `__init__` names in `__all__`, and names nothing else."""

from collections.abc import Iterator

import pytest

from tests.repository.imported import MODULES, PACKAGES, Import, face, imports

# The application wires pages, the command line wires commands: nobody else may.
WIRED = {"survey.app": ("views", "_views"), "survey.cli": ("commands", "_command")}
ROOMS = sorted(name for name in PACKAGES if name.count(".") == 1 and name != "survey.translations")
PRODUCT = [name for name in ROOMS if name != "survey.stats"]


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


def test_a_room_is_entered_through_its_face_alone() -> None:
    wrong = [
        f"{found}: `{name}` is not in the `__all__` of {package}"
        for found in from_other_rooms()
        if not is_wiring(found)
        for package, name in steps(found)
        if name not in face(package)
    ]
    assert wrong == []


def test_a_face_names_only_what_is_there_and_what_another_room_uses() -> None:
    used = {step for found in from_other_rooms() if not is_wiring(found) for step in steps(found)}
    # The model names its tables whole, whoever asks for them.
    rooms = [name for name in PACKAGES if room(name) in set(PRODUCT) - {"survey.model"}]
    idle = [
        f"{package}: nobody else uses `{name}`, take it out of `__all__`"
        for package in rooms
        for name in face(package)
        if (package, name) not in used
    ]
    assert idle == []

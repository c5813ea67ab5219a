import hashlib
import os

import pytest
from pymerkle import InmemoryTree

from survey import ledger


def rfc_leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


@pytest.mark.parametrize("size", [*range(70), 127, 128, 129, 300])
def test_root_is_the_one_of_an_independent_implementation(size: int) -> None:
    entries = [os.urandom(20) for _ in range(size)]
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries:
        tree.append_entry(entry)
    assert ledger.root([rfc_leaf(entry) for entry in entries]) == tree.get_root()


def test_a_leaf_hides_the_content_and_commits_to_it() -> None:
    told = {"campaign_code": "X", "receipt": b"r" * 10, "salt": b"s" * 16}
    leaf = ledger.leaf(**told, content="54321")
    assert leaf == ledger.leaf(**told, content="54321")
    assert leaf != ledger.leaf(**told, content="54320")
    assert leaf != ledger.leaf(**{**told, "salt": b"t" * 16}, content="54321")


@pytest.mark.parametrize("change", ["remove", "edit", "swap", "insert"])
def test_any_change_of_the_leaves_changes_the_root(change: str) -> None:
    leaves = [rfc_leaf(bytes([number])) for number in range(20)]
    before = ledger.root(leaves)
    changed = list(leaves)
    match change:
        case "remove":
            del changed[7]
        case "edit":
            changed[7] = rfc_leaf(b"other")
        case "swap":
            changed[7], changed[8] = changed[8], changed[7]
        case "insert":
            changed.insert(7, rfc_leaf(b"other"))
    assert ledger.root(changed) != before

import hashlib
import os
from functools import cache

import pytest
from pymerkle import InmemoryTree

from survey.ledger.checker import consistent, included, leaf_hash
from survey.ledger.leaf import StoredLeaves, ledger_content, row_leaf, statement
from survey.ledger.tree import Frontier, PackedTree, consistency_path, inclusion_path, over, root

# The eight entries of RFC 6962's reference test (certificate-transparency, merkle_tree_test).
RFC_ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
RFC_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def rfc_leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def test_roots_are_those_of_the_reference_vectors() -> None:
    assert root([]).hex() == hashlib.sha256(b"").hexdigest()
    for size, expected in enumerate(RFC_ROOTS, start=1):
        assert root(map(rfc_leaf, RFC_ENTRIES[:size])).hex() == expected


@pytest.fixture(scope="module")
def oracle() -> tuple[list[bytes], InmemoryTree]:
    entries = [os.urandom(20) for _ in range(300)]
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries:
        tree.append_entry(entry)
    return [rfc_leaf(entry) for entry in entries], tree


def test_roots_and_inclusion_proofs_are_those_of_an_independent_implementation(
    oracle: tuple[list[bytes], InmemoryTree],
) -> None:
    leaves, tree = oracle
    perfect = cache(over(leaves))
    for size in range(301):
        expected = root(leaves[:size])
        assert expected == tree.get_root(size)
        for index in range(size):
            path = inclusion_path(perfect, index=index, size=size)
            told = {"index": index, "size": size, "path": path, "root": expected}
            assert included(leaf=leaves[index], **told)
            if size % 37 == 0 or size < 20:
                proof = tree.prove_inclusion(index + 1, size)
                assert path == [bytes.fromhex(step) for step in proof.serialize()["path"][1:]]
                assert not included(leaf=leaves[index - 1], **told) or size == 1
                assert not included(leaf=leaves[index], **told | {"root": leaves[0][::-1]})


def test_consistency_proofs_hold_for_all_pairs_and_for_no_other_tree(
    oracle: tuple[list[bytes], InmemoryTree],
) -> None:
    leaves, _tree = oracle
    roots = [root(leaves[:size]) for size in range(301)]
    perfect = cache(over(leaves))
    for new in range(301):
        for old in range(0, new + 1, 1 if new < 70 else 7):
            path = consistency_path(perfect, old=old, new=new)
            told = {"old": old, "new": new, "new_root": roots[new], "path": path}
            assert consistent(old_root=roots[old], **told)
            assert not consistent(old_root=b"x" * 32, **told)
            if 0 < old < new:
                assert not consistent(old_root=roots[old], **told | {"new_root": b"x" * 32})
                assert not consistent(old_root=roots[old], **told | {"path": path[:-1]})


def test_a_proof_of_wrong_length_or_place_is_refused(
    oracle: tuple[list[bytes], InmemoryTree],
) -> None:
    leaves, _tree = oracle
    path = inclusion_path(over(leaves), index=5, size=100)
    told = {"leaf": leaves[5], "size": 100, "root": root(leaves[:100])}
    assert included(index=5, path=path, **told)
    for index in (-1, 4, 6, 100):
        assert not included(index=index, path=path, **told)
    for wrong in ([], path[:-1], [*path, leaves[0]], path[::-1]):
        assert not included(index=5, path=wrong, **told)


def test_the_growing_edge_stays_logarithmic_and_survives_storage() -> None:
    frontier = Frontier()
    leaves = [rfc_leaf(number.to_bytes(4, "big")) for number in range(1000)]
    for size, each in enumerate(leaves, start=1):
        frontier = Frontier.unpack(frontier.size, frontier.packed())
        frontier.append(each)
        assert len(frontier.peaks) == size.bit_count()
    assert frontier.root() == root(leaves)


def test_a_leaf_hides_the_content_and_commits_to_it_and_to_its_place() -> None:
    told = {"campaign_code": "X", "index": 0, "receipt": b"r" * 10, "salt": b"s" * 16}
    first = statement(**told, content="54321")
    assert "54321" not in str(first)
    assert first == statement(**told, content="54321")
    for changed in (
        statement(**told, content="54320"),
        statement(**{**told, "salt": b"t" * 16}, content="54321"),
        statement(**{**told, "index": 1}, content="54321"),
    ):
        assert leaf_hash(changed) != leaf_hash(first)


@pytest.mark.parametrize("change", ["remove", "edit", "swap", "insert"])
def test_any_change_of_the_leaves_changes_the_root(change: str) -> None:
    leaves = [rfc_leaf(bytes([number])) for number in range(20)]
    before = root(leaves)
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
    assert root(changed) != before


def test_a_packed_tree_has_the_roots_of_the_growing_one() -> None:
    leaves = [hashlib.sha256(bytes([n])).digest() for n in range(70)]
    tree, frontier = PackedTree(b"".join(leaves)), Frontier()
    assert (len(tree), tree[69]) == (70, leaves[69])
    assert tree.root(0) == frontier.root().hex()
    for size, leaf in enumerate(leaves, start=1):
        frontier.append(leaf)
        assert tree.root(size) == frontier.root().hex()
    with pytest.raises(TypeError):
        tree.root("3")  # type: ignore[arg-type]
    assert PackedTree(b"").root(0) == hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize("opening", [None, bytes(32)])
@pytest.mark.parametrize("lang", ["zh", 'a "quoted" \n 字 \u2028 %s'])
def test_stored_rows_have_the_leaves_of_single_answers(opening: bytes | None, lang: str) -> None:
    row = {
        "id": 7,
        "receipt": b"0123456789",
        "answers": "51-0",
        "own_staff": True,
        "duration_ms": None,
        "unit_id": 3,
        "lang": lang,
        "code_opening": opening,
        "salt": b"s" * 16,
        "leaf_index": 12,
        "leaf": b"",
    }
    # Beside one of whose columns some are numbers and others are not.
    other = row | {"receipt": b"another", "duration_ms": 5, "own_staff": False, "leaf_index": 13}
    rows = [row, other, other | {"code_opening": b"1", "lang": "zh", "unit_id": 4}]
    stored = StoredLeaves([*row], campaign_code="评议-1")
    values = [[*each.values()] for each in rows]
    assert stored.contents(values) == [ledger_content(each) for each in rows]
    assert stored.leaves(values) == [row_leaf(each, campaign_code="评议-1") for each in rows]

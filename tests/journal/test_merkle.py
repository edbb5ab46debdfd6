"""Trees of hashes: published vectors, and proofs for every leaf."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from lontar.journal.merkle import inclusion_proof, is_included, leaf_hash, root
from lontar.journal.verifier import root_of

# The leaves and roots that implementations of Certificate Transparency test with (transparency-dev/merkle, testonly).
LEAVES = [
    bytes.fromhex(one)
    for one in (
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
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_published_roots() -> None:
    for size, wanted in enumerate(ROOTS):
        assert root([leaf_hash(one) for one in LEAVES[:size]]).hex() == wanted


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=70), st.data())
def test_every_leaf_is_proved_and_nothing_else(leaves: list[bytes], data: st.DataObject) -> None:
    hashes = [leaf_hash(one) for one in leaves]
    top = root(hashes)
    place = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof(hashes, place)
    assert is_included(hashes[place], place, len(leaves), proof, top)
    assert root_of(hashes[place], place, len(leaves), proof) == top
    other = sha256(b"other").digest()
    assert not is_included(other, place, len(leaves), proof, top)
    assert not is_included(hashes[place], place, len(leaves), [*proof, other], top)
    assert not is_included(hashes[place], len(leaves), len(leaves), proof, top)
    if proof:
        assert not is_included(hashes[place], place, len(leaves), proof[:-1], top)
        beside = place ^ 1 if place ^ 1 < len(leaves) else place - 1
        if hashes[beside] != hashes[place]:
            assert not is_included(hashes[place], beside, len(leaves), proof, top)

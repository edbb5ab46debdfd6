"""Code lists: parents are climbed to the nearest common one, whatever the tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lontar.model.figures.codelists import Code, CodeList


def a_list(parents: dict[str, str | None], pattern: str | None = None) -> CodeList:
    codes = {code: Code(code=code, labels={"en": code}, parent=parent) for code, parent in parents.items()}
    return CodeList(
        id="x", title="X", owner="o", source="s", licence="l", version="1", codes=codes, pattern=pattern
    )


@st.composite
def forests(draw: st.DrawFn) -> CodeList:
    count = draw(st.integers(1, 25))
    return a_list({str(at): draw(st.sampled_from([None, *map(str, range(at))])) for at in range(count)})


@given(forests(), st.data())
def test_the_nearest_common_parent_stands_over_all_and_nothing_lower_does(
    codes: CodeList, data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(sorted(codes.codes)), min_size=1, max_size=4))

    def stands_over(upper: str, lower: str) -> bool:
        return upper == lower or upper in codes.ancestors(lower)

    over_all = {code for code in codes.codes if all(stands_over(code, lower) for lower in chosen)}
    found = codes.nearest_common_parent(chosen)
    assert (found is None) == (not over_all)
    if found is not None:
        assert over_all == {found, *codes.ancestors(found)}
        assert codes.nearest_common_parent(reversed(chosen)) == found


def test_of_nothing_and_of_the_unknown_there_is_no_parent() -> None:
    codes = a_list({"a": None})
    assert codes.nearest_common_parent([]) is None
    assert codes.nearest_common_parent(["a", "b"]) is None
    assert codes.ancestors("b") == ()


def test_a_circle_of_parents_ends() -> None:
    codes = a_list({"a": "b", "b": "a"})
    assert codes.ancestors("a") == ("b",)


@pytest.mark.parametrize(
    ("code", "known"), [("a", True), ("N12E097", True), ("N12E0970", False), ("", False)]
)
def test_an_open_list_knows_codes_by_their_pattern(code: str, known: bool) -> None:
    assert a_list({"a": None}, pattern="[NS][0-9]{2}[EW][0-9]{3}").has(code) is known


def test_a_label_falls_back_to_english() -> None:
    code = Code(code="a", labels={"en": "Alpha", "fr": ""})
    assert (code.label("fr"), code.label("xx"), code.label()) == ("Alpha", "Alpha", "Alpha")

"""What a sender adds stands in the mapping as if it had always been there; added twice it is added once."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lontar.catalogue.additions import with_additions
from lontar.model.errors import CatalogueProblem
from lontar.model.mapping import Additions, Crosswalk, CrosswalkLine, MappingBundle, Repair
from tests.harmonise.many_cases import MONTH, PERSONS, PLACE, case
from tests.harmonise.test_many_generated import bundle_of


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> MappingBundle:
    return bundle_of(case([PLACE, MONTH, PERSONS], {}), tmp_path_factory.mktemp("mapping"))


def line(source: str, place: str) -> CrosswalkLine:
    return CrosswalkLine(source=source, to={"to": place})


REPAIRS = st.builds(
    Repair, file=st.sampled_from(["a.csv", "b.csv"]), sheet=st.sampled_from([None, "S"]), row=st.integers(1, 2),
    column=st.just(1), found=st.just("x"), to=st.sampled_from(["y", "z", ""]),
)  # fmt: skip
LINES = st.builds(
    line, st.sampled_from(["Tucson", "Yuma", "New", "Newer"]), st.sampled_from(["US_YUMA", "US_MIAMI"])
)
ADDITIONS = st.builds(
    Additions,
    crosswalks=st.lists(LINES, max_size=3).map(lambda lines: {"sectors": tuple(lines)}),
    repairs=st.lists(REPAIRS, max_size=3).map(tuple),
)


@given(one=ADDITIONS, two=ADDITIONS)
def test_twice_is_once_and_one_after_the_other_is_both(
    one: Additions, two: Additions, bundle: MappingBundle
) -> None:
    first = with_additions(bundle, one)
    assert with_additions(first, one) == first
    assert with_additions(first, Additions()) is first
    both = Additions(
        crosswalks={"sectors": (*one.crosswalks["sectors"], *two.crosswalks["sectors"])},
        repairs=(*one.repairs, *two.repairs),
    )
    assert with_additions(first, two) == with_additions(bundle, both)
    assert (first.version == bundle.version) == (first == bundle)
    places = [repair.place for repair in first.additions.repairs]
    assert places == sorted(set(places))


@given(one=ADDITIONS, two=ADDITIONS)
def test_the_version_tells_what_was_added(one: Additions, two: Additions, bundle: MappingBundle) -> None:
    first, second = with_additions(bundle, one), with_additions(bundle, two)
    assert (first.version == second.version) == (first.additions == second.additions)


def test_a_line_takes_the_place_of_the_one_with_its_text(bundle: MappingBundle) -> None:
    added = {"sectors": (line("New  York", "US_MIAMI"), line("Yuma", "US_MIAMI"))}
    lines = with_additions(bundle, Additions(crosswalks=added)).crosswalks["sectors"].lines
    told = [(one.source, one.to.get("to") or one.to.get("place"), one.line) for one in lines]
    assert told == [
        ("Tucson", "US_TUCSON", 2), ("Yuma", "US_MIAMI", 3), ("Laredo", "US_LAREDO", 4), ("Miami", "US_MIAMI", 5),
        ("New York", "US_MIAMI", 0),
    ]  # fmt: skip
    assert isinstance(bundle.crosswalks["sectors"], Crosswalk)
    assert len(bundle.crosswalks["sectors"].lines) == 4, "the mapping itself is as it was"


def test_a_crosswalk_of_added_lines_only_keeps_the_last(bundle: MappingBundle) -> None:
    for place in ("US_MIAMI", "US_YUMA"):
        bundle = with_additions(bundle, Additions(crosswalks={"sectors": (line("New", place),)}))
    assert [one.to for one in bundle.crosswalks["sectors"].lines if one.source == "New"] == [
        {"to": "US_YUMA"}
    ]


@pytest.mark.parametrize(
    ("name", "wrong", "code"),
    [
        ("nowhere", line("New", "US_MIAMI"), "CAT-006"),
        ("sectors", CrosswalkLine(source="New"), "CAT-054"),
        ("sectors", CrosswalkLine(source="New", to={"to": "US_MIAMI"}, ignore="no place"), "CAT-054"),
        ("sectors", CrosswalkLine(source="New", to={"sex": "F"}), "CAT-054"),
        ("sectors", CrosswalkLine(source="New", to={"to": "US_MIAMI"}, match="narrower"), "CAT-055"),
    ],
)
def test_what_says_nothing_is_refused(
    name: str, wrong: CrosswalkLine, code: str, bundle: MappingBundle
) -> None:
    with pytest.raises(CatalogueProblem) as told:
        with_additions(bundle, Additions(crosswalks={name: (wrong,)}))
    assert told.value.code == code


AT = {"file": "a.csv", "row": 2, "column": 3, "found": "x"}


@pytest.mark.parametrize(
    "says",
    [
        {},
        {"to": "y", "ignore": "for a reason"},
        {"keep": "for a reason", "ignore": "for a reason"},
        {"keep": "on two\nlines"},
        {"keep": "turned \u202e round"},
        {"ignore": "with a\u0007bell"},
        {"to": "nothing\0"},
    ],
)
def test_a_repair_that_cannot_be_is_refused(says: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(AT | says, Repair)


def test_explanations_may_be_in_any_script() -> None:
    for text in ("می\u200cخواهیم بدانیم", "क्\u200dष ठीक है", "naïve – “so”"):
        assert msgspec.convert(AT | {"keep": text}, Repair).keep == text


def test_what_was_added_can_be_kept_as_json(tmp_path: Path) -> None:
    told = Additions(crosswalks={"sectors": (line("New", "US_MIAMI"),)}, repairs=(Repair(**AT, to="y"),))  # type: ignore[arg-type]
    assert msgspec.json.decode(msgspec.json.encode(told), type=Additions) == told

"""Names of areas in many languages and forms: what is certain resolves, what is likely is proposed, nothing is guessed."""

import pytest

from lontar.catalogue import open_catalogue
from lontar.harmonise.resolving.names import Likeness, NameResolver, bare, folded
from lontar.model.figures.codelists import CodeList
from tests.house.places import CATALOGUE


@pytest.fixture(scope="module")
def citizenship() -> CodeList:
    return open_catalogue(CATALOGUE).codelist("citizenship")


@pytest.fixture(scope="module")
def names(citizenship: CodeList) -> NameResolver:
    return NameResolver(citizenship, ("names",))


CERTAIN = {
    "AF": ["Afghanistan", "AFGHANISTAN", "Afghan", "Afganistán", "Афганистан", "أفغانستان", "阿富汗", "افغانستان"],
    "BF": ["Upper Volta", "Burkina  Faso"],
    "CD": ["Zaire", "DR Congo", "Congo, Dem. Rep.", "Democratic Republic of the Congo"],
    "CG": ["Congo (Brazzaville)"],
    "CI": ["Côte d'Ivoire", "COTE D’IVOIRE", "Cote dIvoire", "Ivory Coast", "Costa d'Avorio"],
    "CN": ["Chinese", "Tiongkok", "China"],
    "GM": ["Gambia, The", "The Gambia", "Gambia"],
    "GW": ["Guinea-Bissau", "Guinea Bissau"],
    "IQ": ["Irak", "Iraqi"],
    "IR": ["Iran (Islamic Republic of)", "Islamic Republic of Iran", "Iranian"],
    "KP": ["North Korea", "DPRK", "Democratic People's Republic of Korea"],
    "KR": ["South Korea", "Republic of Korea"],
    "LA": ["Lao PDR", "Lao People's Democratic Republic"],
    "MM": ["Burma", "Burmese", "Myanmar\u00a0"],
    "NA": ["Namibia", "Namibian"],
    "NE": ["Niger"],
    "NG": ["Nigeria"],
    "SZ": ["Swaziland", "Eswatini"],
    "TL": ["Timor Leste", "East Timor", "Timor-Leste"],
    "TR": ["Türkiye", "Turkiye", "Turkey"],
    "US": ["U.S.A.", "USA", "United States", "Amerika Serikat"],
    "VN": ["viet nam", "Vietnam", "Việt Nam"],
    "XK": ["Kosovo"],
    "XXA": ["Stateless"],
    "SUHH": ["USSR", "Soviet Union"],
    "YUCS": ["Yugoslavia"],
    "_U": ["Unknown"],
}  # fmt: skip
AMBIGUOUS = {
    "Korea": {"KP", "KR"},
    "Congo": {"CD", "CG"},
    "Конго": {"CD", "CG"},
    "America": {"019", "US"},
    "Korean": {"KP", "KR"},
    "Congolese": {"CD", "CG"},
    "Dominican": {"DM", "DO"},
    "Virgin Islands": {"VG", "VI"},
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, told in CERTAIN.items() for text in told])
def test_what_is_certain_resolves(names: NameResolver, code: str, text: str) -> None:
    assert names.resolve(text) == {code}


@pytest.mark.parametrize("text", sorted(AMBIGUOUS))
def test_what_may_be_two_areas_is_neither(names: NameResolver, text: str) -> None:
    assert names.resolve(text) == AMBIGUOUS[text]


@pytest.mark.parametrize(
    ("text", "proposal"),
    [("Afghanstan", "Afghanistan"), ("Pakstan", "Pakistan"), ("Banglasdesh", "Bangladesh"),
     ("Northern Ireland", "United Kingdom of Great Britain and Northern Ireland")],
)  # fmt: skip
def test_what_is_likely_is_proposed_as_the_list_writes_it(
    names: NameResolver, text: str, proposal: str
) -> None:
    assert names.resolve(text) == frozenset()
    assert names.closest(text) == proposal


@pytest.mark.parametrize("text", ["Nationals", "England", "12", "", "-", "xx"])
def test_what_is_like_nothing_is_neither_resolved_nor_proposed(names: NameResolver, text: str) -> None:
    assert names.resolve(text) == frozenset()
    assert names.closest(text) is None


def test_the_systems_of_codes_are_kept_apart(citizenship: CodeList) -> None:
    alpha3, unhcr = (NameResolver(citizenship, (kind,)) for kind in ("alpha3", "unhcr"))
    assert (alpha3.resolve("AUS"), unhcr.resolve("AUS")) == ({"AU"}, {"AT"})
    assert NameResolver(citizenship, ("names",)).resolve("AUS") == frozenset()
    assert NameResolver(citizenship, ("m49",)).resolve("004") == {"AF"}
    assert NameResolver(citizenship, ("m49",)).resolve("4") == frozenset()


def test_only_the_kinds_asked_for_are_understood(citizenship: CodeList) -> None:
    adjectives = NameResolver(citizenship, ("adjective",))
    assert adjectives.resolve("Afghan") == {"AF"}
    assert adjectives.resolve("Afghanistan") == frozenset()


def test_marks_of_letters_count_outside_latin() -> None:
    assert folded("CÔTE  d’Ivoire") == "cote d'ivoire"
    assert folded("नेपाल") != folded("नपाल")
    assert bare("Bahamas, The") == bare("the Bahamas")


def test_nothing_is_proposed_of_nothing() -> None:
    assert Likeness([]).closest("Perahuu") is None
    assert Likeness(["Perahu", "Pesawat"]).closest("Perahuu") == "Perahu"
    assert Likeness(["the Bay", "Bay"]).closest("Bay, the") == "the Bay"


AGES = {"18+": "Y_GE18", "0-17": "Y0T17", "0–17": "Y0T17", "<18": "Y0T17", "18 years or over": "Y_GE18"}


@pytest.mark.parametrize("text", sorted(AGES))
def test_ages_are_read_as_intervals(text: str) -> None:
    ages = NameResolver(open_catalogue(CATALOGUE).codelist("age"), ("names",))
    assert ages.resolve(text) == {AGES[text]}


@pytest.mark.parametrize("text", ["<60", ">18", "60", "0 17", "60-", "Adults"])
def test_no_sign_of_an_age_is_overlooked(text: str) -> None:
    ages = NameResolver(open_catalogue(CATALOGUE).codelist("age"), ("names",))
    assert ages.resolve(text) == frozenset()


@pytest.mark.parametrize(
    ("text", "code"), [("Women", "F"), ("hombres", "M"), ("Perempuan", "F"), ("ชาย", "M"), ("M", None)]
)
def test_sexes_are_read_in_many_languages(text: str, code: str | None) -> None:
    sexes = NameResolver(open_catalogue(CATALOGUE).codelist("sex"), ("names",))
    assert sexes.resolve(text) == (frozenset() if code is None else {code})

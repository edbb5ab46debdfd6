"""The catalogue that is shipped: nothing is wrong with it, and it holds what was promised."""

import re
from itertools import pairwise

import pytest

from lontar.catalogue import Catalogue, default_root, open_catalogue
from lontar.catalogue.codelist_files import read_codes
from lontar.catalogue.mappings import open_mapping
from lontar.model.figures.codelists import CodeList

PROMISED = {
    "irregular_entry": {
        "irregular_entries",
        "clandestine_entries",
        "transits",
        "sea_arrivals",
        "boats",
        "prevented_crossings",
    },
    "irregular_stay": {"irregular_stays"},
    "refused_entry": {"refusals"},
    "smuggled_migrants": {"smuggled_migrants"},
    "smugglers": {"smugglers", "smuggling_offences"},
    "document_fraud": {"fraudulent_documents", "document_fraud_users"},
    "smuggling_fees": {"smuggling_fees"},
    "deaths_missing": {"dead", "missing", "dead_or_missing", "survivors", "fatal_incidents"},
    "trafficking_victims": {"trafficking_victims"},
    "trafficking_offenders": {"trafficking_offenders", "trafficking_offences"},
    "protection_outcomes": {"protection_outcomes"},
    "asylum": {"asylum_applications", "asylum_decisions"},
    "returns": {"ordered_to_leave", "returns"},
    "stocks": {"refugees", "asylum_seekers", "stateless", "in_reception"},
}
ENGLISH_ONLY = {
    "areas_former", "currency", "frequency", "issuer_codes", "month", "place", "travel_document_codes",
}  # fmt: skip
"""Lists of others, or of proper names, that have English labels only."""
PERSONAL = ["citizenship", "habitual_residence", "sex", "age", "accompanied", "mode", "place"]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return open_catalogue()


@pytest.fixture(scope="module")
def citizenship(catalogue: Catalogue) -> CodeList:
    return catalogue.codelist("citizenship")


def codes_named(codes: CodeList, text: str, *kinds: str) -> set[str]:
    return {name.code for name in codes.names if name.text == text and (not kinds or name.kind in kinds)}


def test_nothing_is_wrong(catalogue: Catalogue) -> None:
    assert [str(problem) for problem in catalogue.check()] == []


def test_indicators_and_topics_are_those_promised(catalogue: Catalogue) -> None:
    found: dict[str, set[str]] = {topic.id: set() for topic in catalogue.topics()}
    for indicator in catalogue.indicators():
        found[indicator.topic].add(indicator.id)
    assert found == PROMISED


def test_people_have_sex_and_age_and_things_have_not(catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators():
        if indicator.id == "smuggling_fees":
            continue
        common = [column for column in indicator.dimensions if column in PERSONAL]
        thing = (
            bool({"vessels", "documents", "offences"} & set(indicator.units))
            or indicator.id == "fatal_incidents"
        )
        assert set(common) <= {"mode", "place"} if thing else common == PERSONAL, indicator.id


def test_entries_and_arrivals_have_a_route(catalogue: Catalogue) -> None:
    topic = [found for found in catalogue.indicators() if found.topic == "irregular_entry"]
    assert {indicator.dimensions.get("route") for indicator in topic} == {"route"}


def test_every_dimension_can_say_total_unknown_and_not_applicable(catalogue: Catalogue) -> None:
    lists = {list_id for indicator in catalogue.indicators() for list_id in indicator.dimensions.values()} - {
        "statistic"
    }
    assert [
        list_id
        for list_id in sorted(lists)
        if not {"_T", "_U", "_O", "_Z", "_X"} <= catalogue.codelist(list_id).codes.keys()
    ] == []


def test_protection_is_that_of_the_plan(catalogue: Catalogue) -> None:
    link = {indicator.id: indicator.asylum_link for indicator in catalogue.indicators()}
    assert {an_id for an_id, how in link.items() if how == "yes"} == {
        "asylum_applications",
        "asylum_decisions",
        "refugees",
        "asylum_seekers",
    }
    assert {an_id for an_id, how in link.items() if how == "no"} == {
        "smugglers", "smuggling_offences", "fraudulent_documents",
        "smuggling_fees", "trafficking_victims", "trafficking_offenders", "trafficking_offences",
    }  # fmt: skip
    assert catalogue.indicator("trafficking_victims").classes_finer_than_total == ("victim",)
    assert catalogue.indicator("dead").classes == ("rescue",)
    fees = catalogue.indicator("smuggling_fees")
    assert (fees.default_mark, fees.may_be_released) == ("AMBER", False)


def test_fees_are_in_any_currency_of_today_or_since_1990(catalogue: Catalogue) -> None:
    units = set(catalogue.indicator("smuggling_fees").units)
    assert {"IDR", "AUD", "USD", "TRY", "TRL", "DEM", "ZMK", "HRK"} <= units
    assert not {"UYW", "XAU", "XDR", "CLF"} & units, "funds, metals and units of account are no currencies"
    currencies = catalogue.codelist("currency").codes
    assert (currencies["TRY"].attributes["numeric"], currencies["TRY"].valid_to) == ("949", None)
    assert (currencies["HRK"].valid_to, currencies["BGN"].valid_to) == ("2022-12-31", "2025-12-31")


def test_namibia_and_norway_are_there(citizenship: CodeList) -> None:
    assert citizenship.codes["NA"].label() == "Namibia"
    assert citizenship.codes["NO"].label() == "Norway"
    assert codes_named(citizenship, "NAM", "alpha3") == {"NA"}


def test_code_systems_are_kept_apart(citizenship: CodeList) -> None:
    assert codes_named(citizenship, "AUS", "unhcr") == {"AT"}
    assert codes_named(citizenship, "AUS", "alpha3") == {"AU"}
    assert codes_named(citizenship, "AUL", "unhcr") == {"AU"}
    assert codes_named(citizenship, "036", "m49") == {"AU"}
    assert codes_named(citizenship, "STA", "unhcr") == {"XXA"}
    assert codes_named(citizenship, "UKN", "unhcr") == {"_U"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Vietnam", "VN"), ("Viet Nam", "VN"), ("Cote d'Ivoire", "CI"), ("Côte d’Ivoire", "CI"),
        ("Costa d'Avorio", "CI"), ("Lao PDR", "LA"), ("Iran", "IR"), ("Bolivia", "BO"), ("Moldova", "MD"),
        ("Myanmar (Burma)", "MM"), ("Burma", "MM"), ("Gambia, The", "GM"),
        ("Congo (Democratic Republic)", "CD"), ("Swaziland", "SZ"),
        ("Czech Republic", "CZ"), ("Zaire", "CD"), ("Ceylon", "LK"), ("East Timor", "TL"),
        ("Ivory Coast", "CI"), ("Cape Verde", "CV"), ("The former Yugoslav Republic of Macedonia", "MK"),
        ("Serbia and Montenegro", "CSXX"), ("Netherlands Antilles", "ANHH"), ("Kosovo", "XK"),
        ("Nigerian", "NG"), ("Nigerien", "NE"), ("Nigerians", "NG"), ("nigerino", "NE"), ("afgana", "AF"),
        ("Egitto", "EG"), ("Afghanistan", "AF"), ("افغانستان", "AF"), ("阿富汗", "AF"), ("Афганистан", "AF"),
        ("Filipina", "PH"), ("Iran (Islamic Rep. of)", "IR"), ("Selandia Baru", "NZ"), ("Stateless", "XXA"),
        ("Mongolia", "MN"), ("Niger", "NE"), ("Dominican Republic", "DO"), ("Dominica", "DM"),
        ("Republic of Korea", "KR"), ("Guinea", "GN"), ("Samoa", "WS"), ("India", "IN"),
        ("Rohingya", "ROHINGYA"), ("الروهينغا", "ROHINGYA"), ("Sikkim", "SKIN"), ("Wake Island", "WKUM"),
        ("libyenne", "LY"), ("paraguayennes", "PY"), ("ouzbèkes", "UZ"), ("Аландские острова", "AX"),
    ],
)  # fmt: skip
def test_names_that_are_certain(citizenship: CodeList, text: str, code: str) -> None:
    assert codes_named(citizenship, text) == {code}


@pytest.mark.parametrize(
    "text",
    [
        "Korea", "Korean", "Congolese", "Dominican", "Virgin Islands", "St Martin", "Corea", "America", "Congo", "ကွန်ဂို",
    ],
)  # fmt: skip
def test_names_that_could_be_two_are_listed_with_both(citizenship: CodeList, text: str) -> None:
    assert len(codes_named(citizenship, text)) == 2


@pytest.mark.parametrize(
    "text", ["Nigerin", "Dominicana", "Other", "Unknown", "Total", "libyene", "Beninoiss", "Кайман острова"]
)
def test_what_nobody_can_be_sure_of_is_no_name(citizenship: CodeList, text: str) -> None:
    assert codes_named(citizenship, text) == set()


def test_names_without_accents_stay_apart(citizenship: CodeList) -> None:
    """Folding case must not make a certain name ambiguous, but for those that are listed as such."""
    folded: dict[str, set[str]] = {}
    for name in citizenship.names:
        if name.kind not in {"alpha3", "m49", "unhcr"}:
            folded.setdefault(name.text.casefold(), set()).add(name.code)
    twice = {text for text, codes in folded.items() if len(codes) > 1}
    assert len(twice) < 50
    assert not {text for text in twice if {"niger", "guinea", "india", "mali"} & {text}}


def test_every_area_has_the_six_languages(catalogue: Catalogue) -> None:
    areas = catalogue.codelist("areas")
    assert sum(code.attributes["kind"] == "area" for code in areas.codes.values()) == 249
    for code in areas.codes.values():
        assert {"en", "fr", "es", "ru", "ar", "zh"} <= code.labels.keys(), code.code
        assert code.code == "001" or areas.ancestors(code.code)[-1] == "001"


def test_our_own_lists_speak_six_languages(catalogue: Catalogue) -> None:
    folder = default_root() / "codelists"
    for path in sorted(folder.glob("*.csv")):
        if path.stem.endswith("_names") or path.stem.startswith("htcds_") or path.stem in ENGLISH_ONLY:
            continue
        codelist = catalogue.codelist(path.stem)
        for code in read_codes(path):
            assert {"en", "fr", "es", "ru", "ar", "zh"} <= code.labels.keys(), (codelist.id, code.code)


def test_former_areas_have_successors(catalogue: Catalogue) -> None:
    areas = catalogue.codelist("areas").codes.keys() | catalogue.codelist("areas_other").codes.keys()
    former = catalogue.codelist("areas_former").codes
    assert {
        "YUCS",
        "CSXX",
        "CSHH",
        "SUHH",
        "ANHH",
        "DDDE",
        "ZRCD",
        "BUMM",
        "TPTL",
        "YDYE",
        "VDVN",
    } <= former.keys()
    assert all(
        successor in areas for code in former.values() for successor in code.attributes["successors"].split()
    )


def test_areas_of_the_demonstration_are_codes_for_its_participants_alone(catalogue: Catalogue) -> None:
    invented = catalogue.codelist("areas_fictional").codes
    assert invented.keys() == {one.id for one in catalogue.participants() if one.fictional}
    for name in ("citizenship", "journey_area", "reference_area", "issuer"):
        assert invented.keys() <= catalogue.codelist_for("XB", name).codes.keys()
        for other in ("US", "FRONTEX", "UNHCR", None):
            assert invented.keys().isdisjoint(catalogue.codelist_for(other, name).codes)
            assert catalogue.codelist_for(other, name).has("NO")
    assert catalogue.codelist_for("US", "sex") is catalogue.codelist("sex")
    assert not open_mapping(catalogue, "frontex/detections").codelists["citizenship"].has("XA")
    assert open_mapping(catalogue, "xb/masuk_ilegal").codelists["citizenship"].has("XA")


def test_ages_are_intervals(catalogue: Catalogue) -> None:
    ages = catalogue.codelist("age")
    for code in ages.codes.values():
        low, high = code.attributes.get("low"), code.attributes.get("high", "")
        if low is not None:
            assert code.code == (f"Y{low}T{high}" if high else f"Y_GE{low}")
    assert ages.nearest_common_parent(["Y0T11", "Y12T17"]) == "Y0T17"
    assert ages.nearest_common_parent(["Y0T17", "Y_GE18"]) is None


def test_the_parent_of_an_age_is_the_shortest_interval_around_it(catalogue: Catalogue) -> None:
    ages = [code for code in catalogue.codelist("age").codes.values() if "low" in code.attributes]
    spans = {code.code: (int(code.attributes["low"]), int(code.attributes.get("high", 999))) for code in ages}
    for code in ages:
        low, high = spans[code.code]
        around = [
            (last - first, first, other)
            for other, (first, last) in spans.items()
            if first <= low and high <= last and last - first > high - low
        ]
        assert code.parent == (min(around)[2] if around else None), code.code


def test_offences_are_those_of_the_classification(catalogue: Catalogue) -> None:
    offences = catalogue.codelist("offence")
    assert "02049" not in offences.codes
    assert offences.nearest_common_parent(["02043", "02044"]) == "0204"
    assert offences.codes["08051"].label() == "Smuggling of migrants offences"
    forms = catalogue.codelist("exploitation").codes.values()
    assert {code.attributes["iccs"] for code in forms if "iccs" in code.attributes} <= offences.codes.keys()


def test_places_lie_in_their_area(catalogue: Catalogue) -> None:
    places = {
        code.code: code
        for code in catalogue.codelist("place").codes.values()
        if not code.code.startswith("_")
    }
    assert sum(code.attributes["kind"] == "sector" for code in places.values()) == 21
    assert sum(code.attributes["area"] == "IT" for code in places.values()) == 20
    assert all(code.code.startswith(code.attributes["area"] + "_") for code in places.values())
    assert places["US_LIVERMORE"].valid_to == "2005-09-30"


def test_participants(catalogue: Catalogue) -> None:
    people = {participant.id: participant for participant in catalogue.participants()}
    assert (
        sum(
            p.kind in {"State", "territory"} and p.standing == "member" and not p.fictional
            for p in people.values()
        )
        == 45
    )
    assert {p.id for p in people.values() if p.kind == "organisation"} == {"IOM", "UNHCR", "UNODC", "ILO"}
    assert {p.id for p in people.values() if p.fictional} == {"XA", "XB", "XC", "XD", "XE", "XF"}
    assert all("fictional" in p.labels["en"] for p in people.values() if p.fictional)
    assert all(p.area in catalogue.codelist("areas").codes for p in people.values() if p.area)
    assert (people["HK"].state, people["NC"].state) == ("CN", "FR")


def test_reporters_and_participants_agree(catalogue: Catalogue) -> None:
    reporters = {reporter.id: reporter for reporter in catalogue.reporters()}
    for participant in catalogue.participants():
        assert reporters[participant.id].kind == participant.kind


def test_sheets_of_the_first_families(catalogue: Catalogue) -> None:
    for reporter, indicator in [
        ("US", "irregular_entries"),
        ("IT", "sea_arrivals"),
        ("IT", "in_reception"),
        ("UNODC", "trafficking_victims"),
        ("RCOA", "boats"),
        ("RCOA", "sea_arrivals"),
        ("FRONTEX", "irregular_entries"),
        ("GB", "irregular_entries"),
        ("GB", "clandestine_entries"),
        ("GB", "sea_arrivals"),
        ("GB", "boats"),
        ("GB", "prevented_crossings"),
        ("MX", "irregular_stays"),
    ]:
        assert catalogue.method_sheet(reporter, indicator) is not None
    assert catalogue.method_sheet("US", "boats") is None
    assert 14 <= len(catalogue.questions()) <= 17


def test_nothing_of_the_shipped_files_is_out_of_order(catalogue: Catalogue) -> None:
    ids = [indicator.id for indicator in catalogue.indicators()]
    assert all(first < second for first, second in pairwise(ids))
    assert all(
        re.fullmatch("[a-z][a-z0-9_]*", an_id)
        for an_id in (*ids, *catalogue.ids("codelists"), *catalogue.ids("topics"))
    )


def test_own_nationals_and_foreigners_need_no_area(catalogue: Catalogue) -> None:
    for list_id in ("citizenship", "journey_area"):
        assert {"NAT", "FOR"} <= set(catalogue.codelist(list_id).codes), list_id
    assert not {"NAT", "FOR"} & set(catalogue.codelist("reference_area").codes)

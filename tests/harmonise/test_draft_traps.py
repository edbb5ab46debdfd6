"""Tables whose drafts could mislead: nothing vanishes, nothing is proposed that the checks of a mapping refuse, and doubts are said."""

import csv
import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lontar.catalogue.mapping_checks import open_checked_mapping
from lontar.catalogue.yaml_text import load_yaml_text
from lontar.cli.drafting import draft_for
from lontar.harmonise.run import harmonise_files
from lontar.model.errors import CatalogueProblem
from tests.factories import read_output
from tests.harmonise.cases import catalogue
from tests.harmonise.in_process import looking_here


@pytest.fixture(autouse=True, scope="module")
def looked_at_here(full_counts: bool) -> Iterator[None]:
    """A sample looks at its tables in this process: that the looking child sees the same is said by the other tests of drafts."""
    with nullcontext() if full_counts else looking_here():
        yield


UNSAID_AREA = "nothing says the area."

RETURNS = """\
Date,Year,Quarter,Return type,Return destination,Number of returns
2004-03-31,2004,1,Enforced,Afghanistan,66
2004-06-30,2004,2,Enforced,Afghanistan,70
2004-09-30,2004,3,Enforced,Albania,12
2004-12-31,2004,4,Enforced,Albania,120
"""
EUROSTAT = """\
TIME,GEO,CITIZEN,UNIT,Value,Flag and Footnotes
2010,Belgium,Total,Person,"4,415",d
2010,Spain,Total,Person,295,
2010,France,Total,Person,:,
2011,Belgium,Total,Person,920,p
2011,Spain,Total,Person,15,
2011,France,Total,Person,20,
"""


def draft(
    folder: Path, text: str, reporter: str = "XA", indicator: str | None = "returns", name: str = "table.csv"
) -> str:
    """The draft, which says every column, and nothing that the checks refuse but where it asks."""
    (folder / name).write_text(text, "utf-8")
    made = draft_for(catalogue(), (folder / name, name), reporter, indicator, None)
    (folder / "draft.yml").write_text(made, "utf-8")
    assert unasked(made, folder) == []
    return made


def unasked(made: str, folder: Path) -> list[str]:
    """What the checks refuse in a draft although it does not ask there."""
    lines = made.splitlines()
    with pytest.raises(CatalogueProblem) as caught:
        open_checked_mapping(catalogue(), str(folder / "draft.yml"))
    found = []
    for problem in (caught.value, *caught.value.others):
        said = problem.sentence()
        line = re.search(r"draft\.yml, line (\d+):", said)
        asks = (
            (line and "# ?" in lines[int(line[1]) - 1]) or "has stage '?'" in said or "has unit '?'" in said
        )
        if not asks and not (UNSAID_AREA in said and "\n# area:  # ? " in made):
            found.append(said)
    return found


def columns_of(made: str) -> dict[str, dict[str, object]]:
    return {one["column"]: one for one in load_yaml_text(made)["columns"]}  # type: ignore[index, call-overload]


def said_of(made: str, header: str) -> str:
    """The lines that a draft has on a column."""
    found = re.search(
        rf'^  (?:# )?- column: "?{re.escape(header)}"?(?:  #.*)?\n(?:    .*\n)*', made, re.MULTILINE
    )
    assert found is not None, f"{header} is not in the draft"
    return found[0]


@pytest.mark.parametrize("last", ["Flag", "Notes of the office"])
@pytest.mark.parametrize("flags", [["p", "d", "", "", "", ""], ["", "", "", "", "", ""]])
def test_a_mostly_empty_column_is_asked_for(last: str, flags: list[str], tmp_path: Path) -> None:
    areas = ["Belgium", "Spain", "France", "Malta", "Italy", "Greece"]
    rows = [
        f"2010,{area},{number},{flag}"
        for number, (area, flag) in enumerate(zip(areas, flags, strict=True), 1)
    ]
    made = draft(tmp_path, "\n".join((f"TIME,GEO,Value,{last}", *rows)) + "\n", "EUROSTAT")
    said = said_of(made, last)
    assert said.startswith("  # - column: ")
    assert ("filled in 2 of 6 rows" if any(flags) else "it is empty") in said


def test_every_column_of_a_table_is_in_its_draft(tmp_path: Path) -> None:
    """Whatever it holds: nothing, one text, numbers, names, no header, the header of another."""
    made = draft(tmp_path, "Month,A,,B,B,*,{x},C,D\n2024-01,5,u,1,2,3,4,,q\n2024-02,6,u,1,2,3,4,,r\n")
    assert len(re.findall(r"^  (?:# )?- column:", made, re.MULTILINE)) == 9
    assert "two columns have this header" in said_of(made, "B")
    assert "it has no header" in said_of(made, "")
    assert "it is empty" in said_of(made, "C")
    assert set(columns_of(made)) == {"Month", "A"}


def test_totals_never_take_all_rows(tmp_path: Path) -> None:
    made = draft(tmp_path, EUROSTAT, "EUROSTAT")
    assert "\ntotals:" not in made
    assert columns_of(made)["CITIZEN"] == {"column": "CITIZEN", "is": "citizenship", "names": ["names"]}
    assert "every row says Total, which is _T: it is not broken down" in said_of(made, "CITIZEN")
    assert "says all" not in made
    some = draft(tmp_path, EUROSTAT.replace("2010,Spain,Total", "2010,Spain,Mali"), "EUROSTAT")
    assert "totals:\n  - where: {CITIZEN: [Total]}  # ?" in some


def test_totals_of_two_columns_do_not_take_all_rows_between_them(tmp_path: Path) -> None:
    text = "Month,Nationality,Sex,n\n2024-01,Mali,Total,5\n2024-01,Total,Male,3\n2024-01,Total,Female,2\n"
    made = draft(tmp_path, text, indicator="irregular_entries")
    assert "\ntotals:" not in made
    assert "# ? Every row says all in one of 'Nationality', 'Sex'" in made
    some = draft(tmp_path, f"{text}2024-01,Mali,Male,3\n", indicator="irregular_entries")
    assert "  - where: {Sex: [Total]}  # ?" in some


@pytest.mark.parametrize(
    ("header", "texts", "period"),
    [
        ("Quarter", ["1", "2", "3", "4"], 'from: "{Year} {Quarter}"\n  formats: ["{year} {quarter}"]'),
        ("Trimestre", ["1", "2", "3", "4"], 'from: "{Year} {Trimestre}"\n  formats: ["{year} {quarter}"]'),
        ("Month", ["1", "2", "11", "12"], 'from: "{Year} {Month}"\n  formats: ["{year} {month}"]'),
        ("Quarter", ["2004 Q1", "2004 Q2", "2004 Q3", "2004 Q4"], 'from: "{Quarter}"\n  formats: ["{year} Q{quarter}"]'),
        ("YearMonth", ["200401", "200402", "200403", "200404"], 'from: "{YearMonth}"\n  formats: ["{year}{month}"]'),
    ],
)  # fmt: skip
def test_a_column_that_reads_as_periods_is_no_figure(
    header: str, texts: list[str], period: str, tmp_path: Path
) -> None:
    rows = [f"2004,{text},Mali,{10 * number + 5}" for number, text in enumerate(texts)]
    made = draft(tmp_path, "\n".join((f"Year,{header},Nationality,Persons", *rows)) + "\n")
    assert period in made
    assert [name for name, one in columns_of(made).items() if one["is"] == "figure"] == ["Persons"]
    assert columns_of(made)[header]["is"] == "used"


def test_numbers_out_of_the_range_of_their_header_are_figures(tmp_path: Path) -> None:
    made = draft(tmp_path, "Year,Nationality,Day care\n2004,Mali,5\n2005,Mali,64\n2006,Mali,1\n")
    assert columns_of(made)["Day care"]["is"] == "figure"


def test_labels_beside_a_better_column_are_no_figures(tmp_path: Path) -> None:
    rows = [f"2004-{1 + at % 12:02},{at},{at % 4},{at * 37 % 1013},{at % 7}.5" for at in range(240)]
    made = draft(tmp_path, "\n".join(("Month,Case id,Zone,Number of persons,Latitude", *rows)) + "\n")
    assert [name for name, one in columns_of(made).items() if one["is"] == "figure"] == ["Number of persons"]
    assert "its numbers are labels, the figures stand in 'Number of persons'" in said_of(made, "Case id")
    assert "its few numbers look like labels" in said_of(made, "Zone")
    assert "it holds coordinates" in said_of(made, "Latitude")


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("Return destination", "destination"),
        ("Country of return", "destination"),
        ("País de retorno", "destination"),
        ("目的地国家", "destination"),
        ("Nationality", "citizenship"),
        ("country_of_citizenship", "citizenship"),
        ("Гражданство", "citizenship"),
        ("Usual residence", "habitual_residence"),
        ("Reporting country", "area"),
        ("GEO", "area"),
    ],
)
def test_the_words_of_a_header_choose_among_dimensions(header: str, target: str, tmp_path: Path) -> None:
    made = draft(tmp_path, f"Year,{header},Number\n2004,Mali,5\n2005,Chad,6\n2006,Niger,7\n")
    assert columns_of(made)[header]["is"] == target
    assert f"    is: {target}  # 100% of its texts are certain" in made
    assert ("\narea:" in made) == (target != "area")


def test_a_dimension_that_the_indicator_lacks_is_not_replaced_by_another(tmp_path: Path) -> None:
    made = draft(tmp_path, RETURNS, indicator="refusals")
    assert "its header says destination, for which the indicator has no dimension" in said_of(
        made, "Return destination"
    )
    assert "citizenship" not in made


def test_a_second_column_of_areas_is_no_second_citizenship(tmp_path: Path) -> None:
    made = draft(tmp_path, EUROSTAT.replace("Total", "Mali"), "EUROSTAT")
    assert [columns_of(made)[one]["is"] for one in ("GEO", "CITIZEN")] == ["area", "citizenship"]
    two = draft(tmp_path, "Year,Nationality,Country,Number\n2004,Mali,Chad,5\n2005,Chad,Niger,6\n")
    assert "its texts are areas, but its header does not tell which of" in said_of(two, "Country")
    same = draft(tmp_path, "Year,Nationality,Citizenship\n2004,Mali,Chad\n2005,Chad,Niger\n")
    assert "it says citizenship too, as 'Nationality' does already" in said_of(same, "Citizenship")


def test_areas_under_a_header_that_does_not_tell_are_doubted(tmp_path: Path) -> None:
    own = draft(tmp_path, "Year,Country,Number\n2004,Mali,5\n2005,Chad,6\n")
    assert (
        "    is: citizenship  # ? or habitual_residence, destination, area: its header does not tell;" in own
    )
    of_others = draft(tmp_path, "Year,Country,Number\n2004,Mali,5\n2005,Chad,6\n", "UNODC")
    assert (
        "    is: area  # ? or citizenship, habitual_residence, destination: its header does not tell;"
        in of_others
    )


@pytest.mark.parametrize(
    ("days", "lasts", "said"),
    [
        (["2004-03-31", "2004-06-30", "2004-12-31"], "P3M", "last day of a quarter"),
        (["2004-01-31", "2004-02-29", "2004-03-31"], "P1M", "last day of a month"),
        (["2004-06-30", "2004-12-31", "2005-06-30"], "P6M", "last day of a half-year"),
        (["2004-12-31", "2005-12-31", "2007-12-31"], "P1Y", "last day of a year"),
        (["31/03/2004", "30/06/2004", "30/09/2004"], "P3M", "last day of a quarter"),
        (["2004-01-01", "2004-02-01", "2004-05-01"], "P1M", "first day of a month"),
        (["2004-01-01", "2004-04-01", "2004-10-01"], "P3M", "first day of a quarter"),
        (["2004-01-01", "2005-01-01", "2006-01-01"], "P1Y", "first day of a year"),
        (["2004-06-30", "2005-06-30", "2006-06-30"], "P1Y", "last day of a year"),
        (["2004-01-31", "2004-04-30", "2004-07-31"], "P1M", "last day of a month"),
        (["2004-03-31", "2004-06-30", "2004-07-01"], "", ""),
        (["2004-03-31", "2004-04-15", "2004-07-01"], "", ""),
    ],
)  # fmt: skip
def test_days_that_end_or_begin_something_are_doubted(
    days: list[str], lasts: str, said: str, tmp_path: Path
) -> None:
    made = draft(tmp_path, "\n".join(("Date,Nationality,Number", *(f"{day},Mali,5" for day in days))) + "\n")
    rule = load_yaml_text(made)["period"]  # type: ignore[index, call-overload]
    assert rule.get("lasts", "") == lasts
    assert rule.get("gives", "first_day") == ("last_day" if said.startswith("last") else "first_day")
    assert (f"# ? every {{Date}} is the {said} and read as the whole" in made) == bool(lasts)


def test_years_and_quarters_are_preferred_to_the_days_that_end_them(tmp_path: Path) -> None:
    made = draft(tmp_path, RETURNS)
    assert 'period:\n  from: "{Year} {Quarter}"\n  formats: ["{year} {quarter}"]\n' in made
    date = said_of(made, "Date")
    assert "    is: ignore\n    reason: it is the last day of the period in Year and Quarter  # ?\n" in date
    assert "vintage" not in made
    one_quarter = draft(tmp_path, "".join(RETURNS.splitlines(keepends=True)[:2]))
    assert 'from: "{Year} {Quarter}"' in one_quarter
    otherwise = draft(tmp_path, f"{RETURNS}2004-11-14,2004,4,Enforced,Mali,3\n")
    assert 'from: "{Date}"\n  formats: ["{year}-{month}-{day}"]\n' in otherwise
    assert "lasts" not in otherwise


def test_one_day_that_ends_something_is_doubted(tmp_path: Path) -> None:
    made = draft(tmp_path, "Date,Nationality,Number\n2004-06-30,Mali,5\n2004-06-30,Chad,6\n")
    assert "# ? {Date} is one day, the last of a month, quarter, half-year: are the figures of that?" in made
    assert "(P1M, P3M, P6M) and `gives: last_day`" in made
    usual = draft(tmp_path, "Date,Nationality,Number\n2004-06-17,Mali,5\n2004-06-17,Chad,6\n")
    assert "is one day" not in usual


def test_a_stock_holds_at_the_day(tmp_path: Path) -> None:
    text = "Date,Nationality,Number\n2004-01-31,Mali,5\n2004-02-29,Mali,6\n"
    made = draft(tmp_path, text, indicator="refugees")
    assert "  lasts:" not in made
    assert "# ? every {Date} is the last day of a month: refugees holds at a day" in made


@pytest.mark.parametrize(
    ("beside", "texts", "is_asked"),
    [
        ("Updated on", ["2024-05-03", "2024-05-03"], True),
        ("Told on", ["2011-05-03", "2012-02-07"], True),
        ("Year", ["2004", "2004"], False),
    ],
)
def test_only_a_day_can_be_a_vintage(beside: str, texts: list[str], is_asked: bool, tmp_path: Path) -> None:
    rows = [f"2004-0{at}-1{at},{text},{at}" for at, text in enumerate(texts, 1)]
    made = draft(tmp_path, "\n".join((f"Found on,{beside},Number", *rows)) + "\n")
    assert 'from: "{Found on}"' in made
    assert (f"# ? vintage: is {{{beside}}} the day as of which" in made) == is_asked
    assert ("the period is read from Found on" in said_of(made, beside)) != is_asked


def test_a_second_period_that_is_another_is_doubted(tmp_path: Path) -> None:
    made = draft(tmp_path, "Month,Counted in,Number\n2004-01,2011-07,5\n2004-02,2011-07,6\n")
    assert "# ? {Counted in} is another period than {Month}: which of the two are the figures of?" in made
    assert "vintage" not in made


def test_a_year_in_a_name_is_no_day_and_a_day_in_a_name_is_doubted(tmp_path: Path) -> None:
    made = draft(tmp_path, "Nationality,Number\nMali,5\nChad,6\n", name="returns_2024-12-31.csv")
    assert "# ? is the day in the name of the file the one that the figures are of" in made
    nowhere = draft(tmp_path, "Nationality,Enero,Febrero\nMali,5,7\nChad,6,8\n", name="returns.csv")
    assert 'from: "{header} {year}"  # ? nothing says the year' in nowhere


@pytest.mark.parametrize(
    ("reporter", "kind", "area"),
    [
        ("XA", "official", 'area: "XA"  # ? '),
        ("GB", "official", 'area: "GB"  # ? '),
        ("HK", "official", 'area: "HK"  # ? '),
        ("EUROSTAT", "organisation", "# area:  # ? the code of what the figures are about"),
        ("RSO", "organisation", "# area:  # ? the code of what the figures are about"),
        ("RCOA", "published", "# area:  # ? the code of what the figures are about"),
    ],
)
def test_area_and_kind_of_source_fit_the_reporter(
    reporter: str, kind: str, area: str, tmp_path: Path
) -> None:
    made = draft(tmp_path, "Year,Nationality,Number\n2004,Mali,5\n2005,Chad,6\n", reporter)
    assert f"\nsource_kind: {kind}  # ? or " in made
    assert f"\n{area}" in made


def test_what_an_indicator_has_several_of_is_asked(tmp_path: Path) -> None:
    made = draft(tmp_path, RETURNS)
    assert '\nstage: "?"  # ? voluntary, obliged, forced; or take it out where a column `is: stage`\n' in made
    assert "\nstage:" not in draft(tmp_path, RETURNS, indicator="refusals")
    assert '\nunit: "?"  # ? applications, persons' in draft(
        tmp_path, RETURNS, indicator="asylum_applications"
    )


def test_codes_of_a_header_that_a_column_says_too_are_left_out(tmp_path: Path) -> None:
    made = draft(tmp_path, "Year,Sex,Men,Persons\n2004,Male,1,5\n2005,Female,2,6\n")
    assert columns_of(made)["Men"] == {"column": "Men", "is": "figure"}


def test_a_table_without_figures_asks_for_them(tmp_path: Path) -> None:
    made = draft(tmp_path, "Nationality,Sex\nMali,Male\nChad,Female\n", indicator=None)
    assert '  - column: "?"  # ? no column looks like figures: name the one that is\n    is: figure\n' in made


def test_an_answered_draft_of_a_published_table_harmonises_it(tmp_path: Path) -> None:
    made = draft(tmp_path, EUROSTAT, "EUROSTAT", name="eirtn.csv")
    answered = made.replace('stage: "?"', "stage: obliged").replace('"?"', "answered")
    answered = answered.replace('  thousands: ","', '  absences: {":": unknown}\n  thousands: ","')
    for header in ("UNIT", "Flag and Footnotes"):
        entry = f"  # - column: {header}  # ?"
        assert entry in answered
        answered = answered.replace(
            entry, f"  - column: {header}\n    is: ignore\n    reason: the same or empty  #"
        )
    (tmp_path / "answered.yml").write_text(answered, "utf-8")
    bundle = open_checked_mapping(catalogue(), str(tmp_path / "answered.yml"))
    harmonise_files([(tmp_path / "eirtn.csv", "eirtn.csv")], bundle, tmp_path / "out")
    output = read_output(tmp_path / "out")
    rows = list(csv.DictReader(EUROSTAT.splitlines()))
    assert output.account["all"]["balanced"]
    assert output.problems == []
    observed = output.observations["returns"]
    assert len(observed) == len(rows)
    assert {row["citizenship"] for row in observed} == {"_T"}
    assert {row["area"] for row in observed} == {"BE", "ES", "FR"}
    total = sum(int(row["Value"].replace(",", "")) for row in rows if row["Value"] != ":")
    assert sum(row["value"] or 0 for row in observed) == total


CELLS = st.one_of(
    st.sampled_from(["", "Mali", "Total", "Male", "2024", "2024-03-31", "1", "12", "<5", "<0", "1,204", "?", "{x}", "*", "a: b", "#"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
)  # fmt: skip
HEADERS = st.one_of(
    st.sampled_from(["Year", "Quarter", "Month", "Date", "Nationality", "GEO", "Sex", "Men", "Value", "Flag", "id", "", "*", "{year}"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
)  # fmt: skip


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_draft_holds_what_the_checks_refuse_but_where_it_asks(data: st.DataObject, tmp_path: Path) -> None:
    width = data.draw(st.integers(2, 5))
    header = data.draw(st.lists(HEADERS, min_size=width, max_size=width))
    rows = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=2, max_size=5))
    path = tmp_path / "made.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    reporter, indicator = data.draw(
        st.sampled_from([("XA", "returns"), ("EUROSTAT", None), ("IOM", "dead_or_missing")])
    )
    made = draft_for(catalogue(), (path, path.name), reporter, indicator, None)
    (tmp_path / "draft.yml").write_text(made, "utf-8")
    assert unasked(made, tmp_path) == []

"""Small tables that many rows are made of: each has what few mappings combine, or few rows of a kind."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from lontar.model.mapping import Correction
from tests.harmonise.cases import Case

HERE = ("Tucson", "Yuma", "Laredo", "Miami", "Nowhere", "")
CROSSWALKS = {
    "sectors": "from,to\nTucson,US_TUCSON\nYuma,US_YUMA\nLaredo,US_LAREDO\nMiami,US_MIAMI\n",
    "sexes": "from,to\nMen,M\nWomen,F\nall,_T\n",
    "things": "from,indicator\nPeople,sea_arrivals\nBoats,boats\n",
}
MONTHS = [f"20{year}-{month:02}" for year in (23, 24) for month in range(1, 13)]
MONTH: dict[str, Any] = {"column": "Month", "is": "used"}
PLACE: dict[str, Any] = {"column": "Place", "is": "place", "crosswalk": "sectors"}
PERSONS: dict[str, Any] = {"column": "Persons", "is": "figure"}
MEN: dict[str, Any] = {"column": "Men", "is": "figure", "dimensions": {"sex": "M"}}
WOMEN: dict[str, Any] = {"column": "Women", "is": "figure", "dimensions": {"sex": "F"}}
MONTHLY = {"from": "{Month}", "formats": ["{year}-{month}"]}
DAILY = {"from": "{Day}", "formats": ["{year}-{month}-{day}"]}
REPORTED = {"from": "{reported}", "formats": ["{year}-{month}-{day}"]}
FIGURES = ["7", "", "12x", "0", "31", "1,000", ":", "5p", "5*"]
STYLE = {"thousands": ",", "absences": {":": "unknown", "": "not_collected"}, "flags": {"p": "provisional"}}

FROM = ("Iraq; Iran", "Iraq", "Iran;Xyz", "", "Iran; Iraq; Mali")
REMARKS = ('"two\nlines"', '"c\rd"', '"said ""so"""', "", '"a\r\n\r\nb"', 'in"ner')


def table(header: str, rows: Iterable[Sequence[object]]) -> str:
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"


def case(columns: list[dict[str, Any]], files: dict[str, str], **says: Any) -> Case:
    corrections = says.pop("corrections", ())
    mapping = {"columns": columns, "period": MONTHLY, "figures": STYLE} | says
    used = {c["crosswalk"] for c in columns if "crosswalk" in c}
    walks = {name: text for name, text in CROSSWALKS.items() if name in used}
    return Case(case="", files=files, mapping=mapping, crosswalks=walks, corrections=corrections)


def some(count: int, make: Callable[[int], Sequence[object]]) -> list[Sequence[object]]:
    return [make(n) for n in range(count)]


def monthly(count: int, start: int = 0) -> list[Sequence[object]]:
    """Rows of a place, a month and a figure."""
    return some(
        count, lambda n: (HERE[(n + start) % 6], MONTHS[n % 24], FIGURES[(n * 5) % 9].replace(",", ""))
    )


def wrapped_rows(count: int) -> str:
    """Rows of two figures; the label of every third stands in a line of its own, above its row or below."""
    lines = ["Place,Men,Women,Month"]
    for n in range(count):
        place, rest = HERE[n % 4], f"{n},{n + 100},{MONTHS[n]}"
        lines += [f"{place},{rest}"] if n % 3 else [place, rest] if n % 2 else [rest, place]
        lines += [f"{place},8,9,{MONTHS[n]},,"] if n % 5 == 4 else []
    return "\n".join(lines) + "\n"


WRAPPED = {"wrapped": {"rows": "first"}}
FIX = {"reason": "a slip of the pen", "reported": "2024-05-01"}
CORRECTIONS = (
    Correction(id="mend", column="Persons", found="12x", action="replace", to="12", **FIX),
    Correction(id="refuse", column="Persons", found="31", action="refuse", where={"Place": ("Yuma",)}, **FIX),
    Correction(id="ignore", column="Place", found="Nowhere", action="ignore", **FIX),
    Correction(id="place", column="Place", found="", action="replace", to="Miami", files=("b*",), **FIX),
)
SINCE = MONTHLY | {"since": "year_start"}
CUMULATIVE = STYLE | {"cumulative": {}}
THINGS = [{"column": "What", "is": "indicator", "crosswalk": "things"}, MONTH, PERSONS]


def things(count: int) -> list[Sequence[object]]:
    return some(count, lambda n: (("People", "Boats", "?")[n % 3], MONTHS[(n // 2) % 24], FIGURES[n % 4]))


def totals(count: int) -> list[Sequence[object]]:
    """Rows of men, women and both; every fifth is said to be the total of those before."""
    return some(
        count,
        lambda n: (
            "Total" if n % 5 == 4 else HERE[n % 4], MONTHS[n // 5], n, FIGURES[n % 4], n + 7,
        ),
    )  # fmt: skip


def quoted(count: int) -> list[Sequence[object]]:
    """Rows with marks around figures that hold commas, and remarks that hold marks and ends of line."""
    return some(count, lambda n: (HERE[n % 4], MONTHS[n], f'"{n},000"', REMARKS[n % 6]))


CASES = {
    "wrapped": case([PLACE, MEN, WOMEN, MONTH], {"a.csv": wrapped_rows(14)}, table=WRAPPED),
    "wrapped_two_files": case(
        [PLACE, MEN, WOMEN, MONTH],
        {"b_2024-03-01.csv": wrapped_rows(9), "a_2024-02-01.csv": wrapped_rows(12)},
        table=WRAPPED, vintage=REPORTED, file={"names": ["b_{reported}.csv", "a_{reported}.csv"]},
    ),
    "wrapped_events": case(
        [PLACE, MEN, WOMEN, MONTH], {"b.csv": wrapped_rows(9), "a.csv": wrapped_rows(7)},
        table=WRAPPED, indicator="dead",
    ),
    "wrapped_cumulative": case(
        [PLACE, MEN, WOMEN, MONTH], {"a.csv": wrapped_rows(14)}, table=WRAPPED, figures=CUMULATIVE, period=SINCE
    ),
    "wrapped_filled": case(
        [PLACE | {"fill_down": True}, MEN, WOMEN, MONTH], {"a.csv": wrapped_rows(14)}, table=WRAPPED
    ),
    "indicator_of_a_row": case(THINGS, {"a.csv": table("What,Month,Persons", things(20))}, indicator=None),
    "indicator_of_a_row_files": case(
        THINGS,
        {
            "a.csv": table("What,Month,Persons", things(11)),
            "b.csv": table("Persons,Extra,What,Month", [(1, "x", "Boats", "2022-01"), (2, "", "People", "2022-02")]),
        },
        indicator=None,
    ),
    "indicator_that_no_row_has": case(
        THINGS, {"a.csv": table("What,Month,Persons", [("Boats", MONTHS[n], n) for n in range(7)])}, indicator=None
    ),
    "one_file_twice": case(
        [PLACE, MONTH, PERSONS],
        {name: table("Place,Month,Persons", monthly(9)) for name in ("b.csv", "a.csv")},
        checks=[{"id": "once", "says": "each place stands once", "severity": "warning", "unique": ["Place", "Month"]}],
    ),
    "listed": case(
        [{"column": "From", "is": "citizenship", "names": ["names"], "several": ";"}, MONTH, PERSONS],
        {"a.csv": table("From,Month,Persons", some(18, lambda n: (FROM[n % 5], MONTHS[n % 7], n)))},
    ),
    "events_of_a_column": case(
        [{"column": "Event", "is": "event", "optional": True}, {"column": "Day", "is": "used"}, PERSONS],
        {
            "b.csv": table("Event,Day,Persons", some(9, lambda n: (f"e{n}" if n % 4 else "", f"2024-01-{n // 2 + 1:02}", n))),
            "a.csv": table("Day,Event,Persons", some(9, lambda n: (f"2024-02-{n // 2 + 1:02}", f"e{n % 7}", n))),
            "c.csv": table("Day,Persons", some(5, lambda n: ("2024-03-01", n))),
        },
        period=DAILY, indicator="dead",
    ),
    "events_of_rows": case(
        [{"column": "Day", "is": "used"}, PERSONS],
        {"b.csv": table("Day,Persons", [("2024-01-01", 5)] * 7), "a.csv": table("Day,Persons", [("2024-01-01", 5)] * 6)},
        period=DAILY, indicator="dead",
    ),
    "lists_given_up_by_the_second_file": case(
        [PLACE, MONTH, PERSONS],
        {
            "a.csv": table("Place,Month,Persons", some(8, lambda n: ("Tucson", MONTHS[n % 2], 5))),
            "b.csv": table("Place,Month,Persons", some(24, lambda n: (HERE[n % 6], MONTHS[n], n))),
            "c.csv": table("Month,Persons,Place", some(8, lambda n: (MONTHS[n % 3], 6, "Yuma"))),
        },
    ),
    "files_of_other_headers": case(
        [PLACE | {"optional": True, "blank": "_U"}, MONTH, MEN | {"optional": True}, WOMEN | {"optional": True}],
        {
            "c.csv": table("Women,Month", some(7, lambda n: (n, MONTHS[n]))),
            "a.csv": table("Month,Men,Women,Place", some(9, lambda n: (MONTHS[n], n, FIGURES[n % 4], HERE[n % 5]))),
            "b.csv": table("Other,Men,Month", some(6, lambda n: ("x" if n == 4 else "", n + 3, MONTHS[n + 9]))),
        },
    ),
    "repeated": case([PLACE, MONTH, PERSONS], {"a.csv": table("Place,Month,Persons", [*monthly(14), *monthly(9)])}),
    "repeated_in_two_files": case(
        [PLACE, MONTH, PERSONS],
        {"b.csv": table("Place,Month,Persons", monthly(9)), "a.csv": table("Month,Place,Persons", [(m, p, f) for p, m, f in monthly(12)])},
    ),
    "repeated_by_corrections": case(
        [PLACE, MONTH, PERSONS],
        {"b.csv": table("Place,Month,Persons", monthly(24)), "a.csv": table("Place,Month,Persons", monthly(24, 3))},
        corrections=CORRECTIONS,
    ),
    "repeated_within_a_vintage": case(
        [PLACE, MONTH, PERSONS],
        {
            "r_2024-09-01.csv": table("Place,Month,Persons", [*monthly(9, 1), *monthly(2, 1)]),
            "r_2024-05-01.csv": table("Place,Month,Persons", [*monthly(9, 1), *monthly(7, 1)]),
        },
        vintage=REPORTED, file={"names": ["r_{reported}.csv"]},
    ),
    "repeated_wide": case(
        [PLACE, {"columns": ["2024-01", "2024-02"], "is": "figure"}],
        {"a.csv": table("2024-02,Place,2024-01", some(9, lambda n: (n, HERE[n % 4], FIGURES[n % 3])))},
        period={"from": "{header}", "formats": ["{year}-{month}"]},
    ),
    "cumulative_repeated": case(
        [PLACE, MONTH, PERSONS], {"a.csv": table("Place,Month,Persons", [*monthly(20), *monthly(5)])}, figures=CUMULATIVE, period=SINCE
    ),
    "cumulative_vintages": case(
        [PLACE, MONTH, PERSONS],
        {
            "r_2024-12-31.csv": table("Place,Month,Persons", monthly(14)),
            "r_2025-01-31.csv": table("Place,Month,Persons", monthly(20)),
        },
        figures=CUMULATIVE, period=SINCE, vintage=REPORTED, file={"names": ["r_{reported}.csv"]},
        corrections=CORRECTIONS,
    ),
    "added_up": case(
        [PLACE, MONTH, PERSONS], {"a.csv": table("Place,Month,Persons", [*monthly(20), *monthly(5)])}, add_over=["Place"]
    ),
    "filled_down": case(
        [PLACE | {"fill_down": True}, MONTH, PERSONS],
        {"b.csv": table("Place,Month,Persons", monthly(14)), "a.csv": table("Place,Month,Persons", monthly(9, 5))},
        corrections=CORRECTIONS,
    ),
    "totals": case(
        [PLACE, MONTH, MEN, WOMEN, {"column": "All", "is": "total", "of": ["Men", "Women"]}],
        {"a.csv": table("Place,Month,Men,Women,All", totals(14))},
        totals=[{"where": {"Place": ["Total"]}}],
    ),
    "demands": case(
        [PLACE, MONTH, PERSONS], {"a.csv": table("Place,Month,Persons", monthly(24))},
        checks=[
            {"id": "once", "says": "each place stands once", "severity": "warning", "unique": ["Place"]},
            {"id": "both", "says": "each place stands once a month", "severity": "refused", "unique": ["Place", "Month"]},
            {"id": "small", "says": "figures are small", "severity": "warning", "range": {"column": "Persons", "high": 10}},
        ],
    ),
    "quoted": case(
        [PLACE, MONTH, PERSONS, {"column": "Remark", "is": "ignore", "reason": "remarks"}],
        {"a.csv": "\ufeff" + table('"Place",Month,Persons,Remark', quoted(14))},
    ),
    "quoted_and_read": case(
        [PLACE, MONTH, PERSONS, {"column": "Remark", "is": "used"}],
        {"a.csv": table('"Place",Month,Persons,Remark', quoted(24))},
    ),
    "one_row": case([PLACE, MONTH, PERSONS], {"a.csv": table("Place,Month,Persons", monthly(1))}),
    "one_refused_row": case([PLACE, MONTH, PERSONS], {"a.csv": "Place,Month,Persons\nNowhere,soon,12x\n"}),
    "one_row_and_no_row": case(
        [PLACE, MONTH, PERSONS],
        {"a.csv": table("Place,Month,Persons", monthly(1)), "b.csv": "Place,Month,Persons\n"},
    ),
    "only_rows_that_do_not_fit": case(
        [PLACE, MONTH, PERSONS],
        {"a.csv": "Place,Month,Persons\nTucson,2024-01\nYuma\n", "b.csv": table("Place,Month,Persons", monthly(3))},
    ),
    "an_empty_column": case(
        [PLACE | {"blank": "_U"}, MONTH, PERSONS],
        {"a.csv": table("Place,Month,Persons", some(9, lambda n: ("", MONTHS[n], n)))},
    ),
    "no_figure_at_all": case(
        [PLACE, MONTH, PERSONS], {"a.csv": table("Place,Month,Persons", some(9, lambda n: ("Yuma", MONTHS[n], "")))}
    ),
    "all_alike": case([PLACE, MONTH, PERSONS], {"a.csv": table("Place,Month,Persons", [("Yuma", "2024-01", 5)] * 9)}),
    "all_alike_events": case(
        [{"column": "Day", "is": "used"}, PERSONS], {"a.csv": table("Day,Persons", [("2024-01-01", 5)] * 9)}, period=DAILY, indicator="dead"
    ),
}  # fmt: skip

"""Texts of figure cells: numbers as the source writes them, bounds, absences, flags; what is doubtful is refused."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from lontar.harmonise.resolving.figures import Figure, FigureReader
from lontar.model.mapping import FigureStyle, Interval

PLAIN = FigureStyle()
COMMA, DOT = FigureStyle(thousands=","), FigureStyle(thousands=".", decimal=",")
BLANK = FigureStyle(thousands=" ", negative=True)
FIVES = FigureStyle(rounded_to=5)
RICH = FigureStyle(
    thousands=",", decimal=".", span="-", marks=("*", "(1)"),
    absences={"": "not_collected", "-": "nothing", ":": "unknown", "N/A": "not_applicable"},
    intervals={"<5": Interval(low=0, high=4), "100+": Interval(low=100)}, flags={"p": "provisional", "e": "estimated", "b": "break"},
)  # fmt: skip


def number(value: str, **more: Any) -> Figure:
    return Figure(value=Decimal(value), **more)


READ = [
    (PLAIN, "12", number("12")),
    (PLAIN, " 0012 ", number("12")),
    (PLAIN, "٣٤", number("34")),
    (COMMA, "1,234,567", number("1234567")),
    (COMMA, "1234567", number("1234567")),
    (DOT, "1.234,5", number("1234.5")),
    (BLANK, "1 234", number("1234")),
    (BLANK, "1\u202f234", number("1234")),
    (BLANK, "-1\u00a0234", number("-1234")),
    (FIVES, "10", number("10", low=Decimal(8), high=Decimal(12))),
    (FIVES, "0", number("0", low=Decimal(0), high=Decimal(2))),
    (RICH, "<5", Figure(low=Decimal(0), high=Decimal(4))),
    (RICH, "100+", Figure(low=Decimal(100))),
    (RICH, "1-4", Figure(low=Decimal(1), high=Decimal(4))),
    (RICH, "1,000 - 1,499", Figure(low=Decimal(1000), high=Decimal(1499))),
    (RICH, "", Figure(absence="not_collected")),
    (RICH, ":", Figure(absence="unknown")),
    (RICH, "-", Figure(is_nothing=True)),
    (RICH, "N/A", Figure(absence="not_applicable")),
    (RICH, "12*", number("12")),
    (RICH, "12(1)", number("12")),
    (RICH, "12p", number("12", status="provisional")),
    (RICH, "12 be*", number("12", status="estimated", is_break=True)),
    (RICH, "<5p", Figure(low=Decimal(0), high=Decimal(4), status="provisional")),
    (RICH, ": p", Figure(absence="unknown", status="provisional")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("style", "text", "figure"), READ, ids=lambda x: repr(x) if isinstance(x, str) else ""
)
def test_a_text_is_read(style: FigureStyle, text: str, figure: Figure) -> None:
    assert FigureReader(style).read(text) == figure


REFUSED = [
    (PLAIN, "", "empty_figure"),
    (PLAIN, "-", "no_figure"),
    (PLAIN, "<5", "no_figure"),
    (PLAIN, "12*", "unknown_mark"),
    (PLAIN, "12³", "unknown_mark"),
    (PLAIN, "½", "no_figure"),
    (PLAIN, "1e5", "no_figure"),
    (PLAIN, "0x10", "no_figure"),
    (PLAIN, "1_000", "no_figure"),
    (PLAIN, "nan", "no_figure"),
    (PLAIN, "inf", "no_figure"),
    (PLAIN, "5%", "share"),
    (PLAIN, "(5)", "no_figure"),
    (PLAIN, "twelve", "no_figure"),
    (PLAIN, "1,234", "doubtful_separator"),
    (PLAIN, "1.5", "doubtful_separator"),
    (PLAIN, "+5", "doubtful_separator"),
    (COMMA, "1,23", "doubtful_separator"),
    (COMMA, "0,123", "doubtful_separator"),
    (COMMA, "1.234", "doubtful_separator"),
    (DOT, "1.234.56", "doubtful_separator"),
    (DOT, "12.34", "doubtful_separator"),
    (PLAIN, "-3", "negative_figure"),
    (PLAIN, "123456789012345", "too_precise"),
    (FigureStyle(decimal="."), "0.00001", "too_precise"),
    (RICH, "4-1", "no_figure"),
    (RICH, "p", "no_figure"),
    (RICH, "*", "no_figure"),
]


@pytest.mark.parametrize(
    ("style", "text", "kind"), REFUSED, ids=lambda x: repr(x) if isinstance(x, str) else ""
)
def test_what_is_no_figure_is_told(style: FigureStyle, text: str, kind: str) -> None:
    wrong = FigureReader(style).read(text).wrong
    assert wrong is not None
    assert wrong.kind == kind


def test_an_engine_may_read_digits_only_where_they_mean_themselves() -> None:
    assert FigureReader(RICH).lets_engine_read_digits()
    assert not FigureReader(FIVES).lets_engine_read_digits()
    assert not FigureReader(FigureStyle(absences={"999": "withheld"})).lets_engine_read_digits()


@pytest.mark.parametrize(
    "style",
    [
        {"marks": ["1"]},
        {"marks": ["*", " 12 "]},
        {"flags": {"1": "estimated"}},
        {"span": "0"},
        {"thousands": "0"},
        {"decimal": "٣"},
        {"thousands": ",", "decimal": ","},
    ],
)
def test_a_sign_that_could_be_part_of_a_figure_is_refused(style: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(style, FigureStyle)

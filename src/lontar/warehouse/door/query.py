"""What is asked of the door: one indicator, filtered, grouped, by stretches of time; and how that is written as a line of text."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Literal, get_args

import msgspec

from lontar.model.errors import SourceProblem
from lontar.model.figures.codelists import CodeList
from lontar.model.figures.indicators import Indicator
from lontar.model.figures.periods import parse_period

Every = Literal["", "period", "year", "half", "quarter", "month", "week", "day"]
FREQUENCY: dict[Every, str] = {
    "year": "A",
    "half": "S",
    "quarter": "Q",
    "month": "M",
    "week": "W",
    "day": "D",
}
BLOCK_COLUMNS = ("owner", "reporter", "area")
"""What figures can be grouped by besides dimensions."""
FILTERS = (*BLOCK_COLUMNS, "agency", "source_kind", "unit", "stage")
"""What figures can be filtered by besides dimensions."""

MOST_CODES = 5_000
"""So many codes of a column can be filtered by."""


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question. Units, stages and indicators are never added together: every answer keeps units and stages apart.

    `where` maps a column (an owner, agency, reporter, area, source kind, unit, stage or dimension) to the codes that count. `by` names
    the columns that the answer keeps apart. `every` cuts time: into periods as they were sent (`period`), or calendar ones that are
    added up from shorter ones where need be; '' adds up everything from `since` to `until` (SDMX periods, both inclusive).
    `as_of` asks for what had been accepted by that moment; whether it may be read is judged now. `vintage` is the last date as of which
    sources may speak. `scope` `own` asks for the viewer's own participant's figures, as they were sent; `shared` leaves out what is
    linked to asylum, whoever asks, so that nobody's totals differ because of it; `each` is for lists, which add up nothing. `source`
    `published` asks for echoes, which are never added to what was sent.
    """

    indicator: str
    where: dict[str, tuple[str, ...]] = {}
    by: tuple[str, ...] = ()
    every: Every = "period"
    since: str = ""
    until: str = ""
    as_of: datetime | None = None
    vintage: date | None = None
    source: Literal["sent", "published"] = "sent"
    scope: Literal["shared", "own", "each"] = "shared"

    @property
    def by_blocks(self) -> tuple[str, ...]:
        """What is kept apart besides dimensions."""
        return tuple(column for column in self.by if column in BLOCK_COLUMNS)

    @property
    def first_day(self) -> date:
        """The first day that is asked for."""
        return parse_period(self.since).start if self.since else date(1, 1, 1)

    @property
    def last_day(self) -> date:
        """The last day that is asked for."""
        return parse_period(self.until).end if self.until else date(9999, 12, 31)


def parse_query(text: str) -> Query:
    """Read a question as people write it. Raises SourceProblem with a sentence that says what is not understood.

    `irregular_entries where sex = F and citizenship = AA, BB by area every quarter from 2024 to 2025-06`; also `as of 2026-01-31`,
    `vintage 2026-01-31`, `published`, `own`, in any order; `every all` adds up all time.
    """
    try:
        words = [word for part in shlex.split(text) for word in _apart(part)]
    except ValueError:
        raise _wrong("WAR-010", "a quotation mark is never closed", "Close it") from None
    if not words:
        raise _wrong("WAR-010", "there is no indicator", "Begin with one")
    told: dict[str, object] = {"indicator": words[0]}
    for clause, rest in _clauses(words[1:]):
        name, value = _clause(clause, rest)
        if name in told:
            raise _wrong("WAR-010", f"'{clause}' stands twice", "Say it once")
        told[name] = value
    return Query(**told)  # type: ignore[arg-type]


_WORDS = ("where", "by", "every", "from", "to", "as", "vintage", "published", "own")


def _apart(word: str) -> Iterator[str]:
    """Commas and equals signs stand by themselves."""
    for one in word.replace(",", " , ").replace("=", " = ").split(" "):
        if one:
            yield one


def _clauses(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    while words:
        if words[0] not in _WORDS:
            raise _wrong("WAR-010", f"'{words[0]}' is not understood", f"Allowed are: {', '.join(_WORDS)}")
        size = next((at for at, word in enumerate(words[1:], 1) if word in _WORDS), len(words))
        yield words[0], words[1:size]
        words = words[size:]


def _clause(clause: str, rest: list[str]) -> tuple[str, object]:
    match clause, rest:
        case "where", [_, *_]:
            return "where", _conditions(rest)
        case "by", [_, *_]:
            return "by", tuple(word for word in rest if word != ",")
        case "every", ["all"]:
            return "every", ""
        case "every", [str(word)] if word in get_args(Every):
            return "every", word
        case "from" | "to", [str(word)]:
            return {"from": "since", "to": "until"}[clause], _period(word)
        case "as", ["of", str(word)]:
            return "as_of", _moment(word)
        case "vintage", [str(word)]:
            return "vintage", _day(word)
        case (("published" | "own"), []):
            return ("source", clause) if clause == "published" else ("scope", clause)
    raise _wrong(
        "WAR-010",
        f"'{' '.join([clause, *rest])}' is not understood",
        "The reference of 'lontar figures' shows each clause",
    )


def _conditions(words: list[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    while words:
        if len(words) < 3 or words[1] != "=":
            raise _wrong("WAR-010", f"'{' '.join(words)}' is no condition", "Write it as 'sex = F, M'")
        size = next((at for at, word in enumerate(words) if word == "and"), len(words))
        found[words[0]] = tuple(word for word in words[2:size] if word != ",")
        words = words[size + 1 :]
    return found


def _period(text: str) -> str:
    try:
        return parse_period(text).text
    except ValueError as error:
        raise _wrong("WAR-010", str(error), "Write it as 2025, 2025-Q1, 2025-06 or 2025-06-30") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _wrong("WAR-010", f"'{text}' is no day", "Write it as 2026-01-31") from None


def _moment(text: str) -> datetime:
    """A moment; a day stands for its end."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _wrong(
            "WAR-010", f"'{text}' is no moment", "Write it as 2026-01-31 or 2026-01-31T12:00:00Z"
        ) from None
    if len(text) == len("2026-01-31"):
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def check_query(query: Query, indicator: Indicator, lists: Mapping[str, CodeList]) -> None:
    """Say what cannot be asked of an indicator. `lists` are the code lists of its dimensions. Raises SourceProblem."""
    _check_words(query)
    for column in query.by:
        if column not in lists and column not in BLOCK_COLUMNS:
            raise _wrong(
                "WAR-010",
                f"{indicator.id} cannot be grouped by '{column}'",
                f"Allowed are: {', '.join((*BLOCK_COLUMNS, *lists))}",
            )
    for column, codes in query.where.items():
        if column not in lists and column not in FILTERS:
            raise _wrong(
                "WAR-010",
                f"{indicator.id} cannot be filtered by '{column}'",
                f"Allowed are: {', '.join((*FILTERS, *lists))}",
            )
        if column in lists:
            _check_codes(column, codes, lists[column], is_apart=column in query.by)
    if query.scope == "each":
        raise _wrong(
            "WAR-010", "figures linked to asylum are never added up", "Ask for a list of them, or for 'own'"
        )
    _check_time(query, indicator)


def _check_words(query: Query) -> None:
    """Nothing twice, nothing that no text can hold, and no more codes than somebody could mean."""
    if len(set(query.by)) != len(query.by):
        raise _wrong("WAR-010", "a column to group by stands twice", "Say it once")
    for column, codes in query.where.items():
        if len(codes) > MOST_CODES:
            raise _wrong(
                "WAR-010", f"{len(codes)} codes of '{column}' are too many", f"Ask for {MOST_CODES} at most"
            )
        if any(one == "\x00" or "\ud800" <= one <= "\udfff" for code in codes for one in code):
            raise _wrong("WAR-010", f"a code of '{column}' has a sign that no code has", "Leave it out")


def check_totals(query: Query, lists: Mapping[str, CodeList]) -> None:
    """Say what editions of regional totals do not tell. Raises SourceProblem."""
    if set(query.by) - lists.keys() or len(query.by) > 1:
        raise _wrong(
            "WAR-010",
            "regional totals are told as a whole, or by one dimension",
            f"Choose one of {', '.join(lists)}",
        )
    if set(query.where) - {"unit", "stage"} - set(query.by):
        raise _wrong(
            "WAR-010",
            "regional totals are told of all participants together",
            "Filter by what is grouped by, unit or stage",
        )
    if query.every in ("", "half", "week", "day"):
        raise _wrong("WAR-010", "regional totals are told by month, quarter and year", "Ask 'every year'")


def _check_codes(column: str, codes: tuple[str, ...], codelist: CodeList, *, is_apart: bool) -> None:
    together = set(codes)
    for code in codes:
        if not codelist.has(code):
            raise _wrong(
                "WAR-010",
                f"'{code}' is no code of {codelist.id}",
                f"'lontar catalogue show {codelist.id}' lists them",
            )
        over = together.intersection(codelist.ancestors(code))
        if over and not is_apart:
            raise _wrong(
                "WAR-010",
                f"'{min(over)}' holds '{code}', and adding both counts twice",
                f"Leave one out, or ask by {column}",
            )


def _check_time(query: Query, indicator: Indicator) -> None:
    if query.first_day > query.last_day:
        raise _wrong("WAR-010", f"'{query.since}' is after '{query.until}'", "Turn them round")
    if query.every == "" and indicator.stock:
        raise _wrong(
            "WAR-010",
            f"{indicator.id} is a stock, and is never added over time",
            "Ask 'every period', or for one day",
        )
    if query.every == "" and not (query.since and query.until):
        raise _wrong(
            "WAR-010", "it does not say over which time to add", "Give 'from' and 'to', or 'every year'"
        )


def _wrong(code: str, said: str, remedy: str) -> SourceProblem:
    return SourceProblem(code, "", f"{said}.", f"{remedy}.")

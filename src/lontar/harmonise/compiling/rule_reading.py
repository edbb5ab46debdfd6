"""Which of several period rules reads a row, and what it finds."""

from typing import NamedTuple

from lontar.harmonise.compiling.keys import meets
from lontar.harmonise.resolving.findings import Wrong
from lontar.harmonise.resolving.periods import PeriodReader
from lontar.model.figures.codelists import CodeList
from lontar.model.figures.periods import Period
from lontar.model.mapping import PeriodRule

_NOT_READ = ("unknown_period", "empty_period")
"""What is wrong with a text that no format of a rule fits."""


class Unread(NamedTuple):
    """A text that could not be read as a period: why, by which rule, and whether it is the one that says the end."""

    wrong: Wrong
    text: str
    rule: PeriodRule
    is_end: bool = False


class RuleReader:
    """Reads periods by several rules: by the first whose `when` is met, else by those that have none."""

    def __init__(self, rules: tuple[PeriodRule, ...], months: CodeList | None) -> None:
        readers = [(rule, PeriodReader(rule, months)) for rule in rules]
        self._special = [(rule, reader) for rule, reader in readers if rule.when]
        self._others = [(rule, reader) for rule, reader in readers if not rule.when]

    def read(self, texts: dict[str, str]) -> Period | Unread:
        """The period of a row with these texts. Rules without `when` whose formats fit must agree."""
        for rule, reader in self._special:
            if meets(texts, rule.when):
                return _read(rule, reader, texts)
        if not self._others:
            rule, reader = self._special[0]
            return Unread(Wrong.of("no_meaning"), reader.text(texts), rule)
        if len(self._others) == 1:
            return _read(*self._others[0], texts)
        found = [_read(rule, reader, texts) for rule, reader in self._others]
        periods = list(dict.fromkeys(one for one in found if isinstance(one, Period)))
        if len(periods) > 1:
            rule, reader = self._others[0]
            said = " or ".join(sorted(period.text for period in periods))
            return Unread(Wrong.of("ambiguous_period", found=said), reader.text(texts), rule)
        return periods[0] if periods else _nearest([one for one in found if isinstance(one, Unread)])


def _read(rule: PeriodRule, reader: PeriodReader, texts: dict[str, str]) -> Period | Unread:
    start = reader.text(texts)
    found = reader.read(start)
    if rule.to is None or isinstance(found, Wrong):
        return Unread(found, start, rule) if isinstance(found, Wrong) else found
    end = reader.text_of_end(texts)
    whole = reader.read_both(start, end)
    return Unread(whole, end, rule, is_end=True) if isinstance(whole, Wrong) else whole


def _nearest(unread: list[Unread]) -> Unread:
    """Of several reasons the one of a rule whose formats fit; where none does, all their formats."""
    fitting = next((one for one in unread if one.wrong.kind not in _NOT_READ), None)
    if fitting is not None or len(unread) == 1:
        return fitting or unread[0]
    formats = " or ".join(dict.fromkeys(dict(one.wrong.details)["expected"] for one in unread))
    told = next((one for one in unread if one.wrong.kind == "unknown_period"), unread[0])
    return told._replace(wrong=Wrong.of(told.wrong.kind, expected=formats))

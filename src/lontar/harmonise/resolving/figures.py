"""Texts of figure cells -> numbers, bounds, absences, or what is wrong with them."""

import re
from decimal import Decimal
from typing import NamedTuple

from lontar.harmonise.resolving.findings import Wrong
from lontar.harmonise.resolving.sheet_texts import figure_wrong, is_day, sheet_wrong
from lontar.model.mapping import FigureStyle

PLAIN = re.compile(r"[0-9]{1,14}")
"""What an engine may read by itself: the operation Digits."""

_LARGEST_DIGITS, _FINEST_DIGITS = 14, 4
_LONGEST = 64
"""Signs that a figure may have, spans and blanks included; longer texts are not looked at closely."""
_ODD = re.compile(r"[^-+\d.,'\s]|^[^\d]*$")
"""What no number holds, however it is parted; or no digit at all."""
_BLANKS = "\u00a0\u202f\u2009"


class Figure(NamedTuple):
    """What a cell says: a number, bounds, an absence, nothing at all, or something wrong."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    absence: str | None = None
    status: str | None = None
    is_break: bool = False
    is_nothing: bool = False
    wrong: Wrong | None = None

    @property
    def is_fraction(self) -> bool:
        """Whether it is no whole number."""
        return self.value is not None and self.value != self.value.to_integral_value()

    def times(self, factor: int) -> "Figure":
        """The same in units, where the source counts in units of so many."""
        value, low, high = (None if n is None else n * factor for n in (self.value, self.low, self.high))
        return self._replace(value=value, low=low, high=high)


class FigureReader:
    """Reads the figures of one style."""

    def __init__(self, style: FigureStyle) -> None:
        self._style = style
        self._number = _number_form(style)

    def lets_engine_read_digits(self) -> bool:
        """Whether plain digits always mean that number, so that an engine may read them itself."""
        style = self._style
        if style.rounded_to is not None or style.each_is_one or style.times is not None:
            return False
        return not any(PLAIN.fullmatch(text) for text in (*style.absences, *style.intervals, *style.words))

    def read(self, text: str) -> Figure:
        """The figure that this text stands for."""
        bare = text.strip().replace("\u2212", "-")
        special = self._special(text.strip()) or self._special(bare)
        if special is not None:
            return special
        if self._style.each_is_one:
            return Figure(value=Decimal(1))
        bare, status, is_break = self._without_flags(bare)
        special = self._special(bare)
        if special is not None:
            return special._replace(status=status, is_break=is_break)
        figure = self._spanned(bare) or self._plain(bare)
        return figure._replace(status=status, is_break=is_break)

    def _special(self, bare: str) -> Figure | None:
        absence = self._style.absences.get(bare)
        if absence is not None:
            return Figure(is_nothing=True) if absence == "nothing" else Figure(absence=absence)
        interval = self._style.intervals.get(bare)
        if interval is not None:
            high = None if interval.high is None else Decimal(interval.high)
            return Figure(low=Decimal(interval.low), high=high)
        if bare in self._style.words:
            return self._with_bounds(Decimal(self._style.words[bare]))
        return Figure(wrong=Wrong.of("empty_figure")) if not bare else None

    def _without_flags(self, bare: str) -> tuple[str, str | None, bool]:
        status, is_break = None, False
        for _ in range(_LONGEST):
            mark = next((m for m in self._style.marks if m and bare.endswith(m) and bare != m), None)
            flag = next((f for f in self._style.flags if f and bare.endswith(f) and bare != f), None)
            if mark is None and flag is None:
                return bare, status, is_break
            if flag is not None:
                meaning = self._style.flags[flag]
                is_break = is_break or meaning == "break"
                status = status if meaning == "break" else meaning
            bare = bare[: -len(mark or flag or "")].rstrip()
        return bare, status, is_break

    def _spanned(self, bare: str) -> Figure | None:
        if not self._style.span or self._style.span not in bare[1:]:
            return None
        low, _, high = bare.partition(self._style.span)
        ends = self._plain(low.strip()), self._plain(high.strip())
        if any(end.value is None for end in ends) or ends[0].value > ends[1].value:  # type: ignore[operator]
            return Figure(wrong=Wrong.of("no_figure"))
        return Figure(low=ends[0].value, high=ends[1].value)

    def _plain(self, bare: str) -> Figure:
        if len(bare) > _LONGEST:
            wrong = sheet_wrong(bare) or Wrong.of("no_figure")
            return Figure(wrong=wrong if _ODD.search(bare) else Wrong.of("too_precise"))
        if self._number.fullmatch(bare) is None or not _is_one_script(bare):
            is_doubtful = _looks_numeric(bare) and not is_day(bare)
            return Figure(wrong=self._doubtful() if is_doubtful else figure_wrong(bare, _looks_numeric))
        if self._is_parted(bare) and _starts_with_nought(bare):  # 0,123 is a fraction elsewhere
            return Figure(wrong=self._doubtful())
        number = Decimal(self._ascii(bare))
        if number < 0 and not self._style.negative:
            return Figure(wrong=Wrong.of("negative_figure"))
        if is_too_precise(number):
            return Figure(wrong=Wrong.of("too_precise"))
        return self._with_bounds(number)

    def _is_parted(self, bare: str) -> bool:
        signs = self._style.thousands + (_BLANKS if self._style.thousands == " " else "")
        return any(sign in bare for sign in signs)

    def _doubtful(self) -> Wrong:
        told = [("thousands parted by", self._style.thousands), ("the decimal sign", self._style.decimal)]
        expected = " and ".join(f"{what} '{sign}'" for what, sign in told if sign) or "plain digits"
        return Wrong.of("doubtful_separator", expected=expected)

    def _ascii(self, bare: str) -> str:
        if self._style.thousands:
            for sign in self._style.thousands + (_BLANKS if self._style.thousands == " " else ""):
                bare = bare.replace(sign, "")
        return bare.replace(self._style.decimal, ".") if self._style.decimal else bare

    def _with_bounds(self, number: Decimal) -> Figure:
        step = self._style.rounded_to
        if step is None:
            return Figure(value=number)
        if number % step:
            return Figure(wrong=Wrong.of("not_rounded", expected=str(step)))
        reach = Decimal(step // 2)
        low = number - reach if number < 0 else max(number - reach, Decimal(0))
        return Figure(value=number, low=low, high=number + reach)


def _looks_numeric(bare: str) -> bool:
    return bool(bare) and not _ODD.search(bare)


def _number_form(style: FigureStyle) -> re.Pattern[str]:
    parted = rf"\d{{1,3}}(?:[{_class_of(style.thousands)}]\d{{3}})+|"
    groups = parted if style.thousands else ""
    fraction = rf"(?:{re.escape(style.decimal)}\d+)?" if style.decimal else ""
    return re.compile(rf"-?(?:{groups}\d+){fraction}")


def _class_of(sign: str) -> str:
    return re.escape(sign) + (_BLANKS if sign == " " else "")


def _starts_with_nought(bare: str) -> bool:
    return int(bare.lstrip("-")[0]) == 0


def _is_one_script(bare: str) -> bool:
    """Whether all digits are of one script: nobody writes half a number in another."""
    return len({ord(sign) - int(sign) for sign in bare if sign.isdigit()}) <= 1


def is_too_precise(number: Decimal) -> bool:
    """Whether a number has more digits than a plan can carry."""
    fraction = f"{number:f}".partition(".")[2].rstrip("0")
    return abs(number) >= 10**_LARGEST_DIGITS or len(fraction) > _FINEST_DIGITS

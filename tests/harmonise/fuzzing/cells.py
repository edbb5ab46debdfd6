"""Texts that stand in cells where nobody expects them, and small tables of such cells."""

from random import Random

Rows = list[list[str]]

AWKWARD = (
    "", " ", "\t", "\u00a0", "\u200b", "\ufeff", "\ufeff1", "\x00", "a\x00b", "1\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1a",
    "\x1b[31mred", "\x7f", "\x85", "\u2028", "\u2029", "\u202e1234", "\u2066", "\ud7ff", "\ufffd", "\uffff", "\U0010ffff", "🚤",
    "é", "e\u0301", "İ", "ß", "नेपाल", "١٢", "१२", "１２", "²", "1²", "½", "Ⅷ", "一", "\u22125", "–5", "-", "+", "--1", "+-1",
    "0", "-0", "00", "007", "1", "1.0", "1,0", "1.234", "1,234", "1 234", "1\u202f234", "1'234", "1,23,456", "1.2.3", "1,,2",
    "99999999999999", "100000000000000", "9" * 64, "9" * 65, "9" * 4301, "0." + "0" * 400 + "1", "1e5", "1E+400", "1e-400", "-1e309",
    "1e999999999", "NaN", "nan", "sNaN", "inf", "-Infinity", "0x1F", "1_000", "1/2", "50%", "%", "12.3 %", "<5", ">5", "<", "<=",
    "≤4", "5-9", "1-", "~7", "~~7~~", "7*", "7**", "7†", "7^(a)", "(7)", "[7]", "7p", "p", "*", ":", "..", "...", "n/a", "NULL",
    "None", "null", "TRUE", "true", "x", "X, Y", "Total", "total", "Source: x", "=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1",
    "#REF!", "#N/A", "Err:502", "#########", "'", '"', '""', '"a', 'a"', '"a"b', "a;b", "a,b", "a|b", "a\tb", "a\nb", "a\r\nb", "\n",
    "\r", "\\", "\\n", "\\N", "%s", "{x}", "{0}", "{header}", "{names}", "$1", "'; DROP TABLE landed; --", "<b>", "&amp;", "]]>",
    "2024", "2024-01", "2024-13", "2024-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "01/02/03", "31.12.1999", "44927",
    "60", "-1", "2958466", "1e10", "45000.5", "24:00:00", "2024-01-01T00:00:00Z", "2024-W53", "2024-Q5", "Q1 2024", "1447", "2567",
    "January 2024", "janvier 2024", "มกราคม", "FY 2023/24", "2023-2024", "12°", "91.5", "-180.0001", "12,5 97,1", "NO", "US", "XX",
    "Tucson", "Tuscon", "M", "F", "_T", "_U", "a" * 200, "é" * 3000, "x" * 70_000, " x ", "  two   words ", "\u3000", "a" + "\u0301" * 500,
)  # fmt: skip
_ALPHABET = "abcXYZ0123456789 .,;:-+/\\\"'\n\r\t<>&%#@()[]{}|é\u00a0\u202f\u0660\ufeff\u200f\x00\x1f~^*_="


def awkward(rng: Random) -> str:
    """A text that readers may stumble over."""
    kind = rng.randrange(10)
    if kind < 6:
        return rng.choice(AWKWARD)
    if kind < 8:
        return "".join(rng.choice(_ALPHABET) for _ in range(rng.randint(1, 12)))
    if kind == 8:
        return str(rng.choice((-1, 1)) * rng.randrange(10 ** rng.randint(1, 30)))
    return rng.choice(AWKWARD) + rng.choice(AWKWARD)


def table(rng: Random) -> Rows:
    """A table of any cells."""
    width = rng.choice((1, 2, 3, 3, 4, 8, 40))
    plain = ("Year", "Place", "Persons", "Month", "Sex", "Men", "Women", "")
    header = [rng.choice(plain) if rng.random() < 0.8 else awkward(rng) for _ in range(width)]
    return [header] + [[awkward(rng) for _ in range(width)] for _ in range(rng.randint(0, 12))]


def spoiled(rng: Random, rows: Rows) -> Rows:
    """The same table with something wrong: cells, rows, columns, or nothing at all."""
    rows = [[*row] for row in rows]
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 5))):
        if rows:
            rng.choice(_SPOILING)(rng, rows)
    return rows


def _cells(rng: Random, rows: Rows) -> None:
    for _ in range(rng.choice((1, 1, 3, 20))):
        row = rows[-rng.randrange(max(1, len(rows) - 1)) - 1]  # the first one is told by others
        if row:
            row[rng.randrange(len(row))] = awkward(rng)


def _header_cell(rng: Random, rows: Rows) -> None:
    row = rows[rng.randrange(min(3, len(rows)))]
    if row:
        row[rng.randrange(len(row))] = rng.choice(row) if rng.random() < 0.5 else awkward(rng)


def _drop_row(rng: Random, rows: Rows) -> None:
    del rows[rng.randrange(len(rows))]


def _double_row(rng: Random, rows: Rows) -> None:
    rows.insert(rng.randrange(len(rows) + 1), [*rng.choice(rows)])


def _blank_rows(rng: Random, rows: Rows) -> None:
    at = rng.randrange(len(rows) + 1)
    rows[at:at] = [[""] * rng.randrange(4) for _ in range(rng.choice((1, 3, 70)))]


def _odd_row(rng: Random, rows: Rows) -> None:
    rows.insert(rng.randrange(len(rows) + 1), [awkward(rng) for _ in range(rng.randrange(8))])


def _shorter(rng: Random, rows: Rows) -> None:
    row = rng.choice(rows)
    del row[rng.randrange(len(row) + 1) :]


def _longer(rng: Random, rows: Rows) -> None:
    rng.choice(rows).extend(awkward(rng) for _ in range(rng.choice((1, 2, 30))))


def _swap_columns(rng: Random, rows: Rows) -> None:
    one, two = rng.randrange(6), rng.randrange(6)
    for row in rows:
        if max(one, two) < len(row):
            row[one], row[two] = row[two], row[one]


def _drop_column(rng: Random, rows: Rows) -> None:
    at = rng.randrange(6)
    for row in rows:
        del row[at : at + 1]


def _many_rows(rng: Random, rows: Rows) -> None:
    if len(rows[-1]) < 30:
        rows += [[*rows[-1]] for _ in range(rng.choice((5, 200)))]


def _transposed(rng: Random, rows: Rows) -> None:
    rows[:] = [list(column) for column in zip(*rows, strict=False)]


_SPOILING = (
    *[_cells] * 16,
    *(_header_cell, _drop_row, _double_row, _blank_rows, _odd_row, _double_row, _blank_rows, _odd_row),
    *(_shorter, _longer, _swap_columns, _drop_column, _many_rows, _transposed),
)

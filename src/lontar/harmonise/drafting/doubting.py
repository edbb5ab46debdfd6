"""Why somebody must say what a column holds: what is known of it all the same."""

from lontar.harmonise.drafting.header_words import FLAGS, UNITS, says

_LONGEST = 60
_MOSTLY = 0.5

UNNAMED = {
    "": "it has no header; name the columns under `table`, with `header:` and `header_rows: 0`",
    "*": "a mapping means all other columns by this header; name the columns under `table`, with `header:` and `header_rows: 0`",
}
TWICE = "two columns have this header, which a mapping cannot tell apart; name them under `table`, with `header:` and `header_rows: 0`"
BRACES = "a mapping takes braces for the name of a fact; name the columns under `table`, with `header:` and `header_rows: 0`"


def why_unnamed(header: str, headers: tuple[str, ...]) -> str:
    """Why a mapping cannot name a column by this header, among these; empty where it can."""
    if header in UNNAMED:
        return UNNAMED[header]
    if headers.count(header) > 1:
        return TWICE
    return BRACES if set(header) & set("{}") else ""


def why_asked(header: str, cells: tuple[str, ...]) -> str:
    """What a column shows that nobody can tell the meaning of: how full it is, what it always says, what its header hints at."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return "it is empty"
    told = "nobody can tell what it says"
    if len(set(filled)) == 1 and 1 < len(filled) == len(cells):
        told = f"it says '{shown(filled[0])}' in every row"
    elif len(filled) < len(cells) * _MOSTLY:
        told = f"it is filled in {len(filled):,} of {len(cells):,} rows only"
    if says(header, FLAGS):
        return f"{told}; flags are `is: status` with a crosswalk"
    return f"{told}; units are `is: unit` with a crosswalk" if says(header, UNITS) else told


def shown(text: str) -> str:
    """A text of the file in one short line."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."

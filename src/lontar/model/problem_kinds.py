"""The kinds of problem that a file or a mapping can have: code, sentence, remedy. Codes are never reused."""

from lontar.model.problem_kind import ProblemKind, Severity, kinds_by_name
from lontar.model.record_problem_kinds import RECORD_PROBLEM_KINDS
from lontar.model.repair_problem_kinds import REPAIR_PROBLEM_KINDS

__all__ = ["PROBLEM_KINDS", "ProblemKind", "Severity"]

K = ProblemKind
PROBLEM_KINDS: dict[str, ProblemKind] = kinds_by_name(
    # The file cannot be opened as the table that the mapping describes.
    K("HAR-001", "no_file", "there is no such file", "Check the path."),
    K(
        "HAR-002",
        "not_readable",
        "the file cannot be read: {detail}",
        "Check its permissions and that it is a file.",
    ),
    K(
        "HAR-003",
        "empty_file",
        "the file is empty",
        "Send the file again; a nil return is signed, not sent empty.",
    ),
    K("HAR-004", "truncated", "the file ends in the middle: {detail}", "Send the whole file again."),
    K(
        "HAR-005",
        "wrong_encoding",
        "the text is not {expected}: {detail}",
        "Save the file as {expected}, or say its encoding under file.encoding.",
    ),
    K(
        "HAR-006",
        "wrong_delimiter",
        "the table has one column only; its cells seem to be parted by {found}",
        "Save it with {expected} between cells, or say file.delimiter in the mapping.",
    ),
    K(
        "HAR-007",
        "wrong_format",
        "this is no {expected} file: {detail}",
        "Send it whole and without a password, in the format that the mapping names, or change file.format.",
    ),
    K(
        "HAR-008",
        "no_sheet",
        "there is no sheet {expected}; the workbook has {found}",
        "Rename the sheet, or say which under file.sheet.",
    ),
    K(
        "HAR-009",
        "header_moved",
        "the header stands in row {found}, the mapping expects it in row {expected}",
        "Remove or add title lines, or change table.title_rows.",
    ),
    K(
        "HAR-010",
        "no_header",
        "no row holds the column names that the mapping expects; missing are {expected}, there are {found}",
        "Check that this is the right file and mapping; a column that was renamed is renamed in the mapping.",
    ),
    K(
        "HAR-011",
        "no_rows",
        "there is no row of data",
        "Send the file again, or sign a nil return.",
    ),
    K(
        "HAR-012",
        "too_large",
        "reading it took more than the allowed {detail}",
        "Split the file, or raise the limit.",
    ),
    K(
        "HAR-013",
        "unknown_name",
        "the file name fits none of {expected}",
        "Rename it as the mapping says under file.names.",
    ),
    K(
        "HAR-014",
        "no_fact",
        "no text of the form {expected} is where the mapping expects it; there stands {found}",
        "Correct the title or the file name, or the pattern and row under facts.",
    ),
    K(
        "HAR-015",
        "unterminated_quote",
        "a quotation mark is opened here and never closed",
        "Close or remove it.",
    ),
    K(
        "HAR-016",
        "facts_differ",
        "name and title of the file disagree on {expected}: {found}",
        "Give the file its right name, or correct the title.",
    ),
    K(
        "HAR-017",
        "stray_quote",
        "a cell goes on after its closing quotation mark",
        "Double the quotation marks within the cell, or remove them.",
    ),
    K(
        "HAR-018",
        "same_file",
        "this is the same file as {found}, to the last byte",
        "Send each file once; if this was to be another one, send that.",
    ),
    K(
        "HAR-019",
        "byte_order_mark",
        "a byte order mark stands within the text, as where two files were joined",
        "If files were joined, send each by itself; else remove the mark.",
    ),
    # A row does not fit the table.
    K(
        "HAR-020",
        "too_many_cells",
        "the row has {found} cells, the table has {expected} columns",
        "Put text that holds the delimiter between quotation marks.",
    ),
    K(
        "HAR-021",
        "too_few_cells",
        "the row has {found} cells, the table has {expected} columns",
        "Add the missing cells, or send the row again.",
    ),
    K(
        "HAR-022",
        "stray_line",
        "a line with one cell that belongs to no row beside it",
        "Remove it, or list it under table.ignore_rows with a reason.",
    ),
    # A column does not fit the mapping.
    K(
        "HAR-030",
        "unmapped_column",
        "the mapping does not know this column",
        "Add it to the mapping, with what it says, or as ignore with a reason.",
    ),
    K(
        "HAR-031",
        "lost_column",
        "the mapping expects {expected}, which is not there; there are {found}",
        "Correct the name in the mapping, mark the column optional, or send the file again with it.",
    ),
    K("HAR-032", "duplicate_column", "two columns have this header", "Give each column a header of its own."),
    K(
        "HAR-033",
        "unmapped_columns",
        "the mapping does not know {found} columns, from this one on: {expected}",
        "Check that this is the right file and mapping; else add them to the mapping, under rest if they are alike.",
    ),
    # A code cannot be used.
    K(
        "HAR-040",
        "unknown_code",
        "'{value}' is not in {expected}",
        "Correct it, or add a line {remedy}. A line may also say ignore, with a reason.",
    ),
    K(
        "HAR-041",
        "unknown_code_like",
        "'{value}' is not in {expected}. Closest: '{suggestion}'",
        "Correct it, or add a line {remedy}. A line may also say ignore, with a reason.",
    ),
    K("HAR-042", "ambiguous_name", "'{value}' can mean {found}", "Say which, with a line in the crosswalk."),
    K(
        "HAR-043",
        "empty_code",
        "the cell is empty where a code is needed",
        "Fill it, or say under blank what it stands for.",
    ),
    K(
        "HAR-044",
        "code_not_allowed",
        "'{value}' becomes {found}, which {expected} does not hold",
        "Correct the crosswalk line.",
    ),
    K(
        "HAR-045",
        "no_meaning",
        "the mapping does not say what '{value}' is in rows like this one",
        "Add the case to the mapping, under when: what it says there, or `is: used` where it says nothing.",
    ),
    K(
        "HAR-046",
        "no_unit",
        "its unit and stage are not those of an indicator",
        "Say unit and stage in the mapping, or correct the crosswalk line that does.",
    ),
    K(
        "HAR-047",
        "two_codes",
        "two columns of the row say different things of its {expected}",
        "Correct one of them, or map only one.",
    ),
    K(
        "HAR-048",
        "no_dimension",
        "the row says its {expected}, by which this indicator is not broken down",
        "Map such figures to another indicator, or ignore the row by a crosswalk line with a reason.",
    ),
    K(
        "HAR-049",
        "no_position",
        "'{value}' is no position on Earth as {expected}",
        "Correct it: latitudes lie between -90 and 90 degrees, longitudes between -180 and 180.",
    ),
    # A period cannot be used.
    K(
        "HAR-050",
        "unknown_period",
        "'{value}' fits none of the formats {expected}",
        "Correct it, or add its format and the language of its months to the mapping.",
    ),
    K(
        "HAR-051",
        "ambiguous_period",
        "'{value}' can be {found}",
        "Write the month as a word, or decide in the mapping.",
    ),
    K("HAR-052", "no_such_day", "'{value}' is no day or period of the calendar", "Correct the date."),
    K(
        "HAR-053",
        "other_calendar",
        "'{value}' lies outside the years {expected}",
        "Write the year of the Gregorian calendar.",
    ),
    K(
        "HAR-054",
        "ends_first",
        "a period that begins with {found} cannot end with '{value}'",
        "Correct one of the two dates.",
    ),
    K(
        "HAR-055",
        "empty_period",
        "the cell is empty where a period is needed, written as {expected}",
        "Fill it.",
    ),
    # A figure cannot be used.
    K(
        "HAR-060",
        "no_figure",
        "'{value}' is no figure",
        "Correct it, or say under figures what it means: a sign such as - under absences, a range such as <5 under intervals.",
    ),
    K(
        "HAR-061",
        "empty_figure",
        "the cell is empty and the mapping does not say what that means",
        'Fill it, or say under figures.absences what "" means.',
    ),
    K(
        "HAR-062",
        "negative_figure",
        "'{value}' is negative",
        "Correct it, or allow it under figures.negative.",
    ),
    K(
        "HAR-063",
        "doubtful_separator",
        "'{value}' is not written as the mapping says, with {expected}",
        "Correct it, or say under figures.thousands and figures.decimal how this column is written.",
    ),
    K("HAR-064", "too_precise", "'{value}' is larger or finer than 14 digits and 4 decimals", "Round it."),
    K(
        "HAR-065",
        "figure_after_vintage",
        "a figure for a period that begins after the day of the report",
        "Check both dates.",
    ),
    K(
        "HAR-066",
        "not_rounded",
        "'{value}' is no multiple of {expected}, to which this source rounds",
        "Correct it, or say under figures.rounded_to what holds.",
    ),
    K(
        "HAR-067",
        "fraction",
        "the figure is no whole number, and this indicator counts",
        "Correct it, or say under figures how thousands and decimals are written.",
    ),
    # Rows contradict one another.
    K(
        "HAR-070",
        "twice",
        "the same figure is given twice: same indicator, area, period, codes and vintage",
        "If a row stands there twice, send it once; if two rows mean different things, map what tells them apart; "
        "if they are parts of one figure, say so under add_over or add_alike.",
    ),
    K(
        "HAR-071",
        "total_differs",
        "the declared total is {declared}, its parts add up to {computed}",
        "Check the parts and the total with the source.",
        "warning",
    ),
    K("HAR-072", "check_failed", "{detail}", "Check the row with the source."),
    K(
        "HAR-073",
        "cumulative_fell",
        "the cumulative figure is lower than the one before it",
        "Ask the source: a figure since January cannot fall unless it was revised.",
        "warning",
    ),
    K(
        "HAR-074",
        "total_without_parts",
        "a declared total has no parts in this file",
        "Check totals in the mapping.",
        "warning",
    ),
    K(
        "HAR-075",
        "repeated_differs",
        "rows that share {expected} repeat one figure, and do not agree on it",
        "Ask the source which holds, or take once_for out of the mapping if these are figures of their own.",
    ),
    K(
        "HAR-076",
        "part_refused",
        "this figure would be added to one or more that are refused ({found}), so that the sum would be too small",
        "Mend what is refused there; the sum follows.",
    ),
    K(
        "HAR-077",
        "part_absent",
        "this figure would be added to one or more that are not there ({found}), so that there is no sum",
        "Ask the source for the missing figure, or map what tells the rows apart.",
    ),
    K(
        "HAR-078",
        "nothing_observed",
        "none of the {found} figures of this file became an observation: {detail}",
        "Check what the mapping takes for totals and what it ignores; if it is right, leave the file out.",
    ),
    # The mapping says more than the files need.
    K(
        "HAR-081",
        "idle_check",
        "the check {expected} has never been put to any row",
        "Check the columns it names.",
        "warning",
    ),
    K(
        "HAR-082",
        "idle_correction",
        "correction {expected} expects '{value}', which is not there any more",
        "The source seems to be mended: set its status to mended.",
        "warning",
    ),
    K(
        "HAR-084",
        "corrected",
        "'{value}' is refused by correction {expected}: {detail}",
        "Ask the source for the right figure.",
    ),
    # The file tells a State who sought protection from it.
    K(
        "HAR-086",
        "own_people",
        "a figure on asylum is about people of the State that sends it; of such figures there are {found}",
        "Take these rows out and send the rest: nobody's flight may be told to the State that was fled. "
        "Of what was sent only checksums and that number are kept.",
    ),
    # The machine cannot go on.
    K(
        "HAR-090",
        "no_space",
        "the output could not be written: {detail}",
        "Free some space and run it again; nothing was half-written.",
    ),
    K(
        "HAR-091",
        "reader_stopped",
        "the reader stopped without an answer: {detail}",
        "Send the file to those who keep Lontar.",
    ),
    K(
        "HAR-092",
        "no_memory",
        "it needs more than the {expected} of memory that it may use",
        "Allow more (--memory), or split the file.",
    ),
    # Whoever follows the call wants it no more.
    K(
        "HAR-093",
        "cancelled",
        "the call was cancelled; nothing was written",
        "Run it again when it is wanted.",
    ),
    *REPAIR_PROBLEM_KINDS,
    *RECORD_PROBLEM_KINDS,
)
del K

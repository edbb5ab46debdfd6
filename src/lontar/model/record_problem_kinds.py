"""The kinds of problem of workbooks and of files of records: what a sheet shows besides values, what is no flat table."""

from lontar.model.problem_kind import ProblemKind as K

RECORD_PROBLEM_KINDS = (
    # A workbook shows more than the values of its cells.
    K(
        "HAR-100",
        "hidden_rows",
        "{found} hidden in the sheet, though not empty: {expected}",
        "Show them and check that they belong to the table, or say under file.hidden what becomes of them.",
        "warning",
    ),
    K(
        "HAR-101",
        "hidden_columns",
        "{found} hidden in the sheet, though not empty: {expected}",
        "Show them and check that they belong to the table, or say under file.hidden what becomes of them.",
        "warning",
    ),
    K(
        "HAR-102",
        "hidden_sheet",
        "the sheet is hidden in the workbook: {expected}",
        "Show it and check that it is the table meant, or say under file.hidden what becomes of it.",
        "warning",
    ),
    K(
        "HAR-103",
        "merged_cells",
        "{found}; what is merged stands in the first cell only, the others are read as empty",
        "Take the merge apart and fill every cell; or list a column of labels under table.merged.",
        "warning",
    ),
    K(
        "HAR-104",
        "days_from_1904",
        "the workbook counts its days from 1904, the part {serial} of the mapping's formats counts from 1900",
        "Give its cells a format of date, so that they are read as the days that they show.",
    ),
    K(
        "HAR-110",
        "error_cell",
        "'{value}' is an error of the spreadsheet",
        "Mend the formula, or write what is known; say under figures.absences what such a cell means, if it means something.",
    ),
    K(
        "HAR-111",
        "formula",
        "'{value}' is a formula, and its value is not in the file",
        "Open the file in a spreadsheet, let it compute and save it, or put the value in place of the formula.",
    ),
    K(
        "HAR-112",
        "share",
        "'{value}' is a share, not a count",
        "Send the count; a column of shares is mapped as ignore with a reason, or with % under figures.marks.",
    ),
    K(
        "HAR-113",
        "unknown_mark",
        "the figure in '{value}' has a mark that the mapping does not know: '{found}'",
        "Find out what it says; then list it under figures.marks, or under figures.flags with its meaning.",
    ),
    K(
        "HAR-114",
        "struck_out",
        "what stands between ~~ in '{value}' is struck out in the sheet",
        "Delete what no longer holds, or take the line away.",
    ),
    K(
        "HAR-115",
        "day_as_figure",
        "'{value}' is a day or a time, not a figure",
        "Give the cell a format of number: the sheet shows it as a date.",
    ),
    K(
        "HAR-116",
        "too_narrow",
        "'{value}' stands where the column of the spreadsheet was too narrow to show what it holds",
        "Make the column wider and save the file again.",
    ),
    # A file of records does not hold a flat table.
    K(
        "HAR-120",
        "no_records",
        "{detail}",
        "Say under file.records which names lead to the list of records, as in data.items.",
    ),
    K(
        "HAR-121",
        "no_record",
        "what stands here is no record: {detail}",
        "Send a list of objects, each with names and values.",
    ),
    K(
        "HAR-122",
        "name_twice",
        "the name '{value}' stands twice in one record",
        "Give each value a name of its own.",
    ),
    K(
        "HAR-123",
        "nested_column",
        "the column '{value}' holds {found}, not single texts, numbers or dates",
        "Send a flat table: one column for each value.",
    ),
)

"""Writes the old workbooks (xls) of this folder anew, with xlwt 1.3.0 (BSD), which is no dependency: `python make.py`."""

from pathlib import Path

import xlwt

HERE = Path(__file__).parent
SUPER, STRUCK = xlwt.easyfont("escapement superscript"), xlwt.easyfont("struck_out true")
PLAIN = xlwt.easyfont("")


def book_of(name: str) -> tuple[xlwt.Workbook, xlwt.Worksheet]:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(name)
    for column, header in enumerate(("Year", "Place", "Persons")):
        sheet.write(0, column, header)
    return book, sheet


def shown() -> None:
    """Errors, raised marks, shares, struck cells, hidden rows and columns, merged cells."""
    book, sheet = book_of("Data")
    for row in range(1, 9):
        sheet.write(row, 0, 2024)
        sheet.write(row, 1, f"P{row}")
    sheet.row(1).set_cell_error(2, 0x2A)  # #N/A
    sheet.write_rich_text(2, 2, [("1234", PLAIN), ("2", SUPER)])
    sheet.write(3, 2, 0.123, xlwt.easyxf(num_format_str="0.0%"))
    sheet.write(4, 2, 7, xlwt.easyxf("font: struck_out true"))
    sheet.write_rich_text(5, 2, [("12", STRUCK), ("15", PLAIN)])
    sheet.write(6, 2, 6)
    sheet.row(6).hidden = True
    sheet.write(7, 2, 43, xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    sheet.write(8, 2, 8)
    sheet.write_merge(9, 10, 1, 1, "P9")
    for row in (9, 10):
        sheet.write(row, 0, 2015 + row)
        sheet.write(row, 2, row)
    sheet.write(0, 3, "Note")
    sheet.write(1, 3, "aside")
    sheet.col(3).hidden = True
    book.save(str(HERE / "shown.xls"))


def since_1904() -> None:
    """A workbook that counts its days from 1904, and a hidden sheet."""
    book, sheet = book_of("Data")
    book.dates_1904 = True
    sheet.write(1, 0, 44561, xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    sheet.write(1, 1, "P1")
    sheet.write(1, 2, 5)
    book.add_sheet("Other").visibility = 1
    book.save(str(HERE / "since_1904.xls"))


if __name__ == "__main__":
    shown()
    since_1904()

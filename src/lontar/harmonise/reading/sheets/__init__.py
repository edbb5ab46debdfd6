"""What a workbook shows besides the values of its cells: errors, formulas, raised marks, formats, what is hidden or merged."""

"""XLSX: the gradebook as a spreadsheet. A text is a text there, whatever it begins with."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Final

from gradecheck.grading.exporting import table
from gradecheck.grading.exporting.target import Export, Request, Target

EPOCH: Final = datetime(2000, 1, 1)  # the same bytes for the same marks


def make(request: Request) -> Export:
    try:
        from openpyxl import Workbook
        from openpyxl.utils import get_column_letter
    except ModuleNotFoundError as error:
        msg = "openpyxl is not installed; pip install 'gradecheck[xlsx]'"
        raise ValueError(msg) from error
    found = request.results
    functions = tuple(found.worth)
    book = Workbook()
    book.properties.created = book.properties.modified = EPOCH
    sheet = book.active
    sheet.title = "marks"
    rows = [table.headers(functions), *(table.values(row, functions) for row in found.rows)]
    for i, row in enumerate(rows, 1):
        for j, value in enumerate(row, 1):
            cell = sheet.cell(i, j, None if value == "" else value)
            if isinstance(cell.value, str):
                cell.data_type = "s"  # and no formula
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(rows[0]))}{len(rows)}"
    saved = io.BytesIO()
    book.save(saved)
    return Export(saved.getvalue())


TARGET: Final = Target("xlsx", make)

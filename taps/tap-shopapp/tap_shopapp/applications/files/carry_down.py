"""Fills empty cells from the row above, as people read a sheet with merged cells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tap_shopapp.applications.files.row_checks import RowChecks
    from tap_shopapp.applications.files.rows import Form, Row


def carried_down(
    rows: Iterator[Row],
    columns: Sequence[str],
    checks: RowChecks,
    count: Callable[[], None],
) -> Iterator[Row]:
    """Yield rows with empty cells filled from the row above.

    A row without a product, such as a total, is not filled if other rows have a product. A
    broken row ends what is known, since its own cells may be lost.

    Args:
        rows: The rows of a file.
        columns: The columns to fill.
        checks: The checks of the file.
        count: Called for each cell that is filled.
    """
    above: dict[str, tuple[str, Form | None]] = {}
    for row in rows:
        if checks.repeats_header(row):
            yield row
            continue
        if row.error:
            above = {}
        for name in columns:
            if name in row.cells:
                above[name] = (row.cells[name], row.typed.get(name))
        missing = [name for name in columns if name not in row.cells and name in above]
        if not missing or row.error or not checks.has_product(row):
            yield row
            continue
        typed = dict(row.typed)
        for name in missing:
            count()
            form = above[name][1]
            if form:
                typed[name] = form
        cells = {**row.cells, **{name: above[name][0] for name in missing}}
        yield replace(row, cells=cells, typed=typed)

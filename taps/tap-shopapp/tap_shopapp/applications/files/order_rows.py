"""Assigns the rows of a file with one row per line to orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_shopapp.applications.files.values import whole
from tap_shopapp.errors import RecordError
from tap_shopapp.records.values import trimmed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_shopapp.applications.files.entry import Entry
    from tap_shopapp.applications.files.rows import Row
    from tap_shopapp.applications.files.sources import Sources, Targets
    from tap_shopapp.applications.files.spool import Spool


def rows_with_order(
    entry: Entry, sources: Sources, spool: Spool
) -> Iterator[tuple[str | None, str, Row]]:
    """Yield each row with the id of its order, if it has one, and its file.

    A line without an id keeps out the order of the row above, since files have the lines of an
    order together; before the first id of a file, the order below.

    Args:
        entry: The files.
        sources: Opens the files.
        spool: Keeps out orders that may be incomplete.
    """
    for path in entry.paths:
        name = sources.names[path]
        checks = sources.checks(entry, name)
        above: str | None = None
        keyless: int | None = None
        with sources.opened(entry, path) as rows:
            for row, targets in rows:
                if checks.repeats_header(row):
                    yield None, name, row
                    continue
                order_id = _order_id(row, targets) or entry.constants.get("idTransaction")
                if not order_id and checks.may_be_line(row):
                    keyless = row.line
                above = order_id or above
                if above and keyless is not None:
                    spool.keep_out(above, keyless)
                    keyless = None
                yield order_id or None, name, row


def check_complete(incomplete: int | None) -> None:
    """Check that no other row may belong to an order.

    Args:
        incomplete: Line of such a row, null if there is none.

    Raises:
        RecordError: There is such a row.
    """
    if incomplete is not None:
        msg = f"Line {incomplete}, which has no order id, may belong to the order."
        fix = "Fill its cell, or list the column under carry_down."
        raise RecordError("no_key", f"{msg} {fix}")


def _order_id(row: Row, targets: Targets) -> str | None:
    """Return the order id of a row, in the form that all rows of the order have."""
    for name, cell in row.cells.items():
        for target in targets.get(name, ()):
            if target.column == "idTransaction":
                form = row.typed.get(name)
                text = None if form and not form.is_readable else target.value_of(cell)
                text = trimmed(text or "")
                return whole(text) if target.format == "integer" else text
    return None

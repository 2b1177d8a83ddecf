"""Normalization of rows: an order comes from one row, or from one row per line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.applications.files.columns import LINE_COLUMNS, Kind
from tap_shopapp.applications.files.entry import Target
from tap_shopapp.applications.files.values import value
from tap_shopapp.errors import RecordError, TapError
from tap_shopapp.records.money import negated, times, total
from tap_shopapp.records.signs import order_discount

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from tap_shopapp.applications.files.entry import Entry
    from tap_shopapp.applications.files.rows import Row

_PARTS = ("shipping_amount", "tax_amount", "adjustment_amount")
_OF_LINES = ("discount_amount", "tax_amount", "refunded_amount")


def check_constants(entry: Entry, zone: ZoneInfo) -> None:
    """Check the values under `constants`.

    Raises:
        TapError: A value is not valid for its column.
    """
    for column, text in entry.constants.items():
        try:
            value(text, Target(column), entry, zone)
        except RecordError as error:
            msg = f"The constant {column!r} has {error.message}"
            raise TapError(msg, "Correct it in the mapping file.") from None


def values_of(
    row: Row,
    targets: Mapping[str, tuple[Target, ...]],
    entry: Entry,
    zone: ZoneInfo,
) -> dict[str, Any]:
    """Return the values of a row by column of its table, without empty cells.

    Raises:
        RecordError: A cell is not valid for its column, or a key of the table is empty. The
            message names the column of the file.
    """
    filled: dict[str, Any] = {
        column: value(its, Target(column), entry, zone)
        for column, its in entry.constants.items()
    }
    for name, cell in _cells(row, targets, entry):
        form = row.typed.get(name)
        for target in targets.get(name, ()):
            text = target.value_of(cell)
            if not text:
                continue
            try:
                new = value(text, target, entry, zone, form if text is cell else None)
            except RecordError as error:
                msg = f"The column {name!r} has {error.message}"
                raise RecordError(error.code, msg) from None
            column = target.column
            if column in entry.summed and column in filled:
                new = total(filled[column], str(new))
            filled[column] = new
    for key in entry.table.keys:
        if not filled.get(key):
            raise no_key(key, targets)
    return filled


def _cells(
    row: Row, targets: Mapping[str, tuple[Target, ...]], entry: Entry
) -> Iterable[tuple[str, str]]:
    """Return the cells of a row, with empty ones if the mapping has words for them."""
    if entry.fills_empty:
        return [(name, row.cells.get(name, "")) for name in targets]
    return row.cells.items()


def no_key(key: str, targets: Mapping[str, tuple[Target, ...]]) -> RecordError:
    """Return the error of a row whose key column is empty."""
    names = [name for name, its in targets.items() if any(t.column == key for t in its)]
    which = f"column {names[0]!r} is empty" if names else f"constant {key!r} is empty"
    return RecordError("no_key", f"The {which}, but it is a key of the table.")


def normalize_record(
    values: Mapping[str, Any], entry: Entry, currency: str | None
) -> dict[str, Any]:
    """Return a record in the form of the ShopApp API.

    Args:
        values: Values by column of the table.
        entry: The entry of the file.
        currency: Currency of rows without a currency.
    """
    columns = entry.table.columns
    record: dict[str, Any] = {"updated_at": None, "currency": currency}
    attributes = {}
    for name, filled in values.items():
        if columns[name].kind is Kind.ATTRIBUTE:
            attributes[columns[name].field] = filled
        elif not (entry.has_lines and name in LINE_COLUMNS):
            record[columns[name].field] = filled
    if attributes:
        record["attributes"] = attributes
    if entry.table.stream == "categories":
        del record["currency"]
    return record


def normalize_order(
    values: Mapping[str, Any], entry: Entry, currency: str | None
) -> dict[str, Any]:
    """Return an order in the form of the ShopApp API, with all amounts.

    A missing gross amount is derived from the total, and a missing total from the gross amount.
    Other missing amounts are 0.
    """
    record = normalize_record(values, entry, currency)
    _complete(record)
    return record


def normalize_order_of_lines(
    rows: Iterable[Mapping[str, Any]],
    lines_of: Iterable[Mapping[str, Any]],
    entry: Entry,
    currency: str | None,
) -> dict[str, Any]:
    """Return an order with its lines, from one row per line.

    The first row with a value decides a field of the order. Amounts without a value are the
    sums of the lines.

    Args:
        rows: Values of all rows, by column of the table.
        lines_of: Those of them that are lines.
        entry: The entry of the file.
        currency: Currency of rows without a currency.
    """
    whole: dict[str, Any] = {}
    for values in rows:
        for name, filled in values.items():
            whole.setdefault(name, filled)
    lines = [_line(values, place) for place, values in enumerate(lines_of, start=1)]
    record = normalize_record(whole, entry, currency)
    record["items"] = lines
    if "gross_amount" not in record and "total_amount" not in record:
        record["gross_amount"] = total(*map(_gross, lines))
    for name in _OF_LINES:
        stated = [line.get(name) for line in lines]
        if name not in record and any(stated):
            own = record.get("shipping_tax_amount") if name == "tax_amount" else None
            record[name] = total(*stated, own)
    _complete(record)
    return record


def _line(values: Mapping[str, Any], place: int) -> dict[str, Any]:
    line = {
        column.field: values[name] for name, column in LINE_COLUMNS.items() if name in values
    }
    line.pop("currency", None)
    return {"id": str(place), "position": place, **line}


def _gross(line: Mapping[str, Any]) -> str | None:
    stated: str | None = line.get("line_gross_amount")
    return stated or times(line.get("quantity"), line.get("unit_price_amount"))


def _complete(record: dict[str, Any]) -> None:
    """Derive amounts that follow from others: gross − discount + parts = total."""
    parts = total(*(record.get(name) for name in _PARTS))
    # Before the gross amount is derived, because a negative discount would reduce it.
    discount = order_discount(record)
    if discount is not None:
        record["discount_amount"] = discount
    if (gross := record.get("gross_amount")) is not None:
        record.setdefault("total_amount", total(gross, negated(discount), parts))
    elif (stated := record.get("total_amount")) is not None:
        record["gross_amount"] = total(stated, discount, negated(parts))
    else:
        return
    for name in ("discount_amount", "shipping_tax_amount", "refunded_amount", *_PARTS):
        record.setdefault(name, "0")

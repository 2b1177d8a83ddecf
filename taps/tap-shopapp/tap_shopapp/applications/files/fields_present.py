"""The fields of the contract that the records of a file have, by the columns that it fills.

The warehouse keeps fields that are not present: an order that the shop's API returned keeps its
fields when a file with a few columns is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_shopapp.applications.files.columns import LINE_COLUMNS, Kind
from tap_shopapp.records.campaign import PARAMETERS
from tap_shopapp.records.readers import AMOUNTS

if TYPE_CHECKING:
    from collections.abc import Collection

    from tap_shopapp.applications.files.entry import Entry

_CAMPAIGN = {parameter: field for field, parameter in PARAMETERS.items()}
# Fields that are derived from another field.
_FOLLOWING = {
    "email": ("email_normalized",),
    "financial_status": ("financial_status_raw",),
    "fulfillment_status": ("fulfillment_status_raw",),
    "landing_url": tuple(PARAMETERS),
}
_SUMMED = frozenset(AMOUNTS) - {"refunded_amount"}
_OF_GROSS = frozenset(("quantity", "unit_price_amount"))
_IN_SHOP_MONEY = {"shop_currency", *(f"shop_{name}" for name in AMOUNTS)}


def fields_present(
    entry: Entry, filled: Collection[str], currency: str | None
) -> dict[str, frozenset[str]]:
    """Return the fields that records of a file have, by stream, for `Page`.

    Args:
        entry: The entry of the file.
        filled: The columns of the table that the file fills.
        currency: Currency of rows without a currency.
    """
    fields: set[str] = set()
    amounts: set[str] = set()
    for name in filled:
        if entry.has_lines and name in LINE_COLUMNS:
            continue
        column = entry.table.columns[name]
        field = _CAMPAIGN[column.field] if column.kind is Kind.ATTRIBUTE else column.field
        fields.update((field, *_FOLLOWING.get(field, ())))
        if column.kind is Kind.AMOUNT:
            amounts.add(field)
    if "contact_id" in fields:
        fields.add("id_contact")
    if entry.table.stream == "transactions":
        amounts |= _of_lines(filled) if entry.has_lines else set()
        # Gross follows from the total and the reverse; missing parts are 0.
        if amounts & {"gross_amount", "total_amount"}:
            amounts |= _SUMMED
        if amounts:
            # The shop's amounts in its own currency do not belong to the amounts of the file.
            fields |= amounts | _IN_SHOP_MONEY
    else:
        # Present without `replaces` too: a record in a file exists, even if a list lacked it.
        fields.add("listed_at")
        # The shop's gross amount of a line belongs to the shop's own quantity and price.
        fields |= {"line_gross_amount"} if amounts & _OF_GROSS else set()
    if amounts and currency:
        fields.add("currency")
    if entry.has_lines:
        fields |= {"version", "item_count", "refund_count", "sales_event_count"}
    return {entry.table.stream: frozenset(fields)}


def _of_lines(filled: Collection[str]) -> set[str]:
    """Return the amounts of an order that are sums of its lines."""
    sums = {column.field for name, column in LINE_COLUMNS.items() if name in filled}
    found = sums & {"discount_amount", "tax_amount", "refunded_amount"}
    has_gross = "line_gross_amount" in sums or sums >= _OF_GROSS
    return found | ({"gross_amount"} if has_gross else set())

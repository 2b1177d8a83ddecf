"""Which fields of the contract a file states, by the columns that it fills.

What it does not state stays in the warehouse as it is: an order that its shop's API gave keeps
what a file with a few columns does not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_shopapp.applications.files.columns import LINE_COLUMNS, Kind
from tap_shopapp.records.campaign import PARAMETERS
from tap_shopapp.records.readers import AMOUNTS

if TYPE_CHECKING:
    from collections.abc import Collection

    from tap_shopapp.applications.files.mapping import Entry

_CAMPAIGN = {parameter: field for field, parameter in PARAMETERS.items()}
# What is worked out from a field is stated with it.
_FOLLOWING = {
    "email": ("email_normalized",),
    "financial_status": ("financial_status_raw",),
    "fulfillment_status": ("fulfillment_status_raw",),
    "landing_url": tuple(PARAMETERS),
}
_SUMMED = frozenset(AMOUNTS) - {"refunded_amount"}
_OF_GROSS = frozenset(("quantity", "unit_price_amount"))
_IN_SHOP_MONEY = {"shop_currency", *(f"shop_{name}" for name in AMOUNTS)}


def stated_fields(
    entry: Entry, filled: Collection[str], currency: str | None
) -> dict[str, frozenset[str]]:
    """Return the fields that records of a file state, by stream, as `Page` has them.

    Args:
        entry: Whose file it is.
        filled: The columns of the table that it fills.
        currency: What amounts are in where the file does not say.
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
        # Of gross and total each follows from the other, and a part that is not said is zero.
        if amounts & {"gross_amount", "total_amount"}:
            amounts |= _SUMMED
        if amounts:
            # What the shop made of the amounts in its own currency is not of these.
            fields |= amounts | _IN_SHOP_MONEY
    else:
        # Also where nothing is replaced: what a file names is there, whatever a list lacked.
        fields.add("listed_at")
        # What a shop stated for the whole line is of its own quantity and price.
        fields |= {"line_gross_amount"} if amounts & _OF_GROSS else set()
    if amounts and currency:
        fields.add("currency")
    if entry.has_lines:
        fields |= {"version", "item_count", "refund_count"}
    return {entry.table.stream: frozenset(fields)}


def _of_lines(filled: Collection[str]) -> set[str]:
    """Return the amounts of an order that are the sums of its lines."""
    sums = {column.field for name, column in LINE_COLUMNS.items() if name in filled}
    found = sums & {"discount_amount", "tax_amount", "refunded_amount"}
    has_gross = "line_gross_amount" in sums or sums >= _OF_GROSS
    return found | ({"gross_amount"} if has_gross else set())

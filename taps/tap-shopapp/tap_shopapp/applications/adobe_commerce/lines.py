"""Lines of an order: which rows of the API count, and their amounts.

An order has a row for a configurable product and one for the chosen variant, and a row for a
bundle and one for each of its parts. Some of these rows repeat the money of others.

`row_total` is never read: it is after discounts on orders and before them on credit memos, and
in release 2.4.8 it lost the quantity.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_shopapp.applications.adobe_commerce.values import ZERO, amount, written
from tap_shopapp.records.values import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from tap_shopapp.pages import Record


@dataclass(frozen=True, slots=True)
class Line:
    """A row that counts.

    Attributes:
        row: The row with the money.
        variant: The row of the chosen variant of a configurable product.
        bundle: The row of the bundle that the row is part of.
    """

    row: Record
    variant: Record | None = None
    bundle: Record | None = None

    @property
    def id(self) -> str:
        """The id of the line."""
        return str(self.row["item_id"])


def counted_lines(rows: Sequence[Record]) -> list[Line]:
    """Return the lines of an order, each amount once.

    - A row with a configurable product has all of the money. Its part is the variant.
    - The parts of any other row, such as a bundle, replace it if they have prices.
    """
    parts: defaultdict[object, list[Record]] = defaultdict(list)
    ids = {row["item_id"] for row in rows}
    whole = []
    for row in rows:
        parent = row.get("parent_item_id")
        if parent in ids:
            parts[parent].append(row)
        else:
            whole.append(row)
    lines: list[Line] = []
    for row in whole:
        own = parts[row["item_id"]]
        if row.get("product_type") == "configurable" or not any(map(gross, own)):
            is_variant = row.get("product_type") == "configurable" and own
            lines.append(Line(row, variant=own[0] if is_variant else None))
        else:
            lines += [Line(part, bundle=row) for part in own]
    return lines


def gross(row: Record, side: str = "", quantity: str = "qty_ordered") -> Decimal:
    """Return the amount of a row before discounts and tax."""
    return (amount(row, "price", side) * amount(row, quantity)).normalize()


def grosses(
    rows: Iterable[Record], stated: Decimal, side: str, quantity: str = "qty_ordered"
) -> list[Decimal]:
    """Return the amounts of rows before discounts and tax.

    Args:
        rows: The rows.
        stated: Their sum, as the shop states it. Prices are rounded, so the sum may differ by a
            cent for each unit. The largest row gets the difference.
        side: The currency.
        quantity: Name of the quantity.
    """
    rows = list(rows)
    amounts = [gross(row, side, quantity) for row in rows]
    difference = stated - sum(amounts, ZERO)
    units = sum([amount(row, quantity) for row in rows], ZERO)
    if difference and abs(difference) <= units / 100:
        largest = max(range(len(amounts)), key=lambda place: abs(amounts[place]))
        amounts[largest] += difference
    return amounts


def discount(row: Record, side: str = "") -> Decimal:
    """Return the discount of a row before tax; the API's includes tax where prices do."""
    return amount(row, "discount_amount", side) - amount(
        row, "discount_tax_compensation_amount", side
    )


def item(line: Line, place: int, line_gross: Decimal) -> Record:
    """Return a line in the form of the ShopApp API."""
    row, variant = line.row, line.variant or {}
    ordered, refunded, cancelled = (
        amount(row, f"qty_{name}") for name in ("ordered", "refunded", "canceled")
    )
    returned_amount = amount(row, "amount_refunded") - (
        amount(row, "discount_refunded") - amount(row, "discount_tax_compensation_refunded")
    )
    status = "sold"
    if refunded >= ordered > 0:
        status = "returned"
    elif cancelled >= ordered > 0:
        status = "cancelled"
    return {
        "id": row["item_id"],
        "position": place,
        "product_id": text(row.get("product_id")),
        "variant_id": text(variant.get("product_id")),
        "sku": row.get("sku") or None,
        "product_name": text(row.get("name")),
        "quantity": written(ordered),
        "unit_price_amount": written(amount(row, "price")),
        "line_gross_amount": written(line_gross),
        "discount_amount": written(discount(row)),
        "tax_amount": written(amount(row, "tax_amount")),
        "status": status,
        "refunded_quantity": written(refunded),
        "refunded_amount": written(returned_amount),
        "is_gift_card": row.get("product_type") == "giftcard",
        "bundle_parent_item_id": text(line.bundle["item_id"]) if line.bundle else None,
    }

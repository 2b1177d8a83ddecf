"""Refunds of an order: its credit slips, and vouchers, which leave no slip.

Amounts of slips are in the currency of the order. `amount` and `shipping_cost_amount` differ by
how the refund was entered, and `partial` is always 0, so nothing reads them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tap_shopapp.applications.prestashop.values import amount, children, reference
from tap_shopapp.records.money import negated, total
from tap_shopapp.records.sales_events import Part, Refund

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_shopapp.applications.prestashop.local_time import LocalTime
    from tap_shopapp.pages import Record

_GOODS, _SHIPPING = "return", "shipping_refund"


def slip_amount(slip: Record) -> str:
    """Return the amount of a slip, with tax and shipping."""
    return total(
        amount(slip, "total_products_tax_incl"), amount(slip, "total_shipping_tax_incl")
    )


def read_slips(slips: Iterable[Record], clock: LocalTime) -> list[Refund]:
    """Return the slips of an order with their parts."""
    return [
        Refund(
            str(slip["id"]),
            Decimal(slip_amount(slip)),
            clock.of(slip, "date_add"),
            list(_parts(slip)),
            _tax(slip, "total_products") + _tax(slip, "total_shipping"),
        )
        for slip in slips
    ]


def _parts(slip: Record) -> Iterator[Part]:
    for detail in children(slip, "order_slip_details"):
        yield Part(
            _GOODS,
            reference(detail["id_order_detail"]),
            Decimal(str(detail["product_quantity"])),
            goods=Decimal(amount(detail, "amount_tax_excl")),
            tax=_tax(detail, "amount"),
        )
    shipping = Decimal(amount(slip, "total_shipping_tax_excl"))
    if shipping:
        yield Part(_SHIPPING, goods=shipping, tax=_tax(slip, "total_shipping"))


def read_vouchers(lines: Iterable[Record], slips: Sequence[Refund]) -> Refund | None:
    """Return what lines state as refunded and no slip explains; its time is unknown."""
    by_slip: dict[str, Part] = {}
    for part in (part for slip in slips for part in slip.parts if part.item_id):
        known = by_slip.get(part.item_id or "", Part(_GOODS))
        by_slip[part.item_id or ""] = Part(
            _GOODS,
            quantity=(known.quantity or Decimal(0)) + (part.quantity or Decimal(0)),
            goods=known.goods + part.goods,
            tax=known.tax + part.tax,
        )
    parts = []
    for line in lines:
        known = by_slip.get(str(line["id"]), Part(_GOODS))
        goods = Decimal(amount(line, "total_refunded_tax_excl")) - known.goods
        value = Decimal(amount(line, "total_refunded_tax_incl")) - known.value
        if value > 0:
            units = max(returned_quantity(line) - (known.quantity or Decimal(0)), Decimal(0))
            parts.append(Part(_GOODS, str(line["id"]), units, goods=goods, tax=value - goods))
    return (
        Refund(None, sum([part.value for part in parts], Decimal(0)), parts=parts)
        if parts
        else None
    )


def returned_quantity(line: Record) -> Decimal:
    """Return the refunded units of a line. Returned goods are counted apart from others."""
    counts = (line.get("product_quantity_refunded"), line.get("product_quantity_return"))
    units = sum([Decimal(str(count or 0)) for count in counts], Decimal(0))
    return min(units, Decimal(str(line["product_quantity"])))


def _tax(record: Record, name: str) -> Decimal:
    """Return the tax in an amount."""
    return Decimal(
        total(amount(record, f"{name}_tax_incl"), negated(amount(record, f"{name}_tax_excl")))
    )

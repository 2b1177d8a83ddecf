"""Signs of refunds and discounts, which files and some shops state as negative amounts.

Only amounts whose source does not define their signs are changed here. The API of an
application defines them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_shopapp.errors import RecordError
from tap_shopapp.records.money import negated, times, total

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tap_shopapp.pages import Record

_ADDED = (
    *("gross_amount", "shipping_amount", "tax_amount", "fee_amount", "tip_amount"),
    *("duty_amount", "adjustment_amount"),
)


def size(amount: str | None) -> str | None:
    """Return an amount without its sign; null stays null.

    >>> size("-20.00")
    '20.00'
    """
    return negated(amount) if amount is not None and amount.startswith("-") else amount


def set_signs(order: Record, lines: Collection[Record], refunds: Collection[Record]) -> None:
    """Replace negative refunds and discounts of an order by their sizes, except surcharges.

    Raises:
        RecordError: The refunds of the order have both signs.
    """
    order["refunded_amount"] = size(order["refunded_amount"])
    order["discount_amount"] = order_discount(order)
    set_signs_of_lines(lines, order["discount_amount"])
    _set_sizes(refunds, "amount", "refunds.amount")


def set_signs_of_lines(lines: Collection[Record], discount: str | None) -> None:
    """Replace negative refunds and discounts of lines by their sizes, except surcharges.

    Args:
        lines: The lines of one order, or one line without its order.
        discount: The discount of the order, with its sign.

    Raises:
        RecordError: The refunds of the lines have both signs.
    """
    _set_line_discounts(lines, discount)
    for name in ("refunded_quantity", "refunded_amount"):
        _set_sizes(lines, name, f"items.{name}")


def _set_sizes(records: Collection[Record], name: str, field: str) -> None:
    """Replace the amounts of a field by their sizes, if the records agree on a sign.

    Args:
        records: The lines or refunds of one order.
        name: The name of the field.
        field: The name of the field in an error.

    Raises:
        RecordError: Some amounts are positive and some are negative.
    """
    negative = [record for record in records if _is_negative(record[name])]
    if not negative:
        return
    if any(record[name] and Decimal(record[name]) > 0 for record in records):
        msg = (
            f"{field} is positive in some records of the order and negative in others."
            " Send the size of each refund as a positive amount."
        )
        raise RecordError("mixed_signs", msg)
    for record in negative:
        record[name] = size(record[name])


def order_discount(amounts: Mapping[str, Any]) -> str | None:
    """Return the discount of an order: positive, unless the order's total proves otherwise.

    A negative discount is a surcharge if gross − discount + charges is nearer to the total with
    this sign than with the other one. Without gross amount or total, nothing proves it.

    Args:
        amounts: The amounts of the order by name.
    """
    stated: str | None = amounts.get("discount_amount")
    if not _is_negative(stated):
        return stated
    gross, whole = amounts.get("gross_amount"), amounts.get("total_amount")
    if gross is None or whole is None:
        return size(stated)
    before = total(*[amounts.get(name) for name in _ADDED], negated(whole))
    return _nearer(stated, size(stated), before)


def _set_line_discounts(lines: Collection[Record], of_order: str | None) -> None:
    """Replace negative discounts of lines by their sizes, unless they are surcharges.

    They are surcharges if their sum, with its sign, is nearer to the order's discount. Without
    the order's discount, the discount of a line has the sign of its gross amount.

    Args:
        lines: The lines of one order, or one line without its order.
        of_order: The discount of the order, with its sign.
    """
    negative = [line for line in lines if _is_negative(line["discount_amount"])]
    if not negative:
        return
    if of_order is not None:
        stated = [line["discount_amount"] for line in lines]
        own, sizes = total(*stated), total(*map(size, stated))
        if _nearer(own, sizes, of_order) == own:
            return
    for line in negative:
        if of_order is not None or not _is_negative(_gross(line)):
            line["discount_amount"] = size(line["discount_amount"])


def _gross(line: Mapping[str, Any]) -> str | None:
    return line["line_gross_amount"] or times(line["quantity"], line["unit_price_amount"])


def _nearer(stated: str | None, other: str | None, target: str) -> str | None:
    """Return the amount that is nearer to the target, and `other` if both are as near."""
    distances = [abs(Decimal(total(amount, negated(target)))) for amount in (stated, other)]
    return stated if distances[0] < distances[1] else other


def _is_negative(amount: str | None) -> bool:
    return amount is not None and amount.startswith("-") and Decimal(amount) < 0

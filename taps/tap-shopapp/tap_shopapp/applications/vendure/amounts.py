"""Amounts of a Vendure order after cancellations, modifications and refunds.

All amounts are integers in minor units. Lines, shipping and fees are before tax.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Row = dict[str, Any]


class LineAmounts:
    """Amounts of a line now, plus its cancelled units if they are shown as sold.

    `cancelled_gross`, `cancelled_discount` and `cancelled_tax` are the part of these units.
    """

    __slots__ = (
        "cancelled",
        "cancelled_discount",
        "cancelled_gross",
        "cancelled_tax",
        "discount",
        "gross",
        "quantity",
        "raw",
        "refunded",
        "refunded_quantity",
        "tax",
    )

    def __init__(self, raw: Row) -> None:
        self.raw = raw
        self.cancelled = 0
        self.cancelled_gross = self.cancelled_discount = self.cancelled_tax = 0
        self.quantity: int = raw["quantity"]
        self.gross: int = raw["linePrice"]
        self.discount: int = raw["linePrice"] - raw["proratedLinePrice"]
        self.tax: int = raw["proratedLinePriceWithTax"] - raw["proratedLinePrice"]
        self.refunded_quantity = 0
        self.refunded = 0

    @property
    def cancelled_amount(self) -> int:
        """Price of the cancelled units, tax included."""
        return self.cancelled * int(self.raw["proratedUnitPriceWithTax"])

    def add_cancelled(self) -> None:
        """Show the cancelled units as sold."""
        unit, untaxed = self.raw["unitPrice"], self.raw["proratedUnitPrice"]
        self.cancelled_gross = self.cancelled * unit
        self.cancelled_discount = self.cancelled * (unit - untaxed)
        self.cancelled_tax = self.cancelled * (self.raw["proratedUnitPriceWithTax"] - untaxed)
        self.quantity += self.cancelled
        self.gross += self.cancelled_gross
        self.discount += self.cancelled_discount
        self.tax += self.cancelled_tax

    def add_discount(self, taxed: int) -> None:
        """Add a discount on the cancelled units that includes tax."""
        untaxed = taxed * self.raw["proratedUnitPrice"] // self.raw["proratedUnitPriceWithTax"]
        self.discount += untaxed
        self.tax -= taxed - untaxed
        self.cancelled_discount += untaxed
        self.cancelled_tax -= taxed - untaxed


class RefundAmount:
    """A settled refund, with the part that the order's total does not include yet.

    `shares` has line, quantity and amount with tax for each of its lines.
    """

    __slots__ = ("amount", "is_of_modification", "raw", "shares")

    def __init__(self, raw: Row) -> None:
        self.raw = raw
        self.amount: int = raw["total"]
        self.is_of_modification = False
        self.shares: list[tuple[LineAmounts, int, int]] = []

    def take(self, most: int) -> int:
        """Subtract at most an amount that the total already includes; return the difference."""
        taken = max(0, min(self.amount, most))
        self.amount -= taken
        return taken


@dataclass(slots=True)
class OrderAmounts:
    """Amounts of an order: lines, shipping, taxes, payments and refunds.

    Attributes:
        lines: The lines, by age.
        shipping: Shipping before tax.
        shipping_tax: Tax on shipping.
        fee: Surcharges before tax.
        fee_tax: Tax on surcharges.
        tax: All tax.
        total: The total, tax included.
        kept: Settled payments minus refunds that the total already includes.
        refunds: Settled refunds, by age.
        cancelled_shipping: Cancelled shipping that is shown as sold, before tax.
        cancelled_shipping_tax: Its tax.
    """

    lines: list[LineAmounts]
    shipping: int
    shipping_tax: int
    fee: int
    fee_tax: int
    tax: int
    total: int
    kept: int
    refunds: list[RefundAmount]
    cancelled_shipping: int = 0
    cancelled_shipping_tax: int = 0

    @property
    def gross(self) -> int:
        """All lines before discounts and tax."""
        return sum([line.gross for line in self.lines])

    @property
    def discount(self) -> int:
        """All discounts on lines before tax."""
        return sum([line.discount for line in self.lines])

    @property
    def adjustment(self) -> int:
        """Total minus all other amounts."""
        goods = self.gross - self.discount
        return self.total - goods - self.shipping - self.tax - self.fee

    @property
    def refunded(self) -> int:
        """Refunds that the total does not include yet."""
        return sum([refund.amount for refund in self.refunds])


def order_amounts(raw: Row) -> OrderAmounts:
    """Return the amounts of an order.

    Vendure's total is the amount after cancellations and modifications, whether or not money
    was refunded. If more was paid, cancelled units are shown as sold, and the refunds of
    modifications are subtracted. So each reduction counts once, and `total - refunded` is the
    amount that the shop kept.
    """
    payments = raw["payments"] or []
    refunds = by_age([refund for payment in payments for refund in payment["refunds"]])
    surcharges = raw.get("surcharges") or ()
    fee = sum([surcharge["price"] for surcharge in surcharges])
    amounts = OrderAmounts(
        lines=[LineAmounts(line) for line in by_age(raw["lines"])],
        shipping=raw["shipping"],
        shipping_tax=raw["shippingWithTax"] - raw["shipping"],
        fee=fee,
        fee_tax=sum([surcharge["priceWithTax"] for surcharge in surcharges]) - fee,
        tax=raw["totalWithTax"] - raw["total"],
        total=raw["totalWithTax"],
        kept=sum([payment["amount"] for payment in payments if payment["state"] == "Settled"]),
        refunds=[RefundAmount(refund) for refund in refunds if refund["state"] == "Settled"],
    )
    pending = _take_modifications(raw, amounts)
    if amounts.kept > amounts.total:
        worth, tolerance = _add_cancelled(raw, amounts)
        missing = amounts.kept - amounts.total - worth - pending
        if missing > tolerance:
            others = [refund for refund in amounts.refunds if not refund.is_of_modification]
            # A reduction rarely names lines: take refunds that do name some last.
            for refund in sorted(others, key=_has_lines):
                taken = refund.take(missing)
                missing -= taken
                amounts.kept -= taken
        amounts.total = amounts.kept
    for refund in amounts.refunds:
        if refund.amount > 0 or not refund.raw["total"]:
            _share_refund(refund, amounts.lines)
    return amounts


def _take_modifications(raw: Row, amounts: OrderAmounts) -> int:
    """Subtract the refunds of modifications that made the order cheaper.

    Returns:
        The amount that is still to be refunded.
    """
    settled = {refund.raw["id"]: refund for refund in amounts.refunds}
    pending = 0
    for modification in raw.get("modifications") or ():
        linked = modification["refund"]
        reduction = max(0, -modification["priceChange"])
        if linked and (refund := settled.get(linked["id"])):
            refund.is_of_modification = True
            amounts.kept -= refund.take(reduction)
        elif linked and linked["state"] != "Failed":
            pending += max(0, min(linked["total"], reduction))
    return pending


def _add_cancelled(raw: Row, amounts: OrderAmounts) -> tuple[int, int]:
    """Show cancelled units and cancelled shipping as sold.

    Returns:
        Their price, tax included, and its maximum rounding error.
    """
    modifications = raw.get("modifications")
    modified: Counter[str] = Counter()
    for modification in modifications or ():
        for part in modification["lines"]:
            modified[part["orderLineId"]] += part["quantity"]
    for line in amounts.lines:
        ordered = line.raw["orderPlacedQuantity"] + modified[line.raw["id"]]
        line.cancelled = max(0, ordered - line.quantity)
    shipping = list(_cancelled_shipping(raw))
    worths = [line.cancelled_amount for line in amounts.lines]
    worth = sum(worths) + sum([part["amountWithTax"] for part in shipping])
    # The tax of each unit and of the rest of its line is rounded.
    tolerance = sum([line.cancelled + 1 for line in amounts.lines if line.cancelled])
    unexplained = worth - (amounts.kept - amounts.total)
    if modifications is None and unexplained > tolerance:
        # A modification replaced the units. This query does not know modifications.
        return 0, 0
    tax_now = sum([line.tax for line in amounts.lines]) + amounts.shipping_tax
    for line in amounts.lines:
        line.add_cancelled()
    amounts.cancelled_shipping = sum([part["amount"] for part in shipping])
    taxed_shipping = sum([part["amountWithTax"] for part in shipping])
    amounts.cancelled_shipping_tax = taxed_shipping - amounts.cancelled_shipping
    amounts.shipping += amounts.cancelled_shipping
    amounts.shipping_tax += amounts.cancelled_shipping_tax
    if tolerance < unexplained < sum(worths) and _had_promotions(amounts.lines):
        # Vendure drops the discounts of promotions on cancelled units.
        for line, share in zip(amounts.lines, _shares(unexplained, worths), strict=True):
            if share:
                line.add_discount(share)
        worth -= unexplained
    amounts.tax += sum([line.tax for line in amounts.lines]) + amounts.shipping_tax - tax_now
    return worth, tolerance


def _had_promotions(lines: Iterable[LineAmounts]) -> bool:
    return any(line.cancelled and line.raw.get("discounts") for line in lines)


def _cancelled_shipping(raw: Row) -> Iterator[Row]:
    """Yield the cancelled amounts of shipping, as positive numbers."""
    for line in raw["shippingLines"]:
        for discount in line["discounts"]:
            if discount["adjustmentSource"] == "CANCEL_ORDER":
                yield {name: -discount[name] for name in ("amount", "amountWithTax")}


def _share_refund(refund: RefundAmount, lines: Iterable[LineAmounts]) -> None:
    """Add a refund to its lines. Vendure has the quantity by line, but not the amount."""
    quantities: dict[str, int] = {}
    for part in refund.raw["lines"]:
        quantities[part["orderLineId"]] = part["quantity"]
    parts = [(line, quantities.get(line.raw["id"], 0)) for line in lines]
    worths = [quantity * line.raw["proratedUnitPriceWithTax"] for line, quantity in parts]
    # A refund above the price of the lines is for shipping or goodwill.
    amount = min(refund.amount, sum(worths))
    for (line, quantity), share in zip(parts, _shares(amount, worths), strict=True):
        # A refund of several payments lists its lines once per payment.
        units = min(line.quantity - line.refunded_quantity, quantity)
        line.refunded_quantity += units
        line.refunded += share
        if quantity:
            refund.shares.append((line, units, share))


def _shares(amount: int, worths: list[int]) -> Iterator[int]:
    """Split an amount in proportion to worths, without a remainder."""
    whole, worth_so_far, allotted = sum(worths), 0, 0
    for worth in worths:
        worth_so_far += worth
        due = amount * worth_so_far // whole if whole else 0
        yield due - allotted
        allotted = due


def _has_lines(refund: RefundAmount) -> bool:
    return bool(refund.raw["lines"])


def by_age(parts: list[Row]) -> list[Row]:
    """Return parts of an order sorted by age; the API returns them unsorted."""
    return sorted(parts, key=_age) if len(parts) > 1 else parts


def _age(raw: Row) -> tuple[str, int, str]:
    return raw["createdAt"], len(raw["id"]), raw["id"]

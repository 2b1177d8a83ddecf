"""Oracle of the sales ledger: expected entries and figures of one order, with exact fractions.

The rules are those of the ledger's description, written without SQL. The input is
records of the contract: an order, and the lines and sales events of its current version.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Record = Mapping[str, Any]

CHARGES = ("shipping", "fee", "tip", "duty")
# Kinds of events whose changes the order's amounts contain. They are no part of the placement.
ADDED = frozenset(("addition", "price_change", *CHARGES))
# Events whose sum is the standing amount of one kind.
GOODS = ("sale", "gift_card_sale", "discount", "return", "rounding")
IN_NET = frozenset(("sale", "discount", "return", "rounding"))
IN_TOTAL = IN_NET | {
    *("shipping", "shipping_refund", "tax", "tax_refund"),
    *("fee", "fee_refund", "duty", "duty_refund"),
}
CANCELLED = "cancelled"
# Financial statuses of orders that are no sale, without a rule of the application.
VOID = frozenset(("unpaid", "failed", "expired", "voided"))
OPEN = frozenset(("pending", "authorized", "partially_paid"))
PAID = frozenset(("paid", "partially_refunded", "refunded"))
_DIGITS = 10
_ROUND = Context(prec=200)


@dataclass(frozen=True)
class Rules:
    """Rules of an application's report.

    Attributes:
        fees_in_net: Whether net sales contain fees.
        sale_day: `ordered` or `paid`.
        cancelled_as: `return` if a cancelled order is a sale and a return, otherwise `void`.
    """

    fees_in_net: bool = False
    sale_day: str = "ordered"
    cancelled_as: str = "return"


@dataclass(frozen=True)
class Entry:
    """A row of the ledger, before conversion.

    Attributes:
        item_id: The line; null for amounts of the order.
        event: What happened.
        source: The sales event, or `cancelled`; null for the placement.
        occurred_at: Its time; null if unknown.
        amount: Signed amount in the order's currency.
        quantity: Signed units of the line; null for charges.
        is_gift_card: Whether the line sells a gift card.
    """

    item_id: str | None
    event: str
    source: str | None
    occurred_at: datetime | None
    amount: Fraction
    quantity: Fraction | None = None
    is_gift_card: bool = False


def rounded(amount: Fraction, digits: int) -> Fraction:
    """Return an amount rounded half away from zero."""
    scaled = abs(amount) * 10**digits
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(units if amount >= 0 else -units, 10**digits)


def exact(text: str | None) -> Fraction:
    """Return a decimal string as a fraction; null is 0."""
    return Fraction(text or "0")


def line_gross(item: Record) -> Fraction:
    """Return the amount of a line before discounts: as stated, else quantity × price."""
    if item["line_gross_amount"] is not None:
        return exact(item["line_gross_amount"])
    return exact(item["quantity"]) * exact(item["unit_price_amount"])


def line_discounts(order: Record, items: Sequence[Record]) -> list[Fraction]:
    """Return each line's own discount plus its share of the order's discount.

    The share is in proportion to the lines' amounts after their own discount, which are rounded
    to four decimals. Shares are rounded to ten decimals.
    """
    own = [exact(item["discount_amount"]) for item in items]
    nets = [
        rounded(line_gross(item) - discount, 4)
        for item, discount in zip(items, own, strict=True)
    ]
    shared, whole = exact(order["discount_amount"]) - sum(own), sum(nets)
    if whole == 0:
        weights = [Fraction(1, len(items))] * len(items)
    else:
        weights = [net / whole for net in nets]
    return [
        discount + rounded(shared * weight, _DIGITS)
        for discount, weight in zip(own, weights, strict=True)
    ]


def entries(
    order: Record, items: Sequence[Record], events: Iterable[Record], rules: Rules
) -> list[Entry]:
    """Return all rows of an order; rows without amount and quantity are left out."""
    placed = _Placement(order, items)
    later: list[Entry] = []
    for event in events:
        later += placed.entries_of(event)
    found = [*placed.entries(), *later]
    if order["cancelled_at"] and rules.cancelled_as == "return":
        found += taken_back(found, moment(order["cancelled_at"]))
    return [entry for entry in found if entry.amount or entry.quantity]


class _Placement:
    """What an order sold when it was placed: its amounts, less what was added later."""

    def __init__(self, order: Record, items: Sequence[Record]) -> None:
        self._items = {item["item_id"]: item for item in items}
        self._left: defaultdict[tuple[str | None, str], Fraction] = defaultdict(Fraction)
        left = self._left
        if items:
            for item, discount in zip(items, line_discounts(order, items), strict=True):
                name = item["item_id"]
                left[name, "goods"] = line_gross(item)
                left[name, "discount"] = discount
                left[name, "tax"] = exact(item["tax_amount"])
                left[name, "quantity"] = exact(item["quantity"])
        else:
            left[None, "goods"] = exact(order["gross_amount"])
            left[None, "discount"] = exact(order["discount_amount"])
        goods = sum(
            (amount if kind == "goods" else -amount)
            for (_, kind), amount in left.items()
            if kind in {"goods", "discount"}
        )
        lines_tax = sum(amount for (_, kind), amount in left.items() if kind == "tax")
        charges = Fraction(0)
        for charge in CHARGES:
            left[None, charge] = exact(order[f"{charge}_amount"])
            charges += left[None, charge]
        tax, total = exact(order["tax_amount"]), exact(order["total_amount"])
        left[None, "tax"] = tax - lines_tax
        left[None, "rounding"] = total - tax - charges - goods

    def entries_of(self, event: Record) -> list[Entry]:
        """Return the rows of a sales event, and move additions out of the placement."""
        item_id, kind = event["item_id"], event["kind"]
        goods, discount = exact(event["goods_amount"]), exact(event["discount_amount"])
        tax, net = exact(event["tax_amount"]), goods - discount
        units = None if event["quantity"] is None else exact(event["quantity"])
        source, at = event["event_id"], moment(event["occurred_at"])
        is_gift_card = self._is_gift_card(item_id)
        if kind in CHARGES:
            self._move(None, {kind: net, "tax": tax})
            return [
                Entry(None, kind, source, at, net),
                Entry(None, "tax", source, at, tax),
            ]
        if kind.removesuffix("_refund") in CHARGES:
            return [
                Entry(None, kind, source, at, net),
                Entry(None, "tax_refund", source, at, tax),
            ]
        if kind in ADDED:
            moved = {"goods": goods, "discount": discount, "tax": tax}
            self._move(item_id, {**moved, "quantity": units or Fraction(0)})
            sale = "gift_card_sale" if is_gift_card else "sale"
            return [
                Entry(item_id, sale, source, at, goods, units, is_gift_card),
                Entry(item_id, "discount", source, at, -discount, None, is_gift_card),
                Entry(item_id, "tax", source, at, tax, None, is_gift_card),
            ]
        lost = "gift_card_sale" if is_gift_card else "return"
        place = None if kind == "adjustment" else item_id
        return [
            Entry(place, lost, source, at, net, units, is_gift_card),
            Entry(place, "tax_refund", source, at, tax, None, is_gift_card),
        ]

    def entries(self) -> Iterable[Entry]:
        """Yield the rows of the placement."""
        for (item_id, kind), amount in self._left.items():
            is_gift_card = self._is_gift_card(item_id)
            if kind == "goods":
                units = self._left[item_id, "quantity"] if item_id is not None else None
                event = "sale"
                if is_gift_card:
                    event = "gift_card_sale"
                elif amount < 0 or (units or 0) < 0:
                    event = "return"
                yield Entry(item_id, event, None, None, amount, units, is_gift_card)
            elif kind != "quantity":
                signed = -amount if kind == "discount" else amount
                yield Entry(item_id, kind, None, None, signed, None, is_gift_card)

    def _move(self, item_id: str | None, amounts: Mapping[str, Fraction]) -> None:
        for kind, amount in amounts.items():
            self._left[item_id, kind] -= amount

    def _is_gift_card(self, item_id: str | None) -> bool:
        item = self._items.get(item_id) if item_id is not None else None
        return bool(item and item["is_gift_card"])


def kind_of(event: str) -> str:
    """Return the kind of amount whose standing amount a row changes."""
    return "goods" if event in GOODS else event.removesuffix("_refund")


def taken_back(found: Iterable[Entry], at: datetime | None) -> list[Entry]:
    """Return the rows that take back what is left of each line and charge."""
    standing: defaultdict[tuple[str | None, str, bool], Fraction] = defaultdict(Fraction)
    units: defaultdict[tuple[str | None, str, bool], Fraction] = defaultdict(Fraction)
    for entry in found:
        key = (entry.item_id, kind_of(entry.event), entry.is_gift_card)
        standing[key] += entry.amount
        if entry.item_id is not None:
            units[key] += entry.quantity or 0
    rows = []
    for (item_id, kind, is_gift_card), amount in standing.items():
        quantity = None
        if kind == "goods":
            event = "gift_card_sale" if is_gift_card else "return"
            quantity = -units[item_id, kind, is_gift_card]
        else:
            event = f"{kind}_refund"
        rows.append(Entry(item_id, event, CANCELLED, at, -amount, quantity, is_gift_card))
    return rows


def moment(text: str | None) -> datetime | None:
    """Return a time of the contract."""
    if text is None:
        return None
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


def order_day(order: Record, zone: str, rules: Rules) -> date:
    """Return the day of an order in the shop's time zone."""
    paid = order["paid_at"] if rules.sale_day == "paid" else None
    text = paid or order["processed_at"] or order["created_at"]
    found = moment(text)
    assert found is not None
    return found.astimezone(ZoneInfo(zone)).date()


def entry_day(entry: Entry, order: Record, zone: str, rules: Rules) -> date:
    """Return the day of a row: of its event, else of its order."""
    if entry.occurred_at is None:
        return order_day(order, zone, rules)
    return entry.occurred_at.astimezone(ZoneInfo(zone)).date()


def is_counted(order: Record, rules: Rules, void: frozenset[str] = VOID) -> bool:
    """Return whether an order counts as a sale."""
    return not (
        order["deleted_at"]
        or order["is_test"]
        or order["financial_status"] in void
        or (order["cancelled_at"] and rules.cancelled_as == "void")
    )


def is_open(order: Record, rules: Rules) -> bool:
    """Return whether an order that counts awaits its payment."""
    awaits = order["financial_status"] in OPEN and not order["cancelled_at"]
    return awaits and is_counted(order, rules)


def figures(found: Iterable[Entry], rules: Rules) -> dict[str, Fraction]:
    """Return the sales figures of some rows, with the signs of the marts.

    Discounts of gift cards are part of `gift_card_amount`, which is in no other figure.
    """
    sums: defaultdict[str, Fraction] = defaultdict(Fraction)
    for entry in found:
        is_card = entry.is_gift_card and entry.event in GOODS
        sums["gift_card_sale" if is_card else entry.event] += entry.amount
    fees = sums["fee"] + sums["fee_refund"]
    net = sum(sums[name] for name in IN_NET) + (fees if rules.fees_in_net else 0)
    total = sum(sums[name] for name in IN_TOTAL)
    return {
        "gross_amount": sums["sale"],
        "discount_amount": -sums["discount"],
        "return_amount": -sums["return"],
        "rounding_amount": sums["rounding"],
        "net_amount": Fraction(net),
        "total_amount": Fraction(total),
        "fee_amount": fees,
        **{
            f"{name}_amount": sums[name] + sums[f"{name}_refund"]
            for name in ("shipping", "tax", "tip", "duty")
        },
        "gift_card_amount": sums["gift_card_sale"],
    }


def converted(amount: Fraction, rate: Fraction, digits: int = 2) -> Decimal:
    """Return an amount at a rate, rounded half away from zero."""
    value = rounded(amount * rate, digits)
    return _ROUND.divide(Decimal(value.numerator), Decimal(value.denominator)).quantize(
        Decimal(1).scaleb(-digits), ROUND_HALF_UP
    )

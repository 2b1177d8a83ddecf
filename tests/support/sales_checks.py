"""Compares the sales ledger with its oracle, and with the four tables."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sales_oracle
from sales_conversion import reporting_amounts
from sales_oracle import Entry, entry_day, is_counted, is_open, kind_of, order_day
from sales_warehouse import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from decimal import Decimal

    from pipelines import Pipeline
    from sales_histories import SalesHistory
    from sales_warehouse import Rates

    Row = dict[str, Any]

_COLUMNS = (
    *("id_transaction", "entry_id", "id_shop", "id_item", "event", "event_id"),
    *("occurred_at", "occurred_on", "ordered_on", "quantity", "amount", "currency"),
    *("original_amount", "original_currency", "refund_split", "is_counted"),
    *("is_open", "is_paid", "in_net_sales", "in_total_sales"),
)
# Columns of the four tables, and the kind of amount that they sum.
_OF_LINES = ("Revenue", "Discount", "Tax")
_OF_ORDERS = ("Discount", "Tax", "Shipping")
_COLUMN_OF = {"goods": "Revenue", "tax": "Tax", "shipping": "Shipping"}
_CENT = Fraction(1, 100)


@dataclass
class Expected:
    """What the oracle expects of an order.

    Attributes:
        history: The history of the order.
        entries: The rows of its ledger.
        rate: Units of the reporting currency per unit of the order's currency; null if none.
        is_converted: Whether there are amounts in the reporting currency.
    """

    history: SalesHistory
    entries: list[Entry]
    rate: Fraction | None
    is_converted: bool

    @property
    def id(self) -> str:
        """The order's id in the four tables."""
        return f"{self.history.shop.id}:{self.history.seed}"

    @property
    def order(self) -> Row:
        """The order's record."""
        return self.history.records["transactions"][0]

    @property
    def rules(self) -> sales_oracle.Rules:
        """The rules of the order's application."""
        return RULES[self.history.shop.application]

    @property
    def additions(self) -> set[str]:
        """Sales events whose amounts are part of the order's amounts."""
        return {
            event["event_id"]
            for event in self.history.records["sales_events"]
            if event["kind"] in sales_oracle.ADDED
        }

    def day(self, entry: Entry) -> date:
        """Return the day of a row."""
        return entry_day(entry, self.order, self.history.shop.time_zone, self.rules)


def expected(history: SalesHistory, rates: Rates) -> Expected:
    """Return what the oracle expects of an order."""
    order = history.records["transactions"][0]
    rules = RULES[history.shop.application]
    found = sales_oracle.entries(
        order, history.records["items"], history.records["sales_events"], rules
    )
    # The day that counts an order converts it.
    day = order_day(order, history.shop.time_zone, sales_oracle.Rules())
    rate = _rate(order["currency"], day, rates)
    if order["shop_currency"]:
        return Expected(history, found, None, is_converted=True)
    return Expected(history, found, rate, is_converted=rate is not None)


def _rate(currency: str, day: date, rates: Rates) -> Fraction | None:
    if currency == "CAD":
        return Fraction(1)
    own = rates.get((currency, day))
    return rates["CAD", day] / own if own else None


def read(pipeline: Pipeline, table: str, columns: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a table."""
    names = ", ".join(f'"{column}"' for column in columns)
    for values in pipeline.rows(f'select {names} from ecommerce."{table}"'):
        yield dict(zip(columns, values, strict=True))


def read_ledger(pipeline: Pipeline) -> dict[str, list[Row]]:
    """Return the rows of the ledger by order."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in read(pipeline, "ecommerce_sales_ledger", _COLUMNS):
        found[row["id_transaction"]].append(row)
    return found


def read_tables(pipeline: Pipeline) -> tuple[dict[str, Row], dict[str, dict[str, Row]]]:
    """Return orders by id, and lines by order and id, of the four tables."""
    orders: dict[str, Row] = {}
    lines: defaultdict[str, dict[str, Row]] = defaultdict(dict)
    for row in read(
        pipeline, "ECommerce_Transaction", ["idTransaction", *_sides(*_OF_ORDERS, "Total")]
    ):
        orders[row["idTransaction"]] = row
    for row in read(
        pipeline, "ECommerce_Item", ["idTransaction", "idItem", *_sides(*_OF_LINES)]
    ):
        lines[row["idTransaction"]][row["idItem"]] = row
    return orders, lines


def _sides(*columns: str) -> list[str]:
    return [*columns, *(f"original{column}" for column in columns)]


def differences(right: Expected, rows: list[Row]) -> Iterator[str]:
    """Yield the differences between the ledger's rows of an order and the oracle."""
    yield from _original_differences(right, rows)
    yield from _flag_differences(right, rows)
    yield from _reporting_differences(right, rows)


def _original_differences(right: Expected, rows: list[Row]) -> Iterator[str]:
    wanted: defaultdict[tuple[Any, ...], list[Fraction]] = defaultdict(
        lambda: [Fraction(0)] * 2
    )
    found: defaultdict[tuple[Any, ...], list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 2)
    for entry in right.entries:
        key = (entry.item_id, entry.event, entry.source, right.day(entry))
        _add(wanted[key], entry.amount, entry.quantity)
    for row in rows:
        key = (row["id_item"], row["event"], row["event_id"], row["occurred_on"])
        _add(found[key], fraction(row["original_amount"]), fraction(row["quantity"]))
    for key in sorted({*wanted, *found}, key=str):
        if wanted[key] != found[key]:
            yield f"{_text(key)}: oracle {_text(wanted[key])}, ledger {_text(found[key])}"


def _flag_differences(right: Expected, rows: list[Row]) -> Iterator[str]:
    order, rules = right.order, right.rules
    day = order_day(order, right.history.shop.time_zone, rules)
    cards = {item["item_id"] for item in right.history.records["items"] if item["is_gift_card"]}
    for row in rows:
        event = row["event"]
        is_card = row["id_item"] in cards and event in sales_oracle.GOODS
        is_fee = kind_of(event) == "fee" and rules.fees_in_net
        wanted = {
            "is_counted": is_counted(order, rules),
            "is_open": is_open(order, rules),
            "is_paid": order["financial_status"] in sales_oracle.PAID,
            "ordered_on": day,
            "original_currency": order["currency"],
            "currency": "CAD",
            "in_net_sales": not is_card and (event in sales_oracle.IN_NET or is_fee),
            "in_total_sales": not is_card and event in sales_oracle.IN_TOTAL,
        }
        for name, value in wanted.items():
            if row[name] != value:
                yield f"{row['entry_id']}: {name} is {row[name]}, oracle {value}"


def _reporting_differences(right: Expected, rows: list[Row]) -> Iterator[str]:
    if not right.is_converted:
        if any(row["amount"] is not None for row in rows):
            yield "an order without a rate has reporting amounts"
        return
    if any(row["amount"] is None for row in rows):
        yield "a converted order has rows without reporting amount"
        return
    # What stands of each line and charge is its exact amount at the order's rate, except for
    # rounding; nothing stands exactly if nothing stands before conversion.
    standing: defaultdict[tuple[Any, ...], list[Fraction]] = defaultdict(
        lambda: [Fraction(0)] * 2
    )
    sizes: defaultdict[tuple[Any, ...], int] = defaultdict(int)
    for row in rows:
        key = (row["id_item"], kind_of(row["event"]))
        sizes[key] += 1
        _add(standing[key], fraction(row["original_amount"]), fraction(row["amount"]))
    for key, (original, amount) in standing.items():
        is_rest = key in {(None, "goods"), (None, "tax")}
        # The rest of the order contains the rounding of all lines and charges.
        cents = 2 if not is_rest else 2 * len(rows)
        # A line without tax can have a cent of its order's tax.
        is_never_sold = sizes[key] == 1
        if original == 0 and amount != 0 and not (is_rest or is_never_sold):
            yield f"{_text(key)}: nothing stands, but {float(amount)} in the reporting currency"
        elif right.rate is not None and abs(amount - original * right.rate) > cents * _CENT:
            exact = float(original * right.rate)
            yield f"{_text(key)}: {float(amount)} stands, {exact} at the order's rate"


def conversion_differences(
    right: Expected, rows: list[Row], lines: dict[str, Row]
) -> Iterator[str]:
    """Yield the differences of reporting amounts from running totals at the order's rate."""
    if right.rate is None:
        return
    found: defaultdict[tuple[Any, ...], Fraction] = defaultdict(Fraction)
    for row in rows:
        found[row["id_item"], row["event"], row["event_id"]] += fraction(row["amount"])
    wanted = reporting_amounts(right.entries, right.additions, right.rate, lines)
    for key, amount in wanted.items():
        if found[key] != amount:
            yield f"{_text(key)}: {float(found[key])}, at the rate {float(amount)}"


def table_differences(
    right: Expected, rows: list[Row], order: Row, lines: dict[str, Row]
) -> Iterator[str]:
    """Yield the differences between what the ledger sold and the four tables."""
    sold = [row for row in rows if row["event_id"] in {None, *right.additions}]
    for side, amount in (("", "amount"), ("original", "original_amount")):
        if not side and not right.is_converted:
            continue
        by_line: defaultdict[tuple[str | None, str], Fraction] = defaultdict(Fraction)
        totals: defaultdict[str, Fraction] = defaultdict(Fraction)
        for row in sold:
            is_discount = row["event"] == "discount"
            kind = "Discount" if is_discount else _COLUMN_OF.get(kind_of(row["event"]), "")
            value = fraction(row[amount]) * (-1 if is_discount else 1)
            by_line[row["id_item"], kind] += value
            totals[kind] += value
        found: dict[tuple[str | None, str], Fraction] = {
            (name, column): by_line[name, column] for name in lines for column in _OF_LINES
        }
        wanted: dict[tuple[str | None, str], Any] = {
            (name, column): line[side + column]
            for name, line in lines.items()
            for column in _OF_LINES
        }
        for column in _OF_ORDERS:
            # The shares of a discount have ten decimals before conversion.
            if column != "Discount" or not side:
                found[None, column] = totals[column]
                wanted[None, column] = order[side + column]
        found[None, "Total"] = sum(totals.values()) - 2 * totals["Discount"]
        wanted[None, "Total"] = order[f"{side}Total"]
        for key, value in found.items():
            if value != fraction(wanted[key]):
                yield f"{_text(key)}: ledger {float(value)}, {side} {wanted[key]}"


def fraction(value: Decimal | None) -> Fraction:
    """Return a number of the warehouse; null is 0."""
    return Fraction(value or 0)


def _add(sums: list[Fraction], *amounts: Fraction | None) -> None:
    for place, amount in enumerate(amounts):
        sums[place] += amount or 0


def _text(values: Iterable[Any]) -> str:
    return " ".join(
        str(float(value)) if isinstance(value, Fraction) else str(value) for value in values
    )

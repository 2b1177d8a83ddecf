"""Random histories of orders; equal seeds give equal histories.

A history is one order that changes for some steps. More than half of the histories state their
sales events, as Shopify does. The others state refunds only, and the tap derives the events.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sales_orders import (
    CHARGES,
    DAYS,
    FIRST_DAY,
    SHOPS,
    Draws,
    add_up,
    amounts_of,
    as_sent,
    cut,
    gross_of,
    in_shop_money,
    moment_text,
    new_line,
    new_order,
    number,
    text,
)
from tap_shopapp.pages import Page
from tap_shopapp.records import normalize
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from sales_orders import Record

    Changes = list[Callable[[], Any]]

STEP_DAYS = 4
_STATED_SHARE = 0.6


def make(seed: int) -> SalesHistory:
    """Return the history of a seed."""
    is_stated = Draws(seed).chance(_STATED_SHARE)
    return StatedHistory(seed) if is_stated else RefundHistory(seed)


class SalesHistory:
    """History of one order.

    Attributes:
        seed: Seed of the history, and id of the order.
        shop: Its shop.
        records: The latest records of the contract by stream.
    """

    states_events = False

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.shop = SHOPS[seed % len(SHOPS)]
        self.records: dict[str, list[Record]] = {}
        self._draws = Draws(seed)
        self._clock = FIRST_DAY + timedelta(days=DAYS)
        self._is_changed = False
        self._order = new_order(self._draws, str(seed), states_events=self.states_events)
        self._save()

    def step(self) -> None:
        """Make up to three random changes."""
        self._clock += timedelta(days=STEP_DAYS)
        if self._order["deleted_at"]:
            self._order["deleted_at"] = None if self._draws.chance(0.3) else self._tick()
            self._save()
            return
        changes = [*self._changes(), self._pay, self._pay, self._fail, self._cancel]
        for _ in range(self._draws.randint(0, 3)):
            self._draws.one([*changes, self._delete])()

    def take_changed(self) -> dict[str, list[Record]]:
        """Return the records to load, by stream; nothing if the order did not change."""
        is_changed, self._is_changed = self._is_changed, False
        return self.records if is_changed else {}

    def _changes(self) -> Changes:
        """Return the changes of this kind of history."""
        raise NotImplementedError

    def _take_back(self) -> None:
        """Take back what stands, when the order is cancelled."""
        raise NotImplementedError

    def _pay(self) -> None:
        self._order["financial_status"] = "paid"
        self._order["paid_at"] = self._order["paid_at"] or self._tick()
        self._save()

    def _fail(self) -> None:
        if not self._order["paid_at"]:
            self._order["financial_status"] = self._draws.one(["failed", "pending", "voided"])
            self._save()

    def _cancel(self) -> None:
        """Cancel the order, with events or a refund of what stands or without."""
        self._order["cancelled_at"] = self._tick()
        if self._draws.chance(0.3):
            self._order["financial_status"] = "voided"
        if self._draws.chance(0.5):
            self._take_back()
        self._save()

    def _delete(self) -> None:
        if self._draws.chance(0.4):
            self._order["deleted_at"] = self._tick()
            self._save()

    def _save(self) -> None:
        """Add the order up, and convert it to records of the contract."""
        self._order["updated_at"] = self._tick()
        add_up(self._order)
        page = Page()
        record = normalize.NormalizedRecord(as_sent(self._order))
        normalize.add("transactions", record, page)
        self.records = {"transactions": page.records, **page.embedded}
        for stream in self.records.values():
            for each in stream:
                each["shop_id"] = self.shop.id
        self._is_changed = True

    def _line(self, least: Fraction) -> Record | None:
        """Return a line of which at least this quantity was sold."""
        lines = [x for x in self._order["items"] if number(x["quantity"]) >= least]
        found: Record | None = self._draws.one(lines) if lines else None
        return found

    def _tick(self) -> str:
        self._clock += timedelta(minutes=self._draws.randint(1, 600))
        return moment_text(self._clock)


class StatedHistory(SalesHistory):
    """History of an order whose sales events are stated: edits, returns, exchanges."""

    states_events = True

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        # What stands of each line and charge.
        self._standing = {line["id"]: amounts_of(line) for line in self._order["items"]}
        for charge in CHARGES:
            self._standing[charge] = {
                "goods": number(self._order[f"{charge}_amount"]),
                "tax": number(self._order.get(f"{charge}_tax_amount")),
            }

    @override
    def _changes(self) -> Changes:
        return [
            *(self._add_units, self._add_line, self._change_price, self._change_price),
            *(self._remove, self._return, self._return, self._exchange, self._exchange),
            *(self._refund_charge, self._refund_charge, self._add_charge, self._adjust),
        ]

    def _add_units(self) -> None:
        line = self._line(Fraction(1, 4))
        if line is None or line["line_gross_amount"] is not None:
            return
        units = Fraction(self._draws.randint(1, 3))
        added = {
            "goods": units * number(line["unit_price_amount"]),
            "discount": number(self._draws.one(["0", "0.05"])),
            "tax": number("0" if line["is_gift_card"] else self._draws.amount(300)),
            "quantity": units,
        }
        if added["goods"] > added["discount"]:
            line["quantity"] = text(number(line["quantity"]) + units)
            _increase(line, added, "discount", "tax")
            self._event("addition", line["id"], added)

    def _add_line(self) -> None:
        line = new_line(self._draws, f"line-{len(self._order['items']) + 1}")
        self._order["items"].append(line)
        added = amounts_of(line)
        if added["goods"] > added["discount"]:
            self._standing[line["id"]] = dict.fromkeys(added, Fraction(0))
            self._event("addition", line["id"], added)
        else:  # a free line or a return, without an event
            self._standing[line["id"]] = added
            self._save()

    def _change_price(self) -> None:
        line = self._line(Fraction(1, 4))
        if line is None:
            return
        standing = self._standing[line["id"]]
        change = number(self._draws.amount(400))
        if self._draws.chance(0.5):
            changed = {"goods": change, "tax": cut(change / 8)}
        elif standing["goods"] - standing["discount"] <= change:
            return
        elif self._draws.chance(0.5):
            changed = {"goods": -change, "tax": -min(cut(change / 8), standing["tax"])}
        else:
            changed = {"goods": Fraction(0), "discount": change}
        # The line has the changed price and discount.
        line["line_gross_amount"] = text(gross_of(line) + changed["goods"])
        _increase(line, changed, "tax", "discount")
        self._event("price_change", line["id"], {**changed, "quantity": Fraction(0)})

    def _remove(self) -> None:
        self._take_units("removal")

    def _return(self) -> None:
        self._take_units("return")

    def _exchange(self) -> None:
        if self._take_units("return"):
            self._add_line()

    @override
    def _take_back(self) -> None:
        for line in self._order["items"]:
            if self._standing[line["id"]]["quantity"] > 0:
                self._take_units("removal", line["id"])

    def _take_units(self, kind: str, name: str | None = None) -> bool:
        """Take back all units of a line that are left, or a part of the units."""
        names = [
            line["id"]
            for line in self._order["items"]
            if self._standing[line["id"]]["quantity"] > 0
        ]
        if not names:
            return False
        chosen = name or self._draws.one(names)
        standing = self._standing[chosen]
        units = whole = standing["quantity"]
        if name is None and self._draws.chance(0.5):
            units = Fraction(1) if whole > 1 else whole / 2
        taken = {"quantity": -units}
        for amount in ("goods", "discount", "tax"):
            is_whole = units == whole
            share = standing[amount] * units / whole
            taken[amount] = -(standing[amount] if is_whole else cut(share))
        self._event(kind, chosen, taken)
        return True

    def _refund_charge(self) -> None:
        charge = self._draws.one(CHARGES)
        standing = self._standing[charge]
        if standing["goods"] > 0:
            is_whole = self._draws.chance(0.7)
            taken = {
                name: -(amount if is_whole else cut(amount / 3))
                for name, amount in standing.items()
            }
            self._event(f"{charge}_refund", None, taken, charge=charge)

    def _add_charge(self) -> None:
        charge = self._draws.one(CHARGES)
        added = {"goods": number(self._draws.amount(900)), "tax": Fraction(0)}
        _increase(self._order, {charge: added["goods"]}, charge)
        if charge in {"shipping", "fee"}:
            added["tax"] = cut(added["goods"] / 9)
            _increase(self._order, {f"{charge}_tax": added["tax"]}, f"{charge}_tax")
        self._event(charge, None, added, charge=charge)

    def _adjust(self) -> None:
        sign = self._draws.one([1, -1])
        self._event("adjustment", None, {"goods": sign * number(self._draws.amount(200))})

    def _event(
        self,
        kind: str,
        item_id: str | None,
        changes: dict[str, Fraction],
        charge: str | None = None,
    ) -> None:
        """Add an event with the changes of amounts and of the quantity."""
        standing = self._standing.get(item_id or charge or "", {})
        for name, change in changes.items():
            standing[name] = standing.get(name, Fraction(0)) + change
        events = self._order["sales_events"]
        texts = {name: text(change) for name, change in changes.items()}
        event = {
            "id": f"e{len(events) + 1}",
            "item_id": item_id,
            "kind": kind,
            "occurred_at": None if self._draws.chance(0.05) else self._tick(),
            "quantity": texts.pop("quantity", None),
            **{f"{name}_amount": amount for name, amount in texts.items()},
        }
        if self._order["shop_currency"]:
            for name, amount in texts.items():
                event[f"shop_{name}_amount"] = in_shop_money(amount)
        events.append(event)
        self._save()


class RefundHistory(SalesHistory):
    """History of an order with refunds, and with lines that were returned or cancelled."""

    @override
    def _changes(self) -> Changes:
        return [
            *(self._refund_part, self._refund_part, self._refund_all, self._refund_all),
            *(self._refund_line, self._refund_line, self._lose_line, self._refund_unnamed),
        ]

    def _refund_part(self) -> None:
        left = self._left()
        if left > 1:
            self._refund(cut(left * self._draws.randint(1, 70) / 100))

    def _refund_all(self) -> None:
        left = self._left()
        if left > 0:
            self._refund(left)

    @override
    def _take_back(self) -> None:
        self._refund_all()

    def _refund_line(self) -> None:
        """Refund a unit or money of a line, with a refund or without one."""
        line = self._line(Fraction(1))
        if line is None or line.get("refunded_quantity"):
            return
        line["refunded_quantity"] = "1"
        if self._draws.chance(0.5):
            net = gross_of(line) - number(line["discount_amount"])
            line["refunded_amount"] = text(cut(net / 2))
        left = self._left()
        if left > 0 and self._draws.chance(0.7):
            self._refund(cut(left / self._draws.randint(1, 5)))
        self._save()

    def _lose_line(self) -> None:
        line = self._line(Fraction(1, 4))
        if line is not None:
            line["status"] = self._draws.one(["cancelled", "returned"])
            self._save()

    def _refund_unnamed(self) -> None:
        # Money that was paid back, as an order states it, without a refund.
        left = self._left()
        if left > 1:
            paid_back = number(self._order.get("refunded_without_refund")) + cut(left / 4)
            self._order["refunded_without_refund"] = text(paid_back)
            self._save()

    def _refund(self, amount: Fraction) -> None:
        refunds = self._order["refunds"]
        name = f"r{len(refunds) + 1}"
        refunds.append({"id": name, "amount": text(amount), "created_at": self._tick()})
        self._save()

    def _left(self) -> Fraction:
        return number(self._order["total_amount"]) - number(self._order["refunded_amount"])


def _increase(record: Record, added: dict[str, Fraction], *names: str) -> None:
    for name in names:
        added_amount = added.get(name, Fraction(0))
        record[f"{name}_amount"] = text(number(record[f"{name}_amount"]) + added_amount)

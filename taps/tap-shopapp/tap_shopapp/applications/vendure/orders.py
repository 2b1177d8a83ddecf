"""Orders of Vendure in the form of the ShopApp API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.applications.vendure.own_fields import named
from tap_shopapp.records import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tap_shopapp.money import MinorUnits

DEFAULT_CHANNEL = "__default_channel__"
_GOOD = ("Authorized", "Settled")
_FULFILLMENT = {
    "PaymentAuthorized": "unfulfilled",
    "PaymentSettled": "unfulfilled",
    "ArrangingAdditionalPayment": "unfulfilled",
    "Modifying": "unfulfilled",
    "PartiallyShipped": "partially_fulfilled",
    "PartiallyDelivered": "partially_fulfilled",
    "Shipped": "fulfilled",
    "Delivered": "fulfilled",
    "Cancelled": "cancelled",
}


def draft_order(raw: dict[str, Any], money: MinorUnits) -> Draft:
    """Return an order, its amounts in minor units written as `money` does.

    What is cancelled falls out of an order of Vendure: its quantities, amounts and total are
    what is left. Where more was paid than that, the order is told as it was paid for, and its
    refunds say what was paid back; else what is cancelled and refunded would be missing twice.
    """
    payments = _by_age(raw["payments"] or [])
    refunds = [refund for payment in payments for refund in payment["refunds"]]
    paid_back = _by_age([refund for refund in refunds if refund["state"] == "Settled"])
    paid = sum([payment["amount"] for payment in payments if payment["state"] == "Settled"])
    refunded = sum([refund["total"] for refund in paid_back])
    is_as_paid = paid > raw["totalWithTax"] and _has_cancelled(raw)
    lines = [_Line(line, is_as_paid=is_as_paid) for line in _by_age(raw["lines"])]
    for refund in paid_back:
        _share_refund(refund, lines)

    shipping, shipping_tax = raw["shipping"], raw["shippingWithTax"] - raw["shipping"]
    if is_as_paid:
        for left in _cancelled_shipping(raw):
            shipping -= left["amount"]
            shipping_tax -= left["amountWithTax"] - left["amount"]
    total = paid if is_as_paid else raw["totalWithTax"]
    gross = discount = 0
    # The shop's own, and what came back with what was cancelled.
    tax = raw["totalWithTax"] - raw["total"]
    tax += shipping_tax - (raw["shippingWithTax"] - raw["shipping"])
    for line in lines:
        gross += line.quantity * line.unit_price
        discount += line.discount
        tax += line.tax - line.stated_tax

    channel = min(raw["channels"], key=_is_default, default=None)
    # An order's own time tells little of when what belongs to it changed.
    parts = (raw, *raw["lines"], *(raw["fulfillments"] or ()), *payments, *refunds)
    times = [raw["orderPlacedAt"], *[part["updatedAt"] for part in parts]]
    good = [payment for payment in payments if payment["state"] in _GOOD]
    customer = raw["customer"] or {}
    own = raw.get("customFields") or {}
    known = named(own)
    fields = {
        "id": raw["id"],
        "order_name": raw["code"],
        "customer_id": customer.get("id") if customer.get("user") else None,
        "contact_id": known.get("id_contact"),
        "email": customer.get("emailAddress"),
        "currency": raw["currencyCode"],
        "gross_amount": money(gross),
        "discount_amount": money(discount),
        "shipping_amount": money(shipping),
        "shipping_tax_amount": money(shipping_tax),
        "tax_amount": money(tax),
        # Surcharges, and what the rounding of unit prices leaves.
        "adjustment_amount": money(total - gross + discount - shipping - tax),
        "total_amount": money(total),
        "refunded_amount": money(refunded),
        "prices_include_tax": channel and channel["pricesIncludeTax"],
        # A cart is created long before it becomes an order.
        "created_at": raw["orderPlacedAt"],
        "updated_at": max(times),
        "processed_at": raw["orderPlacedAt"],
        "cancelled_at": _cancelled_at(raw),
        "deleted_at": None,
        "financial_status": _financial_status(raw, paid, refunded, is_authorized=bool(good)),
        "fulfillment_status": _FULFILLMENT.get(raw["state"], "unknown"),
        "is_test": False,
        "affiliation": None,
        "channel": channel and channel["code"],
        "payment_method": good[0]["method"] if good else None,
        "destination_country": (raw["shippingAddress"] or {}).get("countryCode"),
        "discount_codes": raw["couponCodes"],
        "landing_url": known.get("landing_url"),
        "referrer_url": known.get("referrer_url"),
        "attributes": own,
        "shop_money": None,
        "items": [line.draft(money) for line in lines],
        "refunds": [
            {
                "id": refund["id"],
                "amount": money(refund["total"]),
                "created_at": refund["createdAt"],
                "reason": refund["reason"],
            }
            for refund in paid_back
        ],
    }
    states = ", ".join(dict.fromkeys([payment["state"] for payment in payments]))
    return Draft(fields, states or None, raw["state"], campaign=known)


class _Line:
    """A line, its amounts in minor units and before tax."""

    __slots__ = (
        "discount",
        "quantity",
        "raw",
        "refunded",
        "refunded_quantity",
        "stated_tax",
        "tax",
        "unit_price",
    )

    def __init__(self, raw: dict[str, Any], *, is_as_paid: bool) -> None:
        self.raw = raw
        self.quantity = _bought(raw) if is_as_paid else raw["quantity"]
        self.unit_price = raw["unitPrice"]
        self.stated_tax = raw["proratedLinePriceWithTax"] - raw["proratedLinePrice"]
        if self.quantity == raw["quantity"]:
            self.discount = raw["linePrice"] - raw["proratedLinePrice"]
            self.tax = self.stated_tax
        else:
            unit = raw["proratedUnitPrice"]
            self.discount = self.quantity * (self.unit_price - unit)
            self.tax = self.quantity * (raw["proratedUnitPriceWithTax"] - unit)
        self.refunded_quantity = 0
        self.refunded = 0

    def draft(self, money: MinorUnits) -> dict[str, Any]:
        raw = self.raw
        variant = raw["productVariant"]
        return {
            "id": raw["id"],
            "position": None,
            "product_id": variant["productId"],
            "variant_id": variant["id"],
            "sku": variant["sku"],
            "product_name": variant["name"],
            "quantity": str(self.quantity),
            "unit_price_amount": money(self.unit_price),
            "discount_amount": money(self.discount),
            "tax_amount": money(self.tax),
            "status": "sold" if raw["quantity"] else "cancelled",
            "refunded_quantity": str(self.refunded_quantity),
            "refunded_amount": money(self.refunded),
        }


def _share_refund(refund: dict[str, Any], lines: Iterable[_Line]) -> None:
    """Add to lines what a refund paid back for them; Vendure says how many, not how much."""
    quantities: dict[str, int] = {}
    for part in refund["lines"]:
        quantities[part["orderLineId"]] = part["quantity"]
    parts = [(line, quantities.get(line.raw["id"], 0)) for line in lines]
    worths = [quantity * line.raw["proratedUnitPriceWithTax"] for line, quantity in parts]
    # What is beyond the lines' worth was paid back for shipping or out of kindness.
    amount = min(refund["total"], sum(worths))
    for (line, quantity), share in zip(parts, _shares(amount, worths), strict=True):
        line.refunded_quantity += quantity
        line.refunded += share


def _shares(amount: int, worths: list[int]) -> Iterator[int]:
    """Yield parts of an amount in the proportion of worths, to its last unit."""
    whole, worth_so_far, given = sum(worths), 0, 0
    for worth in worths:
        worth_so_far += worth
        due = amount * worth_so_far // whole if whole else 0
        yield due - given
        given = due


def _is_default(channel: dict[str, Any]) -> bool:
    return bool(channel["code"] == DEFAULT_CHANNEL)


def _has_cancelled(raw: dict[str, Any]) -> bool:
    lines = any(line["quantity"] < _bought(line) for line in raw["lines"])
    return lines or any(_cancelled_shipping(raw))


def _bought(line: dict[str, Any]) -> int:
    """Return how many were bought; of a line that was added later none were when placing."""
    return int(max(line["orderPlacedQuantity"], line["quantity"]))


def _cancelled_shipping(raw: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for line in raw["shippingLines"]:
        for discount in line["discounts"]:
            if discount["adjustmentSource"] == "CANCEL_ORDER":
                yield discount


def _cancelled_at(raw: dict[str, Any]) -> str | None:
    """Return when an order's last line was cancelled; its states have no times."""
    if raw["state"] != "Cancelled":
        return None
    times = [line["updatedAt"] for line in raw["lines"] if not line["quantity"]]
    return str(max(times, default=raw["updatedAt"]))


def _financial_status(
    raw: dict[str, Any], paid: int, refunded: int, *, is_authorized: bool
) -> str:
    if refunded:
        return "refunded" if refunded >= paid else "partially_refunded"
    if raw["state"] == "Cancelled" and not paid:
        return "voided"
    if paid >= raw["totalWithTax"]:
        return "paid"
    if paid:
        return "partially_paid"
    return "authorized" if is_authorized else "pending"


def _by_age(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return parts of an order in one sequence; the API gives them in any."""
    return sorted(parts, key=_age) if len(parts) > 1 else parts


def _age(raw: dict[str, Any]) -> tuple[str, int, str]:
    return raw["createdAt"], len(raw["id"]), raw["id"]

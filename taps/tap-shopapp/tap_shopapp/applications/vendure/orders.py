"""Orders of Vendure in the form of the ShopApp API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.applications.vendure.amounts import by_age, order_amounts
from tap_shopapp.applications.vendure.own_fields import named
from tap_shopapp.applications.vendure.sales_events import sales_events
from tap_shopapp.records.normalize import NormalizedRecord

if TYPE_CHECKING:
    from tap_shopapp.applications.vendure.amounts import LineAmounts, OrderAmounts
    from tap_shopapp.records.money import MinorUnits

DEFAULT_CHANNEL = "__default_channel__"
_GOOD = ("Authorized", "Settled")
_CARTS = ("Created", "Draft", "AddingItems")
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


def normalize_order(raw: dict[str, Any], money: MinorUnits) -> NormalizedRecord:
    """Return an order. `money` formats its amounts, which are in minor units."""
    amounts = order_amounts(raw)
    payments = by_age(raw["payments"] or [])
    refunds = [refund for payment in payments for refund in payment["refunds"]]
    channel = min(raw["channels"], key=_is_default, default=None)
    # Parts of an order change without the time of the order.
    parts = (raw, *raw["lines"], *(raw["fulfillments"] or ()), *payments, *refunds)
    times = [raw["orderPlacedAt"], *[part["updatedAt"] for part in parts]]
    good = [payment for payment in payments if payment["state"] in _GOOD]
    settled = [payment for payment in payments if payment["state"] == "Settled"]
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
        "gross_amount": money(amounts.gross),
        "discount_amount": money(amounts.discount),
        "shipping_amount": money(amounts.shipping),
        "shipping_tax_amount": money(amounts.shipping_tax),
        "tax_amount": money(amounts.tax),
        "fee_amount": money(amounts.fee),
        "fee_tax_amount": money(amounts.fee_tax),
        # Vendure does not have these amounts.
        "tip_amount": "0",
        "duty_amount": "0",
        "adjustment_amount": money(amounts.adjustment),
        "total_amount": money(amounts.total),
        "refunded_amount": money(amounts.refunded),
        "prices_include_tax": channel and channel["pricesIncludeTax"],
        # A cart is created long before it becomes an order.
        "created_at": raw["orderPlacedAt"],
        "updated_at": max(times),
        "processed_at": raw["orderPlacedAt"],
        # The API does not state when a payment was settled, only when it was made.
        "paid_at": min((its["createdAt"] for its in settled), default=None),
        "cancelled_at": _cancelled_at(raw),
        "deleted_at": None,
        "financial_status": _financial_status(raw, amounts, is_authorized=bool(good)),
        "fulfillment_status": _FULFILLMENT.get(raw["state"], "unknown"),
        "is_test": False,
        "affiliation": None,
        "channel": channel and channel["code"],
        # Vendure does not have these fields.
        "source_channel": None,
        "parent_transaction_id": None,
        "dispute_status": None,
        "payment_method": good[0]["method"] if good else None,
        "destination_country": (raw["shippingAddress"] or {}).get("countryCode"),
        "discount_codes": raw["couponCodes"],
        "landing_url": known.get("landing_url"),
        "referrer_url": known.get("referrer_url"),
        "attributes": own,
        "shop_money": None,
        "items": [_item(line, money) for line in amounts.lines],
        "refunds": [
            {
                "id": refund.raw["id"],
                "amount": money(refund.amount),
                "created_at": refund.raw["createdAt"],
                "reason": refund.raw["reason"],
            }
            for refund in amounts.refunds
        ],
    }
    fields["sales_events"] = sales_events(raw, amounts, fields, money)
    # The deprecated input `refund` of a modification can make a negative refund.
    return NormalizedRecord(
        fields, raw["state"], raw["state"], campaign=known, has_defined_signs=True
    )


def _item(line: LineAmounts, money: MinorUnits) -> dict[str, Any]:
    raw = line.raw
    variant = raw["productVariant"]
    return {
        "id": raw["id"],
        "position": None,
        "product_id": variant["productId"],
        "variant_id": variant["id"],
        "sku": variant["sku"],
        "product_name": variant["name"],
        "quantity": str(line.quantity),
        "unit_price_amount": money(raw["unitPrice"]),
        "line_gross_amount": money(line.gross),
        "discount_amount": money(line.discount),
        "tax_amount": money(line.tax),
        "status": "sold" if raw["quantity"] else "cancelled",
        "refunded_quantity": str(line.refunded_quantity),
        "refunded_amount": money(line.refunded),
    }


def _is_default(channel: dict[str, Any]) -> bool:
    return bool(channel["code"] == DEFAULT_CHANNEL)


def _cancelled_at(raw: dict[str, Any]) -> str | None:
    """Return the time when the last line was cancelled; states have no times."""
    if raw["state"] != "Cancelled":
        return None
    times = [line["updatedAt"] for line in raw["lines"] if not line["quantity"]]
    return str(max(times, default=raw["updatedAt"]))


def _financial_status(
    raw: dict[str, Any], amounts: OrderAmounts, *, is_authorized: bool
) -> str:
    if amounts.refunded:
        return "refunded" if amounts.refunded >= amounts.kept else "partially_refunded"
    if raw["state"] == "Cancelled" and not amounts.kept:
        return "voided"
    if amounts.kept >= raw["totalWithTax"]:
        return "paid"
    if amounts.kept:
        return "partially_paid"
    if is_authorized:
        return "authorized"
    return "unpaid" if raw["state"] in _CARTS else "pending"

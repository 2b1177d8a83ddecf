"""Normalization of orders of the WooCommerce API.

All amounts except the total and the taxes are before tax, even if the shop shows prices with
tax. Lines have a subtotal but no price per unit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_shopapp.applications.woocommerce.amounts import (
    amount,
    plain,
    quantity,
    reference,
    unit_price,
    utc,
)
from tap_shopapp.errors import RecordError
from tap_shopapp.records.money import negated, total
from tap_shopapp.records.normalize import NormalizedRecord
from tap_shopapp.records.sales_events import Part, Refund, number, refund_events

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from tap_shopapp.pages import Record

# Unfinished checkouts, and orders that an administrator has not saved yet.
_UNPLACED = frozenset(("checkout-draft", "auto-draft"))
# Financial and fulfillment status; other statuses only show whether the order was paid.
_STATUSES = {
    "pending": ("unpaid", "unfulfilled"),
    "checkout-draft": ("unpaid", "unfulfilled"),
    "auto-draft": ("unpaid", "unfulfilled"),
    "draft": ("unpaid", "unfulfilled"),
    "new": ("unpaid", "unfulfilled"),
    "on-hold": ("pending", "unfulfilled"),
    "processing": ("paid", "unfulfilled"),
    "ready-for-pickup": ("paid", "unfulfilled"),
    "completed": ("paid", "fulfilled"),
    "refunded": ("refunded", "returned"),
    "failed": ("failed", "unfulfilled"),
}
_ATTRIBUTION = "_wc_order_attribution_"
# WooCommerce Subscriptions notes the subscription that an order renews.
_RENEWAL = "_subscription_renewal"
_UTM = {
    name: f"{_ATTRIBUTION}{name}"
    for name in ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
}


def is_order(raw: object) -> bool:
    """Return whether a record is a placed order; records without a status become rejects."""
    return not isinstance(raw, dict) or raw.get("status") not in _UNPLACED


def normalize_order(
    refunds: Mapping[int, Record], failing: Collection[int] = ()
) -> Callable[[Record], NormalizedRecord]:
    """Return a function that normalizes an order.

    Args:
        refunds: The refunds of its page by id.
        failing: Ids of refunds that make the shop fail. Their orders are rejected.
    """

    def normalize(raw: Record) -> NormalizedRecord:
        if any(refund["id"] in failing for refund in raw["refunds"]):
            raise RecordError("unreadable", "The shop fails on a refund of this order.")
        its_refunds = [{**refunds.get(refund["id"], {}), **refund} for refund in raw["refunds"]]
        refunded_by_line = _refunded_by_line(its_refunds)
        lines = [
            _item(line, place, refunded_by_line)
            for place, line in enumerate(raw["line_items"], 1)
        ]
        refunded = total(*(negated(amount(refund, "total")) for refund in its_refunds))
        financial, fulfillment = _statuses(raw, refunded)
        attributes = _attributes(raw)
        updated_at = utc(raw, "date_modified") or utc(raw, "date_created")
        billing, shipping = raw["billing"], raw["shipping"]
        fields = {
            "id": raw["id"],
            "order_name": raw["number"],
            "customer_id": reference(raw, "customer_id"),
            "contact_id": None,
            "email": billing.get("email") or None,
            "currency": raw["currency"],
            "gross_amount": total(*(amount(line, "subtotal") for line in raw["line_items"])),
            "discount_amount": amount(raw, "discount_total"),
            "shipping_amount": amount(raw, "shipping_total"),
            "shipping_tax_amount": amount(raw, "shipping_tax"),
            "tax_amount": amount(raw, "total_tax"),
            "fee_amount": total(*(amount(fee, "total") for fee in raw["fee_lines"])),
            "fee_tax_amount": total(*(amount(fee, "total_tax") for fee in raw["fee_lines"])),
            # WooCommerce does not have these amounts.
            "tip_amount": "0",
            "duty_amount": "0",
            "adjustment_amount": "0",
            "total_amount": amount(raw, "total"),
            "refunded_amount": refunded,
            "prices_include_tax": raw["prices_include_tax"],
            "shop_money": None,
            "created_at": utc(raw, "date_created"),
            "updated_at": updated_at,
            "processed_at": utc(raw, "date_paid"),
            "paid_at": utc(raw, "date_paid"),
            "cancelled_at": updated_at if raw["status"] == "cancelled" else None,
            "deleted_at": updated_at if raw["status"] == "trash" else None,
            "financial_status": financial,
            "fulfillment_status": fulfillment,
            "is_test": None,
            "affiliation": None,
            "channel": raw.get("created_via") or None,
            "source_channel": None,
            "parent_transaction_id": reference(raw, "parent_id")
            or attributes.get(_RENEWAL)
            or None,
            "dispute_status": None,
            "payment_method": raw.get("payment_method") or None,
            "destination_country": shipping.get("country") or billing.get("country") or None,
            "discount_codes": [coupon["code"] for coupon in raw["coupon_lines"]],
            "landing_url": attributes.get(f"{_ATTRIBUTION}session_entry"),
            "referrer_url": attributes.get(f"{_ATTRIBUTION}referrer"),
            "attributes": attributes,
            "items": lines,
            "refunds": [_refund(refund) for refund in its_refunds],
        }
        fields["sales_events"] = refund_events(fields, map(_refund_of_parts, its_refunds))
        status = raw["status"]
        return NormalizedRecord(
            fields, status, status, _campaign(attributes), has_defined_signs=True
        )

    return normalize


def _statuses(raw: Record, refunded: str) -> tuple[str, str]:
    """Return the financial and the fulfillment status of the contract.

    For a custom status of the shop, only the date of payment is known.
    """
    status, was_paid = raw["status"], bool(raw.get("date_paid_gmt"))
    if status == "cancelled":
        financial, fulfillment = ("paid" if was_paid else "voided"), "cancelled"
    else:
        unknown = ("paid" if was_paid else "unknown", "unknown")
        financial, fulfillment = _STATUSES.get(status, unknown)
    if financial == "paid" and Decimal(refunded) > 0:
        financial = "partially_refunded"
    return financial, fulfillment


def _item(line: Record, place: int, refunded_by_line: Mapping[str, tuple[str, str]]) -> Record:
    subtotal, count = amount(line, "subtotal"), quantity(line)
    returned, refunded = refunded_by_line.get(str(line["id"]), ("0", "0"))
    is_returned = returned != "0" and Decimal(returned) >= Decimal(count) > 0
    return {
        "id": line["id"],
        "position": place,
        "product_id": reference(line, "product_id"),
        "variant_id": reference(line, "variation_id"),
        "sku": line.get("sku") or None,
        "product_name": plain(line["name"]),
        "quantity": count,
        "unit_price_amount": unit_price(subtotal, count),
        "line_gross_amount": subtotal,
        "discount_amount": total(subtotal, negated(amount(line, "total"))),
        "tax_amount": amount(line, "total_tax"),
        "status": "returned" if is_returned else "sold",
        "refunded_quantity": returned,
        "refunded_amount": refunded,
        # WooCommerce has neither gift cards nor bundles; extensions add them.
        "is_gift_card": None,
        "bundle_parent_item_id": None,
    }


def _refunded_by_line(refunds: list[Record]) -> dict[str, tuple[str, str]]:
    """Return the refunded quantity and amount by line.

    Lines of a refund name the line of the order, and are negative.
    """
    refunded_by_line: dict[str, tuple[str, str]] = {}
    for refund in refunds:
        for line in refund.get("line_items", ()):
            named = _meta(line).get("_refunded_item_id")
            returned, refunded = refunded_by_line.get(str(named), ("0", "0"))
            refunded_by_line[str(named)] = (
                total(returned, negated(quantity(line))),
                total(refunded, negated(amount(line, "total"))),
            )
    return refunded_by_line


def _refund(refund: Record) -> Record:
    return {
        "id": refund["id"],
        "amount": negated(amount(refund, "total")),
        "created_at": utc(refund, "date_created"),
        "reason": refund.get("reason") or None,
    }


def _refund_of_parts(refund: Record) -> Refund:
    """Return a refund with its lines, shipping and fees, which have negative amounts.

    A refund of an amount has no parts. The order states its tax from a release after 8.9 on.
    """
    return Refund(
        str(refund["id"]),
        number(negated(amount(refund, "total"))),
        utc(refund, "date_created"),
        [*_refunded_parts(refund)],
        number(negated(amount(refund, "total_tax"))),
    )


def _refunded_parts(refund: Record) -> Iterator[Part]:
    for line in refund.get("line_items", ()):
        item_id = str(_meta(line).get("_refunded_item_id") or "") or None
        units = number(negated(quantity(line)))
        yield Part("return", item_id, units, *_refunded_amounts(line))
    for name, kind in (("shipping_lines", "shipping_refund"), ("fee_lines", "fee_refund")):
        for charge in refund.get(name, ()):
            yield Part(kind, None, None, *_refunded_amounts(charge))


def _refunded_amounts(part: Record) -> tuple[Decimal, Decimal, Decimal]:
    """Return amount before tax, discount and tax; refunds have no discount of their own."""
    goods, tax = (number(negated(amount(part, name))) for name in ("total", "total_tax"))
    return goods, Decimal(0), tax


def _attributes(raw: Record) -> Record:
    """Return the metadata of an order, without PHP objects."""
    return {
        name: value for name, value in _meta(raw).items() if not isinstance(value, (dict, list))
    }


def _meta(record: Record) -> dict[str, Any]:
    return {meta["key"]: meta["value"] for meta in record.get("meta_data", ())}


def _campaign(attributes: Record) -> Record:
    """Return the campaign parameters of an order.

    For a visit without a campaign, order attribution writes the referring site as the source.
    """
    ids = {name.removeprefix("_"): value for name, value in attributes.items()}
    if attributes.get(f"{_ATTRIBUTION}source_type", "utm") != "utm":
        return ids
    return ids | {name: attributes.get(noted) for name, noted in _UTM.items()}

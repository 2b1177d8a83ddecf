"""Normalization of orders of the Adobe Commerce API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.applications.adobe_commerce.lines import counted_lines, item
from tap_shopapp.applications.adobe_commerce.money import left_of_order, order_amounts, refunds
from tap_shopapp.applications.adobe_commerce.values import (
    BASE,
    ORDER,
    ZERO,
    amount,
    extension_attributes,
    utc,
    written,
)
from tap_shopapp.records.campaign import PARAMETERS
from tap_shopapp.records.normalize import NormalizedRecord
from tap_shopapp.records.sales_events import refund_events
from tap_shopapp.records.values import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from tap_shopapp.pages import Record
    from tap_shopapp.records.sales_events import Refund

# Fields without personal data: not `remote_ip`, `protect_code`, comments and notes.
_ATTRIBUTES = ("store_id", "base_to_order_rate", "customer_group_id", "shipping_description")
_BY_STATE = {"closed": "refunded", "pending_payment": "unpaid", "canceled": "voided"}
_PENDING = frozenset(("new", "payment_review", "holded"))
_FULFILLED = {"complete": "fulfilled", "closed": "returned", "canceled": "cancelled"}


def normalize_order(
    memos: Mapping[int, Sequence[Record]],
) -> Callable[[Record], NormalizedRecord]:
    """Return a function that normalizes an order, given the credit memos of its page."""

    def normalize(order: Record) -> NormalizedRecord:
        raw = left_of_order(order)
        lines = counted_lines(raw.get("items") or ())
        its_memos = memos.get(raw["entity_id"], ())
        paid_back, base_paid_back = (
            refunds(raw, its_memos, lines, side) for side in (ORDER, BASE)
        )
        amounts, line_grosses = order_amounts(raw, lines, _total(paid_back), ORDER)
        base_amounts, _ = order_amounts(raw, lines, _total(base_paid_back), BASE)
        more = extension_attributes(raw)
        updated_at = utc(raw, "updated_at")
        fields: Record = {
            "id": raw["entity_id"],
            "order_name": text(raw.get("increment_id")),
            "customer_id": text(raw.get("customer_id")),
            "contact_id": None,
            "email": text(raw.get("customer_email")),
            "currency": text(raw.get("order_currency_code")),
            **amounts,
            "prices_include_tax": None,
            "shop_money": {"currency": text(raw.get("base_currency_code")), **base_amounts},
            "created_at": utc(raw, "created_at"),
            "updated_at": updated_at,
            "processed_at": None,
            "paid_at": None,
            "cancelled_at": updated_at if raw.get("state") == "canceled" else None,
            "deleted_at": None,
            "financial_status": _financial_status(raw, _total(paid_back)),
            "fulfillment_status": _fulfillment_status(raw),
            "is_test": None,
            # The last of the lines website, store and store view.
            "affiliation": (text(raw.get("store_name")) or "").rpartition("\n")[2] or None,
            "channel": None,
            "source_channel": None,
            "parent_transaction_id": None,
            "dispute_status": None,
            "payment_method": text((raw.get("payment") or {}).get("method")),
            "destination_country": _destination(raw, more),
            "discount_codes": more.get("coupon_codes") or raw.get("coupon_code") or None,
            "landing_url": text(more.get("landing_url")),
            "referrer_url": text(more.get("referrer_url")),
            "attributes": {name: text(raw[name]) for name in _ATTRIBUTES if name in raw},
            "items": [
                item(line, place, line_gross)
                for place, (line, line_gross) in enumerate(
                    zip(lines, line_grosses, strict=True), start=1
                )
            ],
            "refunds": [_refund(refund) for refund in paid_back if refund.id],
        }
        fields["sales_events"] = _sales_events(fields, paid_back, base_paid_back)
        campaign = {parameter: more.get(name) for name, parameter in PARAMETERS.items()}
        state, status = text(raw.get("state")), text(raw.get("status"))
        return NormalizedRecord(fields, state, status, campaign, has_defined_signs=True)

    return normalize


def _total(refunded: Sequence[Refund]) -> Decimal:
    return sum([refund.amount for refund in refunded], ZERO)


def _financial_status(raw: Record, refunded: Decimal) -> str:
    """Return the status of the contract, from the fixed vocabulary `state` and the amounts."""
    state, paid = raw.get("state"), amount(raw, "total_paid")
    if state != "closed" and refunded > 0:
        return "partially_refunded"
    if state in _BY_STATE:
        return _BY_STATE[state]
    is_accepted = state in {"processing", "complete"}
    if paid >= amount(raw, "grand_total") and (paid or is_accepted):
        return "paid"
    if paid:
        return "partially_paid"
    if is_accepted and amount(raw.get("payment") or {}, "amount_authorized"):
        return "authorized"
    return "pending" if is_accepted or state in _PENDING else "unknown"


def _fulfillment_status(raw: Record) -> str:
    """Return the status of the contract, from the shipped quantities of an open order."""
    if (state := raw.get("state")) in _FULFILLED:
        return _FULFILLED[state]
    rows = [row for row in raw.get("items") or () if amount(row, "qty_ordered")]
    is_shipped = any(amount(row, "qty_shipped") for row in rows)
    return "partially_fulfilled" if is_shipped else "unfulfilled"


def _destination(raw: Record, more: Mapping[str, Any]) -> str | None:
    """Return the country of the shipping address; an order without shipping has a bill only."""
    for assignment in more.get("shipping_assignments") or ():
        address = (assignment.get("shipping") or {}).get("address") or {}
        if address.get("country_id"):
            return text(address["country_id"])
    return text((raw.get("billing_address") or {}).get("country_id"))


def _refund(refund: Refund) -> Record:
    return {
        "id": refund.id,
        "amount": written(refund.amount),
        "created_at": refund.created_at,
        # Comments of credit memos are not read.
        "reason": None,
    }


def _sales_events(
    order: Record, refunded: Sequence[Refund], base_refunded: Sequence[Refund]
) -> list[Record]:
    """Return the events of the refunds, with their amounts in the base currency."""
    if not refunded:
        return []  # most orders
    base_order = {**order, **order["shop_money"]}
    base = {event["id"]: event for event in refund_events(base_order, base_refunded)}
    return [
        {
            **event,
            **{
                f"shop_{name}": base[event["id"]][name] if event["id"] in base else None
                for name in ("goods_amount", "discount_amount", "tax_amount")
            },
        }
        for event in refund_events(order, refunded)
    ]

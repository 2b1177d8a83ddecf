"""Normalization of orders of the PrestaShop webservice."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from tap_shopapp.applications.prestashop.amounts import (
    in_shop_currency,
    line_taxes,
    order_amounts,
)
from tap_shopapp.applications.prestashop.refunds import (
    read_slips,
    read_vouchers,
    returned_quantity,
    slip_amount,
)
from tap_shopapp.applications.prestashop.statuses import (
    CANCELED,
    State,
    financial_status,
    fulfillment_status,
)
from tap_shopapp.applications.prestashop.values import (
    amount,
    children,
    flag,
    phrase,
    reference,
)
from tap_shopapp.errors import RecordError
from tap_shopapp.records.money import total
from tap_shopapp.records.normalize import NormalizedRecord
from tap_shopapp.records.sales_events import refund_events

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_shopapp.applications.prestashop.shop_facts import ShopFacts
    from tap_shopapp.pages import Record


@dataclass(frozen=True, slots=True)
class Parts:
    """What other resources state about the orders of a page, by the id of the order.

    Attributes:
        lines: Their `order_details`.
        slips: Their `order_slip`.
        rules: Their `order_cart_rules`.
        codes: Code of each cart rule that still exists, by its id.
        customers: Their `customers`, by id.
    """

    lines: Mapping[str, list[Record]] = field(default_factory=dict)
    slips: Mapping[str, list[Record]] = field(default_factory=dict)
    rules: Mapping[str, list[Record]] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    customers: Mapping[str, Record] = field(default_factory=dict)


def normalize_order(raw: Record, parts: Parts, facts: ShopFacts) -> NormalizedRecord:
    """Return an order with its lines, refunds and sales events.

    Args:
        raw: The order.
        parts: What other resources state about it.
        facts: Settings, states and currencies of the shop.

    Raises:
        RecordError: A part of the order is not valid or is missing.
    """
    order_id = str(raw["id"])
    lines = _lines(raw, parts.lines.get(order_id, []))
    rules = [rule for rule in parts.rules.get(order_id, []) if not flag(rule.get("deleted"))]
    slips = read_slips(parts.slips.get(order_id, []), facts.clock)
    voucher = read_vouchers(lines, slips)
    refunds = [*slips, voucher] if voucher else slips
    refunded = total(*(f"{refund.amount:f}" for refund in refunds))
    amounts = order_amounts(raw, lines, rules, refunded)
    state = facts.state(reference(raw.get("current_state")))
    fulfillment, fulfillment_raw = fulfillment_status(state)
    updated_at = facts.clock.of(raw, "date_upd") or facts.clock.of(raw, "date_add")
    invoiced_at = facts.clock.of(raw, "invoice_date")
    is_paid = Decimal(amount(raw, "total_paid_real")) > 0
    taxes = line_taxes(lines, amounts)
    fields: Record = {
        **amounts,
        "id": raw["id"],
        "order_name": raw["reference"],
        **_buyer(raw, parts.customers, facts),
        "contact_id": None,
        "currency": facts.currency(reference(raw["id_currency"])),
        # Groups of customers decide it; the order does not state it.
        "prices_include_tax": None,
        "shop_money": in_shop_currency(
            amounts, amount(raw, "conversion_rate"), facts.shop_currency
        ),
        "created_at": facts.clock.of(raw, "date_add"),
        "updated_at": updated_at,
        "processed_at": invoiced_at,
        "paid_at": invoiced_at if is_paid else None,
        "cancelled_at": updated_at if state.word == CANCELED else None,
        "deleted_at": None,
        "financial_status": financial_status(
            state.word,
            whole=amounts["total_amount"],
            paid=amount(raw, "total_paid_real"),
            refunded=refunded,
        ),
        "fulfillment_status": fulfillment,
        # The core of PrestaShop does not have these fields.
        "is_test": None,
        "affiliation": None,
        "channel": None,
        "source_channel": None,
        "parent_transaction_id": None,
        "dispute_status": None,
        "destination_country": None,
        "landing_url": None,
        "referrer_url": None,
        "payment_method": phrase(raw.get("module")) or phrase(raw.get("payment")),
        "discount_codes": _codes(rules, parts.codes),
        "attributes": _attributes(raw, rules, state),
        "items": [
            _item(line, place, line_tax)
            for place, (line, line_tax) in enumerate(zip(lines, taxes, strict=True), 1)
        ],
        "refunds": [
            {
                "id": slip["id"],
                "amount": slip_amount(slip),
                "created_at": facts.clock.of(slip, "date_add"),
                "reason": None,
            }
            for slip in parts.slips.get(order_id, [])
        ],
    }
    fields["sales_events"] = refund_events(fields, refunds)
    return NormalizedRecord(fields, state.word, fulfillment_raw, has_defined_signs=True)


def _lines(raw: Record, lines: list[Record]) -> list[Record]:
    """Return the lines of an order, which `order_details` and the order must both have.

    Raises:
        RecordError: The order changed between the requests. The next run reads it again.
    """
    stated = {str(row["id"]) for row in children(raw, "order_rows")}
    if stated != {str(line["id"]) for line in lines}:
        msg = "The lines of the order changed during the run. The next run reads it again."
        raise RecordError("changed", msg)
    return lines


def _buyer(raw: Record, customers: Mapping[str, Record], facts: ShopFacts) -> Record:
    """Return account and e-mail address of the buyer.

    A guest has a row of customers for each order. The row of a privacy module stands for many
    erased people.
    """
    customer_id = reference(raw.get("id_customer"))
    customer = customers.get(customer_id or "")
    if customer is None:
        return {"customer_id": customer_id, "email": None}
    if facts.is_anonymous(customer):
        return {"customer_id": None, "email": None}
    is_guest = flag(customer.get("is_guest"))
    return {
        "customer_id": None if is_guest else customer_id,
        "email": phrase(customer.get("email")),
    }


def _codes(rules: Sequence[Record], codes: Mapping[str, str]) -> list[str]:
    """Return the codes that the buyer entered; rules without code apply on their own."""
    ids = [str(rule.get("id_cart_rule")) for rule in rules]
    return [codes[rule_id] for rule_id in ids if codes.get(rule_id)]


def _attributes(raw: Record, rules: Sequence[Record], state: State) -> Record:
    """Return more fields without personal data: notes and gift messages are left out."""
    return {
        "id_shop": reference(raw.get("id_shop")),
        "id_lang": reference(raw.get("id_lang")),
        "payment": phrase(raw.get("payment")),
        "order_state": state.name,
        "cart_rules": [phrase(rule.get("name")) for rule in rules],
    }


def _item(line: Record, place: int, line_tax: str) -> Record:
    units, value = returned_quantity(line), Decimal(amount(line, "total_refunded_tax_incl"))
    quantity = Decimal(str(line["product_quantity"]))
    is_returned = units >= quantity > 0 and value >= Decimal(
        amount(line, "total_price_tax_incl")
    )
    return {
        "id": line["id"],
        "position": place,
        "product_id": reference(line.get("product_id")),
        "variant_id": reference(line.get("product_attribute_id")),
        "sku": phrase(line.get("product_reference")),
        "product_name": phrase(line.get("product_name")),
        "quantity": f"{quantity:f}",
        # After reductions in the catalogue. Quantity × price may differ by rounding.
        "unit_price_amount": amount(line, "unit_price_tax_excl"),
        "line_gross_amount": amount(line, "total_price_tax_excl"),
        # Cart rules belong to the order.
        "discount_amount": "0",
        "tax_amount": line_tax,
        "status": "returned" if is_returned else "sold",
        "refunded_quantity": f"{units:f}",
        "refunded_amount": amount(line, "total_refunded_tax_excl"),
        "is_gift_card": None,
        "bundle_parent_item_id": None,
    }

"""Orders of Shopify in the form of the ShopApp API."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_shopapp.applications.shopify.agreements import sales_events
from tap_shopapp.applications.shopify.amounts import amount, line_amounts, order_amounts
from tap_shopapp.records.money import negated, total
from tap_shopapp.records.normalize import NormalizedRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAYMENTS = frozenset(("SALE", "CAPTURE"))
_FULFILLMENT = {
    "FULFILLED": "fulfilled",
    "FULFILLMENT_NOT_REQUIRED": "fulfilled",
    "PARTIALLY_FULFILLED": "partially_fulfilled",
    "RESTOCKED": "returned",
}


def plain_id(gid: str) -> str:
    """Return the id at the end of a global id.

    >>> plain_id("gid://shopify/Order/4501")
    '4501'
    """
    return gid.rpartition("/")[2]


def normalize_order(raw: dict[str, Any]) -> NormalizedRecord:
    """Return an order.

    Args:
        raw: The order from the API, with all of its `lines` and `shipping` lines, the `lines`
            of each refund and the `sales` of each agreement.
    """
    amounts = order_amounts(raw, "presentmentMoney")
    shop_amounts = order_amounts(raw, "shopMoney")
    visit = _visit(raw)
    attributes = {each["key"]: each["value"] for each in raw["customAttributes"]}
    events = list(sales_events(raw["agreements"]))
    return NormalizedRecord(
        {
            "id": plain_id(raw["id"]),
            "order_name": raw["name"],
            "customer_id": plain_id(raw["customer"]["id"]) if raw["customer"] else None,
            "email": raw["email"],
            "currency": raw["presentmentCurrencyCode"],
            **amounts,
            "shop_money": {"currency": raw["currencyCode"], **shop_amounts},
            "prices_include_tax": raw["taxesIncluded"],
            "created_at": raw["createdAt"],
            "updated_at": raw["updatedAt"],
            "processed_at": raw["processedAt"],
            "paid_at": _paid_at(raw),
            "cancelled_at": raw["cancelledAt"],
            "financial_status": raw["displayFinancialStatus"],
            "fulfillment_status": _fulfillment_status(raw),
            "is_test": raw["test"],
            "channel": raw["sourceName"],
            "source_channel": raw["app"] and raw["app"]["name"],
            "dispute_status": _dispute_status(raw),
            "payment_method": next(iter(raw["paymentGatewayNames"]), None),
            "destination_country": (raw["shippingAddress"] or {}).get("countryCodeV2"),
            "discount_codes": raw["discountCodes"],
            "landing_url": visit.get("landingPage"),
            "referrer_url": visit.get("referrerUrl"),
            "attributes": attributes,
            "items": list(_items(raw)),
            "refunds": [
                {
                    "id": plain_id(refund["id"]),
                    "amount": amount(refund["totalRefundedSet"], "presentmentMoney"),
                    "created_at": refund["createdAt"],
                    "reason": refund["note"] or None,
                }
                for refund in raw["refunds"]
            ],
            # Without agreements, the events are derived from the refunds.
            "sales_events": events or (None if raw["refunds"] else []),
        },
        fulfillment_status_raw=raw["displayFulfillmentStatus"],
        campaign={**_utm(visit), **attributes},
        has_defined_signs=True,
    )


def is_deletion(event: dict[str, Any]) -> bool:
    """Whether an event is the deletion of an order.

    The search already asks for it, but Shopify ignores search terms that it does not know.
    """
    return event.get("action") == "destroy" and event.get("subjectType") == "ORDER"


def normalize_deleted_order(raw: dict[str, Any]) -> NormalizedRecord:
    """Return a deleted order, which has only an id and the time of deletion."""
    return NormalizedRecord({"id": plain_id(raw["subjectId"]), "updated_at": raw["createdAt"]})


def _items(raw: dict[str, Any]) -> Iterator[dict[str, Any]]:
    quantities, refunded = _refunded_by_line(raw)
    for line in raw["lines"]:
        amounts = line_amounts(line, "presentmentMoney", tax_included=raw["taxesIncluded"])
        refunded_amount = refunded.get(line["id"], "0")
        status = "sold"
        if line["quantity"] and not line["currentQuantity"]:
            status = "returned" if line["id"] in refunded else "cancelled"
        yield {
            "id": plain_id(line["id"]),
            "product_id": plain_id(line["product"]["id"]) if line["product"] else None,
            "variant_id": plain_id(line["variant"]["id"]) if line["variant"] else None,
            "sku": line["sku"],
            "product_name": line["title"],
            "quantity": str(line["quantity"]),
            "unit_price_amount": amounts.unit_price,
            "line_gross_amount": amounts.gross,
            "discount_amount": amounts.discount,
            "tax_amount": amounts.tax,
            "status": status,
            "refunded_quantity": str(quantities.get(line["id"], 0)),
            "refunded_amount": refunded_amount,
            "is_gift_card": line["isGiftCard"],
        }


def _refunded_by_line(raw: dict[str, Any]) -> tuple[dict[str, int], dict[str, str]]:
    """Return the refunded quantity and the refunded amount before tax, by line.

    A refund of 0 records that a line was removed from the order; it is not counted.
    """
    quantities: dict[str, int] = {}
    amounts: dict[str, str] = {}
    for refund in raw["refunds"]:
        if not Decimal(amount(refund["totalRefundedSet"], "presentmentMoney")):
            continue
        for part in refund["lines"]:
            line_id = part["lineItem"]["id"]
            paid = amount(part["subtotalSet"], "presentmentMoney")
            if raw["taxesIncluded"]:
                paid = total(paid, negated(amount(part["totalTaxSet"], "presentmentMoney")))
            quantities[line_id] = quantities.get(line_id, 0) + part["quantity"]
            amounts[line_id] = total(amounts.get(line_id, "0"), paid)
    return quantities, amounts


def _fulfillment_status(raw: dict[str, Any]) -> str:
    status = _FULFILLMENT.get(raw["displayFulfillmentStatus"], "unfulfilled")
    return "cancelled" if raw["cancelledAt"] and status == "unfulfilled" else status


def _paid_at(raw: dict[str, Any]) -> str | None:
    """Return the time of the first payment; authorizations are no payments."""
    times = [
        each["processedAt"]
        for each in raw["transactions"]
        if each["kind"] in _PAYMENTS and each["status"] == "SUCCESS" and each["processedAt"]
    ]
    return min(times, default=None)


def _dispute_status(raw: dict[str, Any]) -> str | None:
    """Return the status of the latest dispute, which has the highest id."""
    disputes = raw["disputes"]
    latest = max(disputes, key=lambda each: int(plain_id(each["id"])), default=None)
    return latest and latest["status"].lower()


def _visit(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the last visit before the order; a journey of one visit has only the first."""
    journey = raw["customerJourneySummary"] or {}
    return journey.get("lastVisit") or journey.get("firstVisit") or {}


def _utm(visit: dict[str, Any]) -> dict[str, Any]:
    """Return Shopify's UTM parameters of a visit, if the landing page has none."""
    if "utm_" in (visit.get("landingPage") or ""):
        return {}
    parameters = visit.get("utmParameters") or {}
    return {f"utm_{name}": value for name, value in parameters.items()}

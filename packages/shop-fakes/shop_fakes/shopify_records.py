"""Records of Shopify's API, made from a shop in the form of the ShopApp API.

A record's field `shopify` has fields of Shopify; they override the fields that are made here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from shop_fakes.shopify_agreements import RECEIVED, agreements, payments
from shop_fakes.shopify_connections import Connection
from shop_fakes.shopify_ids import gid, of, row
from shop_fakes.shopify_money import Money, rounded

if TYPE_CHECKING:
    from collections.abc import Collection

    from shopapp_demo.shop import Record, Shop

    Row = dict[str, Any]

_FULFILLMENT = {"returned": "RESTOCKED", "cancelled": "UNFULFILLED"}


def order(record: Record, shop: Shop) -> Row:
    """Return an order."""
    money = Money(shop.info["currency"], record["currency"])
    total, refunded = Decimal(record["total_amount"]), Decimal(record["refunded_amount"])
    fee, fee_tax = (
        Decimal(record.get(name) or "0") for name in ("fee_amount", "fee_tax_amount")
    )
    is_cancelled = record["cancelled_at"] is not None
    status = record["fulfillment_status"]
    lines = [_line(line, record, money, shop) for line in record["items"]]
    fields = {
        "name": record["order_name"],
        "createdAt": record["created_at"],
        "updatedAt": record["updated_at"],
        "processedAt": record.get("processed_at") or record["created_at"],
        "cancelledAt": record["cancelled_at"],
        "test": bool(record.get("is_test")),
        "email": record["email"],
        "sourceName": record.get("channel") or "web",
        "app": {"name": record.get("source_channel") or "Online Store"},
        "edited": False,
        "returnStatus": "NO_RETURN",
        "disputes": [],
        "transactions": payments(record),
        "currencyCode": money.shop,
        "presentmentCurrencyCode": money.presentment,
        "taxesIncluded": bool(record.get("prices_include_tax")),
        "displayFinancialStatus": record["financial_status"].upper(),
        "displayFulfillmentStatus": _FULFILLMENT.get(status, status.upper()),
        "discountCodes": record.get("discount_codes") or [],
        "paymentGatewayNames": list(filter(None, [record.get("payment_method")])),
        "customAttributes": [
            {"key": key, "value": str(value)}
            for key, value in (record.get("attributes") or {}).items()
        ],
        "customer": of("Customer", record["customer_id"]),
        "shippingAddress": _address(record),
        "customerJourneySummary": _journey(record),
        "totalPriceSet": money.bag(total),
        "currentTotalPriceSet": money.bag(0 * total if is_cancelled else total - refunded),
        "totalReceivedSet": money.bag(total * (record["financial_status"] in RECEIVED)),
        "totalTaxSet": money.bag(record["tax_amount"]),
        "totalTipReceivedSet": money.bag(record.get("tip_amount") or "0"),
        "dutiesIncluded": False,
        "originalTotalDutiesSet": None,
        "originalTotalAdditionalFeesSet": money.bag(fee) if fee else None,
        "additionalFees": [{"taxLines": [{"priceSet": money.bag(fee_tax)}]}] if fee else [],
        "totalCashRoundingAdjustment": {"paymentSet": money.bag("0")},
        "totalRefundedSet": money.bag(refunded),
        "refunds": refunds(record, shop),
        "agreements": Connection(lambda: agreements(record, money)),
        "lineItems": Connection(lambda: lines),
        "shippingLines": Connection(lambda: _shipping(record, money)),
    }
    return row("Order", record, fields)


def _address(record: Record) -> Row | None:
    country = record.get("destination_country")
    return {"countryCodeV2": country} if country else None


def _journey(record: Record) -> Row:
    """Return the buyer's visits: an earlier one, and the one of the order."""
    if not (url := record.get("landing_url")):
        return {"ready": False, "firstVisit": None, "lastVisit": None}
    query = dict(parse_qsl(urlsplit(url).query))
    names = ("source", "medium", "campaign", "content", "term")
    utm = {name: query.get(f"utm_{name}") for name in names}
    last = {
        "landingPage": url,
        "referrerUrl": record.get("referrer_url"),
        "utmParameters": utm if any(utm.values()) else None,
    }
    first = {"landingPage": "https://shop.example/about", "referrerUrl": None}
    return {
        "ready": True,
        "firstVisit": {**first, "utmParameters": None},
        "lastVisit": last,
    }


def _line(line: Record, record: Record, money: Money, shop: Shop) -> Row:
    quantity, price = int(line["quantity"]), Decimal(line["unit_price_amount"])
    discount, tax = Decimal(line["discount_amount"]), Decimal(line["tax_amount"])
    untaxed = quantity * price - discount
    if record.get("prices_include_tax") and untaxed:
        price = rounded(price * (untaxed + tax) / untaxed, money.presentment)
        discount = quantity * price - untaxed - tax
    refunded = int(Decimal(line.get("refunded_quantity") or "0"))
    is_sold = (line.get("status") or "sold") == "sold"
    product, variant = line["product_id"], line["variant_id"]
    fields = {
        "title": line["product_name"],
        "sku": line["sku"],
        "quantity": quantity,
        "currentQuantity": quantity - refunded if is_sold else 0,
        "isGiftCard": bool(line.get("is_gift_card")),
        # The line of a deleted product remains.
        "product": of("Product", product) if product in shop.products else None,
        "variant": of("ProductVariant", variant) if product in shop.products else None,
        "originalUnitPriceSet": money.bag(price),
        "discountAllocations": [{"allocatedAmountSet": part} for part in money.parts(discount)],
        "taxLines": [{"priceSet": part} for part in money.parts(tax)],
    }
    return row("LineItem", line, fields)


def _shipping(record: Record, money: Money) -> list[Row]:
    amount, tax = Decimal(record["shipping_amount"]), Decimal(record["shipping_tax_amount"])
    if not amount and not tax:
        return []
    fields = {
        "discountedPriceSet": money.bag(
            amount + tax if record.get("prices_include_tax") else amount
        ),
        "taxLines": [{"priceSet": part} for part in money.parts(tax)],
    }
    return [row("ShippingLine", {"id": record["id"]}, fields)]


def refunds(record: Record, shop: Shop) -> list[Row]:
    """Return an order's refunds; the first contains all refunded lines."""
    money = Money(shop.info["currency"], record["currency"])
    refunded = [
        line for line in record["items"] if Decimal(line.get("refunded_quantity") or "0")
    ]
    rows = [_refunded(line, record, money) for line in refunded]
    return [
        _refund(refund, money, [] if number else rows)
        for number, refund in enumerate(record["refunds"])
    ]


def _refund(refund: Record, money: Money, rows: list[Row]) -> Row:
    fields = {
        "createdAt": refund["created_at"],
        "note": refund.get("reason"),
        "totalRefundedSet": money.bag(refund["amount"]),
        "refundLineItems": Connection(lambda: rows),
    }
    return row("Refund", refund, fields)


def _refunded(line: Record, record: Record, money: Money) -> Row:
    count, quantity = Decimal(line["refunded_quantity"]), Decimal(line["quantity"])
    untaxed = Decimal(line["refunded_amount"])
    tax = rounded(Decimal(line["tax_amount"]) * count / quantity, money.presentment)
    fields = {
        "quantity": int(count),
        "lineItem": of("LineItem", line["id"]),
        "subtotalSet": money.bag(
            untaxed + tax if record.get("prices_include_tax") else untaxed
        ),
        "totalTaxSet": money.bag(tax),
    }
    return row("RefundLineItem", {"id": line["id"]}, fields)


def product(record: Record, shop: Shop, collections: Collection[str]) -> Row:
    """Return a product with one category of the taxonomy and any number of collections."""
    filed = record["category_ids"]
    category = next((key for key in filed if key not in collections), None)
    image = record.get("image_url")
    fields = {
        "title": record["name"],
        "descriptionHtml": record.get("description") or "",
        "vendor": record.get("brand") or "",
        "productType": record.get("product_type") or "",
        "status": record["status"].upper(),
        "createdAt": record["created_at"],
        "updatedAt": record["updated_at"],
        "onlineStoreUrl": record.get("url"),
        "featuredMedia": image
        and {"__typename": "MediaImage", "preview": {"image": {"url": image}}},
        "category": taxonomy_category(shop.categories[category], shop) if category else None,
        "variants": Connection(lambda: _variants(record)),
        "collections": Connection(
            lambda: [collection(shop.categories[key]) for key in filed if key in collections]
        ),
    }
    return row("Product", record, fields)


def _variants(record: Record) -> list[Row]:
    """Return a product's variants: a more expensive one, then the one with its price."""
    price = Decimal(record["price_amount"])
    found = [
        (f"4{record['id']}", f"{record['sku']}-L", "Large", price + 5),
        (f"5{record['id']}", record["sku"], "Small", price),
    ]
    return [
        row(
            "ProductVariant", {"id": key}, {"sku": sku, "title": title, "price": f"{price:.2f}"}
        )
        for key, sku, title, price in found
    ]


def taxonomy_category(record: Record, shop: Shop) -> Row:
    """Return a category of the taxonomy."""
    above: list[str] = []
    parent = record["parent_id"]
    while parent:
        above.append(gid("TaxonomyCategory", parent))
        parent = shop.categories[parent]["parent_id"]
    fields = {
        "name": record["name"],
        "parentId": above[0] if above else None,
        "ancestorIds": above,
        "level": len(above) + 1,
    }
    return row("TaxonomyCategory", record, fields)


def collection(record: Record) -> Row:
    """Return a collection."""
    fields = {"title": record["name"], "updatedAt": record["updated_at"]}
    return row("Collection", record, fields)


def customer(record: Record) -> Row:
    """Return a customer."""
    email, phone = record.get("email"), record.get("phone")
    state = "SUBSCRIBED" if record.get("accepts_marketing") else "NOT_SUBSCRIBED"
    fields = {
        "firstName": record.get("first_name"),
        "lastName": record.get("last_name"),
        "createdAt": record["created_at"],
        "updatedAt": record["updated_at"],
        "defaultEmailAddress": email and {"emailAddress": email, "marketingState": state},
        "defaultPhoneNumber": phone and {"phoneNumber": phone},
    }
    return row("Customer", record, fields)

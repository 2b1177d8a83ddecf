"""Orders as Shopify's API answers them, in CAD and paid unless a test changes them."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


def bag(buyers: str, shops: str | None = None) -> Row:
    """Return an amount in both currencies. Without `shops`, the shop's amount is the same."""
    return {"presentmentMoney": {"amount": buyers}, "shopMoney": {"amount": shops or buyers}}


def tax(*amounts: str) -> list[Row]:
    """Return tax lines of these amounts."""
    return [{"priceSet": bag(amount)} for amount in amounts]


def line(number: int, price: str, **changed: Any) -> Row:
    """Return a line of one piece of a product that has the line's number."""
    plain = {
        "id": f"gid://shopify/LineItem/{number}",
        "title": f"Thing {number}",
        "sku": f"T{number}",
        "quantity": 1,
        "currentQuantity": 1,
        "isGiftCard": False,
        "product": {"id": f"gid://shopify/Product/{number}"},
        "variant": {"id": f"gid://shopify/ProductVariant/{number}"},
        "originalUnitPriceSet": bag(price),
        "discountAllocations": [],
        "taxLines": [],
    }
    return plain | changed


def shipping(price: str, taxed: str = "0.00") -> list[Row]:
    """Return one shipping line and its tax."""
    return [{"id": "s", "discountedPriceSet": bag(price), "taxLines": tax(taxed)}]


def refund(number: int, paid: str, *lines: tuple[int, int, str, str]) -> Row:
    """Return a refund of lines: each has a line number, a quantity, a subtotal and a tax."""
    return {
        "id": f"gid://shopify/Refund/{number}",
        "createdAt": "2026-03-08T10:00:00Z",
        "note": None,
        "totalRefundedSet": bag(paid),
        "lines": [
            {
                "quantity": quantity,
                "lineItem": {"id": f"gid://shopify/LineItem/{line_number}"},
                "subtotalSet": bag(subtotal),
                "totalTaxSet": bag(its_tax),
            }
            for line_number, quantity, subtotal, its_tax in lines
        ],
    }


def sale(kind: str, action: str, total: str, **changed: Any) -> Row:
    """Return a sale; `tax`, `discount`, `quantity` and `line` are optional."""
    number = changed.pop("line", None)
    on_line = {} if number is None else {"lineItem": {"id": f"gid://shopify/LineItem/{number}"}}
    name = f"{kind}-{action}-{number or 0}"
    return {
        "id": f"gid://shopify/Sale/{name}",
        "actionType": action,
        "lineType": kind,
        "quantity": changed.get("quantity"),
        "totalAmount": bag(total, changed.get("shop")),
        "totalTaxAmount": bag(changed.get("tax", "0.0")),
        "totalDiscountAmountBeforeTaxes": bag(changed.get("discount", "0.0")),
        **on_line,
    }


def agreement(reason: str, *sales: Row, at: str = "2026-03-08T10:00:00Z") -> Row:
    """Return an agreement, such as the placement of an order or a refund."""
    return {
        "id": f"gid://shopify/{reason}/1",
        "reason": reason,
        "happenedAt": at,
        "sales": list(sales),
    }


def order(number: int, total: str, **changed: Any) -> Row:
    """Return an order; its buyer has the order's number."""
    moment = "2026-03-05T15:00:00Z"
    plain = {
        "id": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "createdAt": moment,
        "updatedAt": moment,
        "processedAt": moment,
        "cancelledAt": None,
        "test": False,
        "email": f"buyer{number}@example.com",
        "sourceName": "web",
        "app": {"name": "Online Store"},
        "edited": False,
        "returnStatus": "NO_RETURN",
        "currencyCode": "CAD",
        "presentmentCurrencyCode": "CAD",
        "taxesIncluded": False,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "FULFILLED",
        "discountCodes": [],
        "paymentGatewayNames": ["shopify_payments"],
        "customAttributes": [],
        "customer": {"id": f"gid://shopify/Customer/{number}"},
        "shippingAddress": {"countryCodeV2": "CA"},
        "customerJourneySummary": None,
        "totalPriceSet": bag(total),
        "currentTotalPriceSet": bag(total),
        "totalReceivedSet": bag(total),
        "totalTaxSet": None,
        "totalRefundedSet": bag("0.0"),
        "refunds": [],
        "disputes": [],
        "transactions": [],
        "agreements": [],
        "lines": [],
        "shipping": [],
    }
    return plain | changed

"""Sales agreements of Shopify: what was added to an order, removed, returned or refunded.

https://shopify.dev/docs/api/admin-graphql/latest/interfaces/SalesAgreement: the placement of an
order is an agreement, and so is each edit, return and refund. Their sales sum to the order.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_shopapp.applications.shopify.amounts import amount
from tap_shopapp.records.money import negated, total

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_shopapp.applications.shopify.amounts import Side

    Row = dict[str, Any]

_PLACEMENT = "ORDER"
_GOODS = frozenset(("PRODUCT", "GIFT_CARD"))
_CHARGES = {
    "SHIPPING": "shipping",
    "FEE": "fee",
    "ADDITIONAL_FEE": "fee",
    "TIP": "tip",
    "DUTY": "duty",
}
_OF_GOODS = {"ORDER": "addition", "RETURN": "return", "UPDATE": "price_change"}
_UNCHANGED = "NO_RETURN"


def may_have_changed(order: Row) -> bool:
    """Return whether an order may have agreements after its placement."""
    return bool(
        order["refunds"]
        or order["edited"]
        or order["cancelledAt"]
        or order["returnStatus"] != _UNCHANGED
    )


def is_placement(agreement: Row) -> bool:
    """Return whether an agreement is the placement of its order."""
    return bool(agreement["reason"] == _PLACEMENT)


def sales_events(agreements: list[Row]) -> Iterator[Row]:
    """Yield the sales after the placement of an order, in the form of the ShopApp API.

    Args:
        agreements: The agreements of the order, each with all of its `sales`.
    """
    for agreement in agreements:
        if not is_placement(agreement):
            for sale in agreement["sales"]:
                yield _event(sale, agreement)


def _event(sale: Row, agreement: Row) -> Row:
    line = sale.get("lineItem")
    quantity = sale["quantity"]
    goods, discount, tax = _amounts(sale, "presentmentMoney")
    shop_goods, shop_discount, shop_tax = _amounts(sale, "shopMoney")
    is_of_goods = sale["lineType"] in _GOODS
    return {
        "id": sale["id"].rpartition("/")[2],
        "item_id": line["id"].rpartition("/")[2] if line and is_of_goods else None,
        "kind": _kind(sale, agreement),
        "occurred_at": agreement["happenedAt"],
        "quantity": str(_signed(sale, quantity))
        if is_of_goods and quantity is not None
        else None,
        "goods_amount": goods,
        "discount_amount": discount,
        "tax_amount": tax,
        "shop_goods_amount": shop_goods,
        "shop_discount_amount": shop_discount,
        "shop_tax_amount": shop_tax,
        "refund_split": "stated",
    }


def _kind(sale: Row, agreement: Row) -> str:
    """Return the kind of the contract; of new types, Shopify's own words."""
    line, action = sale["lineType"], sale["actionType"]
    if line == "ADJUSTMENT":
        return "adjustment"
    if line in _GOODS and action in _OF_GOODS:
        is_edit = agreement["reason"] == "ORDER_EDIT"
        return "removal" if action == "RETURN" and is_edit else _OF_GOODS[action]
    if line in _CHARGES and action in _OF_GOODS:
        return _CHARGES[line] + ("_refund" if action == "RETURN" else "")
    return f"{line}/{action}"


def _amounts(sale: Row, side: Side) -> tuple[str, str, str]:
    """Return amount before discount and tax, discount, and tax.

    The total of a sale is after discounts and taxes.
    """
    tax = amount(sale["totalTaxAmount"], side)
    net = total(amount(sale["totalAmount"], side), negated(tax))
    discount = (
        f"{_signed(sale, Decimal(amount(sale['totalDiscountAmountBeforeTaxes'], side))):f}"
    )
    return total(net, discount), discount, tax


def _signed(sale: Row, number: Any) -> Any:  # noqa: ANN401 - any number in, the same type out
    """Return a number with the sign of its action: Shopify does not document the sign."""
    signs = {"ORDER": 1, "RETURN": -1}
    sign = signs.get(sale["actionType"])
    return abs(number) * sign + 0 if sign else number

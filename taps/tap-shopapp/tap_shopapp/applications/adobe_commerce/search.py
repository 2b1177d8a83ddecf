"""Searches of the Adobe Commerce API: criteria of a query, and the answer.

The shop answers criteria that it cannot use with all records instead of an error. So every page
is checked: see `paging`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_shopapp.api.http import JsonClient
    from tap_shopapp.pages import Record

ON_BAD_RESPONSE = (
    "Check that api_url is the address of Adobe Commerce or Magento Open Source 2.4, and that"
    " no module or proxy changes its API."
)
STORE_CONFIGS = "/store/storeConfigs"
"""Path of the settings of the store views."""

Filter = tuple[str, str, str]
"""Field, condition and value. All filters of a search must be met."""


@dataclass(frozen=True, slots=True)
class SearchList:
    """A list of the API.

    Attributes:
        path: Its path below the root of the API.
        permission: The permission that it needs.
        key: Name of the id in records. In filters it is always `entity_id`.
        fields: The fields to answer. Others, with personal data, never leave the shop.
        has_times: Whether records have a time of change.
    """

    path: str
    permission: str
    key: str
    fields: str
    has_times: bool = True


_MONEY = (
    *("subtotal", "discount_amount", "shipping_amount", "shipping_tax_amount", "tax_amount"),
    *("discount_tax_compensation_amount", "grand_total"),
)
_INVOICED = (
    *("subtotal_invoiced", "discount_invoiced", "shipping_invoiced", "tax_invoiced"),
    *("discount_tax_compensation_invoiced", "total_invoiced", "total_canceled"),
    *("total_paid", "total_refunded"),
)
_SHIPPING = (
    "shipping_discount_tax_compensation_amount",
    "base_shipping_discount_tax_compensation_amnt",
)
_FIXED_TAX = ("weee_tax_applied_row_amount", "base_weee_tax_applied_row_amnt")
_ROW = ("price", "discount_amount", "tax_amount", "discount_tax_compensation_amount")
_MEMO_TENDERS = ("customer_balance_amount", "gift_cards_amount")
_TENDERS = (*_MEMO_TENDERS, "reward_currency_amount")
_TENDERS_INVOICED = ("customer_balance_invoiced", "gift_cards_invoiced")
_FEES = "custom_fee_amount,base_custom_fee_amount"
_WRAPPING = tuple(
    f"{name}{side}{part}"
    for name in ("gw_", "gw_items_", "gw_card_")
    for side in ("", "base_")
    for part in ("price", "tax_amount")
)
# Fields that a module of the shop may add to orders.
_CAMPAIGN = (
    *("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
    *("id_send_log", "id_batch", "id_visit", "landing_url", "referrer_url"),
)


def _both(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{side}{name}" for side in ("", "base_") for name in names)


def _selection(*fields: str, **inner: str) -> str:
    return ",".join([*fields, *(f"{name}[{fields}]" for name, fields in inner.items())])


_ADDRESS = "shipping[address[country_id]]"
_ORDER = _selection(
    *("entity_id", "increment_id", "state", "status", "store_id", "store_name"),
    *("created_at", "updated_at", "customer_id", "customer_email", "customer_group_id"),
    *("order_currency_code", "base_currency_code", "base_to_order_rate", "coupon_code"),
    "shipping_description",
    *_both((*_MONEY, *_INVOICED)),
    *_SHIPPING,
    items=_selection(
        *("item_id", "parent_item_id", "product_id", "product_type", "sku", "name"),
        *("qty_ordered", "qty_invoiced", "qty_shipped", "qty_canceled", "qty_refunded"),
        *("amount_refunded", "discount_refunded", "discount_tax_compensation_refunded"),
        *_both(
            (
                *_ROW,
                "discount_invoiced",
                "tax_invoiced",
                "discount_tax_compensation_invoiced",
            )
        ),
        *_FIXED_TAX,
    ),
    payment="method,amount_authorized",
    billing_address="country_id",
    extension_attributes=_selection(
        *_both((*_TENDERS, *_TENDERS_INVOICED)),
        *_WRAPPING,
        *_CAMPAIGN,
        "coupon_codes",
        custom_fees=_FEES,
        shipping_assignments=_ADDRESS,
    ),
)
_MEMO = _selection(
    *("entity_id", "order_id", "state", "created_at", "updated_at"),
    *_both((*_MONEY, "adjustment_positive", "adjustment_negative")),
    *_SHIPPING,
    items=_selection("order_item_id", "qty", *_both(_ROW), *_FIXED_TAX),
    extension_attributes=_selection(*_both(_MEMO_TENDERS), *_WRAPPING),
)
_ATTRIBUTES = "attribute_code,value"

ORDERS = SearchList("/orders", "Magento_Sales::actions_view", "entity_id", _ORDER)
CREDIT_MEMOS = SearchList("/creditmemos", "Magento_Sales::sales_creditmemo", "entity_id", _MEMO)
PRODUCTS = SearchList(
    "/products",
    "Magento_Catalog::products",
    "id",
    _selection(
        *("id", "sku", "name", "price", "status", "visibility", "type_id"),
        *("created_at", "updated_at"),
        extension_attributes="configurable_product_links,category_links[category_id]",
        custom_attributes=_ATTRIBUTES,
    ),
)
CATEGORIES = SearchList(
    "/categories/list",
    "Magento_Catalog::categories",
    "id",
    "id,parent_id,level,name,updated_at",
    has_times=False,
)
CUSTOMERS = SearchList(
    "/customers/search",
    "Magento_Customer::customer",
    "id",
    "id,email,firstname,lastname,created_at,updated_at,extension_attributes[is_subscribed]",
)


def criteria(
    filters: Iterable[Filter], sort: Iterable[tuple[str, str]], page_size: int, fields: str
) -> dict[str, str]:
    """Return the query of a search.

    Each filter is alone in its group, since all groups must be met. The direction is always
    stated, because the default is descending.
    """
    query: dict[str, str] = {}
    for place, (field, condition, value) in enumerate(filters):
        within = f"searchCriteria[filterGroups][{place}][filters][0]"
        query[f"{within}[field]"] = field
        query[f"{within}[conditionType]"] = condition
        query[f"{within}[value]"] = value
    for place, (field, direction) in enumerate(sort):
        query[f"searchCriteria[sortOrders][{place}][field]"] = field
        query[f"searchCriteria[sortOrders][{place}][direction]"] = direction
    query["searchCriteria[pageSize]"] = str(page_size)
    query["fields"] = f"items[{fields}],total_count"
    return query


def search(
    client: JsonClient,
    path: str,
    query: Mapping[str, str],
    *,
    retry_budget: float | None = None,
    page_budget: float | None = None,
) -> tuple[list[Record], int]:
    """Return the records of one page, and the number of records that meet the filters.

    An empty page is a list, or null if the query selects fields.

    Raises:
        PageError: The shop may be unable to produce this page.
        TapError: The answer does not have the form of a search.
    """
    body: dict[str, Any] = client.get(
        path, query, retry_budget=retry_budget, page_budget=page_budget
    ).body
    rows, total = body.get("items"), body.get("total_count")
    rows = [] if rows is None else rows
    if not isinstance(rows, list) or type(total) is not int:
        msg = f"The shop's response to {path} has no items and total_count."
        raise TapError(msg, ON_BAD_RESPONSE)
    return rows, total

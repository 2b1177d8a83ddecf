"""Names and types in Adobe Commerce's published schema, for the lists that the tap reads.

Read from `src/openapi/admin-schema-<release>.yaml` of AdobeDocs/commerce-webapi (Apache-2.0) at
the commits in `RELEASES`: the parameters of the five searches, the body of the login, and of
each object the properties that the tap selects or the fake answers, with their types. Every
name and type was compared with the files of all releases. They are the same, except for
`ABSENT`. Descriptions are left out.

`REQUIRED` has properties that the schema requires. It is not complete: `base_cost` of a line of
a credit memo is left out, for example. As recorded, a required property can be null, or absent
if the query selects others.

The parameter `fields` is not in the schema. Adobe documents it for every GET request:
https://developer.adobe.com/commerce/webapi/rest/use-rest/retrieve-filtered-responses/
A shop ignores names that it does not have: `Webapi/Rest/Response/FieldsFilter.php` of
magento/magento2 at 07273d8add98b1dfc21645cecb8fe6bc5fe0f4aa intersects them with the answer.
"""

from __future__ import annotations

import re
from typing import Any

from jsonschema import Draft202012Validator

RELEASES = {
    "2.4.7": "235e7a21e89eb324001c4dd8deb9c1d2fbd055e6",
    "2.4.8": "099facf119f56d379d8e9256464b20615a867809",
    "2.4.9": "25577fa18894c410a491960c9c4024f0c00b0212",
}
"""Commit of the file of each release."""

ABSENT = {"2.4.7": {"order_extension": frozenset(("custom_fees",))}}
"""Properties that the file of a release does not have, by object.

`custom_fees` belongs to the extension Admin UI SDK. Another version of the file of 2.4.7, at
f52bae23861119a753bffc72a8ae1c464df4ed66, has it.
"""

STRING, NUMBER, INTEGER, BOOLEAN = "string", "number", "integer", "boolean"

SEARCH_PARAMETERS = frozenset(
    (
        *(
            f"searchCriteria[filterGroups][0][filters][0][{name}]"
            for name in ("field", "value", "conditionType")
        ),
        *(f"searchCriteria[sortOrders][0][{name}]" for name in ("field", "direction")),
        "searchCriteria[pageSize]",
        "searchCriteria[currentPage]",
    )
)

RESULTS = {
    "/V1/orders": "order",
    "/V1/creditmemos": "credit_memo",
    "/V1/products": "product",
    "/V1/categories/list": "category",
    "/V1/customers/search": "customer",
}
"""The object in `items` of the answer of each path. `/V1/store/storeConfigs` answers a list."""

REQUIRED_LOGIN = frozenset(("username", "password"))
"""Required texts in the body of `POST /V1/integration/admin/token`, which answers a text."""


def _typed(**names: str) -> dict[str, str]:
    """Return types by name, from the names of each type."""
    return {name: kind for kind, listed in names.items() for name in listed.split()}


def _with_base(names: str) -> str:
    return f"{names} {' '.join(f'base_{name}' for name in names.split())}"


_WRAPPING = " ".join(
    f"{name}{side}{part}"
    for name in ("gw_", "gw_items_", "gw_card_")
    for side in ("", "base_")
    for part in ("price", "tax_amount")
)
_COMPENSATION = "discount_tax_compensation_amount"

OBJECTS: dict[str, dict[str, Any]] = {
    "order": {
        **_typed(
            integer="entity_id store_id customer_id customer_group_id customer_is_guest",
            string="increment_id state status store_name created_at updated_at customer_email"
            " order_currency_code base_currency_code global_currency_code coupon_code"
            " shipping_description customer_note remote_ip protect_code",
            number=_with_base(
                "subtotal discount_amount shipping_amount shipping_tax_amount tax_amount"
                f" {_COMPENSATION} grand_total subtotal_invoiced discount_invoiced"
                " shipping_invoiced tax_invoiced discount_tax_compensation_invoiced"
                " total_invoiced total_canceled total_paid total_refunded"
            )
            + " shipping_discount_tax_compensation_amount base_to_order_rate"
            " base_shipping_discount_tax_compensation_amnt base_to_global_rate"
            " store_to_base_rate store_to_order_rate",
        ),
        "items": ["order_item"],
        "billing_address": "address",
        "payment": "payment",
        "status_histories": ["status_history"],
        "extension_attributes": "order_extension",
    },
    "order_item": {
        **_typed(
            integer="item_id parent_item_id product_id",
            string="product_type sku name",
            number=_with_base(
                f"price discount_amount tax_amount {_COMPENSATION} discount_invoiced"
                " tax_invoiced discount_tax_compensation_invoiced amount_refunded"
                " discount_refunded discount_tax_compensation_refunded row_total row_invoiced"
            )
            + " qty_ordered qty_invoiced qty_shipped qty_canceled qty_refunded"
            " weee_tax_applied_row_amount base_weee_tax_applied_row_amnt",
        ),
        "parent_item": "order_item",
    },
    "address": {"country_id": STRING},
    "payment": {"method": STRING, "amount_authorized": NUMBER},
    "status_history": {"comment": STRING, "created_at": STRING},
    "order_extension": {
        **_typed(
            string=_WRAPPING,
            number=_with_base(
                "customer_balance_amount customer_balance_invoiced gift_cards_amount"
                " gift_cards_invoiced reward_currency_amount"
            ),
        ),
        "coupon_codes": [STRING],
        "custom_fees": ["custom_fee"],
        "shipping_assignments": ["shipping_assignment"],
    },
    "custom_fee": {"custom_fee_amount": NUMBER, "base_custom_fee_amount": NUMBER},
    "shipping_assignment": {"shipping": "shipping"},
    "shipping": {"address": "address", "method": STRING},
    "credit_memo": {
        **_typed(
            integer="entity_id order_id state",
            string="increment_id created_at updated_at",
            number=_with_base(
                "subtotal discount_amount shipping_amount shipping_tax_amount tax_amount"
                f" {_COMPENSATION} grand_total adjustment_positive adjustment_negative"
            )
            + " shipping_discount_tax_compensation_amount"
            " base_shipping_discount_tax_compensation_amnt",
        ),
        "items": ["credit_memo_item"],
        "comments": ["status_history"],
        "extension_attributes": "credit_memo_extension",
    },
    "credit_memo_item": _typed(
        integer="entity_id order_item_id",
        number=_with_base(f"price discount_amount tax_amount {_COMPENSATION} row_total")
        + " qty weee_tax_applied_row_amount base_weee_tax_applied_row_amnt",
    ),
    "credit_memo_extension": _typed(
        string=_WRAPPING, number=_with_base("customer_balance_amount gift_cards_amount")
    ),
    "product": {
        **_typed(
            integer="id status visibility",
            string="sku name type_id created_at updated_at",
            number="price",
        ),
        "extension_attributes": "product_extension",
        "custom_attributes": ["custom_attribute"],
    },
    "product_extension": {
        "website_ids": [INTEGER],
        "category_links": ["category_link"],
        "configurable_product_links": [INTEGER],
    },
    "category_link": {"position": INTEGER, "category_id": STRING},
    # The schema says that a value is text. Recorded values are text or lists.
    "custom_attribute": {"attribute_code": STRING, "value": [STRING, "any"]},
    "category": _typed(
        integer="id parent_id position level",
        string="name created_at updated_at path",
        boolean="is_active",
    ),
    "customer": {
        **_typed(
            integer="id group_id store_id website_id",
            string="email firstname lastname created_at updated_at dob taxvat",
        ),
        "extension_attributes": "customer_extension",
    },
    "customer_extension": {"is_subscribed": BOOLEAN},
    "store_config": _typed(
        integer="id website_id",
        string="code locale base_currency_code default_display_currency_code timezone"
        " weight_unit base_url base_link_url base_static_url base_media_url secure_base_url"
        " secure_base_link_url secure_base_static_url secure_base_media_url",
    ),
}
REQUIRED = {
    "order": ("base_grand_total", "customer_email", "grand_total", "items"),
    "order_item": ("sku",),
    "credit_memo": ("order_id", "items"),
    "credit_memo_item": ("base_price", "entity_id", "order_item_id", "qty"),
    "product": ("sku",),
    "customer": ("email", "firstname", "lastname"),
    "store_config": tuple(OBJECTS["store_config"]),
}
_TYPES = frozenset((STRING, NUMBER, INTEGER, BOOLEAN))


def parameter(name: str) -> str:
    """Return a parameter as the schema names it: with 0 for every index."""
    return re.sub(r"\[\d+\]", "[0]", name)


def unknown_fields(
    tree: dict[str, Any], name: str, release: str, within: str = ""
) -> list[str]:
    """Return the fields of a selection, as nested names, that an object of a release lacks."""
    absent = ABSENT.get(release, {}).get(name, ())
    found = []
    for field, inner in tree.items():
        kind = None if field in absent else OBJECTS[name].get(field)
        kind = kind[0] if isinstance(kind, list) else kind
        if kind is None or bool(inner) != (kind not in _TYPES):
            found.append(f"{within}{field}")
        elif inner:
            found += unknown_fields(inner, kind, release, f"{within}{field}.")
    return found


def problems(value: Any, name: str, *, is_whole: bool = True) -> list[str]:
    """Return how a value violates the schema.

    Args:
        value: An object of an answer.
        name: Name of the object.
        is_whole: Whether required properties are checked.
    """
    schema = {
        "$ref": f"#/$defs/{name}",
        "$defs": {each: _definition(each, is_whole=is_whole) for each in OBJECTS},
    }
    errors = Draft202012Validator(schema).iter_errors(value)
    return [f"{error.json_path}: {error.message}" for error in errors]


def _definition(name: str, *, is_whole: bool) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {field: _kind(kind) for field, kind in OBJECTS[name].items()},
        "required": list(REQUIRED.get(name, ())) if is_whole else [],
    }


def _kind(kind: Any) -> dict[str, Any]:
    if isinstance(kind, list):
        if "any" in kind:
            return {}
        return {"type": ["array", "null"], "items": _kind(kind[0])}
    if kind in _TYPES:
        return {"type": [kind, "null"]}
    return {"anyOf": [{"$ref": f"#/$defs/{kind}"}, {"type": "null"}]}

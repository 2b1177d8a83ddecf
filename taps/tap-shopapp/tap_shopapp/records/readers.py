"""The fields of the ShopApp API's records, by the kind that reads them.

Generated from contract/*.yml by `make contract`; do not edit.
"""

from __future__ import annotations

from tap_shopapp.records.fields import Fields

AMOUNTS = (
    "gross_amount",
    "discount_amount",
    "shipping_amount",
    "shipping_tax_amount",
    "tax_amount",
    "fee_amount",
    "fee_tax_amount",
    "tip_amount",
    "duty_amount",
    "adjustment_amount",
    "total_amount",
    "refunded_amount",
)
FINANCIAL_STATUS_VOCABULARY = frozenset(
    (
        "unpaid",
        "pending",
        "authorized",
        "partially_paid",
        "paid",
        "partially_refunded",
        "refunded",
        "voided",
        "failed",
        "expired",
    )
)
FULFILLMENT_STATUS_VOCABULARY = frozenset(
    ("unfulfilled", "partially_fulfilled", "fulfilled", "returned", "cancelled")
)
KIND_VOCABULARY = frozenset(
    (
        "addition",
        "removal",
        "return",
        "price_change",
        "shipping",
        "fee",
        "tip",
        "duty",
        "shipping_refund",
        "fee_refund",
        "tip_refund",
        "duty_refund",
        "adjustment",
    )
)
CATEGORY = Fields(
    ids=("parent_id",),
    texts=("name", "url"),
    times=("updated_at", "deleted_at"),
    others=("id",),
)
PRODUCT = Fields(
    texts=(
        "name",
        "description",
        "sku",
        "brand",
        "product_type",
        "currency",
        "url",
        "image_url",
        "status",
    ),
    decimals=("price_amount",),
    times=("created_at", "updated_at", "deleted_at"),
    others=("id", "category_ids", "attributes"),
)
CUSTOMER = Fields(
    texts=("email", "first_name", "last_name", "phone"),
    booleans=("accepts_marketing",),
    times=("created_at", "updated_at", "deleted_at"),
    others=("id", "attributes"),
)
TRANSACTION = Fields(
    ids=("customer_id", "contact_id", "parent_transaction_id"),
    texts=(
        "order_name",
        "email",
        "currency",
        "financial_status",
        "fulfillment_status",
        "affiliation",
        "channel",
        "source_channel",
        "dispute_status",
        "payment_method",
        "destination_country",
        "landing_url",
        "referrer_url",
    ),
    decimals=(
        "gross_amount",
        "discount_amount",
        "shipping_amount",
        "shipping_tax_amount",
        "tax_amount",
        "fee_amount",
        "fee_tax_amount",
        "tip_amount",
        "duty_amount",
        "adjustment_amount",
        "total_amount",
        "refunded_amount",
    ),
    booleans=("prices_include_tax", "is_test"),
    times=("created_at", "updated_at", "processed_at", "paid_at", "cancelled_at", "deleted_at"),
    others=(
        "id",
        "shop_money",
        "discount_codes",
        "attributes",
        "items",
        "refunds",
        "sales_events",
    ),
)
ITEM = Fields(
    ids=("product_id", "variant_id", "bundle_parent_item_id"),
    texts=("sku", "product_name", "status"),
    decimals=(
        "quantity",
        "unit_price_amount",
        "line_gross_amount",
        "discount_amount",
        "tax_amount",
        "refunded_quantity",
        "refunded_amount",
    ),
    booleans=("is_gift_card",),
    others=("id", "position"),
    within="items.",
)
REFUND = Fields(
    texts=("reason",),
    decimals=("amount",),
    times=("created_at",),
    others=("id",),
    within="refunds.",
)
SALES_EVENT = Fields(
    ids=("item_id",),
    texts=("kind", "refund_split"),
    decimals=(
        "quantity",
        "goods_amount",
        "discount_amount",
        "tax_amount",
        "shop_goods_amount",
        "shop_discount_amount",
        "shop_tax_amount",
    ),
    times=("occurred_at",),
    others=("id",),
    within="sales_events.",
)
DELETED_TRANSACTION = Fields(
    times=("updated_at",),
    others=("id",),
)

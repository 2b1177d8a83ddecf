"""Fields of recorded WooCommerce records that the tap does not read."""

from __future__ import annotations

from typing import Any

ADDRESS = (
    *("first_name", "last_name", "company", "address_1", "address_2"),
    *("city", "state", "postcode", "country"),
)
TEXTS_OF_ORDERS = (
    *("payment_method", "payment_method_title", "transaction_id", "customer_ip_address"),
    *("customer_user_agent", "customer_note", "cart_hash"),
)
OTHER_FIELDS_OF_PRODUCTS: dict[str, Any] = {
    **dict.fromkeys(
        (
            *("short_description", "sale_price", "external_url", "button_text"),
            *("tax_class", "weight", "shipping_class", "purchase_note", "price_html"),
            "post_password",
        ),
        "",
    ),
    **dict.fromkeys(
        (
            *("date_on_sale_from", "date_on_sale_from_gmt", "date_on_sale_to"),
            *("date_on_sale_to_gmt", "stock_quantity", "low_stock_amount"),
        )
    ),
    **dict.fromkeys(
        (
            *("featured", "on_sale", "virtual", "downloadable", "manage_stock"),
            *("backorders_allowed", "backordered", "sold_individually", "has_options"),
        ),
        False,
    ),
    **dict.fromkeys(
        ("purchasable", "shipping_required", "shipping_taxable", "reviews_allowed"), True
    ),
    **dict.fromkeys(
        ("total_sales", "shipping_class_id", "rating_count", "parent_id", "menu_order"), 0
    ),
    **{
        name: []
        for name in (
            *("downloads", "upsell_ids", "cross_sell_ids", "tags", "attributes"),
            *("default_attributes", "grouped_products", "related_ids", "meta_data"),
        )
    },
    "catalog_visibility": "visible",
    "download_limit": -1,
    "download_expiry": -1,
    "tax_status": "taxable",
    "backorders": "no",
    "average_rating": "0.00",
    "dimensions": {"length": "", "width": "", "height": ""},
    "stock_status": "instock",
}

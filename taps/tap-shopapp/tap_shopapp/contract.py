"""The canonical contract: the streams that every application emits.

Times are fixed-width UTC text, money is exact decimal strings, ids are text;
`shop_id` is in every key. The dbt package reads exactly these columns.

Generated from contract/*.yml by `make contract`; do not edit.
"""

from __future__ import annotations

from singer_sdk import typing as th

from tap_shopapp.stream_contract import define_stream

SHOPS = define_stream(
    "shops",
    ("shop_id",),
    None,
    ("shop_id", th.StringType, "The shop, as the setting shop_id names it."),
    ("application", th.StringType, "The shop's application, as the setting names it."),
    ("name", th.StringType, "The shop's name."),
    ("url", th.StringType, "The shop's address."),
    ("currency", th.StringType, "ISO 4217 code of the shop's own currency."),
    ("time_zone", th.StringType, "IANA name of the time zone in which the shop counts days."),
    ("updated_at", th.DateTimeType, "When the run read this."),
)
CATEGORIES = define_stream(
    "categories",
    ("shop_id", "category_id"),
    "updated_at",
    ("shop_id", th.StringType, "The shop, as the setting shop_id names it."),
    ("category_id", th.StringType, "The category's id in the shop."),
    ("parent_id", th.StringType, "The category above; null at the top."),
    ("name", th.StringType, "The category's name."),
    ("url", th.StringType, "The category's page."),
    ("updated_at", th.DateTimeType, "When the shop last changed the record."),
    ("deleted_at", th.DateTimeType, "When the shop deleted the record."),
    (
        "listed_at",
        th.DateTimeType,
        "The start of the run that listed the record; null where the shop tells its deletions.",
    ),
)
PRODUCTS = define_stream(
    "products",
    ("shop_id", "product_id"),
    "updated_at",
    ("shop_id", th.StringType, "The shop, as the setting shop_id names it."),
    ("product_id", th.StringType, "The product's id in the shop."),
    ("name", th.StringType, "The product's name."),
    ("description", th.StringType, "The product's description, as the shop keeps it."),
    ("sku", th.StringType, "The product's stock-keeping unit."),
    ("brand", th.StringType, "The product's brand."),
    ("product_type", th.StringType, "The shop's own kind of product."),
    ("price_amount", th.SingerDecimalType, "The price before tax."),
    ("currency", th.StringType, "ISO 4217 code of the amounts beside it."),
    ("url", th.StringType, "The product's page."),
    ("image_url", th.StringType, "The product's picture."),
    ("status", th.StringType, "active, draft or archived."),
    ("category_ids", th.ArrayType(th.StringType), "Its categories, the primary one first."),
    ("created_at", th.DateTimeType, "When the shop created the record."),
    ("updated_at", th.DateTimeType, "When the shop last changed the record."),
    ("deleted_at", th.DateTimeType, "When the shop deleted the record."),
    (
        "listed_at",
        th.DateTimeType,
        "The start of the run that listed the record; null where the shop tells its deletions.",
    ),
    (
        "attributes",
        th.ObjectType(additional_properties=True),
        "What the shop says beyond the contract, as it says it.",
    ),
)
CUSTOMERS = define_stream(
    "customers",
    ("shop_id", "customer_id"),
    "updated_at",
    ("shop_id", th.StringType, "The shop, as the setting shop_id names it."),
    ("customer_id", th.StringType, "The account's id in the shop."),
    ("email", th.StringType, "The account's e-mail address as given."),
    ("email_normalized", th.StringType, "The address in comparable form; null for a bad one."),
    ("first_name", th.StringType, "Given name."),
    ("last_name", th.StringType, "Family name."),
    ("phone", th.StringType, "Telephone number as given."),
    ("accepts_marketing", th.BooleanType, "Whether the customer agreed to marketing."),
    ("created_at", th.DateTimeType, "When the shop created the record."),
    ("updated_at", th.DateTimeType, "When the shop last changed the record."),
    ("deleted_at", th.DateTimeType, "When the shop deleted the record."),
    (
        "attributes",
        th.ObjectType(additional_properties=True),
        "What the shop says beyond the contract, as it says it.",
    ),
)
TRANSACTIONS = define_stream(
    "transactions",
    ("shop_id", "transaction_id"),
    "updated_at",
    ("shop_id", th.StringType, "The shop, as the setting shop_id names it."),
    ("transaction_id", th.StringType, "The order's id in the shop."),
    ("order_name", th.StringType, "The order's number as people say it."),
    ("customer_id", th.StringType, "The buyer's account in the shop; null for a guest."),
    (
        "id_contact",
        th.StringType,
        "The contact's id in the marketing project, if the shop has it.",
    ),
    ("email", th.StringType, "The buyer's e-mail address as given."),
    ("email_normalized", th.StringType, "The address in comparable form; null for a bad one."),
    ("currency", th.StringType, "ISO 4217 code of the amounts beside it."),
    ("gross_amount", th.SingerDecimalType, "All lines, before discounts and tax."),
    (
        "discount_amount",
        th.SingerDecimalType,
        "All discounts, of lines and of the order, before tax.",
    ),
    ("shipping_amount", th.SingerDecimalType, "Shipping before tax."),
    ("shipping_tax_amount", th.SingerDecimalType, "The part of the tax that is on shipping."),
    ("tax_amount", th.SingerDecimalType, "All tax, including tax on shipping and fees."),
    (
        "fee_amount",
        th.SingerDecimalType,
        "Fees and surcharges before tax; negative for a reduction.",
    ),
    ("fee_tax_amount", th.SingerDecimalType, "The part of the tax that is on fees."),
    ("tip_amount", th.SingerDecimalType, "Tips."),
    ("duty_amount", th.SingerDecimalType, "Import duties."),
    (
        "adjustment_amount",
        th.SingerDecimalType,
        "What the other amounts leave of the total, such as rounding.",
    ),
    (
        "total_amount",
        th.SingerDecimalType,
        (
            "gross − discount + shipping + tax + fee + tip + duty + adjustment, as the shop "
            "states it."
        ),
    ),
    ("refunded_amount", th.SingerDecimalType, "What was paid back so far, tax included."),
    ("prices_include_tax", th.BooleanType, "Whether the shop showed prices with tax."),
    (
        "shop_currency",
        th.StringType,
        "Currency of the shop_* amounts, where the shop states any.",
    ),
    (
        "shop_gross_amount",
        th.SingerDecimalType,
        "gross_amount in the shop's own currency, as it states it.",
    ),
    (
        "shop_discount_amount",
        th.SingerDecimalType,
        "discount_amount in the shop's own currency, as it states it.",
    ),
    (
        "shop_shipping_amount",
        th.SingerDecimalType,
        "shipping_amount in the shop's own currency, as it states it.",
    ),
    (
        "shop_shipping_tax_amount",
        th.SingerDecimalType,
        "shipping_tax_amount in the shop's own currency, as it states it.",
    ),
    (
        "shop_tax_amount",
        th.SingerDecimalType,
        "tax_amount in the shop's own currency, as it states it.",
    ),
    (
        "shop_fee_amount",
        th.SingerDecimalType,
        "fee_amount in the shop's own currency, as it states it.",
    ),
    (
        "shop_fee_tax_amount",
        th.SingerDecimalType,
        "fee_tax_amount in the shop's own currency, as it states it.",
    ),
    (
        "shop_tip_amount",
        th.SingerDecimalType,
        "tip_amount in the shop's own currency, as it states it.",
    ),
    (
        "shop_duty_amount",
        th.SingerDecimalType,
        "duty_amount in the shop's own currency, as it states it.",
    ),
    (
        "shop_adjustment_amount",
        th.SingerDecimalType,
        "adjustment_amount in the shop's own currency, as it states it.",
    ),
    (
        "shop_total_amount",
        th.SingerDecimalType,
        "total_amount in the shop's own currency, as it states it.",
    ),
    (
        "shop_refunded_amount",
        th.SingerDecimalType,
        "refunded_amount in the shop's own currency, as it states it.",
    ),
    ("created_at", th.DateTimeType, "When the shop created the record."),
    ("updated_at", th.DateTimeType, "When the shop last changed the record."),
    (
        "processed_at",
        th.DateTimeType,
        "When the order was processed; the shop may back-date it.",
    ),
    ("cancelled_at", th.DateTimeType, "When the order was cancelled."),
    ("deleted_at", th.DateTimeType, "When the shop deleted the record."),
    ("financial_status", th.StringType, "Payment status in the contract's vocabulary."),
    ("financial_status_raw", th.StringType, "Payment status in the shop's own word."),
    ("fulfillment_status", th.StringType, "Fulfilment status in the contract's vocabulary."),
    ("fulfillment_status_raw", th.StringType, "Fulfilment status in the shop's own word."),
    ("is_test", th.BooleanType, "Whether the shop marks the order as a test."),
    ("affiliation", th.StringType, "The outlet that the order came through."),
    ("channel", th.StringType, "The sales channel."),
    ("payment_method", th.StringType, "How the order was paid."),
    ("destination_country", th.StringType, "ISO 3166 code of the country shipped to."),
    ("discount_codes", th.ArrayType(th.StringType), "The codes that the buyer entered."),
    ("version", th.StringType, "Names this state of the order and its lines and refunds."),
    ("landing_url", th.StringType, "The address by which the buyer's visit began."),
    ("referrer_url", th.StringType, "The page that led there."),
    ("utm_source", th.StringType, "Campaign source of the visit."),
    ("utm_medium", th.StringType, "Campaign medium of the visit."),
    ("utm_campaign", th.StringType, "Campaign name of the visit."),
    ("utm_content", th.StringType, "Campaign content of the visit."),
    ("utm_term", th.StringType, "Campaign term of the visit."),
    ("id_send_log", th.StringType, "The single send that the order is credited to."),
    ("id_batch", th.StringType, "The deployment of messages that the order is credited to."),
    ("id_visit", th.StringType, "The web visit that the order is credited to."),
    ("item_count", th.IntegerType, "Lines written with the order; null if deselected."),
    ("refund_count", th.IntegerType, "Refunds written with the order; null likewise."),
    (
        "attributes",
        th.ObjectType(additional_properties=True),
        "What the shop says beyond the contract, as it says it.",
    ),
)
ITEMS = define_stream(
    "items",
    ("shop_id", "transaction_id", "item_id"),
    "transaction_version",
    ("shop_id", th.StringType, "The shop, as the setting shop_id names it."),
    ("transaction_id", th.StringType, "The order that the record belongs to."),
    ("item_id", th.StringType, "The line's id within its order."),
    ("transaction_updated_at", th.DateTimeType, "When the shop last changed the order."),
    ("transaction_version", th.StringType, "The order's version that this record is part of."),
    ("position", th.IntegerType, "The line's place in its order, from 1."),
    ("product_id", th.StringType, "The product sold; null for a charge that is none."),
    ("variant_id", th.StringType, "The product's variant."),
    ("sku", th.StringType, "The stock-keeping unit."),
    ("product_name", th.StringType, "The product's name as it was sold."),
    ("quantity", th.SingerDecimalType, "How many; may have a fraction."),
    ("unit_price_amount", th.SingerDecimalType, "Price of one before tax and discounts."),
    (
        "line_gross_amount",
        th.SingerDecimalType,
        "The line before discounts and tax, where the shop states it; else quantity × price.",
    ),
    ("discount_amount", th.SingerDecimalType, "The line's own discount, before tax."),
    ("tax_amount", th.SingerDecimalType, "Tax on the line."),
    ("currency", th.StringType, "ISO 4217 code of the amounts beside it."),
    ("status", th.StringType, "sold, cancelled or returned."),
    ("refunded_quantity", th.SingerDecimalType, "How many were refunded."),
    ("refunded_amount", th.SingerDecimalType, "What was paid back for the line."),
    (
        "listed_at",
        th.DateTimeType,
        "The start of the run that listed the record; null where the shop tells its deletions.",
    ),
)
REFUNDS = define_stream(
    "refunds",
    ("shop_id", "transaction_id", "refund_id"),
    "transaction_version",
    ("shop_id", th.StringType, "The shop, as the setting shop_id names it."),
    ("transaction_id", th.StringType, "The order that the record belongs to."),
    ("refund_id", th.StringType, "The refund's id within its order."),
    ("transaction_updated_at", th.DateTimeType, "When the shop last changed the order."),
    ("transaction_version", th.StringType, "The order's version that this record is part of."),
    ("amount", th.SingerDecimalType, "What was paid back, tax included."),
    ("currency", th.StringType, "ISO 4217 code of the amounts beside it."),
    ("created_at", th.DateTimeType, "When the shop created the record."),
    ("reason", th.StringType, "Why, in the shop's words."),
)
DELETED_TRANSACTIONS = define_stream(
    "deleted_transactions",
    ("shop_id", "transaction_id"),
    None,
    ("shop_id", th.StringType, "The shop, as the setting shop_id names it."),
    ("transaction_id", th.StringType, "The order that the record belongs to."),
    ("deleted_at", th.DateTimeType, "When the shop deleted the record."),
)
REJECTED_RECORDS = define_stream(
    "rejected_records",
    ("shop_id", "stream", "record_hash"),
    None,
    ("shop_id", th.StringType, "The shop, as the setting shop_id names it."),
    ("stream", th.StringType, "The stream that the record should have been of."),
    ("record_hash", th.StringType, "SHA-256 of the payload."),
    ("reason_code", th.StringType, "Why it cannot be: a stable code."),
    ("message", th.StringType, "Why it cannot be, in words."),
    ("location", th.StringType, "Where it stood: a page, or a file and line."),
    ("payload", th.StringType, "The record as it came, as JSON."),
    ("seen_at", th.DateTimeType, "When the run met it."),
)
FULL_LISTS = define_stream(
    "full_lists",
    ("shop_id", "stream"),
    None,
    ("shop_id", th.StringType, "The shop, as the setting shop_id names it."),
    ("stream", th.StringType, "A stream that the shop's API cannot tell the deletions of."),
    (
        "listed_at",
        th.DateTimeType,
        "The start of the last run that listed all of it: records of an earlier one are gone.",
    ),
)

CONTRACTS = {
    contract.name: contract
    for contract in (
        SHOPS,
        CATEGORIES,
        PRODUCTS,
        CUSTOMERS,
        TRANSACTIONS,
        ITEMS,
        REFUNDS,
        DELETED_TRANSACTIONS,
        REJECTED_RECORDS,
        FULL_LISTS,
    )
}
"""Every stream by name, in the order in which a run reads them."""

EMBEDDED = (ITEMS.name, REFUNDS.name)
"""Streams whose records are part of an order, and are written from its page."""

ASIDE = (DELETED_TRANSACTIONS.name, REJECTED_RECORDS.name, FULL_LISTS.name)
"""Streams whose records are written while another stream is read."""

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
    ("shop_id", th.StringType, "The shop, as named by the setting shop_id."),
    (
        "application",
        th.StringType,
        "The shop's application, as named by the setting application.",
    ),
    ("name", th.StringType, "The shop's name."),
    ("url", th.StringType, "Address of the shop."),
    ("currency", th.StringType, "ISO 4217 code of the shop's own currency."),
    (
        "time_zone",
        th.StringType,
        (
            "Time zone that defines the shop's days: an IANA name, or a fixed offset such as "
            "UTC-03:30."
        ),
    ),
    ("updated_at", th.DateTimeType, "When the run read the shop."),
)
CATEGORIES = define_stream(
    "categories",
    ("shop_id", "category_id"),
    "updated_at",
    ("shop_id", th.StringType, "The shop, as named by the setting shop_id."),
    ("category_id", th.StringType, "The category's id in the shop."),
    ("parent_id", th.StringType, "The parent category; null for a top-level category."),
    ("name", th.StringType, "The category's name."),
    ("url", th.StringType, "Address of the category's page."),
    ("updated_at", th.DateTimeType, "When the shop last changed the record."),
    ("deleted_at", th.DateTimeType, "When the shop deleted the record."),
    (
        "listed_at",
        th.DateTimeType,
        "Start of the run that listed the record; null if the shop reports deletions itself.",
    ),
)
PRODUCTS = define_stream(
    "products",
    ("shop_id", "product_id"),
    "updated_at",
    ("shop_id", th.StringType, "The shop, as named by the setting shop_id."),
    ("product_id", th.StringType, "The product's id in the shop."),
    ("name", th.StringType, "The product's name."),
    ("description", th.StringType, "The product's description, as stored in the shop."),
    ("sku", th.StringType, "The product's stock-keeping unit."),
    ("brand", th.StringType, "The product's brand."),
    ("product_type", th.StringType, "The shop's own product type."),
    ("price_amount", th.SingerDecimalType, "The price before tax."),
    ("currency", th.StringType, "ISO 4217 code of the amounts."),
    ("url", th.StringType, "Address of the product's page."),
    ("image_url", th.StringType, "Address of the product's image."),
    ("status", th.StringType, "active, draft or archived."),
    (
        "category_ids",
        th.ArrayType(th.StringType),
        "Ids of its categories, the primary category first.",
    ),
    ("created_at", th.DateTimeType, "When the shop created the record."),
    ("updated_at", th.DateTimeType, "When the shop last changed the record."),
    ("deleted_at", th.DateTimeType, "When the shop deleted the record."),
    (
        "listed_at",
        th.DateTimeType,
        "Start of the run that listed the record; null if the shop reports deletions itself.",
    ),
    (
        "attributes",
        th.ObjectType(additional_properties=True),
        "Other fields of the shop, unchanged.",
    ),
)
CUSTOMERS = define_stream(
    "customers",
    ("shop_id", "customer_id"),
    "updated_at",
    ("shop_id", th.StringType, "The shop, as named by the setting shop_id."),
    ("customer_id", th.StringType, "The account's id in the shop."),
    ("email", th.StringType, "The account's e-mail address, as entered."),
    (
        "email_normalized",
        th.StringType,
        (
            "The address in `email`, with A to Z in lower case; null if it has none, or "
            "several. The staging model has the key that orders and contacts are compared by."
        ),
    ),
    ("first_name", th.StringType, "Given name."),
    ("last_name", th.StringType, "Family name."),
    ("phone", th.StringType, "Telephone number, as entered."),
    ("accepts_marketing", th.BooleanType, "Whether the customer agreed to marketing."),
    ("created_at", th.DateTimeType, "When the shop created the record."),
    ("updated_at", th.DateTimeType, "When the shop last changed the record."),
    ("deleted_at", th.DateTimeType, "When the shop deleted the record."),
    (
        "attributes",
        th.ObjectType(additional_properties=True),
        "Other fields of the shop, unchanged.",
    ),
)
TRANSACTIONS = define_stream(
    "transactions",
    ("shop_id", "transaction_id"),
    "updated_at",
    ("shop_id", th.StringType, "The shop, as named by the setting shop_id."),
    ("transaction_id", th.StringType, "The order's id in the shop."),
    ("order_name", th.StringType, "The order's number, as buyer and merchant use it."),
    ("customer_id", th.StringType, "The buyer's account in the shop; null for a guest."),
    (
        "id_contact",
        th.StringType,
        "The buyer's contact id in the marketing project, if the shop knows it.",
    ),
    ("email", th.StringType, "The buyer's e-mail address, as entered."),
    (
        "email_normalized",
        th.StringType,
        (
            "The address in `email`, with A to Z in lower case; null if it has none, or "
            "several. The staging model has the key that orders and contacts are compared by."
        ),
    ),
    ("currency", th.StringType, "ISO 4217 code of the amounts."),
    ("gross_amount", th.SingerDecimalType, "Sum of the lines, before discounts and tax."),
    (
        "discount_amount",
        th.SingerDecimalType,
        "All discounts on lines and on the order, before tax.",
    ),
    ("shipping_amount", th.SingerDecimalType, "Shipping, before tax."),
    (
        "shipping_tax_amount",
        th.SingerDecimalType,
        "The part of the tax that applies to shipping.",
    ),
    ("tax_amount", th.SingerDecimalType, "All tax, including tax on shipping and fees."),
    (
        "fee_amount",
        th.SingerDecimalType,
        "Fees and surcharges, before tax; negative for a reduction.",
    ),
    ("fee_tax_amount", th.SingerDecimalType, "The part of the tax that applies to fees."),
    ("tip_amount", th.SingerDecimalType, "Tips."),
    ("duty_amount", th.SingerDecimalType, "Import duties."),
    (
        "adjustment_amount",
        th.SingerDecimalType,
        "The rest of the total that no other amount explains, such as rounding.",
    ),
    (
        "total_amount",
        th.SingerDecimalType,
        (
            "gross − discount + shipping + tax + fee + tip + duty + adjustment, as stated by "
            "the shop."
        ),
    ),
    ("refunded_amount", th.SingerDecimalType, "Amount refunded so far, including tax."),
    ("prices_include_tax", th.BooleanType, "Whether the shop showed prices including tax."),
    (
        "shop_currency",
        th.StringType,
        "Currency of the shop_* amounts; null if the shop states none.",
    ),
    (
        "shop_gross_amount",
        th.SingerDecimalType,
        "gross_amount in the shop's own currency, as stated by the shop.",
    ),
    (
        "shop_discount_amount",
        th.SingerDecimalType,
        "discount_amount in the shop's own currency, as stated by the shop.",
    ),
    (
        "shop_shipping_amount",
        th.SingerDecimalType,
        "shipping_amount in the shop's own currency, as stated by the shop.",
    ),
    (
        "shop_shipping_tax_amount",
        th.SingerDecimalType,
        "shipping_tax_amount in the shop's own currency, as stated by the shop.",
    ),
    (
        "shop_tax_amount",
        th.SingerDecimalType,
        "tax_amount in the shop's own currency, as stated by the shop.",
    ),
    (
        "shop_fee_amount",
        th.SingerDecimalType,
        "fee_amount in the shop's own currency, as stated by the shop.",
    ),
    (
        "shop_fee_tax_amount",
        th.SingerDecimalType,
        "fee_tax_amount in the shop's own currency, as stated by the shop.",
    ),
    (
        "shop_tip_amount",
        th.SingerDecimalType,
        "tip_amount in the shop's own currency, as stated by the shop.",
    ),
    (
        "shop_duty_amount",
        th.SingerDecimalType,
        "duty_amount in the shop's own currency, as stated by the shop.",
    ),
    (
        "shop_adjustment_amount",
        th.SingerDecimalType,
        "adjustment_amount in the shop's own currency, as stated by the shop.",
    ),
    (
        "shop_total_amount",
        th.SingerDecimalType,
        "total_amount in the shop's own currency, as stated by the shop.",
    ),
    (
        "shop_refunded_amount",
        th.SingerDecimalType,
        "refunded_amount in the shop's own currency, as stated by the shop.",
    ),
    ("created_at", th.DateTimeType, "When the shop created the record."),
    ("updated_at", th.DateTimeType, "When the shop last changed the record."),
    ("processed_at", th.DateTimeType, "When the order was processed; a shop may backdate it."),
    (
        "paid_at",
        th.DateTimeType,
        "When the first payment arrived; null if none did, or if the shop does not state it.",
    ),
    ("cancelled_at", th.DateTimeType, "When the order was cancelled."),
    ("deleted_at", th.DateTimeType, "When the shop deleted the record."),
    ("financial_status", th.StringType, "Payment status, as a value of the contract."),
    ("financial_status_raw", th.StringType, "Payment status, as the shop names it."),
    ("fulfillment_status", th.StringType, "Fulfilment status, as a value of the contract."),
    ("fulfillment_status_raw", th.StringType, "Fulfilment status, as the shop names it."),
    ("is_test", th.BooleanType, "Whether the shop marks the order as a test."),
    ("affiliation", th.StringType, "The outlet that sold the order."),
    ("channel", th.StringType, "The sales channel."),
    (
        "source_channel",
        th.StringType,
        "The application or marketplace that created the order, as the shop names it.",
    ),
    (
        "parent_transaction_id",
        th.StringType,
        "The order or subscription that this order renews; null for other orders.",
    ),
    (
        "dispute_status",
        th.StringType,
        (
            "State of the latest payment dispute, in lower case as the shop names it; null "
            "without a dispute."
        ),
    ),
    ("payment_method", th.StringType, "How the order was paid."),
    ("destination_country", th.StringType, "ISO 3166 code of the destination country."),
    ("discount_codes", th.ArrayType(th.StringType), "The codes that the buyer entered."),
    (
        "version",
        th.StringType,
        "Identifies this state of the order with its lines and refunds.",
    ),
    ("landing_url", th.StringType, "Address of the first page of the buyer's visit."),
    ("referrer_url", th.StringType, "The page that linked to the landing page."),
    ("utm_source", th.StringType, "Campaign source of the visit."),
    ("utm_medium", th.StringType, "Campaign medium of the visit."),
    ("utm_campaign", th.StringType, "Campaign name of the visit."),
    ("utm_content", th.StringType, "Campaign content of the visit."),
    ("utm_term", th.StringType, "Campaign term of the visit."),
    (
        "id_send_log",
        th.StringType,
        "The send (one message to one contact) that the order names.",
    ),
    ("id_batch", th.StringType, "The batch of messages that the order names."),
    ("id_visit", th.StringType, "The web visit that the order names."),
    (
        "item_count",
        th.IntegerType,
        "Number of lines written with the order; null if items are deselected or mapped.",
    ),
    (
        "refund_count",
        th.IntegerType,
        "Number of refunds written with the order; null if refunds are deselected or mapped.",
    ),
    (
        "sales_event_count",
        th.IntegerType,
        (
            "Number of sales events written with the order; null if sales_events is "
            "deselected or mapped, or if a file does not state refunds."
        ),
    ),
    (
        "attributes",
        th.ObjectType(additional_properties=True),
        "Other fields of the shop, unchanged.",
    ),
)
ITEMS = define_stream(
    "items",
    ("shop_id", "transaction_id", "item_id"),
    "transaction_version",
    ("shop_id", th.StringType, "The shop, as named by the setting shop_id."),
    ("transaction_id", th.StringType, "The id of the order."),
    ("item_id", th.StringType, "The line's id within its order."),
    ("transaction_updated_at", th.DateTimeType, "When the shop last changed the order."),
    (
        "transaction_version",
        th.StringType,
        "The version of the order that the record is part of.",
    ),
    ("position", th.IntegerType, "Position of the line in its order, from 1."),
    ("product_id", th.StringType, "The product sold; null for a charge that is not a product."),
    ("variant_id", th.StringType, "The product's variant."),
    ("sku", th.StringType, "The stock-keeping unit."),
    ("product_name", th.StringType, "The product's name when it was sold."),
    ("quantity", th.SingerDecimalType, "Quantity sold; may be fractional."),
    ("unit_price_amount", th.SingerDecimalType, "Price per unit, before tax and discounts."),
    (
        "line_gross_amount",
        th.SingerDecimalType,
        (
            "Amount of the line before discounts and tax, if the shop states it; otherwise "
            "quantity × price."
        ),
    ),
    ("discount_amount", th.SingerDecimalType, "Discount on the line itself, before tax."),
    ("tax_amount", th.SingerDecimalType, "Tax on the line."),
    ("currency", th.StringType, "ISO 4217 code of the amounts."),
    ("status", th.StringType, "sold, cancelled or returned."),
    ("refunded_quantity", th.SingerDecimalType, "Quantity refunded."),
    ("refunded_amount", th.SingerDecimalType, "Amount refunded for the line, before tax."),
    (
        "is_gift_card",
        th.BooleanType,
        "Whether the line sells a gift card; null if the shop does not state it.",
    ),
    (
        "bundle_parent_item_id",
        th.StringType,
        "The line of the bundle that this line is part of; null for other lines.",
    ),
    (
        "listed_at",
        th.DateTimeType,
        "Start of the run that listed the record; null if the shop reports deletions itself.",
    ),
)
REFUNDS = define_stream(
    "refunds",
    ("shop_id", "transaction_id", "refund_id"),
    "transaction_version",
    ("shop_id", th.StringType, "The shop, as named by the setting shop_id."),
    ("transaction_id", th.StringType, "The id of the order."),
    ("refund_id", th.StringType, "The refund's id within its order."),
    ("transaction_updated_at", th.DateTimeType, "When the shop last changed the order."),
    (
        "transaction_version",
        th.StringType,
        "The version of the order that the record is part of.",
    ),
    ("amount", th.SingerDecimalType, "Amount refunded, including tax."),
    ("currency", th.StringType, "ISO 4217 code of the amounts."),
    ("created_at", th.DateTimeType, "When the shop created the record."),
    ("reason", th.StringType, "The reason, as the shop states it."),
)
SALES_EVENTS = define_stream(
    "sales_events",
    ("shop_id", "transaction_id", "event_id"),
    "transaction_version",
    ("shop_id", th.StringType, "The shop, as named by the setting shop_id."),
    ("transaction_id", th.StringType, "The id of the order."),
    ("event_id", th.StringType, "The event's id within its order."),
    ("transaction_updated_at", th.DateTimeType, "When the shop last changed the order."),
    (
        "transaction_version",
        th.StringType,
        (
            "The version of the order that the record is part of; null if it comes from a "
            "file without lines."
        ),
    ),
    (
        "item_id",
        th.StringType,
        "The line that changed; null for charges, and for goods whose lines are unknown.",
    ),
    (
        "kind",
        th.StringType,
        (
            "What happened: `addition` (goods added; positive), `removal` (goods taken out by "
            "an edit or a cancellation; negative), `return` (goods returned, or money "
            "refunded for goods; negative), `price_change` (price, discount or tax of goods "
            "changed; either sign), `shipping`, `fee`, `tip`, `duty` (charge added or "
            "changed; negative for a reduction), `shipping_refund`, `fee_refund`, "
            "`tip_refund`, `duty_refund` (charge refunded or removed; negative, or positive "
            "for a charge that was itself negative), `adjustment` (the rest of a refund that "
            "no goods or charge explains; positive if the shop kept money, such as a "
            "restocking fee, negative for goodwill). Any other word is loaded as `unknown`."
        ),
    ),
    (
        "kind_raw",
        th.StringType,
        "The kind as received, before a word outside the vocabulary became `unknown`.",
    ),
    ("occurred_at", th.DateTimeType, "When it happened; null if the shop does not state it."),
    (
        "quantity",
        th.SingerDecimalType,
        (
            "Change of the quantity of the line, negative for a reduction; 0 if only money "
            "changed, null for charges and if it is unknown."
        ),
    ),
    (
        "goods_amount",
        th.SingerDecimalType,
        (
            "Change before discount and tax, of the goods or of the charge that kind names. "
            "If the shop states no discount, it is the amount after discount."
        ),
    ),
    (
        "discount_amount",
        th.SingerDecimalType,
        "Change of the discount, before tax; negative if a discounted line is returned.",
    ),
    ("tax_amount", th.SingerDecimalType, "Change of the tax on these goods or this charge."),
    ("currency", th.StringType, "ISO 4217 code of the amounts."),
    (
        "shop_goods_amount",
        th.SingerDecimalType,
        "goods_amount in the shop's own currency, as stated by the shop.",
    ),
    (
        "shop_discount_amount",
        th.SingerDecimalType,
        "discount_amount in the shop's own currency, as stated by the shop.",
    ),
    (
        "shop_tax_amount",
        th.SingerDecimalType,
        "tax_amount in the shop's own currency, as stated by the shop.",
    ),
    (
        "refund_split",
        th.StringType,
        (
            "Whether the shop states what the event is for (`stated`), or the tap split a "
            "refund over what was left of the order (`derived`)."
        ),
    ),
)
DELETED_TRANSACTIONS = define_stream(
    "deleted_transactions",
    ("shop_id", "transaction_id"),
    None,
    ("shop_id", th.StringType, "The shop, as named by the setting shop_id."),
    ("transaction_id", th.StringType, "The id of the order."),
    ("deleted_at", th.DateTimeType, "When the shop deleted the order."),
)
REJECTED_RECORDS = define_stream(
    "rejected_records",
    ("shop_id", "stream", "record_hash"),
    None,
    ("shop_id", th.StringType, "The shop, as named by the setting shop_id."),
    ("stream", th.StringType, "The stream that the record was read for."),
    ("record_hash", th.StringType, "SHA-256 of the payload."),
    ("reason_code", th.StringType, "Stable code of the reason."),
    ("message", th.StringType, "The reason, as a sentence."),
    ("location", th.StringType, "Where the record was found: a page, or a file and line."),
    ("payload", th.StringType, "The record as received, as JSON."),
    ("seen_at", th.DateTimeType, "When the run read the record."),
)
FULL_LISTS = define_stream(
    "full_lists",
    ("shop_id", "stream"),
    None,
    ("shop_id", th.StringType, "The shop, as named by the setting shop_id."),
    ("stream", th.StringType, "The stream; the shop's API does not report its deletions."),
    (
        "listed_at",
        th.DateTimeType,
        (
            "Start of the last run that read the whole list. Records with an earlier "
            "listed_at are deleted."
        ),
    ),
)
ID_RANGES = define_stream(
    "id_ranges",
    ("shop_id", "stream", "list_number", "place"),
    None,
    ("shop_id", th.StringType, "The shop, as named by the setting shop_id."),
    ("stream", th.StringType, "The stream of the listed records."),
    (
        "list_number",
        th.IntegerType,
        "0 or 1. Each list overwrites the ranges of the list before the last one.",
    ),
    (
        "place",
        th.IntegerType,
        "Place of the range in its list, from 0. The first range has the highest ids.",
    ),
    (
        "from_id",
        th.IntegerType,
        (
            "Lowest id of the range; 0 in the last range of a list. Refunds have the range of "
            "their orders' ids."
        ),
    ),
    ("to_id", th.IntegerType, "Highest id of the range; null if it has no upper limit."),
    ("ids", th.ArrayType(th.StringType), "Ids of all records of the stream in the range."),
    (
        "is_confirmed",
        th.BooleanType,
        "Whether the user confirmed deletions with the setting confirm_deletions.",
    ),
    (
        "listed_at",
        th.DateTimeType,
        "When the tap requested the range. Records that it read later are not deleted.",
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
        SALES_EVENTS,
        DELETED_TRANSACTIONS,
        REJECTED_RECORDS,
        FULL_LISTS,
        ID_RANGES,
    )
}
"""Every stream by name, in the order in which a run reads them."""

EMBEDDED = (ITEMS.name, REFUNDS.name, SALES_EVENTS.name)
"""Streams whose records are part of an order, and are written from its page."""

SYSTEM_STREAMS = (
    DELETED_TRANSACTIONS.name,
    REJECTED_RECORDS.name,
    FULL_LISTS.name,
    ID_RANGES.name,
)
"""Streams whose records are written while another stream is read."""

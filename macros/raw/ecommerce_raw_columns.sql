{#-
  The columns of every raw table by type: text, timestamp, date, decimal, rate,
  boolean, integer, json.
  Generated from contract/*.yml by `make contract`; do not edit.
-#}
{% macro ecommerce_raw_columns(stream) %}
    {%- set columns = {
        'shops': {
            'text': ['shop_id', 'application', 'name', 'url', 'currency', 'time_zone'],
            'timestamp': ['updated_at'],
        },
        'categories': {
            'text': ['shop_id', 'category_id', 'parent_id', 'name', 'url'],
            'timestamp': ['updated_at', 'deleted_at', 'listed_at'],
        },
        'products': {
            'text': [
                'shop_id', 'product_id', 'name', 'description', 'sku', 'brand',
                'product_type', 'currency', 'url', 'image_url', 'status',
            ],
            'decimal': ['price_amount'],
            'timestamp': ['created_at', 'updated_at', 'deleted_at', 'listed_at'],
            'json': ['category_ids', 'attributes'],
        },
        'customers': {
            'text': [
                'shop_id', 'customer_id', 'email', 'email_normalized', 'first_name',
                'last_name', 'phone',
            ],
            'boolean': ['accepts_marketing'],
            'timestamp': ['created_at', 'updated_at', 'deleted_at'],
            'json': ['attributes'],
        },
        'transactions': {
            'text': [
                'shop_id', 'transaction_id', 'order_name', 'customer_id', 'id_contact',
                'email', 'email_normalized', 'currency', 'shop_currency', 'financial_status',
                'financial_status_raw', 'fulfillment_status', 'fulfillment_status_raw',
                'affiliation', 'channel', 'source_channel', 'parent_transaction_id',
                'dispute_status', 'payment_method', 'destination_country', 'version',
                'landing_url', 'referrer_url', 'utm_source', 'utm_medium', 'utm_campaign',
                'utm_content', 'utm_term', 'id_send_log', 'id_batch', 'id_visit',
            ],
            'decimal': [
                'gross_amount', 'discount_amount', 'shipping_amount', 'shipping_tax_amount',
                'tax_amount', 'fee_amount', 'fee_tax_amount', 'tip_amount', 'duty_amount',
                'adjustment_amount', 'total_amount', 'refunded_amount', 'shop_gross_amount',
                'shop_discount_amount', 'shop_shipping_amount', 'shop_shipping_tax_amount',
                'shop_tax_amount', 'shop_fee_amount', 'shop_fee_tax_amount',
                'shop_tip_amount', 'shop_duty_amount', 'shop_adjustment_amount',
                'shop_total_amount', 'shop_refunded_amount',
            ],
            'boolean': ['prices_include_tax', 'is_test'],
            'timestamp': [
                'created_at', 'updated_at', 'processed_at', 'paid_at', 'cancelled_at',
                'deleted_at',
            ],
            'integer': ['item_count', 'refund_count', 'sales_event_count'],
            'json': ['discount_codes', 'attributes'],
        },
        'items': {
            'text': [
                'shop_id', 'transaction_id', 'item_id', 'transaction_version', 'product_id',
                'variant_id', 'sku', 'product_name', 'currency', 'status',
                'bundle_parent_item_id',
            ],
            'timestamp': ['transaction_updated_at', 'listed_at'],
            'integer': ['position'],
            'decimal': [
                'quantity', 'unit_price_amount', 'line_gross_amount', 'discount_amount',
                'tax_amount', 'refunded_quantity', 'refunded_amount',
            ],
            'boolean': ['is_gift_card'],
        },
        'refunds': {
            'text': [
                'shop_id', 'transaction_id', 'refund_id', 'transaction_version', 'currency',
                'reason',
            ],
            'timestamp': ['transaction_updated_at', 'created_at'],
            'decimal': ['amount'],
        },
        'sales_events': {
            'text': [
                'shop_id', 'transaction_id', 'event_id', 'transaction_version', 'item_id',
                'kind', 'kind_raw', 'currency', 'refund_split',
            ],
            'timestamp': ['transaction_updated_at', 'occurred_at'],
            'decimal': [
                'quantity', 'goods_amount', 'discount_amount', 'tax_amount',
                'shop_goods_amount', 'shop_discount_amount', 'shop_tax_amount',
            ],
        },
        'deleted_transactions': {
            'text': ['shop_id', 'transaction_id'],
            'timestamp': ['deleted_at'],
        },
        'rejected_records': {
            'text': [
                'shop_id', 'stream', 'record_hash', 'reason_code', 'message', 'location',
                'payload',
            ],
            'timestamp': ['seen_at'],
        },
        'full_lists': {
            'text': ['shop_id', 'stream'],
            'timestamp': ['listed_at'],
        },
        'id_ranges': {
            'text': ['shop_id', 'stream'],
            'integer': ['list_number', 'place', 'from_id', 'to_id'],
            'boolean': ['is_confirmed'],
            'timestamp': ['listed_at'],
            'json': ['ids'],
        },
        'exchange_rates': {
            'text': ['base_currency', 'currency', 'source'],
            'date': ['rate_on'],
            'rate': ['rate'],
        },
    } -%}
    {{- return(columns[stream]) -}}
{% endmacro %}

{{ config(
    materialized='ecommerce_maintained',
    unique_key=[ecommerce_quote('idTransaction')],
    indexes=ecommerce_indexes(['idContact'], ['dtTransaction'], ['dtTransactionCreatedAt']),
    meta={
        'load_time': 'dtLoaded',
        'scope': {'kind': 'candidates', 'columns': ['idTransaction']},
    },
    post_hook=[
        '{{ ecommerce_log_run() }}',
        {'sql': '{{ ecommerce_foreign_keys() }}', 'transaction': false},
    ],
) }}
-- depends_on: {{ ref('shopapp_ecommerce', 'int_ecommerce__transaction_candidates') }}

with

transactions as (

    select *
    from {{ ecommerce_order_rows_in_scope('int_ecommerce__transactions_checked') }} as checked
    where reject_codes is null

),

renamed as (

    select
        transactions.contact_key as customer_id,
        transactions.id_transaction,
        transactions.order_name,
        {{ ecommerce_try_cast('transactions.id_send_log', 'bigint') }} as id_send_log,
        {{ ecommerce_try_cast('transactions.id_batch', 'bigint') }} as id_batch,
        transactions.affiliation,
        transactions.reporting_gross_amount as revenue,
        transactions.reporting_shipping_amount as shipping,
        transactions.reporting_tax_amount as tax,
        transactions.created_at as dt_transaction_created_at,
        transactions.updated_at as dt_transaction_updated_at,
        coalesce(transactions.processed_at, transactions.created_at) as dt_transaction,
        transactions.financial_status,
        transactions.fulfillment_status,
        {{ ecommerce_try_cast('transactions.id_visit', 'bigint') }} as id_visit,
        transactions.matched_contact as id_contact,
        transactions.contact_match_method,
        transactions.contact_match_status,
        transactions.shop_id as id_shop,
        transactions.reporting_discount_amount as discount,
        transactions.reporting_shipping_tax_amount as shipping_tax,
        transactions.reporting_charges_amount as adjustment,
        transactions.reporting_refunded_amount as refund,
        transactions.reporting_total_amount as total,
        {{ ecommerce_currency() }} as currency,
        transactions.gross_amount as original_revenue,
        transactions.discount_amount as original_discount,
        transactions.shipping_amount as original_shipping,
        transactions.shipping_tax_amount as original_shipping_tax,
        transactions.tax_amount as original_tax,
        transactions.charges_amount as original_adjustment,
        transactions.refunded_amount as original_refund,
        transactions.total_amount as original_total,
        transactions.currency as original_currency,
        transactions.exchange_rate_from,
        transactions.exchange_rate_to,
        transactions.exchange_rate_on as dt_exchange_rate,
        transactions.exchange_rate_source,
        transactions.exchange_rate_status,
        transactions.utm_source,
        transactions.utm_medium,
        transactions.utm_campaign,
        transactions.guest_key,
        transactions.cancelled_at as dt_cancelled,
        transactions.gone_at as dt_deleted,
        coalesce(transactions.is_test, false) as is_test,
        transactions.loaded_at as dt_loaded

    from transactions

)

{{ ecommerce_hashed_rows('renamed') }}

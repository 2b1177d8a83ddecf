{{ config(
    unique_key=['"idTransaction"'],
    indexes=[
        {'columns': ['"idContact"']},
        {'columns': ['"dtTransaction"']},
        {'columns': ['"dtTransactionCreatedAt"']},
    ],
    pre_hook=["
        {% if is_incremental() %}
        delete from {{ this }} as existing
        using {{ ecommerce_candidate_rows('int_ecommerce__transactions_checked') }} as checked
        where
            existing.\"idTransaction\" = checked.id_transaction
            and checked.reject_codes is not null
        {% endif %}
        ",
        '{{ ecommerce_forget_old_ids() }}',
        '{{ ecommerce_match_columns() }}',
    ],
    post_hook=[
        '{{ ecommerce_log_run() }}',
        {'sql': '{{ ecommerce_foreign_keys() }}', 'transaction': false},
    ],
) }}
-- depends_on: {{ ref('shopapp_ecommerce', 'int_ecommerce__transaction_candidates') }}

with

{%- if is_incremental() %}
transactions as (

    select *
    from {{ ecommerce_candidate_rows('int_ecommerce__transactions_checked') }} as checked
    where reject_codes is null

),
{%- else %}
transactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_checked') }}
    where reject_codes is null

),
{%- endif %}

renamed as (

    select
        transactions.contact_key as customer_id,
        transactions.id_transaction as "idTransaction",
        transactions.order_name as "OrderName",
        {{ ecommerce_try_cast('transactions.id_send_log', 'bigint') }} as "idSendLog",
        {{ ecommerce_try_cast('transactions.id_batch', 'bigint') }} as "idBatch",
        transactions.affiliation as "Affiliation",
        transactions.reporting_gross_amount as "Revenue",
        transactions.reporting_shipping_amount as "Shipping",
        transactions.reporting_tax_amount as "Tax",
        transactions.created_at as "dtTransactionCreatedAt",
        transactions.updated_at as "dtTransactionUpdatedAt",
        coalesce(transactions.processed_at, transactions.created_at) as "dtTransaction",
        transactions.financial_status as "financialStatus",
        transactions.fulfillment_status as "fulfillmentStatus",
        {{ ecommerce_try_cast('transactions.id_visit', 'bigint') }} as "idVisit",
        transactions.matched_contact as "idContact",
        transactions.contact_match_method as "contactMatchMethod",
        transactions.contact_match_status as "contactMatchStatus",
        transactions.shop_id as "idShop",
        transactions.reporting_discount_amount as "Discount",
        transactions.reporting_shipping_tax_amount as "ShippingTax",
        transactions.reporting_charges_amount as "Adjustment",
        transactions.reporting_refunded_amount as "Refund",
        transactions.reporting_total_amount as "Total",
        {{ ecommerce_currency() }} as "Currency",
        transactions.gross_amount as "originalRevenue",
        transactions.discount_amount as "originalDiscount",
        transactions.shipping_amount as "originalShipping",
        transactions.shipping_tax_amount as "originalShippingTax",
        transactions.tax_amount as "originalTax",
        transactions.charges_amount as "originalAdjustment",
        transactions.refunded_amount as "originalRefund",
        transactions.total_amount as "originalTotal",
        transactions.currency as "originalCurrency",
        transactions.exchange_rate_from as "exchangeRateFrom",
        transactions.exchange_rate_to as "exchangeRateTo",
        transactions.exchange_rate_on as "dtExchangeRate",
        transactions.exchange_rate_source as "exchangeRateSource",
        transactions.exchange_rate_status as "exchangeRateStatus",
        transactions.utm_source as "utmSource",
        transactions.utm_medium as "utmMedium",
        transactions.utm_campaign as "utmCampaign",
        transactions.guest_key as "guestKey",
        transactions.cancelled_at as "dtCancelled",
        transactions.gone_at as "dtDeleted",
        coalesce(transactions.is_test, false) as "isTest",
        transactions.loaded_at as "dtLoaded"

    from transactions

)

{{ ecommerce_changed_rows('renamed', key=['"idTransaction"']) }}

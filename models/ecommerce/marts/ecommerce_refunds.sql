{{ config(
    materialized='ecommerce_maintained',
    unique_key=['id_transaction', 'id_refund'],
    indexes=ecommerce_indexes(['id_transaction']),
    meta={'scope': {'kind': 'order', 'columns': ['id_transaction', 'id_shop']}},
) }}

with

refunds as (

    select *
    from {{ ecommerce_order_rows_in_scope('stg_ecommerce__refunds') }} as refunds_read
    where gone_at is null

),

transactions as (

    select *
    from {{ ecommerce_rows_in_scope(ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction',
        columns=[
            'idTransaction', 'Refund', 'originalRefund', 'exchangeRateFrom', 'exchangeRateTo',
            'exchangeRateStatus',
        ]
    ), ['id_transaction']) }} as transactions

),

-- Converted at the order's rate. An order in the shop's own amounts has no rate, so its refunds
-- are converted like the order's refund.
converted as (

    select
        refunds.id_transaction,
        refunds.refund_id,
        refunds.shop_id,
        refunds.created_at,
        refunds.reason,
        refunds.amount as original_amount,
        refunds.currency as original_currency,
        transactions.refund as order_refund_amount,
        case
            when transactions.exchange_rate_status <> 'shop' then {{ ecommerce_convert(
                'refunds.amount', 'transactions.exchange_rate_from',
                'transactions.exchange_rate_to', ecommerce_exponent()
            ) }}
            when transactions.original_refund <> 0 then {{ ecommerce_convert_like(
                'refunds.amount', 'transactions.original_refund', 'transactions.refund',
                ecommerce_exponent()
            ) }}
            else {{ ecommerce_zero('money') }}
        end as rounded_amount,
        sum(refunds.amount) over by_order = transactions.original_refund as adds_up,
        row_number() over (
            partition by refunds.id_transaction
            order by
                refunds.created_at desc nulls last,
                {{ ecommerce_text_order('refunds.refund_id') }} desc nulls last
        ) = 1 as is_last

    from refunds
    inner join transactions
        on refunds.id_transaction = transactions.id_transaction
    window by_order as (partition by refunds.id_transaction)

),

-- The last refund takes the remainder, so that the refunds sum to the order's Refund.
allocated as (

    select
        id_transaction,
        refund_id as id_refund,
        shop_id as id_shop,
        created_at as refunded_at,
        reason,
        cast(case
            when is_last and adds_up
                then order_refund_amount - (sum(rounded_amount) over by_order - rounded_amount)
            else rounded_amount
        end as {{ ecommerce_type('money') }}) as amount,
        {{ ecommerce_currency() }} as currency,
        original_amount,
        original_currency

    from converted
    window by_order as (partition by id_transaction)

)

{{ ecommerce_typed_rows('allocated') }}

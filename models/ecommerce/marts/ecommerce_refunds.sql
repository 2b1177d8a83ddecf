with

refunds as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__refunds') }}

),

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}

),

reporting as (

    select minor_unit as exponent
    from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}
    where currency = {{ ecommerce_currency() }}

),

-- Converted at the order's rate. An order in the shop's own amounts has no rate, so the rate is
-- the order's converted refund divided by its original refund.
converted as (

    select
        refunds.id_transaction,
        refunds.refund_id,
        refunds.shop_id,
        refunds.created_at,
        refunds.reason,
        refunds.amount as original_amount,
        refunds.currency as original_currency,
        transactions."Refund" as order_refund_amount,
        case
            when transactions."exchangeRateStatus" <> 'shop' then {{ ecommerce_convert(
                'refunds.amount', 'transactions."exchangeRateFrom"',
                'transactions."exchangeRateTo"', ecommerce_exponent()
            ) }}
            when transactions."originalRefund" <> 0 then {{ ecommerce_convert(
                'refunds.amount', 'transactions."originalRefund"',
                'transactions."Refund"', ecommerce_exponent()
            ) }}
            else 0
        end as rounded_amount,
        sum(refunds.amount) over by_order = transactions."originalRefund" as adds_up,
        row_number() over (
            partition by refunds.id_transaction
            order by refunds.created_at desc nulls last, refunds.refund_id desc
        ) = 1 as is_last

    from refunds
    inner join transactions
        on refunds.id_transaction = transactions."idTransaction"
    left join reporting
        on true
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
        end as numeric(20, 4)) as amount,
        {{ ecommerce_currency() }} as currency,
        original_amount,
        original_currency

    from converted
    window by_order as (partition by id_transaction)

)

select * from allocated

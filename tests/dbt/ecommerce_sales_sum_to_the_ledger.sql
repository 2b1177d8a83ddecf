-- Per shop and original currency, ecommerce_sales_daily has the sums of the counted rows of
-- ecommerce_sales_ledger in both currencies, and the number of their orders.
with

expected as (

    select
        id_shop,
        original_currency,
        count(distinct id_transaction) as order_count,
        coalesce(sum(case when in_net_sales then amount end), {{ ecommerce_zero('sum') }})
            as net_amount,
        coalesce(sum(case when in_total_sales then amount end), {{ ecommerce_zero('sum') }})
            as total_amount,
        sum(
            case when in_net_sales then original_amount else {{ ecommerce_zero('amount') }} end
        ) as original_net_amount,
        sum(
            case when in_total_sales then original_amount else {{ ecommerce_zero('amount') }} end
        ) as original_total_amount

    from {{ ref('shopapp_ecommerce', 'ecommerce_sales_ledger') }}
    where is_counted
    group by id_shop, original_currency

),

found as (

    select
        id_shop,
        original_currency,
        sum(order_count) as order_count,
        sum(net_amount) as net_amount,
        sum(total_amount) as total_amount,
        sum(original_net_amount) as original_net_amount,
        sum(original_total_amount) as original_total_amount

    from {{ ref('shopapp_ecommerce', 'ecommerce_sales_daily') }}
    group by id_shop, original_currency
    having sum(order_count) > 0

)

(
    select 'missing' as problem, * from expected
    {{ dbt.except() }}
    select 'missing', * from found
)
union all
(
    select 'unexpected', * from found
    {{ dbt.except() }}
    select 'unexpected', * from expected
)

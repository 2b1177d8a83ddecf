with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }}
    where is_counted

),

summed as (

    select
        id_shop,
        ordered_on,
        original_currency,
        {{ ecommerce_currency() }} as currency,
        sum(original_gross_amount) as original_gross_amount,
        sum(original_discount_amount) as original_discount_amount,
        sum(original_refund_amount) as original_refund_amount,
        sum(original_net_amount) as original_net_amount,
        sum(original_total_amount) as original_total_amount,
        {{ ecommerce_order_metrics() }}

    from transactions
    group by id_shop, ordered_on, original_currency

),

with_ratios as (

    select
        summed.*,
        {{ ecommerce_order_ratios() }}

    from summed

)

{{ ecommerce_typed_rows('with_ratios') }}

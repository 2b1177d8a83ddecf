with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }}
    where is_counted

),

summed as (

    select
        id_shop,
        ordered_on,
        campaign_key,
        max(campaign_name) as campaign_name,
        max(campaign_channel) as campaign_channel,
        max(campaign_source) as campaign_source,
        max(id_batch) as id_batch,
        {{ ecommerce_currency() }} as currency,
        {{ ecommerce_order_metrics() }}

    from transactions
    group by id_shop, ordered_on, campaign_key

)

select
    summed.*,
    {{ ecommerce_order_ratios() }}

from summed

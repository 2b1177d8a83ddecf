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
        max({{ ecommerce_text_order('campaign_name') }}) as campaign_name,
        max({{ ecommerce_text_order('campaign_channel') }}) as campaign_channel,
        max({{ ecommerce_text_order('campaign_source') }}) as campaign_source,
        max(id_batch) as id_batch,
        {{ ecommerce_currency() }} as currency,
        {{ ecommerce_order_metrics() }}

    from transactions
    group by id_shop, ordered_on, campaign_key

),

with_ratios as (

    select
        summed.*,
        {{ ecommerce_order_ratios() }}

    from summed

)

{{ ecommerce_typed_rows('with_ratios') }}

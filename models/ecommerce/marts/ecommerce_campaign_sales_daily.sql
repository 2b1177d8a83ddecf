{{ config(
    materialized='ecommerce_maintained',
    unique_key=['id_shop', 'ordered_on', 'campaign_key'],
    indexes=ecommerce_indexes(['ordered_on', 'id_shop'], ['campaign_key']),
    meta={
        'scope': {'kind': 'day', 'columns': ['id_shop', 'ordered_on'], 'with_null': true},
        'changed_keys': {'campaign': [['campaign_key']]},
    },
) }}

with

transactions as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'ecommerce_transactions_enriched'), ['id_shop', 'ordered_on']
    ) }} as enriched
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

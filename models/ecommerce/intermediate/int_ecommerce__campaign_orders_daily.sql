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

counted as (

    select
        id_shop,
        ordered_on,
        campaign_key,
        {%- for method in ['explicit', 'utm', 'click', 'open'] %}
        count(*) filter (where attribution_method = '{{ method }}') as {{ method }}_order_count,
        {%- endfor %}
        count(*) filter (where is_first_of_campaign) as new_buyer_count

    from transactions
    group by id_shop, ordered_on, campaign_key

)

{{ ecommerce_typed_rows('counted') }}

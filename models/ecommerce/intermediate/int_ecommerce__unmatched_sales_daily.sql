{{ config(
    materialized='ecommerce_maintained',
    unique_key=['id_shop', 'ordered_on'],
    indexes=ecommerce_indexes(['ordered_on', 'id_shop']),
    meta={'scope': {'kind': 'day', 'columns': ['id_shop', 'ordered_on'], 'with_null': true}},
) }}

with

transactions as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'ecommerce_transactions_enriched'), ['id_shop', 'ordered_on']
    ) }} as enriched
    where
        is_counted
        and id_contact is null

),

summed as (

    select
        id_shop,
        ordered_on,
        count(buyer_order_number) as numbered_order_count,
        {{ ecommerce_order_metrics() }}

    from transactions
    group by id_shop, ordered_on

)

{{ ecommerce_typed_rows('summed') }}

{{ config(
    materialized='ecommerce_maintained',
    unique_key=['id_shop', 'cohort_month', 'activity_month'],
    indexes=ecommerce_indexes(['activity_month']),
    meta={'scope': {'kind': 'month', 'columns': ['activity_month']}},
) }}

with

transactions as (

    select
        enriched.buyer_key,
        enriched.buyer_first_id_shop as id_shop,
        cast({{ dbt.date_trunc('month', 'enriched.buyer_first_ordered_on') }} as date)
            as cohort_month,
        cast({{ dbt.date_trunc('month', 'enriched.ordered_on') }} as date) as activity_month,
        enriched.gross_amount,
        enriched.net_amount

    from (select * from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }})
        as enriched
    {%- if ecommerce_scope() %}
    inner join {{ ecommerce_scope_name() }} as months
        on enriched.ordered_on >= months.activity_month
        and enriched.ordered_on < {{ dbt.dateadd('month', 1, 'months.activity_month') }}
    {%- endif %}
    where enriched.buyer_order_number is not null

),

summed as (

    select
        id_shop,
        cohort_month,
        activity_month,
        count(distinct buyer_key) as active_buyer_count,
        count(*) as order_count,
        coalesce(sum(gross_amount), {{ ecommerce_zero('sum') }}) as gross_amount,
        coalesce(sum(net_amount), {{ ecommerce_zero('sum') }}) as net_amount

    from transactions
    group by id_shop, cohort_month, activity_month

)

{{ ecommerce_typed_rows('summed') }}

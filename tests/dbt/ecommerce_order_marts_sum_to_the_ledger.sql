-- Marts of orders whose rows have no original currency. Each row equals the sums of its orders in
-- the ledger, and every order is in exactly one row. row_count is 0 for orders without a row, and 1
-- for a row with other sums.
{%- set amounts = ecommerce_figures_by_event() %}
{%- set marts = {
    'ecommerce_campaign_sales_daily': {
        'keys': ['id_shop', 'ordered_on', 'campaign_key'],
        'orders': 'orders',
        'amounts': amounts,
    },
} %}
{#- A campaign or contact can have orders on all days. #}
{%- if ecommerce_is_whole_test() %}
{%- do marts.update({
    'ecommerce_campaign_performance': {
        'keys': ['campaign_key'],
        'orders': 'orders',
        'amounts': amounts,
    },
    'ecommerce_contact_summary': {
        'keys': ['id_contact'],
        'orders': 'orders',
        'amounts': amounts,
    },
    'ecommerce_cohorts': {
        'keys': ['id_shop', 'cohort_month', 'activity_month'],
        'orders': 'cohort_orders',
        'amounts': ['gross_amount', 'net_amount'],
    },
}) %}
{%- endif %}
with

-- An order's keys are in ecommerce_transactions_enriched, its amounts in the ledger.
order_sums as (

    select
        id_transaction,
        {{ ecommerce_ledger_sums(ecommerce_figures_by_event()) }}

    from {{ ecommerce_touched_rows(
        ref('shopapp_ecommerce', 'ecommerce_sales_ledger'), 'day', ['id_shop', 'ordered_on']
    ) }} as ledger
    where is_counted
    group by id_transaction

),

orders as (

    select
        described.id_shop,
        described.id_contact,
        described.ordered_on,
        cast({{ dbt.date_trunc('month', 'described.ordered_on') }} as date) as activity_month,
        described.campaign_key,
        described.buyer_key,
        described.buyer_order_number,
        {%- for amount in amounts %}
        order_sums.{{ amount }}{{ ',' if not loop.last }}
        {%- endfor %}

    from order_sums
    left join (select * from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }})
        as described
        on order_sums.id_transaction = described.id_transaction

),

cohorts as (

    select
        buyer_key,
        id_shop,
        activity_month as cohort_month

    from orders
    where buyer_order_number = 1

),

cohort_orders as (

    select
        cohorts.id_shop,
        cohorts.cohort_month,
        orders.activity_month,
        orders.gross_amount,
        orders.net_amount

    from orders
    left join cohorts
        on orders.buyer_key = cohorts.buyer_key
    where orders.buyer_order_number is not null

)

{%- for mart, its in marts.items() %},

{{ mart }}_compared as (

    select
        {{ its['keys'] | join(', ') }},
        0 as row_count,
        1 as order_count,
        {{ its['amounts'] | join(', ') }}

    from {{ its['orders'] }}
    union all
    select
        {{ its['keys'] | join(', ') }},
        1,
        -order_count,
        -{{ its['amounts'] | join(', -') }}

    {%- if mart == 'ecommerce_campaign_sales_daily' %}
    from {{ ecommerce_touched_rows(
        ref('shopapp_ecommerce', mart), 'day', ['id_shop', 'ordered_on']
    ) }} as sales_daily
    {%- else %}
    from {{ ref('shopapp_ecommerce', mart) }}
    {%- endif %}

)
{%- endfor %}
{% for mart, its in marts.items() %}
select
    '{{ mart }}' as mart,
    concat_ws('|', {{ its['keys'] | join(', ') }}) as whose,
    sum(row_count) as row_count

from {{ mart }}_compared
group by {{ its['keys'] | join(', ') }}
having
    sum(row_count) <> 1
    or sum(order_count) <> 0
    {%- for amount in its['amounts'] %}
    or sum({{ amount }}) <> 0
    {%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}

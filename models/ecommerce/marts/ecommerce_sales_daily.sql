{{ config(
    materialized='ecommerce_maintained',
    unique_key=['id_shop', 'reported_on', 'original_currency'],
    indexes=ecommerce_indexes(['reported_on', 'id_shop']),
    meta={
        'scope': {'kind': 'day', 'columns': ['id_shop', 'reported_on'], 'with_null': true},
    },
) }}
{#- Figures by the table that they are computed from. -#}
{%- set reported = [] %}
{%- for name in ecommerce_unit_names() %}
    {%- do reported.append((name, 'quantity_sum')) %}
{%- endfor %}
{%- for name in ecommerce_figures_by_event() %}
    {%- do reported.append((name, 'sum')) %}
    {%- do reported.append(('original_' ~ name, 'quantity_sum')) %}
{%- endfor %}
{%- set ordered = [] %}
{%- for name in ecommerce_figures_by_order() %}
    {%- do ordered.append((name, 'sum')) %}
{%- endfor %}
{%- set counted = [] %}
{%- for name in ecommerce_order_count_names() %}
    {%- do counted.append((name, 'integer')) %}
{%- endfor %}
{%- set parts = {
    'reported': reported,
    'ordered': ordered,
    'counted': counted,
    'open_orders': [('open_order_count', 'integer'), ('open_amount', 'sum')],
} %}

with

reported_entries as (

    select
        ledger.*,
        {{ ecommerce_reported_on() }} as reported_on

    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'ecommerce_sales_ledger'), ['id_shop', ecommerce_reported_on()]
    ) }} as ledger
    where is_counted

),

ordered_entries as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'ecommerce_sales_ledger'), ['id_shop', 'ordered_on']
    ) }} as ledger
    where is_counted

),

transactions as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'ecommerce_transactions_enriched'), ['id_shop', 'ordered_on']
    ) }} as enriched

),

-- Sales and returns, by the day on which they happened.
reported as (

    select
        id_shop,
        reported_on,
        original_currency,
        {{ ecommerce_unit_sums() }},
        {{ ecommerce_ledger_sums(ecommerce_figures_by_event()) }},
        {{ ecommerce_ledger_sums(ecommerce_figures_by_event(), 'original_') }}

    from reported_entries
    group by id_shop, reported_on, original_currency

),

-- What is left of the orders today, by the day of the order.
ordered as (

    select
        id_shop,
        ordered_on as reported_on,
        original_currency,
        {{ ecommerce_ledger_sums(ecommerce_figures_by_order()) }}

    from ordered_entries
    group by id_shop, ordered_on, original_currency

),

counted as (

    select
        id_shop,
        ordered_on as reported_on,
        original_currency,
        {{ ecommerce_order_counts() }}

    from transactions
    where is_counted
    group by id_shop, ordered_on, original_currency

),

open_orders as (

    select
        id_shop,
        ordered_on as reported_on,
        original_currency,
        count(*) as open_order_count,
        coalesce(sum(open_amount), {{ ecommerce_zero('sum') }}) as open_amount

    from transactions
    where is_open
    group by id_shop, ordered_on, original_currency

),

combined as (

    {%- for part in parts %}
    select
        id_shop,
        reported_on,
        original_currency
        {%- for other, figures in parts.items() %}
        {%- for name, type in figures %},
        {{ name if other == part else ecommerce_zero(type) ~ ' as ' ~ name }}
        {%- endfor %}
        {%- endfor %}

    from {{ part }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}

),

summed as (

    select
        id_shop,
        reported_on,
        original_currency,
        {{ ecommerce_currency() }} as currency
        {%- for figures in parts.values() %}
        {%- for name, type in figures %},
        sum({{ name }}) as {{ name }}
        {%- endfor %}
        {%- endfor %}

    from combined
    group by id_shop, reported_on, original_currency

),

with_ratios as (

    select
        summed.*,
        {{ ecommerce_order_ratios() }}

    from summed

)

{{ ecommerce_typed_rows('with_ratios') }}

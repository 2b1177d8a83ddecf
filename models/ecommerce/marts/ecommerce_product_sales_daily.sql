{{ config(
    enabled=ecommerce_is_on('items'),
    materialized='ecommerce_maintained',
    unique_key=['id_shop', 'reported_on', 'id_product'],
    indexes=ecommerce_indexes(['reported_on', 'id_shop'], ['id_product']),
    meta={
        'scope': {'kind': 'day', 'columns': ['id_shop', 'reported_on'], 'with_null': true},
        'changed_keys': {'product': [['id_product']]},
    },
) }}
{%- set reported = [] %}
{%- for name in ecommerce_unit_names() %}
    {%- do reported.append((name, 'quantity_sum')) %}
{%- endfor %}
{%- for name in ecommerce_figures_by_event(of_goods=true) %}
    {%- do reported.append((name, 'sum')) %}
{%- endfor %}
{%- set ordered = [('order_count', 'integer')] %}
{%- for name in ecommerce_figures_by_order() %}
    {%- do ordered.append((name, 'sum')) %}
{%- endfor %}
{%- set parts = {'reported': reported, 'ordered': ordered} %}

with

reported_entries as (

    select
        ledger.*,
        {{ ecommerce_reported_on() }} as reported_on

    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'ecommerce_sales_ledger'), ['id_shop', ecommerce_reported_on()]
    ) }} as ledger
    where is_counted and (in_net_sales or event in ('fee', 'fee_refund'))

),

ordered_entries as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'ecommerce_sales_ledger'), ['id_shop', 'ordered_on']
    ) }} as ledger
    where is_counted and (in_net_sales or event in ('fee', 'fee_refund'))

),

-- Sales and returns, by the day on which they happened.
reported as (

    select
        id_shop,
        reported_on,
        id_product,
        {{ ecommerce_unit_sums() }},
        {{ ecommerce_ledger_sums(ecommerce_figures_by_event(of_goods=true)) }}

    from reported_entries
    group by id_shop, reported_on, id_product

),

-- Orders, and what is left of them today, by the day of the order.
ordered as (

    select
        id_shop,
        ordered_on as reported_on,
        id_product,
        count(distinct case when event = 'sale' then id_transaction end) as order_count,
        {{ ecommerce_ledger_sums(ecommerce_figures_by_order()) }}

    from ordered_entries
    group by id_shop, ordered_on, id_product

),

combined as (

    {%- for part in parts %}
    select
        id_shop,
        reported_on,
        id_product
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
        id_product,
        {{ ecommerce_currency() }} as currency
        {%- for figures in parts.values() %}
        {%- for name, type in figures %},
        sum({{ name }}) as {{ name }}
        {%- endfor %}
        {%- endfor %}

    from combined
    group by id_shop, reported_on, id_product

)

{{ ecommerce_typed_rows('summed') }}

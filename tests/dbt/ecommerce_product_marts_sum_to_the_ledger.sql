-- Marts of products. Each row equals the sums of its entries in the ledger, and every entry is in
-- exactly one row. In ecommerce_category_stats, an entry is in one row per category of its product,
-- and rolled up in one row per ancestor of these. row_count is 0 for entries without a row, and 1
-- for a row with other sums.
{{ config(enabled=ecommerce_is_on('items')) }}
{%- set amounts = [
    'unit_count', 'gross_amount', 'discount_amount', 'return_amount', 'net_amount',
] %}
{#- A product can have sales on all days, so only its touched days are tested in a normal build. #}
{%- set has_products = ecommerce_is_on('products') and ecommerce_is_whole_test() %}
{%- set has_categories = has_products and ecommerce_is_on('categories') %}
{%- set parts = {
    'days': {
        'mart': 'ecommerce_product_sales_daily', 'keys': ['id_shop', 'reported_on', 'id_product'],
        'lines': 'entries', 'prefix': '',
    },
} %}
{%- if has_products -%}
    {%- do parts.update({'products': {
        'mart': 'ecommerce_product_stats', 'keys': ['id_shop', 'id_product'],
        'lines': 'product_sums', 'prefix': '',
    }}) -%}
{%- endif -%}
{%- if has_categories -%}
    {%- do parts.update({
        'categories': {
            'mart': 'ecommerce_category_stats', 'keys': ['id_product_category'],
            'lines': 'category_sums', 'prefix': '',
        },
        'rolled_up': {
            'mart': 'ecommerce_category_stats', 'keys': ['id_product_category'],
            'lines': 'rolled_up_sums', 'prefix': 'rolled_up_',
        },
    }) -%}
{%- endif %}
with

entries as (

    select
        id_product,
        id_shop,
        {{ ecommerce_reported_on() }} as reported_on,
        case
            when event in ('sale', 'return') then quantity
            else {{ ecommerce_zero('quantity') }}
        end as unit_count,
        {%- for name, (condition, sign) in {
            'gross_amount': ("event = 'sale'", ''),
            'discount_amount': ("event = 'discount'", '-'),
            'return_amount': ("event = 'return'", '-'),
            'net_amount': ('true', ''),
        }.items() %}
        case
            when {{ condition }} then coalesce({{ sign }}amount, {{ ecommerce_zero('money') }})
            else {{ ecommerce_zero('money') }}
        end as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ ecommerce_touched_rows(
        ref('shopapp_ecommerce', 'ecommerce_sales_ledger'), 'day',
        ['id_shop', ecommerce_reported_on()]
    ) }} as ledger
    where
        is_counted
        and in_net_sales

)

{%- if has_products %},

product_sums as (

    select
        id_shop,
        id_product
        {%- for amount in amounts %},
        sum({{ amount }}) as {{ amount }}
        {%- endfor %}

    from entries
    group by id_shop, id_product

)
{%- endif %}
{%- if has_categories %},

category_sums as (

    select
        product_sums.*,
        members.id_product_category

    from product_sums
    inner join (select * from {{ ref('shopapp_ecommerce', 'ecommerce_product_categories') }})
        as members
        on product_sums.id_product = members.id_product

),

categories as (

    select *
    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_ProductCategory'), 'ECommerce_ProductCategory'
    ) }} as categories

),

rolled_up_members as (

    select distinct
        members.id_product,
        ancestors.reached_id as id_product_category

    from (select * from {{ ref('shopapp_ecommerce', 'ecommerce_product_categories') }}) as members
    inner join {{ ecommerce_closure(
        'categories', 'id_product_category', 'id_product_category_parent'
    ) }} as ancestors
        on members.id_product_category = ancestors.start_id

),

rolled_up_sums as (

    select
        product_sums.*,
        members.id_product_category

    from product_sums
    inner join rolled_up_members as members
        on product_sums.id_product = members.id_product

)
{%- endif %}
{%- for part, its in parts.items() %},

{{ part }}_compared as (

    select
        {{ its['keys'] | join(', ') }},
        0 as row_count,
        {{ amounts | join(', ') }}

    from {{ its['lines'] }}
    union all
    select
        {{ its['keys'] | join(', ') }},
        1
        {%- for amount in amounts %},
        -{{ its['prefix'] }}{{ amount }}
        {%- endfor %}

    {%- if part == 'days' %}
    from {{ ecommerce_touched_rows(
        ref('shopapp_ecommerce', its['mart']), 'day', ['id_shop', 'reported_on']
    ) }} as sales_daily
    {%- else %}
    from {{ ref('shopapp_ecommerce', its['mart']) }}
    {%- endif %}
    {%- if its['keys'] == ['id_product_category'] %}
    where id_product_category is not null
    {%- endif %}

)
{%- endfor %}
{% for part, its in parts.items() %}
select
    '{{ its['mart'] }}' as mart,
    '{{ part }}' as part,
    concat_ws('|', {{ its['keys'] | join(', ') }}) as whose,
    sum(row_count) as row_count

from {{ part }}_compared
group by {{ its['keys'] | join(', ') }}
having
    sum(row_count) <> 1
    {%- for amount in amounts %}
    or sum({{ amount }}) <> 0
    {%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}

-- Marts of order lines. Each row equals the sums of its lines in the tables, and every line is in
-- exactly one row. In ecommerce_category_stats, a line is in one row per category of its product,
-- and rolled up in one row per ancestor of these. So a mart sums to the tables, also per original
-- currency. row_count is 0 for lines without a row, and 1 for a row with other sums.
{{ config(enabled=ecommerce_is_on('items')) }}
{%- set amounts = [
    'unit_count', 'gross_amount', 'discount_amount', 'refund_amount', 'net_amount',
] %}
{%- set has_products = ecommerce_is_on('products') %}
{%- set has_categories = has_products and ecommerce_is_on('categories') %}
{%- set parts = {
    'days': {
        'mart': 'ecommerce_product_sales_daily', 'keys': ['id_shop', 'ordered_on', 'id_product'],
        'lines': 'lines', 'prefix': '',
    },
} %}
{%- if has_products -%}
    {%- do parts.update({'products': {
        'mart': 'ecommerce_product_stats', 'keys': ['id_product'],
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

lines as (

    select
        items.id_product,
        transactions.id_shop,
        orders.ordered_on,
        coalesce(items.quantity, {{ ecommerce_zero('quantity') }}) as unit_count,
        coalesce(items.revenue, {{ ecommerce_zero('money') }}) as gross_amount,
        coalesce(items.discount, {{ ecommerce_zero('money') }}) as discount_amount,
        coalesce(items.refund, {{ ecommerce_zero('money') }}) as refund_amount,
        coalesce(items.revenue, {{ ecommerce_zero('money') }})
        - coalesce(items.discount, {{ ecommerce_zero('money') }})
        - coalesce(items.refund, {{ ecommerce_zero('money') }}) as net_amount

    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Item'), 'ECommerce_Item'
    ) }} as items
    inner join {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
    ) }} as transactions
        on items.id_transaction = transactions.id_transaction
    left join (select * from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }})
        as orders
        on items.id_transaction = orders.id_transaction
    where
        not transactions.is_test
        and transactions.dt_deleted is null

)

{%- if has_products %},

product_sums as (

    select
        id_product
        {%- for amount in amounts %},
        sum({{ amount }}) as {{ amount }}
        {%- endfor %}

    from lines
    where id_product is not null
    group by id_product

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

    from {{ ref('shopapp_ecommerce', its['mart']) }}

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

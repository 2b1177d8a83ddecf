-- Marts of order lines. Each row equals the sums of its lines in the tables, and every line is in
-- exactly one row. In ecommerce_category_stats, a line is in one row per category of its product,
-- and rolled up in one row per ancestor of these. So a mart sums to the tables, also per original
-- currency. row_count is 0 for lines without a row, and 1 for a row with other sums.
{{ config(enabled=ecommerce_is_on('items')) }}
{%- set amounts = ['unit_count', 'gross_amount', 'discount_amount', 'refund_amount', 'net_amount'] %}
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
with recursive

lines as (

    select
        items."idProduct" as id_product,
        transactions."idShop" as id_shop,
        orders.ordered_on,
        coalesce(items."Quantity", 0) as unit_count,
        coalesce(items."Revenue", 0) as gross_amount,
        coalesce(items."Discount", 0) as discount_amount,
        coalesce(items."Refund", 0) as refund_amount,
        coalesce(items."Revenue", 0)
        - coalesce(items."Discount", 0)
        - coalesce(items."Refund", 0) as net_amount

    from (select * from {{ ref('shopapp_ecommerce', 'ECommerce_Item') }}) as items
    inner join (select * from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}) as transactions
        on items."idTransaction" = transactions."idTransaction"
    left join (select * from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }}) as orders
        on items."idTransaction" = orders.id_transaction
    where
        not transactions."isTest"
        and transactions."dtDeleted" is null

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
    inner join (select * from {{ ref('shopapp_ecommerce', 'ecommerce_product_categories') }}) as members
        on product_sums.id_product = members.id_product

),

ancestors as (

    select
        "idProductCategory" as id_product_category,
        "idProductCategory" as id_ancestor

    from {{ ref('shopapp_ecommerce', 'ECommerce_ProductCategory') }}
    union
    select
        ancestors.id_product_category,
        categories."idProductCategoryParent"

    from ancestors
    inner join (select * from {{ ref('shopapp_ecommerce', 'ECommerce_ProductCategory') }}) as categories
        on ancestors.id_ancestor = categories."idProductCategory"
    where categories."idProductCategoryParent" is not null

),

rolled_up_members as (

    select distinct
        members.id_product,
        ancestors.id_ancestor as id_product_category

    from (select * from {{ ref('shopapp_ecommerce', 'ecommerce_product_categories') }}) as members
    inner join ancestors
        on members.id_product_category = ancestors.id_product_category

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

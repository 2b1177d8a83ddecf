-- What products earned, in all and by day, sums to the lines of counted orders; what stands in
-- categories to their products, and nothing is rolled up twice: no category has more than the shop.
{{ config(enabled=ecommerce_is_on('items') and ecommerce_is_on('products')) }}
{%- set amounts = {
    'unit_count': 'Quantity', 'gross_amount': 'Revenue', 'discount_amount': 'Discount',
    'refund_amount': 'Refund',
} %}
with

lines as (

    select items.*
    from {{ ref('ECommerce_Item') }} as items
    inner join {{ ref('ECommerce_Transaction') }} as transactions
        on items."idTransaction" = transactions."idTransaction"
    where
        not transactions."isTest"
        and transactions."dtDeleted" is null

),

orders as (

    select count(distinct "idTransaction") as order_count
    from lines

),

sums as (

    {%- for name, column in amounts.items() %}
    select
        '{{ name }} of products' as problem,
        (select sum("{{ column }}") from lines where "idProduct" is not null) as expected,
        (select sum({{ name }}) from {{ ref('ecommerce_product_stats') }}) as found
    union all
    select
        '{{ name }} by day',
        (select sum("{{ column }}") from lines),
        (select sum({{ name }}) from {{ ref('ecommerce_product_sales_daily') }})
    {%- if ecommerce_is_on('categories') %}
    union all
    select
        '{{ name }} of categories',
        (
            select sum(stats.{{ name }})
            from {{ ref('ecommerce_product_categories') }} as memberships
            inner join {{ ref('ecommerce_product_stats') }} as stats
                on memberships.id_product = stats.id_product
        ),
        (select sum({{ name }}) from {{ ref('ecommerce_category_stats') }})
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    problem,
    expected,
    found

from sums
where coalesce(expected, 0) <> coalesce(found, 0)
{%- if ecommerce_is_on('categories') %}
union all
select
    'orders rolled up to ' || category_stats.id_product_category,
    orders.order_count,
    category_stats.rolled_up_order_count

from {{ ref('ecommerce_category_stats') }} as category_stats
inner join orders
    on category_stats.rolled_up_order_count > orders.order_count
{%- endif %}

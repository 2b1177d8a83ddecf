{{ config(enabled=ecommerce_is_on('items') and ecommerce_is_on('products')) }}
{%- if ecommerce_is_on('categories') %}
-- The hooks of this table delete products and categories.
-- depends_on: {{ ref('shopapp_ecommerce', 'ecommerce_product_categories') }}
{%- endif %}

with

-- An order has one day and one shop, so daily values of a product add up, including order counts.
product_sales_daily as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_product_sales_daily') }}

),

products as (

    select * from {{ ref('shopapp_ecommerce', 'ECommerce_Product') }}

),

product_sums as (

    select
        id_product
        {%- for measure in ecommerce_line_metric_names() %},
        sum({{ measure }}) as {{ measure }}
        {%- endfor %}

    from product_sales_daily
    group by id_product

),

shop_sums as (

    select
        id_shop,
        sum(gross_amount) as gross_amount

    from product_sales_daily
    group by id_shop

)

select
    products."idProduct" as id_product,
    products."ProductName" as product_name,
    products."Sku" as sku,
    products."idProductCategory" as id_product_category,
    products."idShop" as id_shop,
    {{ ecommerce_currency() }} as currency,
    cast(coalesce(product_sums.order_count, 0) as bigint) as order_count,
    {%- for measure in ecommerce_line_metric_names() if measure != 'order_count' %}
    coalesce(product_sums.{{ measure }}, 0) as {{ measure }},
    {%- endfor %}
    {{ ecommerce_ratio('product_sums.returned_unit_count', 'product_sums.sold_unit_count') }}
        as return_rate,
    {{ ecommerce_ratio('coalesce(product_sums.gross_amount, 0)', 'shop_sums.gross_amount') }}
        as gross_share

from products
left join product_sums
    on products."idProduct" = product_sums.id_product
left join shop_sums
    on products."idShop" = shop_sums.id_shop

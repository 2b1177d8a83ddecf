{{ config(enabled=ecommerce_is_on('items') and ecommerce_is_on('products')) }}

with

lines as (

    select * from {{ ref('int_ecommerce__lines_sold') }}

),

products as (

    select * from {{ ref('ECommerce_Product') }}

),

summed as (

    select
        id_product,
        {{ ecommerce_line_measures() | indent(8) }}

    from lines
    group by id_product

),

shop_sums as (

    select
        id_shop,
        sum(gross_amount) as gross_amount

    from lines
    group by id_shop

)

select
    products."idProduct" as id_product,
    products."ProductName" as product_name,
    products."Sku" as sku,
    products."idProductCategory" as id_product_category,
    products."idShop" as id_shop,
    {{ ecommerce_currency() }} as currency,
    {%- for measure in ecommerce_line_measure_names() %}
    coalesce(summed.{{ measure }}, 0) as {{ measure }},
    {%- endfor %}
    {{ ecommerce_ratio('summed.returned_unit_count', 'summed.sold_unit_count') }} as return_rate,
    {{ ecommerce_ratio('coalesce(summed.gross_amount, 0)', 'shop_sums.gross_amount') }}
        as gross_share

from products
left join summed
    on products."idProduct" = summed.id_product
left join shop_sums
    on products."idShop" = shop_sums.id_shop

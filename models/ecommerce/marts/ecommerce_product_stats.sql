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
        count(distinct id_transaction) as order_count,
        sum(quantity) as unit_count,
        {{ ecommerce_line_measures() | indent(8) }}

    from lines
    group by id_product

)

select
    products."idProduct" as id_product,
    products."ProductName" as product_name,
    products."Sku" as sku,
    products."idProductCategory" as id_product_category,
    coalesce(summed.order_count, 0) as order_count,
    coalesce(summed.unit_count, 0) as unit_count,
    {{ ecommerce_currency() }} as currency,
    coalesce(summed.gross_amount, 0) as gross_amount,
    coalesce(summed.discount_amount, 0) as discount_amount,
    coalesce(summed.refund_amount, 0) as refund_amount,
    coalesce(summed.net_amount, 0) as net_amount,
    coalesce(summed.projected_revenue_amount, 0) as projected_revenue_amount,
    coalesce(summed.realised_revenue_amount, 0) as realised_revenue_amount

from products
left join summed
    on products."idProduct" = summed.id_product

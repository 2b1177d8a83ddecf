{{ config(
    enabled=ecommerce_is_on('items') and ecommerce_is_on('products'),
    materialized='ecommerce_maintained',
    unique_key=['id_shop', 'id_product'],
    indexes=ecommerce_indexes(['id_product']),
    meta={'scope': {'kind': 'product', 'columns': ['id_product'], 'with_null': true}},
) }}

with

-- An order has one day and one shop, so daily values of a product add up, including order counts.
product_sales_daily as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'ecommerce_product_sales_daily'), ['id_product']
    ) }} as daily

),

-- Amounts without a product, such as rounding, are in the rows with id_product null.
summed as (

    select
        id_shop,
        id_product,
        sum(order_count) as order_count
        {%- for measure in ecommerce_product_figures() %},
        sum({{ measure }}) as {{ measure }}
        {%- endfor %}

    from product_sales_daily
    group by id_shop, id_product

)

{{ ecommerce_typed_rows('summed') }}

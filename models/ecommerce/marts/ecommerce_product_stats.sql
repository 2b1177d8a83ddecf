{#- Shares change with every sale of the shop, and names without one, so all products are
    compared. -#}
{{ config(
    enabled=ecommerce_is_on('items') and ecommerce_is_on('products'),
    materialized='ecommerce_maintained',
    unique_key=['id_shop', 'id_product'],
) }}
{%- if ecommerce_is_on('categories') %}
-- The hooks of this table delete products and categories.
-- depends_on: {{ ref('shopapp_ecommerce', 'ecommerce_product_categories') }}
{%- endif %}

with

product_sales as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__product_sales') }}

),

products as (

    select *
    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Product'), 'ECommerce_Product'
    ) }} as products

),

shop_sums as (

    select
        id_shop,
        sum(gross_amount) as gross_amount

    from product_sales
    group by id_shop

),

with_products as (

    select
        coalesce(products.id_product, product_sales.id_product) as id_product,
        products.product_name,
        products.sku,
        products.id_product_category,
        coalesce(products.id_shop, product_sales.id_shop) as id_shop,
        product_sales.order_count
        {%- for measure in ecommerce_product_figures() %},
        product_sales.{{ measure }}
        {%- endfor %}

    from products
    full outer join product_sales
        on products.id_product = product_sales.id_product

),

with_sums as (

    select
        with_products.id_product,
        with_products.product_name,
        with_products.sku,
        with_products.id_product_category,
        with_products.id_shop,
        {{ ecommerce_currency() }} as currency,
        coalesce(with_products.order_count, 0) as order_count,
        {%- for measure, type in ecommerce_product_figures().items() %}
        coalesce(with_products.{{ measure }}, {{ ecommerce_zero(type) }}) as {{ measure }},
        {%- endfor %}
        shop_sums.gross_amount as shop_gross_amount

    from with_products
    left join shop_sums
        on with_products.id_shop = shop_sums.id_shop

),

with_ratios as (

    select
        with_sums.*,
        {{ ecommerce_quotient('returned_unit_count', 'sold_unit_count', 6) }} as return_rate,
        {{ ecommerce_quotient('gross_amount', 'shop_gross_amount', 6) }} as gross_share

    from with_sums

)

{{ ecommerce_typed_rows('with_ratios') }}

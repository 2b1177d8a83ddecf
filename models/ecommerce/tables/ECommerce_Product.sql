{{ config(
    enabled=ecommerce_is_on('products'),
    materialized='ecommerce_maintained',
    unique_key=[ecommerce_quote('idProduct')],
    indexes=ecommerce_indexes(['idProductCategory']),
    meta={'load_time': 'dtLoaded', 'deletes': false},
    post_hook=[
        '{{ ecommerce_forget_products()
            if not ecommerce_is_on("items") and not ecommerce_is_on("categories") }}',
        {'sql': '{{ ecommerce_foreign_keys() }}', 'transaction': false},
    ],
) }}
{%- if ecommerce_is_on('categories') %}
-- depends_on: {{ ref('shopapp_ecommerce', 'ECommerce_ProductCategory') }}
{%- endif %}

with

products as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__products_converted') }}

),

inferred_products as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__products_inferred') }}

),

renamed as (

    select
        id_product,
        name as product_name,
        description,
        sku,
        brand,
        id_product_category,
        reporting_price_amount as price,
        {{ ecommerce_currency() }} as currency,
        price_amount as original_price,
        currency as original_currency,
        url,
        image_url,
        status,
        created_at as dt_product_created_at,
        updated_at as dt_product_updated_at,
        gone_at as dt_deleted,
        shop_id as id_shop,
        loaded_at as dt_loaded

    from products
    union all
    select
        id_product,
        name,
        null,
        sku,
        null,
        null,
        null,
        {{ ecommerce_currency() }},
        null,
        null,
        null,
        null,
        'inferred',
        null,
        null,
        null,
        shop_id,
        loaded_at

    from inferred_products

)

{{ ecommerce_hashed_rows('renamed') }}

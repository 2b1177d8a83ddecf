{{ config(
    enabled=ecommerce_is_on('products'),
    unique_key='"idProduct"',
    indexes=[{'columns': ['"idProductCategory"']}],
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
        id_product as "idProduct",
        name as "ProductName",
        description as "Description",
        sku as "Sku",
        brand as "Brand",
        id_product_category as "idProductCategory",
        reporting_price_amount as "Price",
        {{ ecommerce_currency() }} as "Currency",
        price_amount as "originalPrice",
        currency as "originalCurrency",
        url as "Url",
        image_url as "ImageUrl",
        status as "Status",
        created_at as "dtProductCreatedAt",
        updated_at as "dtProductUpdatedAt",
        gone_at as "dtDeleted",
        shop_id as "idShop",
        loaded_at as "dtLoaded"

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

{{ ecommerce_changed_rows('renamed', key=['"idProduct"']) }}

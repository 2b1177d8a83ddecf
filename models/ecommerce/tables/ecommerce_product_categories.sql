{{ config(
    enabled=ecommerce_is_on('products') and ecommerce_is_on('categories'),
    materialized='ecommerce_maintained',
    unique_key=['id_product', 'id_product_category'],
    meta={'load_time': 'loaded_at'},
    post_hook=[
        '{{ ecommerce_forget_products() }}',
        '{{ ecommerce_forget_categories() }}',
        {'sql': '{{ ecommerce_foreign_keys() }}', 'transaction': false},
    ],
) }}
-- depends_on: {{ ref('shopapp_ecommerce', 'ECommerce_Product') }}
{%- if ecommerce_is_on('items') %}
-- depends_on: {{ ref('shopapp_ecommerce', 'ECommerce_Item') }}
{%- endif %}

with

products_categorized as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__products_categorized') }}

)

{{ ecommerce_hashed_rows('products_categorized', row_hash='row_hash', load_time='loaded_at') }}

{{ config(
    enabled=ecommerce_is_on('products') and ecommerce_is_on('categories'),
    unique_key=['id_product', 'id_product_category'],
    pre_hook='{{ ecommerce_forget_memberships() }}',
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

{{ ecommerce_changed_rows(
    'products_categorized', key=['id_product', 'id_product_category'],
    row_hash='row_hash', load_time='loaded_at'
) }}

{{ config(
    enabled=ecommerce_is_on('categories'),
    materialized='ecommerce_maintained',
    unique_key=[ecommerce_quote('idProductCategory')],
    meta={'load_time': 'dtLoaded', 'deletes': false},
    post_hook=[
        '{{ ecommerce_forget_categories() if not ecommerce_is_on("products") }}',
        {'sql': '{{ ecommerce_foreign_keys() }}', 'transaction': false},
    ],
) }}

with

categories as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__categories_rooted') }}

),

renamed as (

    select
        id_product_category,
        id_parent as id_product_category_parent,
        name as category_name,
        path as category_path,
        level,
        url,
        gone_at as dt_deleted,
        shop_id as id_shop,
        loaded_at as dt_loaded

    from categories

)

{{ ecommerce_hashed_rows('renamed') }}

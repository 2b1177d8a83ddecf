{{ config(
    enabled=ecommerce_is_on('categories'),
    unique_key='"idProductCategory"',
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
        id_product_category as "idProductCategory",
        id_parent as "idProductCategoryParent",
        name as "CategoryName",
        path as "CategoryPath",
        level as "Level",
        url as "Url",
        gone_at as "dtDeleted",
        shop_id as "idShop",
        loaded_at as "dtLoaded"

    from categories

)

{{ ecommerce_changed_rows('renamed', key=['"idProductCategory"']) }}

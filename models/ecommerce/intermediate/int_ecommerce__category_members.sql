{{ config(
    enabled=ecommerce_is_on('items')
        and ecommerce_is_on('products')
        and ecommerce_is_on('categories'),
    materialized='ecommerce_maintained',
    unique_key=['id_product_category', 'id_product'],
    meta={'changed_keys': {'membership': [['id_product']]}},
) }}

with

categories as (

    select *
    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_ProductCategory'), 'ECommerce_ProductCategory',
        columns=['idProductCategory', 'idProductCategoryParent']
    ) }} as categories

),

product_categories as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_product_categories') }}

),

-- Each category with itself and all its ancestors.
ancestors as (

    select
        start_id as id_product_category,
        reached_id as id_ancestor

    from {{ ecommerce_closure(
        'categories', 'id_product_category', 'id_product_category_parent'
    ) }} as category_pairs

),

-- A product in several subcategories of a category counts once in that category.
members as (

    select
        ancestors.id_ancestor as id_product_category,
        product_categories.id_product,
        {{ dbt.bool_or('ancestors.id_ancestor = ancestors.id_product_category') }} as is_own

    from ancestors
    inner join product_categories
        on ancestors.id_product_category = product_categories.id_product_category
    group by ancestors.id_ancestor, product_categories.id_product

)

{{ ecommerce_typed_rows('members') }}
